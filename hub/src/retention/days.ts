/**
 * Journal and event log lie in parts by day (UTC), so that what is over is dropped whole. Always holds: the parts of the next days are there before they
 * are needed; a row for which there is none goes to the rest and is pruned there.
 */
import type { Hub } from '../hub.ts'

const tables = ['journal', 'event_log'] as const
const daysAhead = 3

/** Makes the parts of today and of the next days where they are missing. Safe to call anywhere at any time. */
export async function keepDays(hub: Pick<Hub, 'pools'>): Promise<void> {
  for (const table of tables)
    await hub.pools.system.query(`select add_day($1, (now() at time zone 'UTC')::date + ahead) from generate_series(0, $2::int) ahead`, [
      table,
      daysAhead,
    ])
}

/** Drops the days of a table that ended more than so many days ago; bodies that wait for an account stay. Returns how many days went. */
export async function dropDays(hub: Pick<Hub, 'pools'>, table: (typeof tables)[number], keep: number): Promise<number> {
  const { rows } = await hub.pools.system.query<{ dropped: number }>('select drop_days($1, $2) as dropped', [table, keep])
  return rows[0]!.dropped
}
