/**
 * A node's lease [mechanics 13]: heartbeat every 2 s, dead after 8 s, and after 5 s where the database has lost its line too. Always holds: a node that
 * could not renew for 5 s starts no request, so that it has stopped before others take over what it held.
 */
import { kyselyOnPool } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'

export const heartbeatMs = 2_000
export const deadAfterMs = 8_000
export const mayStartWithinMs = 5_000

export interface NodeLease {
  /** Whether this node may start something now. */
  isHeld(): boolean
  /** Ends the lease at once, so that nobody has to wait for it to run out. */
  release(): Promise<void>
}

export interface HeldLease extends NodeLease {
  /** A worker of the job runner in this process: whoever sweeps this node frees its jobs. */
  addWorker(workerId: string): void
  /** Renews no more and leaves the lease: others take over when it has run out. */
  stop(): void
}

/** Registers this process as a node and keeps its lease. */
export async function holdLease(hub: Hub, role: string): Promise<HeldLease> {
  const db = kyselyOnPool(hub.pools.system)
  let renewedAt = 0
  let ended = false
  const workerIds: string[] = []

  async function renew(): Promise<void> {
    if (ended) return
    const startedAt = performance.now()
    try {
      await hub.pools.system.query({
        name: 'node_renew',
        // Whole each time: a node that was cut off, swept and came back is a new row.
        text: `insert into node (id, role, worker_ids) values ($1, $2, $3) on conflict (id) do update set heartbeat_at = clock_timestamp(), worker_ids = excluded.worker_ids`,
        values: [hub.nodeId, role, workerIds],
      })
      renewedAt = Math.max(renewedAt, startedAt)
    } catch (error) {
      hub.log.warn({ err: error }, 'the lease could not be renewed')
    }
  }
  await renew()
  const timer = setInterval(() => void renew(), heartbeatMs)
  return {
    addWorker(workerId) {
      workerIds.push(workerId)
      void renew()
    },
    isHeld: () => !ended && performance.now() - renewedAt < mayStartWithinMs,
    stop() {
      ended = true
      clearInterval(timer)
    },
    async release() {
      ended = true
      clearInterval(timer)
      await db
        .deleteFrom('node')
        .where('id', '=', hub.nodeId)
        .execute()
        .catch(() => {})
    },
  }
}
