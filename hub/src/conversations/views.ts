/** Conversations as members see them: whole views, many at once. Always holds: the same for every member; nothing here depends on who asks. */
import type { ConversationView, Priority } from '@dragoman/api'
import type { OpenWindow, PartState, PublicPlace, Referral, Standing } from '@dragoman/core'
import type { Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'

interface Row {
  id: string
  account_id: string
  channel: string
  thread_id: string
  contact_id: string
  contact_name: string
  contact_phone: string | null
  contact_email: string | null
  contact_language: string | null
  avatar_file_id: string | null
  blocked_at: Date | null
  identity_id: string
  state: 'open' | 'closed'
  assignee_id: string | null
  team_id: string | null
  queued_at: Date | null
  priority: Priority
  label_ids: string[]
  snoozed_until: Date | null
  woken_at: Date | null
  summary: Buffer | null
  spam_at: Date | null
  due_at: Date | null
  last_out_id: string | null
  last_out_by: string | null
  source: Referral | null
  case_id: string | null
  case_number: number | null
  standing: Standing
  place: PublicPlace | null
  windows: OpenWindow[]
  inbound_count: number
  unanswered_since: Date | null
  last_message: {
    id: string
    kind: string
    direction: 'in' | 'out' | 'note' | 'system'
    authorId?: string | null
    authorName: string
    at: number
    state: PartState
  } | null
  last_preview: Buffer | null
  last_activity_at: Date
  created_at: Date
  removed_before: Date | null
}

/** Views of these conversations, in the order of `ids`; ids that are not there are left out. */
export async function conversationViews(hub: Pick<Hub, 'codec'>, tx: Transaction, ids: readonly string[]): Promise<ConversationView[]> {
  if (ids.length === 0) return []
  const { rows } = await tx.client.query<Row>({
    name: 'conversation_views',
    text: `select c.id, c.account_id, a.channel, c.thread_id, c.contact_id, p.name as contact_name, p.phone as contact_phone, p.email as contact_email,
        p.language as contact_language, p.avatar_file_id, p.blocked_at, c.identity_id, c.state, c.assignee_id, c.team_id, c.queued_at, c.priority, c.label_ids,
        c.snoozed_until, c.woken_at, case when k.summary_seen_at is null then k.summary end as summary, c.spam_at, c.due_at, c.last_out_id, c.last_out_by, c.source, c.case_id, k.number as case_number, c.standing, c.place, c.windows,
        c.inbound_count, c.unanswered_since, c.last_message, c.last_preview, c.last_activity_at, c.created_at, c.removed_before
      from conversation c
      join account a on a.workspace_id = c.workspace_id and a.id = c.account_id
      join contact p on p.workspace_id = c.workspace_id and p.id = c.contact_id
      left join conversation_case k on k.workspace_id = c.workspace_id and k.id = c.case_id
      where c.workspace_id = $1 and c.id = any($2::uuid[])`,
    values: [tx.workspaceId, ids],
  })
  const byId = new Map(rows.map(row => [row.id, row]))
  return ids.flatMap(id => {
    const row = byId.get(id)
    return row ? [toView(hub, tx.workspaceId, row)] : []
  })
}

function toView(hub: Pick<Hub, 'codec'>, workspaceId: string, row: Row): ConversationView {
  return {
    id: row.id,
    accountId: row.account_id,
    channel: row.channel,
    threadId: row.thread_id,
    contact: {
      id: row.contact_id,
      name: row.contact_name,
      phone: row.contact_phone,
      email: row.contact_email,
      language: row.contact_language,
      avatarFileId: row.avatar_file_id,
      blocked: row.blocked_at !== null,
    },
    identityId: row.identity_id,
    state: row.state,
    assigneeId: row.assignee_id,
    teamId: row.team_id,
    queue: row.queued_at && { since: row.queued_at.getTime(), teamId: row.team_id },
    priority: row.priority,
    labelIds: row.label_ids,
    snoozedUntil: row.snoozed_until?.getTime() ?? null,
    wokenAt: row.woken_at?.getTime() ?? null,
    summary: row.summary && hub.codec.open(workspaceId, row.summary).toString('utf8'),
    spam: row.spam_at !== null,
    caseId: row.case_id,
    caseNumber: row.case_number,
    standing: row.standing,
    place: row.place,
    windows: row.windows,
    inboundCount: row.inbound_count,
    unansweredSince: row.unanswered_since?.getTime() ?? null,
    dueAt: row.due_at?.getTime() ?? null,
    lastOutId: row.last_out_id,
    lastOutBy: row.last_out_by,
    source: row.source,
    lastMessage: row.last_message && {
      ...row.last_message,
      authorId: row.last_message.authorId ?? null,
      preview: row.last_preview ? hub.codec.open(workspaceId, row.last_preview).toString('utf8') : '',
    },
    lastActivityAt: row.last_activity_at.getTime(),
    createdAt: row.created_at.getTime(),
    ...(row.removed_before ? { removedBefore: row.removed_before.getTime() } : {}),
  }
}
