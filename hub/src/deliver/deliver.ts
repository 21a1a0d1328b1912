/**
 * Delivery as three independent streams [mechanics 12]: claiming, sending, recording. Always holds: a free place is refilled at once; finished
 * outcomes are recorded by group commit; a slow request delays only its own conversation, and a slow platform only its own accounts; a node that could
 * not renew its lease starts nothing.
 */
import { isOutage } from '../database/servers.ts'
import type { Hub } from '../hub.ts'
import type { NodeLease } from '../nodes/lease.ts'
import { type Claimed, type ClaimRound, claimRound } from './claim.ts'
import type { Lane } from './pace.ts'
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
  /** How many requests one account may have under way. */
  slots?: number
  sweepMs?: number
}

/** Of one process, over all accounts. */
const mostUnderWay = 1_024
/** The part of the places that bulk may take: whoever talks finds one free. */
const bulkShare = 0.8
const mostRecordedAtOnce = 500
/** While much is under way, outcomes are gathered so long: fewer commits, and nobody waits for them. */
const gatherMs = 15
/** Places that become free within so many ms are refilled by one claim. */
const refillMs = 5

/** Begins to deliver whatever is due, until stopped. */
export function startDelivery(hub: Hub, lease: NodeLease, options: DeliveryOptions = {}): Delivery {
  const slots = options.slots ?? 256
  const underWay = new Map<string, Record<Lane, number>>()
  const all: Record<Lane, number> = { talk: 0, bulk: 0 }
  let stopped = false
  let claiming = false
  let askedAgain = false
  let crowded = new Set<string>()
  let refill: NodeJS.Timeout | undefined
  let alarm: { timer: NodeJS.Timeout; at: number } | undefined
  let results: SendResult[] = []
  let recording: Promise<void> | undefined
  /** Attempts that this process knows of, from the claim until they are recorded. */
  const known = new Set<string>()
  /** A claim whose answer was lost may have been committed all the same: then parts are ours that we never began. */
  let isClaimInDoubt = false

  function free(accountId: string): Record<Lane, number> {
    const mine = underWay.get(accountId) ?? { talk: 0, bulk: 0 }
    const left = Math.min(slots - mine.talk - mine.bulk, mostUnderWay - all.talk - all.bulk)
    return {
      talk: Math.max(0, left),
      bulk: Math.max(0, Math.min(left, Math.ceil(slots * bulkShare) - mine.bulk, Math.ceil(mostUnderWay * bulkShare) - all.bulk)),
    }
  }

  function count({ accountId, lane }: Claimed, by: 1 | -1): void {
    const mine = underWay.get(accountId) ?? { talk: 0, bulk: 0 }
    mine[lane] += by
    all[lane] += by
    if (mine.talk + mine.bulk === 0) underWay.delete(accountId)
    else underWay.set(accountId, mine)
  }

  async function claim(): Promise<void> {
    if (claiming) {
      askedAgain = true
      return
    }
    claiming = true
    try {
      let isMore = false
      do {
        askedAgain = false
        if (stopped || !lease.isHeld()) break
        const round = await claimOnce()
        for (const claimed of round.claimed) {
          count(claimed, 1)
          known.add(claimed.attemptId)
        }
        crowded = new Set(round.crowded)
        // Whoever talks is not kept waiting by the loading of much bulk.
        for (const lane of ['talk', 'bulk'] as const) void sendClaimed(round.claimed.filter(claimed => claimed.lane === lane))
        if (round.nextInMs !== undefined) wakeIn(round.nextInMs)
        isMore = round.isMore
      } while ((askedAgain || isMore) && !stopped)
    } catch (error) {
      hub.log.error({ err: error }, 'claiming failed')
    } finally {
      claiming = false
    }
  }

  async function claimOnce(): Promise<ClaimRound> {
    if (isClaimInDoubt) {
      await giveBackUnknown(hub, [...known])
      isClaimInDoubt = false
    }
    return await claimRound(hub, free).catch(error => {
      isClaimInDoubt = true
      throw error
    })
  }

  /** When something falls due or pace allows more; the sweep covers what is later. */
  function wakeIn(ms: number): void {
    const at = performance.now() + ms
    if (stopped || (alarm && alarm.at <= at) || ms > 60_000) return
    if (alarm) clearTimeout(alarm.timer)
    const timer = setTimeout(() => {
      alarm = undefined
      void claim()
    }, ms)
    alarm = { timer, at }
  }

  async function sendClaimed(claimed: readonly Claimed[]): Promise<void> {
    for (const workspaceId of new Set(claimed.map(row => row.workspaceId))) {
      const mine = claimed.filter(row => row.workspaceId === workspaceId)
      // One workspace's loading does not hold up another's.
      void loadAndSend(workspaceId, mine)
    }
  }

  async function loadAndSend(workspaceId: string, mine: readonly Claimed[]): Promise<void> {
    let sendings: Sending[] = []
    try {
      sendings = await loadSendings(hub, workspaceId, mine)
    } catch (error) {
      hub.log.error({ err: error, parts: mine.length }, 'claimed parts could not be loaded')
      if (!isOutage(error)) {
        // One that cannot be read must not hold up the others.
        const middle = mine.length >> 1
        if (middle === 0) return await putOff(mine[0]!)
        await loadAndSend(workspaceId, mine.slice(0, middle))
        return await loadAndSend(workspaceId, mine.slice(middle))
      }
      // Nothing has been sent: they are given back before the next claim.
    }
    // A node that was cut off or asleep meanwhile begins nothing: others may have settled what it held [mechanics 13].
    if (!lease.isHeld()) sendings = []
    const begun = new Set(sendings.map(sending => sending.claimed.attemptId))
    for (const one of mine) {
      if (begun.has(one.attemptId)) continue
      known.delete(one.attemptId)
      count(one, -1)
      isClaimInDoubt = true
    }
    for (const sending of sendings) void sendOne(sending)
  }

  /** A part that cannot be loaded is tried again later: its row, or this program, may be mended meanwhile. */
  async function putOff(one: Claimed): Promise<void> {
    try {
      await hub.pools.system.query(
        `update part set state = 'pending', attempt = attempt - 1, node_id = null, not_before = now() + interval '1 minute' where attempt_id = $1 and state = 'sending'`,
        [one.attemptId],
      )
    } catch {
      isClaimInDoubt = true
    }
    known.delete(one.attemptId)
    count(one, -1)
  }

  async function sendOne(sending: Sending): Promise<void> {
    const result = await sendPart(hub, sending)
    results.push(result)
    // The place is free as soon as the request is over; recording has its own stream.
    count(sending.claimed, -1)
    recording ??= record()
    if (crowded.has(sending.claimed.accountId))
      refill ??= setTimeout(() => {
        refill = undefined
        void claim()
      }, refillMs)
  }

  async function record(): Promise<void> {
    // Wait for what finishes in the same turn of the event loop.
    await new Promise(resolve => setImmediate(resolve))
    while (results.length > 0) {
      if (all.talk + all.bulk > 16 && !stopped) await new Promise(resolve => setTimeout(resolve, gatherMs))
      const batch = results.slice(0, mostRecordedAtOnce)
      results = results.slice(mostRecordedAtOnce)
      for (const workspaceId of new Set(batch.map(result => result.sending.claimed.workspaceId)))
        await recordBatch(
          workspaceId,
          batch.filter(result => result.sending.claimed.workspaceId === workspaceId),
        )
      // What stood behind these in their conversations may go now.
      void claim()
    }
    recording = undefined
  }

  async function recordBatch(workspaceId: string, batch: SendResult[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await recordResults(hub, workspaceId, batch)
        for (const { sending } of batch) known.delete(sending.claimed.attemptId)
        return
      } catch (error) {
        hub.log.error({ err: error, attempt, parts: batch.length }, 'outcomes could not be recorded')
        if (batch.length > 1 && !isOutage(error)) {
          // One bad row must not hold up the others.
          const middle = batch.length >> 1
          await recordBatch(workspaceId, batch.slice(0, middle))
          await recordBatch(workspaceId, batch.slice(middle))
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

  const busy = () => all.talk + all.bulk + results.length
  return {
    busy,
    async stop(graceMs) {
      stopped = true
      stopListening()
      clearInterval(sweep)
      clearTimeout(refill)
      clearTimeout(alarm?.timer)
      const until = Date.now() + graceMs
      while ((busy() > 0 || claiming || recording) && Date.now() < until) await new Promise(resolve => setTimeout(resolve, 20))
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
