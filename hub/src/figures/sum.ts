/**
 * Moves lines into the figures of days and hours. Always holds: figures and lines together say the same before and after; one process does it at a time; a
 * workspace whose zone has changed, or that was never counted, is counted anew first.
 */
import { defaultSetting } from '@dragoman/api'
import type { Hub } from '../hub.ts'
import { alone } from './lock.ts'
import { measures, recountFigures } from './recount.ts'

const mostAtOnce = 20_000
const ours = `workspace_id in (select z.workspace_id from figure_zone z)`

/** Sums up. Returns how many lines were moved; 0 where another process is at it. */
export async function sumFigures(hub: Pick<Hub, 'pools'>): Promise<number> {
  const { rows } = await hub.pools.system.query<{ workspace_id: string; zone: string }>({
    name: 'figures_zones',
    text: `select w.workspace_id, coalesce(s.value->>'zone', $1) as zone from workspace w left join setting s on s.workspace_id = w.workspace_id and s.name = 'hours'
      left join figure_zone z on z.workspace_id = w.workspace_id where z.zone is distinct from coalesce(s.value->>'zone', $1)`,
    values: [defaultSetting('hours').zone],
  })
  for (const row of rows) await recountFigures(hub, row.workspace_id, row.zone)
  const moved = await alone(hub.pools.system, false, async client => {
    const messages = await client.query<{ moved: number }>({ name: 'figures_messages', text: messagesSql })
    const cases = await client.query<{ moved: number }>({ name: 'figures_cases', text: casesSql })
    return messages.rows[0]!.moved + cases.rows[0]!.moved
  })
  return moved ?? 0
}

const raised = (table: string, names: string) =>
  `do update set ${names
    .split(', ')
    .map(name => `${name} = ${table}.${name} + excluded.${name}`)
    .join(', ')}`

const messagesSql = `
  with gone as (delete from message_change where (workspace_id, id) in (select workspace_id, id from message_change where ${ours} order by id limit ${mostAtOnce}) returning *),
    local as (select g.*, g.quarter at time zone z.zone as at from gone g join figure_zone z on z.workspace_id = g.workspace_id),
    days as (insert into figure_day (workspace_id, day, account_id, team_id, member_id, ${measures})
      select workspace_id, at::date, account_id, null, member_id, sum(incoming), sum(by_people), sum(by_hub), sum(elsewhere), 0, 0, 0 from local group by 1, 2, 3, 5
      on conflict (workspace_id, day, account_id, team_id, member_id) ${raised('figure_day', 'incoming, by_people, by_hub, elsewhere')}),
    hours as (insert into figure_hour (workspace_id, day, hour, account_id, ${measures})
      select workspace_id, at::date, extract(hour from at), account_id, sum(incoming), sum(by_people), sum(by_hub), sum(elsewhere), 0, 0, 0 from local group by 1, 2, 3, 4
      on conflict (workspace_id, day, hour, account_id) ${raised('figure_hour', 'incoming, by_people, by_hub, elsewhere')})
  select count(*)::int as moved from gone`

const casesSql = `
  with gone as (delete from case_change where (workspace_id, id) in (select workspace_id, id from case_change where ${ours} order by id limit ${mostAtOnce}) returning *),
    counts as (insert into case_count (workspace_id, quarter, account_id, team_id, assignee_id, opened, closed, answered)
      select workspace_id, quarter, account_id, team_id, assignee_id, sum(opened), sum(closed), sum(answered) from gone group by 1, 2, 3, 4, 5
      on conflict (workspace_id, quarter, account_id, team_id, assignee_id) ${raised('case_count', 'opened, closed, answered')}),
    local as (select g.*, g.quarter at time zone z.zone as at from gone g join figure_zone z on z.workspace_id = g.workspace_id),
    days as (insert into figure_day (workspace_id, day, account_id, team_id, member_id, ${measures})
      select workspace_id, at::date, account_id, team_id, assignee_id, 0, 0, 0, 0, sum(opened), sum(closed), sum(answered) from local group by 1, 2, 3, 4, 5
      on conflict (workspace_id, day, account_id, team_id, member_id) ${raised('figure_day', 'opened, closed, answered')}),
    hours as (insert into figure_hour (workspace_id, day, hour, account_id, ${measures})
      select workspace_id, at::date, extract(hour from at), account_id, 0, 0, 0, 0, sum(opened), sum(closed), sum(answered) from local group by 1, 2, 3, 4
      on conflict (workspace_id, day, hour, account_id) ${raised('figure_hour', 'opened, closed, answered')}),
    answers as (insert into figure_answer (workspace_id, day, whose, id, took, cases)
      select f.workspace_id, f.at::date, v.whose, v.id, f.took, sum(f.answered) from local f,
        lateral (values ('account', f.account_id), ('team', f.team_id), ('member', f.assignee_id)) as v(whose, id) where f.took is not null group by 1, 2, 3, 4, 5
      on conflict (workspace_id, day, whose, id, took) ${raised('figure_answer', 'cases')})
  select count(*)::int as moved from gone`
