/**
 * The desk at this moment, and since a moment of today. Always holds: counted from the live counters (counts and changes together, in one snapshot),
 * which equal a recount of the rows; spam is in no figure; only accounts that the asker may see.
 */
import type { Availability, OperationResponse } from '@dragoman/api'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { loadCandidates } from '../routing/load.ts'
import { teamViews } from '../teams/teams.ts'

export type SupervisorFigures = OperationResponse<'supervisor'>

interface Sums {
  account_id: string
  team_id: string | null
  assignee_id: string | null
  open: number
  waiting: number
  queued: number
  opened: number
  closed: number
  answered: number
}

interface Answer {
  account_id: string
  team_id: string | null
  assignee_id: string | null
  ms: number
}

const quarterMs = 15 * 60_000
/** Without `since`: the last 24 hours. */
const dayMs = 24 * 3_600_000

/** Figures by team, member and account. `since` (ms) is put back to the quarter of an hour in which it lies. */
export async function supervisorFigures(hub: Hub, actor: Actor, since: number = hub.now() - dayMs): Promise<SupervisorFigures> {
  const from = Math.floor(since / quarterMs) * quarterMs
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const sums = await counted(tx, actor, from)
      const answers = await firstAnswers(tx, actor, from)
      const oldest = await oldestWaiting(tx, actor)
      const total = (name: 'open' | 'waiting' | 'queued' | 'opened' | 'closed' | 'answered') =>
        sums.reduce((sum, row) => sum + row[name], 0)
      return {
        at: hub.now(),
        since: from,
        open: total('open'),
        waiting: total('waiting'),
        queued: total('queued'),
        opened: total('opened'),
        closed: total('closed'),
        answered: total('answered'),
        oldestWaiting: first(oldest),
        oldestQueued: first(oldest.filter(row => row.queued)),
        firstAnswer: spread(answers),
        rows: [
          ...grouped('team', sums, answers, oldest, row => row.team_id),
          ...grouped('member', sums, answers, oldest, row => row.assignee_id),
          ...grouped('account', sums, answers, oldest, row => row.account_id),
        ],
        members: await membersNow(hub, tx),
      }
    },
    { snapshot: true },
  )
}

async function counted(tx: Transaction, actor: Actor, from: number): Promise<Sums[]> {
  const { rows } = await tx.client.query<Sums>({
    name: 'supervisor_counts',
    text: `select account_id, team_id, assignee_id, sum(open)::int as open, sum(waiting)::int as waiting, sum(queued)::int as queued,
        sum(opened)::int as opened, sum(closed)::int as closed, sum(answered)::int as answered
      from (
        select account_id, team_id, assignee_id, open, waiting, queued, 0 as opened, 0 as closed, 0 as answered from desk_count where workspace_id = $1
        union all select account_id, team_id, assignee_id, open, waiting, queued, 0, 0, 0 from desk_change where workspace_id = $1
        union all select account_id, team_id, assignee_id, 0, 0, 0, opened, closed, answered from case_count where workspace_id = $1 and quarter >= $2
        union all select account_id, team_id, assignee_id, 0, 0, 0, opened, closed, answered from case_change where workspace_id = $1 and quarter >= $2
      ) f where $3::uuid[] is null or account_id = any($3)
      group by 1, 2, 3`,
    values: [tx.workspaceId, new Date(from), actor.accountIds],
  })
  return rows
}

/** How long each first answer took, of those given since then. */
async function firstAnswers(tx: Transaction, actor: Actor, from: number): Promise<Answer[]> {
  const { rows } = await tx.client.query<Answer>({
    name: 'supervisor_answers',
    text: `select account_id, team_id, assignee_id, greatest(0, extract(epoch from first_answer_at - opened_at) * 1000)::float8 as ms from conversation_case
      where workspace_id = $1 and first_answer_at >= $2 and not spam and ($3::uuid[] is null or account_id = any($3))`,
    values: [tx.workspaceId, new Date(from), actor.accountIds],
  })
  return rows
}

interface Oldest {
  conversation_id: string
  account_id: string
  team_id: string | null
  assignee_id: string | null
  since: number
  queued: boolean
}

/** The longest waiting of each account, team and owner. */
async function oldestWaiting(tx: Transaction, actor: Actor): Promise<Oldest[]> {
  const { rows } = await tx.client.query<Omit<Oldest, 'since'> & { since: Date }>({
    name: 'supervisor_oldest',
    text: `select distinct on (account_id, team_id, assignee_id) id as conversation_id, account_id, team_id, assignee_id, unanswered_since as since, queued_at is not null as queued
      from conversation where workspace_id = $1 and state = 'open' and due_at is not null and spam_at is null and ($2::uuid[] is null or account_id = any($2))
      order by account_id, team_id, assignee_id, unanswered_since`,
    values: [tx.workspaceId, actor.accountIds],
  })
  return rows.map(row => ({ ...row, since: row.since.getTime() })).sort((a, b) => a.since - b.since)
}

function first(rows: readonly Oldest[]): SupervisorFigures['oldestWaiting'] {
  const row = rows[0]
  return row ? { conversationId: row.conversation_id, since: row.since } : null
}

function grouped(
  by: 'team' | 'member' | 'account',
  sums: readonly Sums[],
  answers: readonly Answer[],
  oldest: readonly Oldest[],
  keyOf: (row: Pick<Sums, 'account_id' | 'team_id' | 'assignee_id'>) => string | null,
): SupervisorFigures['rows'] {
  const keys = new Set([...sums, ...answers].map(keyOf))
  return [...keys].map(key => {
    const mine = sums.filter(row => keyOf(row) === key)
    const total = (name: 'open' | 'waiting' | 'queued' | 'opened' | 'closed' | 'answered') => mine.reduce((sum, row) => sum + row[name], 0)
    const { medianMs, p90Ms } = spread(answers.filter(row => keyOf(row) === key))
    return {
      by,
      id: key,
      open: total('open'),
      waiting: total('waiting'),
      queued: total('queued'),
      opened: total('opened'),
      closed: total('closed'),
      answered: total('answered'),
      oldestWaitingSince: oldest.find(row => keyOf(row) === key)?.since ?? null,
      medianMs,
      p90Ms,
    }
  })
}

function spread(answers: readonly Answer[]): SupervisorFigures['firstAnswer'] {
  const sorted = answers.map(answer => answer.ms).sort((a, b) => a - b)
  return { count: sorted.length, medianMs: quantile(sorted, 0.5), p90Ms: quantile(sorted, 0.9) }
}

/** A quantile of sorted values, linear between neighbours (as PostgreSQL's percentile_cont). */
export function quantile(sorted: readonly number[], share: number): number | null {
  if (sorted.length === 0) return null
  const place = (sorted.length - 1) * share
  const below = sorted[Math.floor(place)]!
  const above = sorted[Math.ceil(place)]!
  return below + (above - below) * (place - Math.floor(place))
}

async function membersNow(hub: Hub, tx: Transaction): Promise<SupervisorFigures['members']> {
  const connected = hub.presence.connected(tx.workspaceId)
  const candidates = await loadCandidates(hub, tx, connected)
  const teams = await teamViews(tx)
  const rows = await tx.db.selectFrom('member').select(['id', 'availability', 'availability_since']).where('active', '=', true).execute()
  return rows.map(row => ({
    id: row.id,
    connected: connected.has(row.id),
    availability: row.availability as Availability,
    availabilitySince: row.availability_since.getTime(),
    load: candidates.get(row.id)?.load ?? 0,
    capacity:
      candidates.get(row.id)?.capacity ??
      Math.max(0, ...teams.filter(team => team.memberIds.includes(row.id)).map(team => team.settings.capacity)),
  }))
}
