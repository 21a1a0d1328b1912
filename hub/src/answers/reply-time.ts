/**
 * How long a first answer takes, from real figures: the last 28 days' cases, in open hours, per account. What is claimed is the ninetieth percentile of
 * similar hours, rounded up: nine of ten customers get their answer within it. Similar is: workday or weekend and the same three hours of the day, else
 * workday or weekend, else all. Always holds: fewer than 20 cases claim nothing.
 */
import type { Hours } from '@dragoman/api'
import { Temporal } from 'temporal-polyfill'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { hoursFor, nextOpen, openMsBetween } from '../hours/hours.ts'
import { type ReplyPromise, replyPromise } from '../hours/words.ts'
import type { Hub } from '../hub.ts'
import { settingIn } from '../settings/settings.ts'

const daysCounted = 28
export const fewestCases = 20
/** The newest of an account are enough for a percentile. */
const casesPerAccount = 20_000
/** Hours of the day that count as similar. */
const blockHours = 3

interface AnsweredCase {
  account_id: string
  team_id: string | null
  opened_at: Date
  first_answer_at: Date
}

/** Computes the figures of every workspace anew. Safe to run twice. */
export async function computeReplyTimes(hub: Hub): Promise<void> {
  const { rows } = await hub.pools.system.query<{ workspace_id: string }>('select workspace_id from workspace')
  for (const row of rows) await computeWorkspace(hub, row.workspace_id)
}

async function computeWorkspace(hub: Hub, workspaceId: string): Promise<void> {
  const computedAt = new Date(hub.now())
  const { cases, setting } = await inWorkspace(
    hub,
    workspaceId,
    async tx => ({
      setting: (await settingIn(tx, 'hours')).value,
      cases: (
        await tx.client.query<AnsweredCase>(
          `select account_id, team_id, opened_at, first_answer_at from (select k.*, row_number() over (partition by account_id order by opened_at desc) as n
              from conversation_case k where workspace_id = $1 and opened_at > $2 and first_answer_at is not null and not spam) newest
            where n <= $3`,
          [workspaceId, new Date(computedAt.getTime() - daysCounted * 86_400_000), casesPerAccount],
        )
      ).rows,
    }),
    { snapshot: true },
  )
  const figures = new Map<string, number[]>()
  // One value of hours per place, so that its days are worked out once.
  const hoursOf = new Map<string, Hours>()
  for (const [index, one] of cases.entries()) {
    // Thousands of cases must not hold up what else this process does.
    if (index % 500 === 499) await new Promise(resolve => setImmediate(resolve))
    const place = `${one.account_id}|${one.team_id ?? ''}`
    const hours = hoursOf.get(place) ?? hoursFor(setting, { accountId: one.account_id, teamId: one.team_id })
    hoursOf.set(place, hours)
    const openedAt = one.opened_at.getTime()
    const tookMs = openMsBetween(hours, openedAt, one.first_answer_at.getTime())
    for (const group of groupsOf(hours, nextOpen(hours, openedAt) ?? openedAt)) {
      const key = `${one.account_id}|${group}`
      const list = figures.get(key) ?? []
      list.push(tookMs)
      figures.set(key, list)
    }
  }
  const rows = [...figures]
    .filter(([, list]) => list.length >= fewestCases)
    .map(([key, list]) => {
      const [accountId, group] = key.split('|') as [string, string]
      const sorted = list.toSorted((a, b) => a - b)
      return { accountId, group, cases: list.length, median: percentile(sorted, 0.5), p90: percentile(sorted, 0.9) }
    })
  await inWorkspace(hub, workspaceId, async tx => {
    // A run that began earlier and ends later must not put old figures back.
    await tx.client.query('delete from reply_time where workspace_id = $1 and computed_at <= $2', [workspaceId, computedAt])
    await tx.client.query(
      `insert into reply_time (workspace_id, account_id, hours, cases, median_ms, p90_ms, computed_at)
        select $1, v.account_id, v.hours, v.cases, v.median_ms, v.p90_ms, $7 from unnest($2::uuid[], $3::text[], $4::int[], $5::bigint[], $6::bigint[]) as v(account_id, hours, cases, median_ms, p90_ms)
        on conflict do nothing`,
      [
        workspaceId,
        rows.map(row => row.accountId),
        rows.map(row => row.group),
        rows.map(row => row.cases),
        rows.map(row => Math.round(row.median)),
        rows.map(row => Math.round(row.p90)),
        computedAt,
      ],
    )
  })
}

/** The smallest value that so large a share does not exceed. */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!
}

/** The groups of a moment, narrowest first. */
function groupsOf(hours: Hours, atMs: number): string[] {
  const at = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(hours.zone)
  const day = at.dayOfWeek > 5 ? 'weekend' : 'workday'
  const block = String(Math.floor(at.hour / blockHours) * blockHours).padStart(2, '0')
  return [`${day}:${block}`, day, 'all']
}

export interface ReplyTime {
  cases: number
  medianMs: number
  p90Ms: number
}

/** The figures of an account for someone who writes at a moment; undefined where there are too few cases. Those of the opening, where it is closed. */
export async function replyTimeOf(tx: Transaction, accountId: string, hours: Hours, nowMs: number): Promise<ReplyTime | undefined> {
  const { rows } = await tx.client.query<{ hours: string; cases: number; median_ms: number; p90_ms: number }>({
    name: 'reply_time_of',
    text: 'select hours, cases, median_ms, p90_ms from reply_time where workspace_id = $1 and account_id = $2',
    values: [tx.workspaceId, accountId],
  })
  const row = groupsOf(hours, nextOpen(hours, nowMs) ?? nowMs)
    .map(group => rows.find(one => one.hours === group))
    .find(one => one !== undefined)
  return row && { cases: row.cases, medianMs: row.median_ms, p90Ms: row.p90_ms }
}

/** What a customer of this account may be told now; undefined where nothing can be claimed. */
export async function expectedReply(
  tx: Transaction,
  accountId: string,
  hours: Hours,
  nowMs: number,
  language: string,
): Promise<ReplyPromise | undefined> {
  const time = await replyTimeOf(tx, accountId, hours, nowMs)
  return time && replyPromise(time.p90Ms, nowMs, hours, language)
}
