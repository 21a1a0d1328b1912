/**
 * Filters of a list as SQL, on `c` (conversation). Always holds: says the same as `fits` in api/src/filters.ts, which the inbox asks; what the actor may
 * not see is in no list.
 */
import type { ConversationFilter, SortOrder } from '@dragoman/api'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { maySeeAccount, type Seer } from '../event-log/may-see.ts'

type Condition = RawBuilder<SqlBool>

/** The rows of a filter that the actor may see. */
export function matches(filter: ConversationFilter, actor: Seer, now: number): Condition {
  const conditions: Condition[] = [
    sql<SqlBool>`${maySeeAccount(actor, sql.ref<string>('c.account_id'))}`,
    ...ofState(filter),
    ...ofOwner(filter, actor),
  ]
  if (filter.labels?.length) conditions.push(...ofLabels(filter.labels, filter.labelMatch ?? 'any', (filter.state ?? 'open') === 'open'))
  if (filter.priority?.length) conditions.push(ofPriority(filter.priority))
  if (filter.account) conditions.push(sql`c.account_id = ${filter.account}`)
  if (filter.channel) conditions.push(sql`c.account_id in (select a.id from account a where a.channel = ${filter.channel})`)
  // Who waits has a due moment: saying so lets the index of due moments be read in order.
  if (filter.waiting)
    conditions.push(
      filter.waiting === 'yes' ? sql`c.unanswered_since is not null and c.due_at is not null` : sql`c.unanswered_since is null`,
    )
  if (filter.due === 'overdue') conditions.push(sql`c.due_at < ${new Date(now)}`)
  if (filter.place) conditions.push(filter.place === 'public' ? sql`c.place is not null` : sql`c.place is null`)
  if (filter.standing) conditions.push(sql`c.standing = ${filter.standing}`)
  if (filter.language)
    conditions.push(
      sql`exists (select 1 from contact p where p.workspace_id = c.workspace_id and p.id = c.contact_id and p.language = ${filter.language})`,
    )
  if (filter.source) conditions.push(sql`c.source->>'source' = ${filter.source}`)
  conditions.push(...ofMember(filter, actor))
  return sql<SqlBool>`(${sql.join(conditions, sql` and `)})`
}

function ofState(filter: ConversationFilter): Condition[] {
  const { state = 'open', snoozed = 'no', spam = 'no' } = filter
  const conditions: Condition[] = [spam === 'yes' ? sql`c.spam_at is not null` : sql`c.spam_at is null`]
  if (state !== 'any') conditions.push(sql`c.state = ${sql.lit(state)}`)
  if (snoozed !== 'any') conditions.push(snoozed === 'yes' ? sql`c.snoozed_until is not null` : sql`c.snoozed_until is null`)
  return conditions
}

function ofOwner({ assignee, team }: ConversationFilter, actor: Seer): Condition[] {
  const conditions: Condition[] = []
  if (assignee === 'none') conditions.push(sql`c.assignee_id is null`)
  else if (assignee) conditions.push(sql`c.assignee_id = ${assignee === 'me' ? actor.memberId : assignee}`)
  if (team === 'none') conditions.push(sql`c.team_id is null`)
  else if (team === 'mine')
    conditions.push(
      sql`c.team_id in (select t.team_id from team_member t where t.workspace_id = c.workspace_id and t.member_id = ${actor.memberId})`,
    )
  else if (team) conditions.push(sql`c.team_id = ${team}`)
  return conditions
}

/** Where nobody asks for what most are, saying so lets the index of the few be read. */
function ofPriority(priorities: readonly string[]): Condition {
  const wanted = sql<SqlBool>`c.priority = any(${[...priorities]}::text[])`
  return priorities.includes('normal') ? wanted : sql`(${wanted} and c.priority <> 'normal')`
}

/** What is open is walked anyway, and its rows say their labels; in a long history those of a label are looked up. */
function ofLabels(labels: readonly string[], match: 'any' | 'all' | 'none', isOpen: boolean): Condition[] {
  const ids = sql`${[...labels]}::uuid[]`
  if (match === 'none') return [sql`not c.label_ids && ${ids}`]
  if (isOpen) return [match === 'all' ? sql`c.label_ids @> ${ids}` : sql`c.label_ids && ${ids}`]
  const having = (some: RawBuilder<unknown>) =>
    sql<SqlBool>`c.id in (select l.conversation_id from conversation_label l where l.workspace_id = c.workspace_id and l.label_id = ${some})`
  return match === 'all' ? labels.map(label => having(sql`${label}::uuid`)) : [having(sql`any(${ids})`)]
}

function ofMember({ unread, draft, mentioned }: ConversationFilter, actor: Seer): Condition[] {
  const conditions: Condition[] = []
  const memberId = sql`${actor.memberId}::uuid`
  if (unread) {
    const read = sql`coalesce((select r.read_count from conversation_read r where r.workspace_id = c.workspace_id and r.conversation_id = c.id and r.member_id = ${memberId}), 0)`
    conditions.push(unread === 'yes' ? sql`c.inbound_count > ${read}` : sql`c.inbound_count <= ${read}`)
  }
  if (draft) {
    const mine = sql`exists (select 1 from draft d where d.workspace_id = c.workspace_id and d.conversation_id = c.id and d.member_id = ${memberId} and d.body is not null)`
    conditions.push(draft === 'yes' ? (mine as Condition) : sql`not ${mine}`)
  }
  if (mentioned)
    conditions.push(
      sql`exists (select 1 from mention n where n.workspace_id = c.workspace_id and n.conversation_id = c.id and n.member_id = ${memberId} ${mentioned === 'unread' ? sql`and n.read_at is null` : sql``})`,
    )
  return conditions
}

/** What a row stands by, and which way. What has no due moment stands last; where everybody waits, everybody has one. */
export function sortedBy(order: SortOrder, filter: ConversationFilter): { key: RawBuilder<Date>; ascending: boolean } {
  if (order !== 'due') return { key: sql.ref('c.last_activity_at') as unknown as RawBuilder<Date>, ascending: order === 'oldest' }
  return {
    key: filter.waiting === 'yes' ? sql<Date>`c.due_at` : sql<Date>`coalesce(c.due_at, '9999-01-01T00:00:00Z'::timestamptz)`,
    ascending: true,
  }
}
