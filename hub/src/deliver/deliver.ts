/**
 * Delivery as three independent streams [mechanics 12]: claiming, sending, recording. Always holds: a free slot is refilled at once; finished
 * outcomes are recorded by group commit; a slow request delays only its own conversation; a node that could not renew its lease starts nothing.
 */
import type { Hub } from '../hub.ts'
import type { NodeLease } from '../nodes/lease.ts'
import { type Claimed, claimParts } from './claim.ts'
import { recordResults } from './record.ts'
import { type SendResult, sendPart } from './send-part.ts'
import { loadSendings, type Sending } from './sending.ts'

export interface Delivery {
  /** How many are under way. */
  busy(): number
  /** Starts nothing new; resolves when all that was under way is recorded, or after `graceMs`. */
  stop(graceMs: number): Promise<void>
}

export interface DeliveryOptions {
  slots?: number
  sweepMs?: number
}

/** Begins to deliver whatever is due, until stopped. */
export function startDelivery(hub: Hub, lease: NodeLease, options: DeliveryOptions = {}): Delivery {
  const slots = options.slots ?? 64
  let underWay = 0
  let stopped = false
  let claiming = false
  let askedAgain = false
  const results: SendResult[] = []
  let recording: Promise<void> | undefined

  async function claim(): Promise<void> {
    if (claiming) {
      askedAgain = true
      return
    }
    claiming = true
    try {
      do {
        askedAgain = false
        while (!stopped && lease.isHeld() && underWay < slots) {
          const wanted = slots - underWay
          const claimed = await claimParts(hub, wanted)
          if (claimed.length === 0) break
          underWay += claimed.length
          void sendClaimed(claimed)
          if (claimed.length < wanted) break
        }
      } while (askedAgain && !stopped)
    } catch (error) {
      hub.log.error({ err: error }, 'claiming failed')
    } finally {
      claiming = false
    }
  }

  async function sendClaimed(claimed: readonly Claimed[]): Promise<void> {
    for (const workspaceId of new Set(claimed.map(row => row.workspaceId))) {
      const mine = claimed.filter(row => row.workspaceId === workspaceId)
      let sendings: Sending[] = []
      try {
        sendings = await loadSendings(hub, workspaceId, mine)
      } catch (error) {
        // Nothing has been sent: the sweep of this node's own stale leases gives them back.
        hub.log.error({ err: error }, 'claimed parts could not be loaded')
        await giveBack(hub, mine).catch(() => {})
      }
      underWay -= mine.length - sendings.length
      for (const sending of sendings) void sendOne(sending)
    }
  }

  async function sendOne(sending: Sending): Promise<void> {
    results.push(await sendPart(hub, sending))
    // The slot is free as soon as the request is over; recording has its own stream.
    underWay--
    recording ??= record()
    void claim()
  }

  async function record(): Promise<void> {
    // Wait for what finishes in the same turn of the event loop.
    await new Promise(resolve => setImmediate(resolve))
    while (results.length > 0) {
      const batch = results.splice(0, 200)
      for (const workspaceId of new Set(batch.map(result => result.sending.claimed.workspaceId)))
        await recordBatch(
          workspaceId,
          batch.filter(result => result.sending.claimed.workspaceId === workspaceId),
        )
    }
    recording = undefined
    void claim()
  }

  async function recordBatch(workspaceId: string, batch: SendResult[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await recordResults(hub, workspaceId, batch)
      } catch (error) {
        hub.log.error({ err: error, attempt, parts: batch.length }, 'outcomes could not be recorded')
        if (batch.length > 1) {
          // One bad row must not hold up the others.
          for (const one of batch) await recordBatch(workspaceId, [one])
          return
        }
        // After that the part stays `sending` and becomes uncertain when this node's lease is swept, or a receipt settles it.
        if (attempt >= 8 || stopped) return
        await new Promise(resolve => setTimeout(resolve, Math.min(5_000, 100 * 2 ** attempt)))
      }
    }
  }

  const stopListening = hub.bell.listen('parts', () => void claim())
  const sweep = setInterval(() => void claim(), options.sweepMs ?? 1_000)
  void claim()

  return {
    busy: () => underWay + results.length,
    async stop(graceMs) {
      stopped = true
      stopListening()
      clearInterval(sweep)
      const until = Date.now() + graceMs
      while ((underWay > 0 || results.length > 0 || recording) && Date.now() < until) await new Promise(resolve => setTimeout(resolve, 20))
    },
  }
}

async function giveBack(hub: Hub, claimed: readonly Claimed[]): Promise<void> {
  await hub.pools.system.query(
    `update part set state = 'pending', attempt = attempt - 1, node_id = null where attempt_id = any($1::uuid[]) and state = 'sending'`,
    [claimed.map(row => row.attemptId)],
  )
}
