/**
 * The figures of reports from the rows themselves: for a firm whose zone has changed, for a database older than the figures, and to see whether they are
 * right. Always holds: one moment for all rows and lines, so whatever is written meanwhile is counted once, by its own line.
 */
import type pg from 'pg'
import type { Hub } from '../hub.ts'
import { alone } from './lock.ts'

/** Counts a workspace's figures anew, in the days and hours of `zone`. Minutes on a very large database; nobody waits for it. */
export async function recountFigures(hub: Pick<Hub, 'pools'>, workspaceId: string, zone: string): Promise<void> {
  await alone(hub.pools.app, true, client => inOneMoment(client, workspaceId, false, async () => await recount(client, workspaceId, zone)))
}

async function recount(client: pg.PoolClient, workspaceId: string, zone: string): Promise<void> {
  const gone = ['message_change', 'figure_day', 'figure_hour', 'figure_answer']
  for (const table of gone) await client.query(`delete from ${table} where workspace_id = $1`, [workspaceId])
  // Lines of cases are the live counters' too.
  await client.query(
    `with gone as (delete from case_change where workspace_id = $1 returning *)
      insert into case_count (workspace_id, quarter, account_id, team_id, assignee_id, opened, closed, answered)
      select workspace_id, quarter, account_id, team_id, assignee_id, sum(opened), sum(closed), sum(answered) from gone group by 1, 2, 3, 4, 5
      on conflict (workspace_id, quarter, account_id, team_id, assignee_id) do update set
        opened = case_count.opened + excluded.opened, closed = case_count.closed + excluded.closed, answered = case_count.answered + excluded.answered`,
    [workspaceId],
  )
  await client.query(
    `with ${recounted},
      days as (insert into figure_day (workspace_id, day, account_id, team_id, member_id, ${measures}) select $1, day, account_id, team_id, member_id, ${sums} from moments group by 2, 3, 4, 5),
      hours as (insert into figure_hour (workspace_id, day, hour, account_id, ${measures}) select $1, day, hour, account_id, ${sums} from moments group by 2, 3, 4)
      insert into figure_answer (workspace_id, day, whose, id, took, cases) ${answersOf('moments')}`,
    [workspaceId, zone],
  )
  await client.query(
    'insert into figure_zone (workspace_id, zone) values ($1, $2) on conflict (workspace_id) do update set zone = excluded.zone',
    [workspaceId, zone],
  )
}

const measureNames = ['incoming', 'by_people', 'by_hub', 'elsewhere', 'opened', 'closed', 'answered'] as const
export const measures = measureNames.join(', ')
export const sums = measureNames.map(name => `sum(${name})::int`).join(', ')

const recounted = `moments as materialized (
  select at::date as day, extract(hour from at)::smallint as hour, account_id, team_id, member_id, took, ${measureNames.map(name => `sum(${name}) as ${name}`).join(', ')}
  from recounted_moments($2) group by 1, 2, 3, 4, 5, 6)`

/** First answers by their length, once under each of whom they are. */
export function answersOf(moments: string): string {
  return `select $1::uuid, f.day, v.whose, v.id, f.took, sum(f.answered)::int from ${moments} f,
    lateral (values ('account', f.account_id), ('team', f.team_id), ('member', f.member_id)) as v(whose, id) where f.took is not null group by 2, 3, 4, 5`
}

/** How many days, hours and lengths of answers differ from a recount of the rows; 0 when all is right. Reads every message. */
export async function figureDifferences(hub: Pick<Hub, 'pools'>, workspaceId: string): Promise<number> {
  const count = await alone(hub.pools.app, true, client =>
    inOneMoment(client, workspaceId, true, async () => {
      const { rows } = await client.query<{ differing: number }>(
        `with zone as (select coalesce((select z.zone from figure_zone z where z.workspace_id = $1), 'UTC') as zone),
          ${recounted.replace('recounted_moments($2)', '(select r.* from zone, recounted_moments(zone.zone) r) r')},
          lines as (select (l.quarter at time zone z.zone) as at, l.account_id, null::uuid as team_id, l.member_id, l.incoming, l.by_people, l.by_hub, l.elsewhere, 0 as opened, 0 as closed, 0 as answered, null::smallint as took
              from message_change l, zone z where l.workspace_id = $1
            union all select (l.quarter at time zone z.zone), l.account_id, l.team_id, l.assignee_id, 0, 0, 0, 0, l.opened, l.closed, l.answered, l.took from case_change l, zone z where l.workspace_id = $1),
          pending as (select at::date as day, extract(hour from at)::smallint as hour, lines.* from lines),
          days as (select 'day' as what, day, null::smallint as hour, account_id, team_id, member_id, null::text as whose, null::smallint as took, ${measures}, 0 as cases from figure_day where workspace_id = $1
            union all select 'day', day, null, account_id, team_id, member_id, null, null, ${measures}, 0 from pending),
          hours as (select 'hour', day, hour, account_id, null::uuid, null::uuid, null::text, null::smallint, ${measures}, 0 from figure_hour where workspace_id = $1
            union all select 'hour', day, hour, account_id, null, null, null, null, ${measures}, 0 from pending),
          answers as (select 'answer', day, null::smallint, id, null::uuid, null::uuid, whose, took, 0, 0, 0, 0, 0, 0, 0, cases from figure_answer where workspace_id = $1
            union all select 'answer', f.day, null, v.id, null, null, v.whose, f.took, 0, 0, 0, 0, 0, 0, 0, f.answered from pending f, lateral (values ('account', f.account_id), ('team', f.team_id), ('member', f.member_id)) as v(whose, id) where f.took is not null),
          truth as (select 'day', day, null::smallint, account_id, team_id, member_id, null::text, null::smallint, ${measureNames.map(name => `-${name}`).join(', ')}, 0 from moments
            union all select 'hour', day, hour, account_id, null, null, null, null, ${measureNames.map(name => `-${name}`).join(', ')}, 0 from moments
            union all select 'answer', f.day, null, v.id, null, null, v.whose, f.took, 0, 0, 0, 0, 0, 0, 0, -f.answered from moments f, lateral (values ('account', f.account_id), ('team', f.team_id), ('member', f.member_id)) as v(whose, id) where f.took is not null),
          everything as (select * from days union all select * from hours union all select * from answers union all select * from truth)
        select count(*)::int as differing from (select 1 from everything group by what, day, hour, account_id, team_id, member_id, whose, took
          having ${measureNames.map(name => `sum(${name}) <> 0`).join(' or ')} or sum(cases) <> 0) d`,
        [workspaceId],
      )
      return rows[0]!.differing
    }),
  )
  return count ?? 0
}

async function inOneMoment<Value>(
  client: pg.PoolClient,
  workspaceId: string,
  readOnly: boolean,
  work: () => Promise<Value>,
): Promise<Value> {
  await client.query(`begin isolation level repeatable read ${readOnly ? 'read only' : ''}`)
  try {
    await client.query(`select set_config('dragoman.workspace', $1, true)`, [workspaceId])
    const value = await work()
    await client.query('commit')
    return value
  } catch (cause) {
    await client.query('rollback').catch(() => {})
    throw cause
  }
}
