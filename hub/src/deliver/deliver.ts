/**
 * Delivery as three independent streams [mechanics 12]: claiming, sending, recording. Always holds: a free slot is refilled at once; finished
 * outcomes are recorded by group commit; a slow request delays only its own conversation; a node that could not renew its lease starts nothing.
 */
import { isOutage } from '../database/servers.ts'
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
  /** Attempts that this process knows of, from the claim until they are recorded. */
  const known = new Set<string>()
  /** A claim whose answer was lost may have been committed all the same: then parts are ours that we never began. */
  let isClaimInDoubt = false

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
          if (isClaimInDoubt) {
            await giveBackUnknown(hub, [...known])
            isClaimInDoubt = false
          }
          const claimed = await claimParts(hub, wanted).catch(error => {
            isClaimInDoubt = true
            throw error
          })
          if (claimed.length === 0) break
          underWay += claimed.length
          for (const { attemptId } of claimed) known.add(attemptId)
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
        // Nothing has been sent: they are given back, now or before the next claim.
        hub.log.error({ err: error }, 'claimed parts could not be loaded')
      }
      // A node that was cut off or asleep meanwhile begins nothing: others may have settled what it held [mechanics 13].
      if (!lease.isHeld()) sendings = []
      const begun = new Set(sendings.map(sending => sending.claimed.attemptId))
      for (const { attemptId } of mine) if (!begun.has(attemptId)) known.delete(attemptId)
      isClaimInDoubt ||= begun.size < mine.length
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
        await recordResults(hub, workspaceId, batch)
        for (const { sending } of batch) known.delete(sending.claimed.attemptId)
        return
      } catch (error) {
        hub.log.error({ err: error, attempt, parts: batch.length }, 'outcomes could not be recorded')
        if (batch.length > 1) {
          // One bad row must not hold up the others.
          for (const one of batch) await recordBatch(workspaceId, [one])
          return
        }
        // While the database is away the outcome is kept. What the database itself refuses stays `sending`: a sweep makes it uncertain, or a receipt settles it.
        if (stopped || (attempt >= 8 && !isOutage(error))) return
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

/** Parts that are marked as sent by this node, while it knows nothing of them: no byte of theirs was written, so they go back into the queue. */
async function giveBackUnknown(hub: Hub, known: readonly string[]): Promise<void> {
  await hub.pools.system.query(
    `update part set state = 'pending', attempt = attempt - 1, node_id = null where node_id = $1 and state = 'sending' and attempt_id <> all($2::uuid[])`,
    [hub.nodeId, known],
  )
}
