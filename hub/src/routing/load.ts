/** What routing looks at: the queue, who is there, what waits for whom. Always holds: read in a few statements, however long the queue is. */
import type { Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { isOnShift } from '../people/shifts.ts'
import type { Candidate, Waiting } from './choose.ts'

/** How many of the queue are looked at in one round, the most urgent and longest waiting first. */
const mostAtOnce = 500

/** The queue in its order. */
export async function loadQueue(tx: Transaction): Promise<Waiting[]> {
  const { rows } = await tx.client.query({
    name: 'routing_queue',
    text: `select c.id, c.account_id, c.team_id, c.unanswered_since, coalesce(c.team_at, c.queued_at) as team_since, c.priority, c.label_ids, c.released_from,
        coalesce(p.language, i.language) as language, c.last_out_by
      from conversation c
      join contact p on p.workspace_id = c.workspace_id and p.id = c.contact_id
      join identity i on i.workspace_id = c.workspace_id and i.id = c.identity_id
      where c.workspace_id = $1 and c.queued_at is not null and c.snoozed_until is null
      order by array_position(array['urgent', 'high', 'normal', 'low'], c.priority), c.unanswered_since limit ${mostAtOnce}`,
    values: [tx.workspaceId],
  })
  return rows.map(row => ({
    id: row.id,
    accountId: row.account_id,
    teamId: row.team_id,
    since: row.unanswered_since.getTime(),
    teamSince: row.team_since.getTime(),
    priority: row.priority,
    language: row.language,
    labelIds: row.label_ids,
    pastAgentId: row.last_out_by,
    releasedFrom: row.released_from,
  }))
}

/** Every active member as a candidate. `connected` are those with a stream open somewhere. */
export async function loadCandidates(
  hub: Pick<Hub, 'now'>,
  tx: Transaction,
  connected: ReadonlySet<string>,
): Promise<Map<string, Candidate>> {
  const now = hub.now()
  const { rows } = await tx.client.query({
    name: 'routing_candidates',
    text: `select m.id, m.account_ids, m.languages, m.skills, m.capacity, m.availability, m.wrap_up_until, m.last_routed_at, m.shifts, m.zone,
        (select count(*)::int from conversation c where c.workspace_id = m.workspace_id and c.assignee_id = m.id and c.state = 'open' and c.unanswered_since is not null
          and c.spam_at is null and c.snoozed_until is null) as load
      from member m where m.workspace_id = $1 and m.active`,
    values: [tx.workspaceId],
  })
  return new Map(
    rows.map(row => [
      row.id,
      {
        id: row.id,
        isThere:
          connected.has(row.id) &&
          row.availability === 'available' &&
          (row.wrap_up_until === null || row.wrap_up_until.getTime() <= now) &&
          isOnShift(row.shifts, row.zone, now),
        accountIds: row.account_ids,
        languages: row.languages,
        skills: row.skills,
        capacity: row.capacity,
        load: row.load,
        lastRoutedAt: row.last_routed_at?.getTime() ?? 0,
      },
    ]),
  )
}
