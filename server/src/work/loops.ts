/**
 * The worker's loops: draining lanes, polling, fetching files, sweeping. Always holds: woken by the bell at once and by a sweep each second at the
 * latest; an error in one round is logged and the next round comes.
 */

import type { InspectFile } from '@dragoman/hub'
import {
  accountContext,
  accountSecrets,
  acknowledgePress,
  channelOf,
  deliverWebhooks,
  drainLane,
  fetchFiles,
  gatherDeliveries,
  type Hub,
  type IngestEffects,
  inWorkspace,
  isObserving,
  leaveLanes,
  type NodeLease,
  pauseAccount,
  performFor,
  routeQueue,
  settleLateFacts,
  storePolled,
  sumCounters,
  sweepNodes,
  workImports,
} from '@dragoman/hub'

export interface Loop {
  stop(): Promise<void>
}

/** What follows from applied events at once, and may be missed: presses acknowledged. */
export function ingestEffects(hub: Hub): IngestEffects {
  return {
    acknowledge: (workspaceId, accountId, token) =>
      void acknowledgePress(hub, workspaceId, accountId, token).catch(error =>
        hub.log.debug({ err: error }, 'a press was not acknowledged'),
      ),
  }
}

const slowAcceptanceMs = 10
const mostRests = 7
const longestRestMs = 1_000
/** Of what a drain can do, so much may come for it to catch up with what waits. */
const bearable = 0.75

/** Drains lanes: each account by one drain at a time, several accounts side by side. */
export function startIngest(hub: Hub, lease: NodeLease): Loop {
  const effects = ingestEffects(hub)
  const draining = new Map<string, { again: boolean; done: Promise<void> }>()
  let stopped = false

  function wake(lane: string): void {
    const running = draining.get(lane)
    if (running) running.again = true
    else if (!stopped) {
      const state = { again: false, done: Promise.resolve() }
      draining.set(lane, state)
      state.done = drain(lane, state).finally(() => draining.delete(lane))
    }
  }

  async function drain(lane: string, state: { again: boolean }): Promise<void> {
    const [workspaceId, accountId] = lane.split(':') as [string, string]
    try {
      do {
        state.again = false
        for (;;) {
          const startedAt = performance.now()
          if (stopped || !lease.isHeld()) break
          const { isMore, count } = await drainLane(hub, workspaceId, accountId, effects)
          await giveWay(performance.now() - startedAt, count)
          // What comes after that was looked for rings.
          if (!isMore) break
        }
      } while (state.again && !stopped)
    } catch (error) {
      hub.log.error({ err: error, accountId }, 'draining a lane failed')
    }
  }

  /** Platforms wait for our acknowledgement, agents a little longer: while acceptances of this process are slow, applying rests several times as long as it works. */
  let rests = 0
  async function giveWay(tookMs: number, count: number): Promise<void> {
    rests = hub.acceptingTookMs() > slowAcceptanceMs ? Math.min(mostRests, rests * 2 + 1) : Math.floor(rests / 2)
    const restMs = Math.min(longestRestMs, tookMs * rests, sparedMs(tookMs, count))
    if (restMs > 0) await new Promise(resolve => setTimeout(resolve, restMs))
  }

  /** So long a rest may be that no more comes meanwhile than this drain has done; without bound in a flood, in which what comes is behind anyway. */
  function sparedMs(tookMs: number, count: number): number {
    const comeEachMs = hub.acceptedPerSecond() / 1_000
    if (comeEachMs === 0 || comeEachMs > (count / tookMs) * bearable) return Number.POSITIVE_INFINITY
    return Math.max(0, (count * bearable) / comeEachMs - tookMs)
  }

  const stopListening = hub.bell.listen('lane', (_topic, lane) => wake(lane))
  const sweep = repeat(hub, 1_000, async () => {
    const { rows } = await hub.pools.system.query<{ workspace_id: string; account_id: string }>({
      name: 'lanes_waiting',
      text: 'select distinct workspace_id, account_id from lane_item where applied_at is null and account_id is not null limit 1000',
    })
    for (const row of rows) wake(`${row.workspace_id}:${row.account_id}`)
  })
  return {
    async stop() {
      stopped = true
      stopListening()
      await sweep.stop()
      await Promise.all([...draining.values()].map(state => state.done))
      await leaveLanes(hub).catch(() => {})
    },
  }
}

/** Fetches expected files, a few at a time. */
export function startFetching(hub: Hub, inspect: InspectFile): Loop {
  const loop = repeat(hub, 1_000, async () => {
    while ((await fetchFiles(hub, inspect, 6)) === 6);
  })
  const stopListening = hub.bell.listen('files', () => loop.now())
  return {
    stop: async () => {
      stopListening()
      await loop.stop()
    },
  }
}

/** Routes waiting conversations to agents: woken when someone begins to wait or an agent is free again, and each second. */
export function startRoutingLoop(hub: Hub, lease: NodeLease): Loop {
  const asked = new Set<string>()
  const loop = repeat(hub, 1_000, async () => {
    if (!lease.isHeld()) return
    const workspaceIds = [...asked]
    asked.clear()
    for (const workspaceId of workspaceIds) await routeQueue(hub, workspaceId)
  })
  const sweep = repeat(hub, 1_000, async () => {
    if (!lease.isHeld()) return
    const { rows } = await hub.pools.system.query<{ workspace_id: string }>({
      name: 'queues_waiting',
      text: 'select workspace_id from workspace',
    })
    for (const row of rows) asked.add(row.workspace_id)
    loop.now()
  })
  const stopListening = [
    hub.bell.listen('queue', (_topic, workspaceId) => {
      asked.add(workspaceId)
      loop.now()
    }),
    hub.presence.onChange(workspaceId => {
      asked.add(workspaceId)
      loop.now()
    }),
  ]
  return {
    stop: async () => {
      for (const stop of stopListening) stop()
      await sweep.stop()
      await loop.stop()
    },
  }
}

/** Outgoing webhooks: the log becomes deliveries, deliveries are sent. Woken by events and by what is due; swept each second. */
export function startWebhooks(hub: Hub, lease: NodeLease): Loop {
  const gathering = repeat(hub, 1_000, async () => {
    if (!lease.isHeld()) return
    const { rows } = await hub.pools.system.query<{ workspace_id: string }>({
      name: 'webhooks_behind_somewhere',
      text: `select distinct w.workspace_id from webhook w join log_head h on h.workspace_id = w.workspace_id
        where w.deleted_at is null and (w.log_epoch <> h.epoch or w.log_position < h.position)`,
    })
    for (const row of rows) while ((await gatherDeliveries(hub, row.workspace_id)) > 0);
  })
  const sending = repeat(hub, 1_000, async () => {
    while (lease.isHeld() && (await deliverWebhooks(hub)) > 0);
  })
  const stopListening = hub.bell.listen('webhooks', () => sending.now())
  return {
    stop: async () => {
      stopListening()
      await Promise.all([gathering.stop(), sending.stop()])
    },
  }
}

/** Sums up the changes of the live counters, so that reading them stays cheap. */
export function startSumming(hub: Hub): Loop {
  return repeat(hub, 5_000, async () => {
    await sumCounters(hub)
  })
}

/** Imports: batch after batch, each a transaction of its own, taken by whichever worker is free. */
export function startImports(hub: Hub, lease: NodeLease): Loop {
  let stopped = false
  const loop = repeat(hub, 1_000, async () => {
    while (!stopped && lease.isHeld() && (await workImports(hub)) > 0);
  })
  const stopListening = hub.bell.listen('imports', () => loop.now())
  return {
    stop: async () => {
      stopped = true
      stopListening()
      await loop.stop()
    },
  }
}

/** Sweeps what dead nodes held. */
export function startSweeping(hub: Hub): Loop {
  return repeat(hub, 1_000, async () => {
    await sweepNodes(hub)
    await settleLateFacts(hub)
  })
}

/** Long polling: this node takes free poll leases and asks until it loses them [mechanics 19]. */
export function startPolling(hub: Hub, lease: NodeLease): Loop {
  const polling = new Map<string, Promise<void>>()
  let stopped = false
  const loop = repeat(hub, 2_000, async () => {
    if (!lease.isHeld()) return
    const { rows } = await hub.pools.system.query<{ workspace_id: string; account_id: string }>(
      `update poll_lease l set node_id = $1 from account a where a.workspace_id = l.workspace_id and a.id = l.account_id and a.way = 'poll' and a.status = 'active' and a.mode = 'live' and a.held_since is null
        and l.not_before <= now() and (l.node_id is null or l.node_id = $1) returning l.workspace_id, l.account_id`,
      [hub.nodeId],
    )
    for (const row of rows) {
      if (polling.has(row.account_id)) continue
      polling.set(
        row.account_id,
        pollAccount(hub, row.workspace_id, row.account_id, () => stopped || !lease.isHeld()).finally(() => polling.delete(row.account_id)),
      )
    }
  })
  const stopListening = hub.bell.listen('poll', () => loop.now())
  return {
    async stop() {
      stopped = true
      stopListening()
      await loop.stop()
      // A long poll may be under way for half a minute: it is simply left; its bodies come again.
      await Promise.race([Promise.all(polling.values()), new Promise(resolve => setTimeout(resolve, 200))])
      await hub.pools.system.query('update poll_lease set node_id = null where node_id = $1', [hub.nodeId]).catch(() => {})
    },
  }
}

const pollWaitMs = 25_000

async function pollAccount(hub: Hub, workspaceId: string, accountId: string, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const state = await inWorkspace(hub, workspaceId, async tx => {
      const account = await accountContext(hub, tx, accountId)
      const held = await tx.db.selectFrom('poll_lease').select(['cursor', 'node_id']).where('account_id', '=', accountId).executeTakeFirst()
      const row = await tx.db.selectFrom('account').select('secrets').where('id', '=', accountId).executeTakeFirst()
      if (
        !account ||
        !row ||
        account.status !== 'active' ||
        isObserving(account) ||
        account.held ||
        account.way !== 'poll' ||
        held?.node_id !== hub.nodeId
      )
        return undefined
      return { account, cursor: held.cursor, secrets: await accountSecrets(hub, tx, accountId, row.secrets) }
    }).catch(() => undefined)
    const poll = state && channelOf(hub, state.account.channel).extras.poll
    if (!state || !poll) return
    const input = { cursor: state.cursor, waitMs: pollWaitMs }
    const transmission = await performFor(hub, state.account, 'acts', poll.request(input, state.account.view), {
      secrets: state.secrets,
      origins: Object.values(state.account.view.origins),
      openFile: async () => {
        throw new Error('No files here')
      },
    })
    if (isOver()) return
    const result = poll.outcome(transmission, input, state.account.view)
    if (result.ok) {
      const { bodies, cursor } = result.value
      await storePolled(
        hub,
        {
          workspaceId,
          accountId,
          endpointId: state.account.endpointId,
          channel: state.account.channel,
          key: state.account.view.externalId,
        },
        bodies,
        cursor,
      ).catch(error => hub.log.warn({ err: error, accountId }, 'polled bodies were not stored: they come again'))
      continue
    }
    const { failure } = result
    if (failure.kind === 'auth') {
      await inWorkspace(hub, workspaceId, tx => pauseAccount(hub, tx, accountId, failure))
      return
    }
    // Another poller (409), a limit, a breakdown: wait, then look at the lease again.
    const waitMs = failure.kind === 'rate_limited' ? failure.retryAfterMs : 5_000
    hub.log.info({ accountId, code: failure.code, waitMs }, 'polling waits')
    await new Promise(resolve => setTimeout(resolve, waitMs))
  }
}

/** Who asks for a round so soon after the last one waits with all who ask meanwhile: under load a round serves many. */
const gatherMs = 25

/** Runs a round again and again, one at a time, `everyMs` apart or at once when asked. */
export function repeat(hub: Hub, everyMs: number, round: () => Promise<void>): Loop & { now(): void } {
  let stopped = false
  let running: Promise<void> | undefined
  let waiting: NodeJS.Timeout | undefined
  let endedAt = Number.NEGATIVE_INFINITY
  let askedAgain = false
  function now(): void {
    if (stopped || waiting) return
    if (running) {
      askedAgain = true
      return
    }
    const early = endedAt + gatherMs - performance.now()
    if (early > 0) {
      waiting = setTimeout(() => {
        waiting = undefined
        now()
      }, early)
      return
    }
    running = round()
      .catch(error => {
        if (!stopped) hub.log.error({ err: error }, 'a round of background work failed')
      })
      .finally(() => {
        running = undefined
        endedAt = performance.now()
        if (askedAgain) {
          askedAgain = false
          now()
        }
      })
  }
  const timer = setInterval(now, everyMs)
  now()
  return {
    now,
    async stop() {
      stopped = true
      clearInterval(timer)
      clearTimeout(waiting)
      await running
    },
  }
}
