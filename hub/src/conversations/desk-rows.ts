/**
 * Conversations as a change of many works on them: locked at once in order of id, changed in memory, written back in a few statements.
 * Always holds: what the actor may not see is not among them, unless it is another conversation of a contact that is blocked as a whole.
 */
import type { ClosingAnswers, Priority } from '@dragoman/api'
import type { OpenWindow, PublicPlace, Standing } from '@dragoman/core'
import { bulkUpdate } from '../database/bulk.ts'
import type { Transaction } from '../database/transaction.ts'
import { maySee, type Seer } from '../event-log/may-see.ts'

/** What a change may touch; kept as it was, to be undone. Times are ms. */
export interface DeskFields {
  state: 'open' | 'closed'
  assigneeId: string | null
  teamId: string | null
  caseId: string | null
  priority: Priority
  labelIds: string[]
  snoozedUntil: number | null
  snoozedBy: string | null
  wokenAt: number | null
  spamAt: number | null
  spamBy: string | null
  unansweredSince: number | null
  promisedAt: number | null
  /** Its place in the queue: who comes back by an undo waits where he waited. */
  queuedAt: number | null
  lastMessage: {
    id: string
    kind: string
    direction: string
    authorId?: string | null
    authorName: string
    at: number
    state: string
  } | null
  /** Sealed, as base64. */
  lastPreview: string | null
  lastMessageAt: number | null
  lastMessageTie: number | null
  lastOutId: string | null
  lastOutBy: string | null
  lastActivityAt: number
}

export interface DeskRow extends DeskFields {
  id: string
  accountId: string
  contactId: string
  contactName: string
  contactBlocked: boolean
  standing: Standing
  place: PublicPlace | null
  windows: OpenWindow[]
  inboundCount: number
  readCount: number
  caseNumber: number | null
  caseClosedAt: number | null
  caseClosedBy: string | null
  caseFields: ClosingAnswers
  /** Named by the caller; false: it comes along, as another conversation of the same contact. */
  asked: boolean
}

const columns = `c.id, c.account_id, c.contact_id, p.name as contact_name, p.blocked_at, c.standing, c.place, c.windows, c.inbound_count, c.state, c.assignee_id, c.team_id,
  c.case_id, c.priority, c.label_ids, c.snoozed_until, c.snoozed_by, c.woken_at, c.spam_at, c.spam_by, c.unanswered_since, c.promised_at, c.queued_at, c.last_message,
  c.last_preview, c.last_message_at, c.last_message_tie, c.last_out_id, c.last_out_by, c.last_activity_at, k.number as case_number, k.closed_at as case_closed_at,
  k.closed_by as case_closed_by, k.fields as case_fields,
  coalesce((select r.read_count from conversation_read r where r.workspace_id = c.workspace_id and r.conversation_id = c.id and r.member_id = $3), 0) as read_count`

/** Locks these conversations; with `wholeContacts` all others of the same contacts too. Gives those that are there and may be seen. */
export async function lockDeskRows(tx: Transaction, actor: Seer, ids: readonly string[], wholeContacts = false): Promise<DeskRow[]> {
  const { rows } = await tx.client.query({
    text: `select ${columns} from conversation c
      join contact p on p.workspace_id = c.workspace_id and p.id = c.contact_id
      left join conversation_case k on k.workspace_id = c.workspace_id and k.id = c.case_id
      where c.workspace_id = $1 and (c.id = any($2::uuid[])
        ${wholeContacts ? 'or c.contact_id in (select o.contact_id from conversation o where o.workspace_id = $1 and o.id = any($2::uuid[]))' : ''})
      order by c.id for update of c`,
    values: [tx.workspaceId, ids, actor.memberId],
  })
  const wanted = new Set(ids)
  const seen = rows.filter(row => maySee(actor, { accountId: row.account_id, conversationId: row.id }))
  const contacts = new Set(seen.filter(row => wanted.has(row.id)).map(row => row.contact_id))
  return rows
    .filter(row => (wanted.has(row.id) ? seen.includes(row) : contacts.has(row.contact_id)))
    .map(row => ({
      id: row.id,
      accountId: row.account_id,
      contactId: row.contact_id,
      contactName: row.contact_name,
      contactBlocked: row.blocked_at !== null,
      standing: row.standing,
      place: row.place,
      windows: row.windows,
      inboundCount: row.inbound_count,
      readCount: row.read_count,
      caseNumber: row.case_number,
      caseClosedAt: time(row.case_closed_at),
      caseClosedBy: row.case_closed_by,
      caseFields: row.case_fields ?? {},
      asked: wanted.has(row.id),
      state: row.state,
      assigneeId: row.assignee_id,
      teamId: row.team_id,
      caseId: row.case_id,
      priority: row.priority,
      labelIds: row.label_ids,
      snoozedUntil: time(row.snoozed_until),
      snoozedBy: row.snoozed_by,
      wokenAt: time(row.woken_at),
      spamAt: time(row.spam_at),
      spamBy: row.spam_by,
      unansweredSince: time(row.unanswered_since),
      promisedAt: time(row.promised_at),
      queuedAt: time(row.queued_at),
      lastMessage: row.last_message,
      lastPreview: row.last_preview?.toString('base64') ?? null,
      lastMessageAt: time(row.last_message_at),
      lastMessageTie: row.last_message_tie,
      lastOutId: row.last_out_id,
      lastOutBy: row.last_out_by,
      lastActivityAt: row.last_activity_at.getTime(),
    }))
}

/** The changeable part of a row, apart from the row. */
export function fieldsOf(row: DeskRow): DeskFields {
  return structuredClone({
    state: row.state,
    assigneeId: row.assigneeId,
    teamId: row.teamId,
    caseId: row.caseId,
    priority: row.priority,
    labelIds: row.labelIds,
    snoozedUntil: row.snoozedUntil,
    snoozedBy: row.snoozedBy,
    wokenAt: row.wokenAt,
    spamAt: row.spamAt,
    spamBy: row.spamBy,
    unansweredSince: row.unansweredSince,
    promisedAt: row.promisedAt,
    queuedAt: row.queuedAt,
    lastMessage: row.lastMessage,
    lastPreview: row.lastPreview,
    lastMessageAt: row.lastMessageAt,
    lastMessageTie: row.lastMessageTie,
    lastOutId: row.lastOutId,
    lastOutBy: row.lastOutBy,
    lastActivityAt: row.lastActivityAt,
  })
}

/** Writes rows back. */
export async function writeDeskRows(tx: Transaction, rows: readonly DeskRow[]): Promise<void> {
  await bulkUpdate(
    tx,
    'conversation',
    ['id'],
    {
      id: 'uuid',
      state: 'text',
      assignee_id: 'uuid',
      team_id: 'uuid',
      case_id: 'uuid',
      priority: 'text',
      label_ids: 'uuid[]',
      snoozed_until: 'timestamptz',
      snoozed_by: 'uuid',
      woken_at: 'timestamptz',
      spam_at: 'timestamptz',
      spam_by: 'uuid',
      unanswered_since: 'timestamptz',
      promised_at: 'timestamptz',
      queued_at: 'timestamptz',
      last_message: 'jsonb',
      last_preview: 'bytea',
      last_message_at: 'timestamptz',
      last_message_tie: 'bigint',
      last_out_id: 'uuid',
      last_out_by: 'uuid',
      last_activity_at: 'timestamptz',
    },
    rows.map(row => ({
      id: row.id,
      state: row.state,
      assignee_id: row.assigneeId,
      team_id: row.teamId,
      case_id: row.caseId,
      priority: row.priority,
      label_ids: row.labelIds,
      snoozed_until: row.snoozedUntil,
      snoozed_by: row.snoozedBy,
      woken_at: row.wokenAt,
      spam_at: row.spamAt,
      spam_by: row.spamBy,
      unanswered_since: row.unansweredSince,
      promised_at: row.promisedAt,
      queued_at: row.queuedAt,
      last_message: row.lastMessage,
      last_preview: row.lastPreview === null ? null : Buffer.from(row.lastPreview, 'base64'),
      last_message_at: row.lastMessageAt,
      last_message_tie: row.lastMessageTie,
      last_out_id: row.lastOutId,
      last_out_by: row.lastOutBy,
      last_activity_at: row.lastActivityAt,
    })),
  )
}

function time(value: Date | null): number | null {
  return value === null ? null : value.getTime()
}
