/**
 * The way in for the many: a plain signed POST to `/webhooks/:channel/:endpoint` is answered beside the web framework, which costs several times what
 * receiving it does. Always holds: the same verdict, answer, counters and admission as on the ordinary way (of
 * the headers only those that matter to a program: no page is shown here); whatever is not plain (another
 * method, a query, a body without a length or too long, requests that are logged or traced, a hub that is stopping) goes the ordinary way.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { problem } from '@dragoman/api'
import { HubProblem } from '@dragoman/hub'
import type { WebContext } from './context.ts'
import { isDatabaseDown } from './errors.ts'
import { receiveWebhook, type WebhookAnswer } from './receive-webhook.ts'
import type { KeyStore } from './webhook-keys.ts'
import { largestWebhookBytes } from './webhooks.ts'

/** Well within what platforms wait for an answer. */
const refusedAfterMs = 1_000
const gatheredMs = 50
const mostRefusals = 8_192

const plainPath = /^\/webhooks\/([a-z]+)\/([0-9a-f-]{36})$/

/** Takes a request in hand and returns true, or leaves it to the ordinary way and returns false; never waits. */
export function createWebhookDoor(
  web: WebContext,
  keys: KeyStore,
  isStopping: () => boolean,
  isLogged: boolean,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const refuse = createRefusals()
  return (request, response) => {
    if (request.method !== 'POST' || isLogged || web.tracer.isOn || isStopping()) return false
    const place = plainPath.exec(request.url ?? '')
    const length = Number(request.headers['content-length'] ?? Number.NaN)
    if (!place || !(length <= largestWebhookBytes) || request.headers.expect !== undefined) return false
    const [, channel = '', endpoint = ''] = place
    const seconds = web.admission.admit('platform')
    if (seconds !== undefined) {
      request.resume()
      web.metrics.webhooks.inc({ channel: web.hub.channels.has(channel) ? channel : 'unknown', result: 'refused' })
      web.metrics.requests.inc({ method: 'POST', status: '503', kind: 'platform' })
      refuse(() => write(response, overloaded(seconds), isStopping()))
      return true
    }
    const startedAt = performance.now()
    response.once('close', () => {
      web.admission.leave('platform')
      web.metrics.requests.inc({ method: 'POST', status: String(response.statusCode), kind: 'platform' })
      web.metrics.requestSeconds.observe({ kind: 'platform' }, (performance.now() - startedAt) / 1_000)
    })
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => {})
    request.on('end', () => {
      const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
      void answerOf(web, keys, channel, endpoint, request, body).then(answer => write(response, answer, isStopping()))
    })
    return true
  }
}

function overloaded(seconds: number): WebhookAnswer {
  return { problem: 'overloaded', detail: `Try again in ${seconds} s.`, retryAfterSeconds: seconds }
}

/**
 * Who is refused is told so a moment later, and so sends the next one later: a flood that is told no at
 * once comes again at once, and each no costs time as well. So many at most are kept waiting for their no; the others are told at once.
 */
function createRefusals(): (tell: () => void) => void {
  let waiting = 0
  let gathering: (() => void)[] | undefined
  return tell => {
    if (waiting >= mostRefusals) return tell()
    waiting++
    if (gathering) return void gathering.push(tell)
    // One timer for all who come within a moment.
    const some = [tell]
    gathering = some
    setTimeout(() => (gathering = undefined), gatheredMs)
    setTimeout(() => {
      waiting -= some.length
      for (const one of some) one()
    }, refusedAfterMs)
  }
}

async function answerOf(
  web: WebContext,
  keys: KeyStore,
  channel: string,
  endpoint: string,
  request: IncomingMessage,
  body: Buffer,
): Promise<WebhookAnswer> {
  try {
    const found = web.hub.channels.has(channel) ? await web.findEndpoint(channel, endpoint) : undefined
    if (!found) {
      web.metrics.webhooks.inc({ channel: 'unknown', result: 'unknown_endpoint' })
      return { problem: 'unknown_endpoint' }
    }
    // Node has joined repeated headers already; those that it keeps as lists are none that a platform signs.
    const headers = request.headers as Record<string, string>
    return await receiveWebhook(web, keys, found, { method: 'POST', headers, query: {}, body })
  } catch (error) {
    if (error instanceof HubProblem) return { problem: error.problem.code, detail: error.problem.detail }
    if (isDatabaseDown(error)) {
      web.hub.log.error({ err: error }, 'the database cannot be reached')
      return { problem: 'unavailable', detail: 'The database cannot be reached just now.', retryAfterSeconds: 2 }
    }
    web.hub.log.error({ err: error }, 'request failed')
    return { problem: 'internal' }
  }
}

function write(response: ServerResponse, answer: WebhookAnswer, isStopping: boolean): void {
  if (response.destroyed) return
  const requestId = randomUUID()
  const headers: Record<string, string> = { 'x-request-id': requestId, 'x-content-type-options': 'nosniff' }
  // The hub is about to stop: the platform comes back by another connection.
  if (isStopping) headers.connection = 'close'
  let status: number
  let body: string | Uint8Array
  if ('problem' in answer) {
    const told = problem(answer.problem, answer.detail)
    status = told.status
    body = JSON.stringify({ ...told, requestId })
    headers['content-type'] = 'application/problem+json; charset=utf-8'
    if (answer.retryAfterSeconds !== undefined) headers['retry-after'] = String(answer.retryAfterSeconds)
  } else {
    status = answer.status
    body = answer.body
    headers['content-type'] = answer.contentType
  }
  headers['content-length'] = String(typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength)
  response.writeHead(status, headers)
  response.end(body)
}
