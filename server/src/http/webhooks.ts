/**
 * `/webhooks/:channel/:endpoint`: raw bytes in, verified by the channel, stored, acknowledged [mechanics 1, 2, 17, 18]. Always holds: 200 only after
 * the commit; 404 for an address that is not ours; 401 for a wrong signature, counted; 503 when we cannot store or cannot get the keys.
 */
import type { RawWebhook } from '@dragoman/core'
import { channelOf, checkForward, countForwarded, countRejected, type FoundEndpoint, forwardHeader, lanesFor } from '@dragoman/hub'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { WebContext } from './context.ts'
import { refuse } from './errors.ts'
import { receiveWebhook, type WebhookAnswer } from './receive-webhook.ts'
import type { KeyStore } from './webhook-keys.ts'

/** Larger than any platform sends (Meta: up to 3 MB). */
export const largestWebhookBytes = 5 * 1024 * 1024

export function registerWebhooks(app: FastifyInstance, web: WebContext, keys: KeyStore): void {
  void app.register(async scope => {
    // The body is needed as it came, byte by byte: signatures cover bytes.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: largestWebhookBytes }, (_request, body, done) => done(null, body))
    scope.route({
      method: ['GET', 'POST'],
      url: '/webhooks/:channel/:endpoint',
      config: { rule: 'platform' },
      handler: async (request, reply) => {
        const { channel, endpoint } = request.params as { channel: string; endpoint: string }
        const found = web.hub.channels.has(channel) ? await web.findEndpoint(channel, endpoint) : undefined
        if (!found) {
          web.metrics.webhooks.inc({ channel: 'unknown', result: 'unknown_endpoint' })
          return refuse(reply, 'unknown_endpoint')
        }
        return sendAnswer(reply, await receiveWebhook(web, keys, found, rawOf(request)))
      },
    })
    scope.route({
      method: 'POST',
      url: '/webhooks/:channel/:endpoint/forwarded',
      config: { rule: 'platform' },
      handler: async (request, reply) => {
        const { channel, endpoint } = request.params as { channel: string; endpoint: string }
        const found = web.hub.channels.has(channel) ? await web.findEndpoint(channel, endpoint) : undefined
        return found ? await receiveForwarded(web, found, rawOf(request), reply) : refuse(reply, 'unknown_endpoint')
      },
    })
  })
}

/** Answers a webhook as it was decided. */
export function sendAnswer(reply: FastifyReply, answer: WebhookAnswer): FastifyReply {
  if (!('problem' in answer)) return reply.code(answer.status).header('content-type', answer.contentType).send(answer.body)
  if (answer.retryAfterSeconds !== undefined) void reply.header('retry-after', String(answer.retryAfterSeconds))
  return refuse(reply, answer.problem, answer.detail)
}

function rawOf(request: FastifyRequest): RawWebhook {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  )
  const query = Object.fromEntries(
    Object.entries(request.query as Record<string, unknown>).map(([name, value]) => [
      name,
      String(Array.isArray(value) ? value[0] : value),
    ]),
  )
  return {
    method: request.method as 'GET' | 'POST',
    headers,
    query,
    body: request.body instanceof Uint8Array ? request.body : new Uint8Array(),
  }
}

/** A body that the old system passes on while we only observe: its own secret stands in place of the platform's signature. */
async function receiveForwarded(web: WebContext, found: FoundEndpoint, raw: RawWebhook, reply: FastifyReply): Promise<FastifyReply> {
  const count = (result: string) => web.metrics.webhooks.inc({ channel: found.channel, result })
  const verdict = await checkForward(web.hub, found.view.id, raw.headers[forwardHeader] ?? '')
  if (verdict.kind === 'unknown') return refuse(reply, 'unknown_endpoint')
  if (verdict.kind === 'wrong_secret') {
    count('rejected')
    void countRejected(web.hub, found.view.id, `The header ${forwardHeader} does not hold the secret`).catch(() => {})
    return refuse(reply, 'bad_signature', `The header ${forwardHeader} does not hold this endpoint’s secret.`)
  }
  if (verdict.kind === 'live')
    return refuse(reply, 'wrong_state', 'This account is live: the messenger posts here itself. Switch forwarding off in the old system.')
  const lanes = lanesFor(found, channelOf(web.hub, found.channel).accountsOf(raw.body))
  // An account of the same endpoint that is live gets its bodies from the platform only.
  const accounts = lanes.filter(lane => lane.accountId === null || verdict.observing.has(lane.accountId))
  if (accounts.length > 0)
    await web.journal.accept({
      workspaceId: found.workspaceId,
      endpointId: found.view.id,
      channel: found.channel,
      body: raw.body,
      accounts,
    })
  await countForwarded(web.hub, found.view.id)
  count('forwarded')
  return reply.code(200).header('content-type', 'application/json; charset=utf-8').send('{"ok":true}')
}
