/**
 * Routing: gives waiting conversations to agents who are there, takes them back from those who left or fell silent, and tells the customer his place
 * once. Always holds: one process at a time per workspace; a conversation has an owner or a place in the queue at every moment (a trigger sees to it);
 * what a colleague took by hand in the same moment stays his.
 */
import type { TeamView } from '@dragoman/api'
import { addSystemLines, type SystemLine } from '../conversations/system-lines.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import type { Hub } from '../hub.ts'
import { memberNames } from '../people/views.ts'
import { settingIn } from '../settings/settings.ts'
import { teamViews } from '../teams/teams.ts'
import { type Decision, decide } from './choose.ts'
import { loadCandidates, loadQueue } from './load.ts'
import { tellPlaces } from './tell-place.ts'

/** One process routes a workspace at a time: the lock ends with the transaction. */
const lockSpace = 0x726f7574
/** An agent who is gone so long loses what waits for him. */
const goneForSeconds = 60

/** One round over a workspace's queue. Returns how many conversations found an owner or another team. */
export async function routeQueue(hub: Hub, workspaceId: string): Promise<number> {
  const connected = hub.presence.connected(workspaceId)
  const moved = await inWorkspace(hub, workspaceId, async tx => {
    const { rows } = await tx.client.query<{ held: boolean }>({
      name: 'routing_lock',
      text: 'select pg_try_advisory_xact_lock($1, hashtext($2)) as held',
      values: [lockSpace, workspaceId],
    })
    if (!rows[0]!.held) return 0
    await releaseFromSwitchedOff(hub, tx)
    const teams = await teamViews(tx)
    if (teams.length === 0) return 0
    await requeue(hub, tx, teams, hub.presence.seenWithin(workspaceId, goneForSeconds * 1_000))
    const queue = await loadQueue(tx)
    if (queue.length === 0) return 0
    const routing = await settingIn(tx, 'routing')
    const decisions = decide(queue, routing.value, teams, await loadCandidates(hub, tx, connected), hub.now())
    return await apply(hub, tx, decisions, teams)
  })
  await tellPlaces(hub, workspaceId)
  return moved
}

/** Writes the decisions, those that still hold. */
async function apply(hub: Hub, tx: Transaction, decisions: readonly Decision[], teams: readonly TeamView[]): Promise<number> {
  if (decisions.length === 0) return 0
  const byId = new Map(decisions.map(decision => [decision.id, decision]))
  const { rows } = await tx.client.query<{ id: string; account_id: string; case_id: string | null }>({
    name: 'routing_take',
    text: `select id, account_id, case_id from conversation where workspace_id = $1 and id = any($2::uuid[]) and queued_at is not null order by id for update skip locked`,
    values: [tx.workspaceId, [...byId.keys()]],
  })
  if (rows.length === 0) return 0
  const held = rows.map(row => ({ ...row, decision: byId.get(row.id)! }))
  await tx.client.query({
    name: 'routing_give',
    text: `update conversation c set assignee_id = v.member_id, team_id = v.team_id
      from unnest($2::uuid[], $3::uuid[], $4::uuid[]) as v(id, member_id, team_id) where c.workspace_id = $1 and c.id = v.id`,
    values: [tx.workspaceId, held.map(row => row.id), held.map(row => row.decision.memberId), held.map(row => row.decision.teamId)],
  })
  const isHeld = new Set(held.map(row => row.id))
  const given = decisions.filter(decision => decision.memberId !== null && isHeld.has(decision.id))
  await tx.client.query({
    name: 'routing_turn',
    text: `update member m set last_routed_at = v.at from (select id, max(at) as at from unnest($2::uuid[], $3::timestamptz[]) as u(id, at) group by id) v
      where m.workspace_id = $1 and m.id = v.id`,
    values: [tx.workspaceId, given.map(decision => decision.memberId), given.map((_, index) => new Date(hub.now() + index))],
  })
  const names = await memberNames(
    tx,
    held.flatMap(row => row.decision.memberId ?? []),
  )
  const teamNames = new Map(teams.map(team => [team.id, team.name]))
  const createdMessages = await addSystemLines(
    hub,
    tx,
    held.map(({ decision, ...row }): SystemLine => {
      const conversation = { id: row.id, accountId: row.account_id, caseId: row.case_id }
      const team = teamNames.get(decision.teamId ?? '') ?? ''
      if (decision.memberId === null)
        return { conversation, what: decision.why === 'overflow' ? 'case.overflowed' : 'case.queued', params: { team } }
      return { conversation, what: 'case.routed', params: { to: names.get(decision.memberId) ?? '', team, why: decision.why ?? '' } }
    }),
  )
  await appendChanges(hub, tx, { createdMessages, conversations: held.map(row => row.id) })
  return held.length
}

/** Whoever is switched off owns nobody who waits, in whatever team. */
async function releaseFromSwitchedOff(hub: Hub, tx: Transaction): Promise<void> {
  const { rows } = await tx.client.query<Owned>({
    name: 'routing_switched_off',
    text: `select c.id, c.account_id, c.case_id, c.assignee_id from conversation c
      where c.workspace_id = $1 and c.state = 'open' and c.unanswered_since is not null and c.assignee_id in (select m.id from member m where m.workspace_id = $1 and not m.active)
      order by c.id limit 200 for update of c skip locked`,
    values: [tx.workspaceId],
  })
  await release(hub, tx, rows, () => 'left')
}

/** Takes back what waits for agents who left or let a customer wait too long. */
async function requeue(hub: Hub, tx: Transaction, teams: readonly TeamView[], seen: ReadonlySet<string> | undefined): Promise<void> {
  const worked = teams.filter(team => team.settings.strategy !== 'manual' || team.settings.silentAfterSeconds !== null)
  if (worked.length === 0) return
  const { rows } = await tx.client.query<{ id: string; account_id: string; case_id: string | null; assignee_id: string; gone: boolean }>({
    name: 'routing_stale',
    text: `select c.id, c.account_id, c.case_id, c.assignee_id, gone from conversation c
      join member m on m.workspace_id = c.workspace_id and m.id = c.assignee_id
      join unnest($2::uuid[], $3::int[], $4::boolean[]) as t(id, silent_after, routed) on t.id = c.team_id
      cross join lateral (select (t.routed and greatest(c.assigned_at, c.unanswered_since) < clock_timestamp() - make_interval(secs => ${goneForSeconds})
        and (m.availability = 'away' and m.availability_since < clock_timestamp() - make_interval(secs => ${goneForSeconds}) or $5::uuid[] is not null and not m.id = any($5::uuid[]))) as gone) g
      where c.workspace_id = $1 and c.state = 'open' and c.unanswered_since is not null and c.assignee_id is not null and c.snoozed_until is null and c.spam_at is null
        and (gone or (t.silent_after is not null and greatest(c.assigned_at, c.unanswered_since) < clock_timestamp() - make_interval(secs => t.silent_after)))
      order by c.id limit 200 for update of c skip locked`,
    values: [
      tx.workspaceId,
      worked.map(team => team.id),
      worked.map(team => team.settings.silentAfterSeconds),
      worked.map(team => team.settings.strategy !== 'manual'),
      seen ? [...seen] : null,
    ],
  })
  await release(hub, tx, rows, row => (row.gone ? 'left' : 'silent'))
}

interface Owned {
  id: string
  account_id: string
  case_id: string | null
  assignee_id: string
}

/** Gives conversations back to their queues. They are locked by the caller. */
export async function release<Row extends Owned>(
  hub: Hub,
  tx: Transaction,
  rows: readonly Row[],
  why: (row: Row) => string,
): Promise<void> {
  if (rows.length === 0) return
  await tx.client.query({
    name: 'routing_release',
    text: 'update conversation set released_from = assignee_id, assignee_id = null where workspace_id = $1 and id = any($2::uuid[])',
    values: [tx.workspaceId, rows.map(row => row.id)],
  })
  const names = await memberNames(
    tx,
    rows.map(row => row.assignee_id),
  )
  const createdMessages = await addSystemLines(
    hub,
    tx,
    rows.map(row => ({
      conversation: { id: row.id, accountId: row.account_id, caseId: row.case_id },
      what: 'case.requeued',
      params: { from: names.get(row.assignee_id) ?? '', why: why(row) },
    })),
  )
  await appendChanges(hub, tx, { createdMessages, conversations: rows.map(row => row.id) })
}
