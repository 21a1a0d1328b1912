/**
 * Whether another process lives. Always holds: a process that was killed is known to be gone at once, since the database gives its lock back with its
 * connection; one that is cut off is gone when it has not been heard for as long as its leases last [mechanics 13].
 */
import type { Hub } from '../hub.ts'
import { deadAfterMs } from './lease.ts'

/** SQL for the key of a node's lock; `id`: SQL for the node's id as text. */
export const lockKey = (id: string) => `hashtextextended('node ' || ${id}, 0)`

/** The lock that a node holds on the connection on which it listens, for as long as it lives. */
export const nodeLock = (nodeId: string) => ({
  text: `select pg_try_advisory_lock(${lockKey('$1::text')}) as held`,
  values: [nodeId],
})

/** Asks the database; safe while a transaction of ours is open, since it uses another connection. */
export async function isAlive(hub: Hub, nodeId: string): Promise<boolean> {
  const { rows } = await hub.pools.system.query<{ alive: boolean }>({
    name: 'node_alive',
    text: `select not pg_try_advisory_xact_lock(${lockKey('$1::text')})
      and exists (select 1 from node where id = $1::uuid and heartbeat_at > clock_timestamp() - $2 * interval '1 millisecond') as alive`,
    values: [nodeId, deadAfterMs],
  })
  return rows[0]!.alive
}
