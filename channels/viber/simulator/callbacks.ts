/**
 * How the simulated Viber tells what happened. A bot's callbacks are signed with its token, in a header and in the address, because libraries read
 * one or the other; a partner's carry the secret that its portal was given.
 * Always holds: what is not answered with 200 comes again after 10, 60, 300, 600, 900 s, for about an hour.
 */
import { createHmac } from 'node:crypto'
import { createWebhookQueue } from '@dragoman/channel-kit/simulator'
import { limits } from './limits.ts'
import { type Json, type World, withToken } from './state.ts'

export type Callbacks = Pick<World, 'tell' | 'report'>

/** Callbacks that one may do without. */
const optional = ['delivered', 'seen', 'failed', 'conversation_started', 'client_status']

export function createCallbacks(world: Pick<World, 'environment' | 'state' | 'faults'>): Callbacks {
  const { environment, state, faults } = world
  const queue = createWebhookQueue({
    environment,
    faults,
    retryDelayMs: attempt => limits.retryDelaysMs[Math.min(attempt, limits.retryDelaysMs.length) - 1]!,
    secrets: () => Object.values(state.accounts).flatMap(account => [account.token, account.portal?.secret ?? '']),
  })
  return {
    tell(account, callback, token, answered) {
      const { webhook } = account
      if (!webhook) return
      if (webhook.events && optional.includes(callback.event) && !webhook.events.includes(callback.event)) return
      const body = new TextEncoder().encode(withToken({ timestamp: environment.now(), chat_hostname: 'SN-CHAT-05_', ...callback }, token))
      const { url, headers } = signed(webhook.url, account.token, body)
      queue.add({
        key: `${account.id}|${personIn(callback)}|${callback.event === 'message' ? 'message' : 'other'}`,
        url,
        headers,
        body,
        expiresAt: environment.now() + limits.callbackLifeMs,
        ...(answered ? { taken: (_status: number, text: string) => answered(text) } : {}),
      })
    },
    report(account, body) {
      const { portal } = account
      if (!portal) return
      queue.add({
        key: `${account.id}|reports`,
        url: portal.url,
        headers: { 'content-type': 'application/json', 'x-webhook-secret': portal.secret },
        body: new TextEncoder().encode(JSON.stringify(body)),
        expiresAt: environment.now() + limits.callbackLifeMs,
      })
    },
  }
}

/** The address and headers of a signed callback. */
export function signed(url: string, token: string, body: Uint8Array): { url: string; headers: Record<string, string> } {
  const signature = createHmac('sha256', token).update(body).digest('hex')
  const address = new URL(url)
  address.searchParams.set('sig', signature)
  return { url: address.href, headers: { 'content-type': 'application/json', 'x-viber-content-signature': signature } }
}

function personIn(callback: Json): string {
  const person = (callback.sender ?? callback.user) as { id?: string } | undefined
  return String(person?.id ?? callback.user_id ?? '')
}
