/**
 * `/webhooks/:channel/:endpoint`: raw bytes in, verified by the channel, stored, acknowledged [mechanics 1, 2, 17, 18]. Always holds: 200 only after
 * the commit; 404 for an address that is not ours; 401 for a wrong signature, counted; 503 when we cannot store or cannot get the keys.
 */
import type { RawWebhook, Verdict } from '@dragoman/core'
import {
  type AnswerContent,
  answerWebhook,
  channelOf,
  checkForward,
  countForwarded,
  countRejected,
  type FoundEndpoint,
  forwardHeader,
  lanesFor,
} from '@dragoman/hub'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { WebContext } from './context.ts'
import { refuse } from './errors.ts'
import { createKeyStore, type KeyStore } from './webhook-keys.ts'

/** Larger than any platform sends (Meta: up to 3 MB). */
export const largestWebhookBytes = 5 * 1024 * 1024

export function registerWebhooks(app: FastifyInstance, web: WebContext): void {
  const keys = createKeyStore(web.hub)
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
        return await receiveWebhook(web, keys, found, rawOf(request), reply)
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

/** How long a platform waits for an answer with content; then the plain acknowledgement goes out, and the ordinary way takes over. */
const contentWithinMs = 3_000

async function contentOf(
  web: WebContext,
  found: FoundEndpoint,
  accounts: readonly { accountId: string | null }[],
  journalId: number,
  body: Uint8Array,
): Promise<AnswerContent | undefined> {
  const accountId = accounts.find(account => account.accountId !== null)?.accountId
  if (!accountId) return undefined
  const timeout = new Promise<undefined>(resolve => setTimeout(resolve, contentWithinMs, undefined).unref())
  const answer = answerWebhook(
    web.hub,
    { workspaceId: found.workspaceId, endpointId: found.view.id, accountId, journalId, body },
    web.effects,
  ).catch(error => {
    web.hub.log.error({ err: error }, 'an answer with content could not be made')
    return undefined
  })
  return await Promise.race([answer, timeout])
}

/** A page that names the keys' address, the keys, the keys anew, and one to spare. */
const mostKeyRounds = 4

/** Verifies, stores and answers one webhook. Visitors' events of our own widget come this way too. */
export async function receiveWebhook(
  web: WebContext,
  keys: KeyStore,
  remembered: FoundEndpoint,
  raw: RawWebhook,
  reply: FastifyReply,
): Promise<FastifyReply> {
  let found = remembered
  const channel = channelOf(web.hub, found.channel)
  /** What is remembered of the endpoint may be older than the account or the secret that this webhook is of. */
  const lookAnew = async () => (await web.findEndpoint(found.channel, found.view.id, true)) ?? found
  const stop = web.metrics.webhookSeconds.startTimer({ channel: channel.id })
  let verdict: Verdict = channel.verify(raw, found.view, { now: web.hub.now() })
  const fetched: Record<string, unknown> = {}
  for (let round = 0; verdict.kind === 'needs' && round < mostKeyRounds; round++) {
    const { url } = verdict.keys
    // Asked for again: what lies there has been changed since it was fetched.
    const value = await keys.get(url, Object.hasOwn(fetched, url))
    if (value === undefined)
      return refuse(reply.header('retry-after', '30'), 'unavailable', 'The keys to check this signature cannot be had just now.')
    fetched[url] = value
    verdict = channel.verify(raw, found.view, { now: web.hub.now(), keys: fetched })
  }
  if (verdict.kind === 'rejected') {
    const anew = await lookAnew()
    if (anew !== found) {
      found = anew
      verdict = channel.verify(raw, found.view, { now: web.hub.now(), keys: fetched })
    }
  }
  switch (verdict.kind) {
    case 'challenge':
      web.metrics.webhooks.inc({ channel: channel.id, result: 'challenge' })
      return reply
        .code(verdict.status)
        .header('content-type', verdict.contentType ?? 'text/plain; charset=utf-8')
        .send(verdict.body)
    case 'needs':
      return refuse(reply.header('retry-after', '30'), 'unavailable', 'The key that signed this is not known yet.')
    case 'rejected':
      web.metrics.webhooks.inc({ channel: channel.id, result: 'rejected' })
      void countRejected(web.hub, found.view.id, verdict.reason).catch(() => {})
      return refuse(reply, 'bad_signature', verdict.reason)
    case 'accepted': {
      let accounts = lanesFor(found, channel.accountsOf(raw.body))
      if (accounts.some(account => account.accountId === null)) {
        found = await lookAnew()
        accounts = lanesFor(found, channel.accountsOf(raw.body))
      }
      const journalId = await web.journal.accept({
        workspaceId: found.workspaceId,
        endpointId: found.view.id,
        channel: channel.id,
        body: raw.body,
        accounts,
      })
      stop()
      web.tracer.remember('body', found.workspaceId, String(journalId))
      web.metrics.webhooks.inc({ channel: channel.id, result: 'accepted' })
      const answer = verdict.answer === 'content' ? await contentOf(web, found, accounts, journalId, raw.body) : undefined
      if (answer) return reply.code(200).header('content-type', answer.contentType).send(answer.body)
      const { body, contentType } = verdict.acknowledge ?? { body: '{"ok":true}', contentType: 'application/json; charset=utf-8' }
      return reply.code(200).header('content-type', contentType).send(body)
    }
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
