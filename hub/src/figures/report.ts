/**
 * The figures of a stretch of days: messages, cases, customers and first answers, by day, hour of the week, account, team and agent. Always holds: read from
 * figures and the lines not summed up yet, in one snapshot; days are those of the firm's zone; only accounts that the asker may see.
 */
import type { OperationResponse } from '@dragoman/api'
import { Temporal } from 'temporal-polyfill'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { HubProblem } from '../problem.ts'
import { measures, sums } from './recount.ts'

type Report = OperationResponse<'report'>
type Measures = Pick<Report['rows'][number], 'incoming' | 'byPeople' | 'byHub' | 'elsewhere' | 'opened' | 'closed' | 'answered'>

const mostDays = 366
const defaultDays = 30
/** Answers stand in steps of a tenth. */
const step = 1.1

/** Figures from `from` to `to`, both days included (`2026-11-01`). Without them: the last 30 days. Problem: invalid_request. */
export async function report(hub: Hub, actor: Actor, query: { from?: string; to?: string }): Promise<Report> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const known = await tx.db.selectFrom('figure_zone').select('zone').executeTakeFirst()
      const zone = known?.zone ?? 'UTC'
      const { from, to } = stretch(query, Temporal.Instant.fromEpochMilliseconds(hub.now()).toZonedDateTimeISO(zone).toPlainDate())
      const days = { tx, actor, zone, from: from.toString(), to: to.toString() }
      const sets = await counted(days)
      const answers = await answered(days)
      const whose = (by: 'account' | 'team' | 'member', id: string | null) => answers.get(`${by}|${id ?? ''}`) ?? []
      const total = [...answers].filter(([key]) => key.startsWith('account|')).flatMap(([, list]) => list)
      return {
        zone,
        from: days.from,
        to: days.to,
        customers: await customersOf(days),
        total: { ...measuresOf(sets.find(row => row.by === 'total')), firstAnswer: spread(total) },
        days: sets.filter(row => row.by === 'day').map(row => ({ day: row.day!, ...measuresOf(row) })),
        hours: await hoursOf(days),
        rows: sets.flatMap(row =>
          row.by === 'total' || row.by === 'day'
            ? []
            : [{ by: row.by, id: row.id, ...measuresOf(row), firstAnswer: spread(whose(row.by, row.id)) }],
        ),
      }
    },
    { snapshot: true },
  )
}

function stretch(query: { from?: string; to?: string }, today: Temporal.PlainDate): { from: Temporal.PlainDate; to: Temporal.PlainDate } {
  const to = query.to === undefined ? today : Temporal.PlainDate.from(query.to)
  const from = query.from === undefined ? to.subtract({ days: defaultDays - 1 }) : Temporal.PlainDate.from(query.from)
  const length = from.until(to, { largestUnit: 'days' }).days + 1
  if (length < 1 || length > mostDays)
    throw new HubProblem('invalid_request', `A report covers 1 to ${mostDays} days; “from” is its first day, “to” its last.`)
  return { from, to }
}

interface Days {
  tx: Transaction
  actor: Actor
  zone: string
  from: string
  to: string
}

/** Lines that no job has summed up yet, with their local moment. */
const lines = `
  select (l.quarter at time zone $4) as at, l.account_id, null::uuid as team_id, l.member_id, l.incoming, l.by_people, l.by_hub, l.elsewhere, 0 as opened, 0 as closed, 0 as answered, null::smallint as took
    from message_change l where l.workspace_id = $1
  union all select (l.quarter at time zone $4), l.account_id, l.team_id, l.assignee_id, 0, 0, 0, 0, l.opened, l.closed, l.answered, l.took from case_change l where l.workspace_id = $1`

const parameters = ({ tx, actor, zone, from, to }: Days) => [tx.workspaceId, from, to, zone, actor.accountIds]

interface Counted extends Record<string, unknown> {
  by: 'total' | 'day' | 'account' | 'team' | 'member'
  day: string | null
  id: string | null
}

/** Totals, days, accounts, teams and members in one pass. Teams have cases only. */
async function counted(days: Days): Promise<Counted[]> {
  const { rows } = await days.tx.client.query<Counted>({
    name: 'report_days',
    text: `with figures as (
        select day, account_id, team_id, member_id, ${measures} from figure_day where workspace_id = $1 and day between $2::date and $3::date and ($5::uuid[] is null or account_id = any($5))
        union all select at::date, account_id, team_id, member_id, ${measures} from (${lines}) l where at::date between $2::date and $3::date and ($5::uuid[] is null or account_id = any($5)))
      select case grouping(day, account_id, team_id, member_id) when 15 then 'total' when 7 then 'day' when 11 then 'account' when 13 then 'team' else 'member' end as by,
        day::text as day, coalesce(account_id, team_id, member_id) as id, ${sums.replaceAll(/sum\((\w+)\)::int/g, 'sum($1)::int as $1')}
      from figures group by grouping sets ((), (day), (account_id), (team_id), (member_id)) order by day, 3`,
    values: parameters(days),
  })
  return rows.map(row => (row.by === 'team' ? { ...row, incoming: 0, by_people: 0, by_hub: 0, elsewhere: 0 } : row))
}

function measuresOf(row: Record<string, unknown> | undefined): Measures {
  const of = (name: string) => Number(row?.[name] ?? 0)
  return {
    incoming: of('incoming'),
    byPeople: of('by_people'),
    byHub: of('by_hub'),
    elsewhere: of('elsewhere'),
    opened: of('opened'),
    closed: of('closed'),
    answered: of('answered'),
  }
}

/** The hours of a week, Monday is 1: when people write, and when they are answered. */
async function hoursOf(days: Days): Promise<Report['hours']> {
  const { rows } = await days.tx.client.query<Record<string, number>>({
    name: 'report_hours',
    text: `with figures as (
        select day, hour, account_id, ${measures} from figure_hour where workspace_id = $1 and day between $2::date and $3::date
        union all select at::date, extract(hour from at)::smallint, account_id, ${measures} from (${lines}) l where at::date between $2::date and $3::date)
      select extract(isodow from day)::int as weekday, hour::int as hour, ${sums.replaceAll(/sum\((\w+)\)::int/g, 'sum($1)::int as $1')}
      from figures where $5::uuid[] is null or account_id = any($5) group by 1, 2 order by 1, 2`,
    values: parameters(days),
  })
  return rows.map(row => ({ weekday: row.weekday!, hour: row.hour!, ...measuresOf(row) }))
}

/** Step and how many answers took so long, by whose they are. Who sees only some accounts learns it of those alone. */
async function answered(days: Days): Promise<Map<string, [number, number][]>> {
  const { rows } = await days.tx.client.query<{ whose: string; id: string | null; took: number; cases: number }>({
    name: 'report_answers',
    text: `select whose, id, took::int as took, sum(cases)::int as cases from (
        select whose, id, took, cases from figure_answer where workspace_id = $1 and day between $2::date and $3::date
        union all select v.whose, v.id, l.took, l.answered from (${lines}) l, lateral (values ('account', l.account_id), ('team', l.team_id), ('member', l.member_id)) as v(whose, id)
          where l.took is not null and l.at::date between $2::date and $3::date) f
      where $5::uuid[] is null or (whose = 'account' and id = any($5)) group by 1, 2, 3 having sum(cases) > 0 order by 3`,
    values: parameters(days),
  })
  const lists = new Map<string, [number, number][]>()
  for (const row of rows) {
    const key = `${row.whose}|${row.id ?? ''}`
    lists.set(key, [...(lists.get(key) ?? []), [row.took, row.cases]])
  }
  return lists
}

/** Percentiles from steps: linear within a step, so never further than one step, a tenth, from the exact ones. */
export function spread(list: readonly (readonly [number, number])[]): Report['total']['firstAnswer'] {
  const sorted = list.toSorted((a, b) => a[0] - b[0])
  const count = sorted.reduce((sum, [, cases]) => sum + cases, 0)
  return { count, medianMs: percentile(sorted, count, 0.5), p90Ms: percentile(sorted, count, 0.9) }
}

function percentile(sorted: readonly (readonly [number, number])[], count: number, share: number): number | null {
  let before = 0
  for (const [took, cases] of sorted) {
    if (before + cases >= share * count) {
      const within = (share * count - before) / cases
      return Math.round(1_000 * step ** took * (1 + (step - 1) * within))
    }
    before += cases
  }
  return null
}

/** Whose cases began in these days, each once. */
async function customersOf(days: Days): Promise<number> {
  const { rows } = await days.tx.client.query<{ customers: number }>({
    name: 'report_customers',
    text: `select count(*)::int as customers from (select conversation_id from conversation_case where workspace_id = $1 and not spam and not imported
      and opened_at >= ($2::date)::timestamp at time zone $4 and opened_at < ($3::date + 1)::timestamp at time zone $4 and ($5::uuid[] is null or account_id = any($5)) group by 1) one`,
    values: parameters(days),
  })
  return rows[0]!.customers
}
