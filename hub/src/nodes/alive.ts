/**
 * Whether another process lives. Always holds: a process that was killed is known to be gone at once, since the database gives its lock back with its
 * connection; one that is cut off is gone when it has not been heard for as long as its leases last [mechanics 13].
 */
import type { Hub } from '../hub.ts'
import { deadAfterMs } from './lease.ts'

/** The lock that a node holds on the connection on which it listens, for as long as it lives. */
export const nodeLock = (nodeId: string) => ({
  text: 'select pg_try_advisory_lock(hashtextextended($1, 0)) as held',
  values: [`node ${nodeId}`],
})

/** Asks the database; safe while a transaction of ours is open, since it uses another connection. */
export async function isAlive(hub: Hub, nodeId: string): Promise<boolean> {
  const { rows } = await hub.pools.system.query<{ alive: boolean }>({
    name: 'node_alive',
    text: `select not pg_try_advisory_xact_lock(hashtextextended($1, 0))
      and exists (select 1 from node where id = $2 and heartbeat_at > clock_timestamp() - $3 * interval '1 millisecond') as alive`,
    values: [`node ${nodeId}`, nodeId, deadAfterMs],
  })
  return rows[0]!.alive
}
