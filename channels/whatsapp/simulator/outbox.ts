/**
 * Webhooks of the simulated WhatsApp: the envelope, whose address they go to, and joining changes of several numbers into one body.
 * Always holds: changes of one number never share a body here, those of two numbers of the app do when they come within a moment: one
 * signature over both, as Meta posts per app and not per number.
 */
import type { Faults, SimulatorEnvironment } from '@dragoman/channel-kit/simulator'
import { createMetaWebhooks } from '@dragoman/channel-meta-graph/simulator'
import type { BusinessNumber, WhatsAppState } from './state.ts'

/** How long a change waits for one of another number, ms. */
const joinWithinMs = 8

interface Change {
  numberId: string
  key: string
  field: string
  value: Record<string, unknown>
}

/** Makes the way out for webhooks. */
export function createOutbox(environment: SimulatorEnvironment, faults: Faults, state: WhatsAppState) {
  const webhooks = createMetaWebhooks(environment, faults, () => [state.app.secret, state.app.token])
  const waiting = new Map<string, Change[]>()

  function addressOf(number: BusinessNumber): string | undefined {
    return number.callback ?? (state.app.subscribed ? (state.wabaCallback ?? state.app.callback) : undefined)
  }

  function flush(url: string): void {
    const changes = waiting.get(url)
    waiting.delete(url)
    if (!changes?.length) return
    webhooks.send({ url, appSecret: state.app.secret }, changes.map(change => change.key).join(' '), {
      object: 'whatsapp_business_account',
      entry: [{ id: state.wabaId, changes: changes.map(({ value, field }) => ({ value, field })) }],
    })
  }

  return {
    /** Queues a change of a number; `key` keeps the order within one conversation. */
    send(number: BusinessNumber, key: string, value: Record<string, unknown>, field = 'messages'): void {
      const url = addressOf(number)
      if (url === undefined) return
      if (waiting.get(url)?.some(change => change.numberId === number.id)) flush(url)
      const full = {
        messaging_product: 'whatsapp',
        metadata: { display_phone_number: number.displayNumber, phone_number_id: number.id },
        ...value,
      }
      const changes = waiting.get(url)
      const change = { numberId: number.id, key, field, value: full }
      if (changes) {
        changes.push(change)
        return
      }
      waiting.set(url, [change])
      environment.after(joinWithinMs, () => flush(url))
    },
    /** News of the account, or of a number under its dialled digits: names no number's id, has a time, and comes once for all numbers of an address. */
    sendNews(field: string, value: Record<string, unknown>): void {
      const urls = new Set(state.numbers.flatMap(number => addressOf(number) ?? []))
      for (const url of urls) {
        webhooks.send({ url, appSecret: state.app.secret }, `news ${field}`, {
          object: 'whatsapp_business_account',
          entry: [{ id: state.wabaId, time: Math.floor(environment.now() / 1000), changes: [{ value, field }] }],
        })
      }
    },
  }
}
