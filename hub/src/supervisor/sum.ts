/** Sums up counter changes, and with them the figures of reports. Always holds: the sum of counts and changes is the same before and after; several processes may do it at once. */
import { sumFigures } from '../figures/sum.ts'
import type { Hub } from '../hub.ts'

const mostAtOnce = 20_000

/** Moves changes into the counts. Returns how many lines were summed up. */
export async function sumCounters(hub: Pick<Hub, 'pools'>): Promise<number> {
  const desk = await hub.pools.system.query({
    name: 'desk_sum',
    text: `with gone as (delete from desk_change where (workspace_id, id) in (select workspace_id, id from desk_change order by id limit ${mostAtOnce} for update skip locked) returning *)
      insert into desk_count (workspace_id, account_id, team_id, assignee_id, open, waiting, queued)
      select workspace_id, account_id, team_id, assignee_id, sum(open), sum(waiting), sum(queued) from gone group by 1, 2, 3, 4
      order by 1, 2, 3, 4
      on conflict (workspace_id, account_id, team_id, assignee_id) do update set
        open = desk_count.open + excluded.open, waiting = desk_count.waiting + excluded.waiting, queued = desk_count.queued + excluded.queued`,
  })
  return (desk.rowCount ?? 0) + (await sumFigures(hub))
}
