/**
 * Posts webhooks as a vendor does: in order within a queue, one at a time, again and again until a 2xx, with duplicates and swaps on demand.
 * Always holds: within one key the next webhook leaves only after the one before it was taken or given up (unless `reorderWebhooks` swaps them).
 */
import { strikes } from './faults.ts'
import { hideSecrets, logExcerpt } from './log.ts'
import type { Faults, SimulatorEnvironment } from './types.ts'

export interface Webhook {
  /** Order is kept within a key. */
  key: string
  url: string
  headers: Record<string, string>
  body: Uint8Array
  /** Given up when the next try would come later than this, ms since the epoch. */
  expiresAt: number
  taken?(status: number, body: string): void
  failed?(status: number): void
}

export interface WebhookQueueOptions {
  environment: SimulatorEnvironment
  faults: Faults
  /** Wait before try number `attempt` + 1, in ms; counts from 1. */
  retryDelayMs(attempt: number): number
  /** Shown as `…` in the log. */
  secrets?(): readonly string[]
}

export interface WebhookQueue {
  add(webhook: Webhook): void
  /** How many wait or are under way. */
  waiting(): number
  /** Drops what waits under keys that begin so. */
  drop(keyPrefix: string): void
  /** Resolves when nothing is under way at this moment (what waits for a retry stays). */
  settled(): Promise<void>
}

/** A swap is held back this long for its partner to come. */
const swapWaitMs = 250

/** A queue over the environment's `post`. */
export function createWebhookQueue({ environment, faults, retryDelayMs, secrets = () => [] }: WebhookQueueOptions): WebhookQueue {
  const lines = new Map<string, Webhook[]>()
  const busy = new Set<string>()
  const inFlight = new Set<Promise<void>>()
  let heldBack: Webhook | undefined

  return {
    add(webhook) {
      if (heldBack) {
        const earlier = heldBack
        heldBack = undefined
        // The later one overtakes: both go out under keys of their own, so that neither waits for the other.
        enqueue({ ...webhook, key: `${webhook.key} overtaking` })
        environment.after(20, () => enqueue(earlier))
        return
      }
      if (strikes(faults, 'reorderWebhooks')) {
        heldBack = webhook
        environment.after(swapWaitMs, () => {
          if (heldBack === webhook) {
            heldBack = undefined
            enqueue(webhook)
          }
        })
        return
      }
      enqueue(webhook)
    },
    waiting: () => [...lines.values()].reduce((sum, line) => sum + line.length, heldBack ? 1 : 0),
    drop(keyPrefix) {
      for (const key of lines.keys()) if (key.startsWith(keyPrefix)) lines.set(key, [])
      if (heldBack?.key.startsWith(keyPrefix)) heldBack = undefined
    },
    async settled() {
      while (inFlight.size > 0) await Promise.all(inFlight)
    },
  }

  function enqueue(webhook: Webhook): void {
    const line = lines.get(webhook.key)
    if (line) line.push(webhook)
    else lines.set(webhook.key, [webhook])
    work(webhook.key, 1)
  }

  function work(key: string, attempt: number): void {
    const first = lines.get(key)?.[0]
    if (!first || busy.has(key)) return
    busy.add(key)
    const flight = post(first).then(status => {
      busy.delete(key)
      const line = lines.get(key)
      if (line?.[0] !== first) return work(key, 1)
      if (status >= 200 && status < 300) return advance(key)
      const delay = retryDelayMs(attempt)
      if (environment.now() + delay > first.expiresAt) return advance(key)
      busy.add(key)
      environment.after(delay, () => {
        busy.delete(key)
        work(key, lines.get(key)?.[0] === first ? attempt + 1 : 1)
      })
    })
    inFlight.add(flight)
    void flight.finally(() => inFlight.delete(flight))
  }

  function advance(key: string): void {
    const line = lines.get(key)
    line?.shift()
    if (!line?.length) lines.delete(key)
    else work(key, 1)
  }

  async function post(webhook: Webhook): Promise<number> {
    // Decided before it leaves: a switch thrown while the answer is on its way is meant for the next one.
    const isTwice = strikes(faults, 'duplicateWebhooks')
    const answer = await once(webhook)
    if (answer.status >= 200 && answer.status < 300) {
      webhook.taken?.(answer.status, answer.body)
      if (isTwice) await once(webhook)
    } else webhook.failed?.(answer.status)
    return answer.status
  }

  async function once(webhook: Webhook): Promise<{ status: number; body: string }> {
    const answer = await environment
      .post({ url: webhook.url, headers: webhook.headers, body: webhook.body })
      .catch(() => ({ status: 0, body: '' }))
    const show = (text: string) => hideSecrets(text, secrets())
    environment.log({
      at: environment.now(),
      direction: 'webhook',
      what: show(webhook.url),
      status: answer.status,
      sent: show(logExcerpt(webhook.body)),
      received: show(logExcerpt(answer.body)),
    })
    return answer
  }
}
