/**
 * What becomes of one webhook [mechanics 1, 2, 17, 18]: verified by the channel, stored, acknowledged. Always holds: 200 only after the commit; a wrong
 * signature is 401 and counted; 503 when the keys cannot be had. How it came and how it is answered is told by `webhooks.ts` and `webhook-door.ts`.
 */
import type { ProblemCode } from '@dragoman/api'
import type { RawWebhook, Verdict } from '@dragoman/core'
import { type AnswerContent, answerWebhook, channelOf, countRejected, type FoundEndpoint, lanesFor } from '@dragoman/hub'
import type { WebContext } from './context.ts'
import type { KeyStore } from './webhook-keys.ts'

/** What the platform is told. */
export type WebhookAnswer =
  | { status: number; contentType: string; body: string | Uint8Array }
  | { problem: ProblemCode; detail?: string; retryAfterSeconds?: number }

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
export async function receiveWebhook(web: WebContext, keys: KeyStore, remembered: FoundEndpoint, raw: RawWebhook): Promise<WebhookAnswer> {
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
      return { problem: 'unavailable', detail: 'The keys to check this signature cannot be had just now.', retryAfterSeconds: 30 }
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
      return { status: verdict.status, contentType: verdict.contentType ?? 'text/plain; charset=utf-8', body: verdict.body }
    case 'needs':
      return { problem: 'unavailable', detail: 'The key that signed this is not known yet.', retryAfterSeconds: 30 }
    case 'rejected':
      web.metrics.webhooks.inc({ channel: channel.id, result: 'rejected' })
      void countRejected(web.hub, found.view.id, verdict.reason).catch(() => {})
      return { problem: 'bad_signature', detail: verdict.reason }
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
      if (answer) return { status: 200, contentType: answer.contentType, body: answer.body }
      const { body, contentType } = verdict.acknowledge ?? { body: '{"ok":true}', contentType: 'application/json; charset=utf-8' }
      return { status: 200, contentType, body }
    }
  }
}
