/**
 * The conversations that a batch touches, locked all at once, in order of id: no rings. They come with what a list shows of them beside it, so that the
 * event of a change can be told without reading again.
 */
import type { OpenWindow, PublicPlace, Referral, Standing } from '@dragoman/core'
import type { StandingFacts } from '../conversations/standing.ts'
import { binaryArray } from '../database/binary-array.ts'
import type { Transaction } from '../database/transaction.ts'
import type { ConversationRow } from './rows.ts'
import type { WorkingSet } from './working-set.ts'

interface Row {
  id: string
  thread_id: string
  identity_id: string
  contact_id: string
  state: 'open' | 'closed'
  assignee_id: string | null
  team_id: string | null
  last_out_id: string | null
  last_out_by: string | null
  source: Referral | null
  snoozed_until: Date | null
  snoozed_by: string | null
  spam_at: Date | null
  case_id: string | null
  standing: Standing
  standing_facts: StandingFacts | null
  heard_at: Date | null
  place: PublicPlace | null
  windows: OpenWindow[]
  inbound_count: number
  unanswered_since: Date | null
  last_message: ConversationRow['lastMessage']
  last_preview: Buffer | null
  last_message_at: Date | null
  last_message_tie: number | null
  last_inbound_external_id: string | null
  delivered_until: Date | null
  read_until: Date | null
  last_activity_at: Date
  created_at: Date
  priority: NonNullable<ConversationRow['shown']>['priority']
  label_ids: string[]
  woken_at: Date | null
  case_number: number | null
  summary: Buffer | null
  contact_name: string
  contact_phone: string | null
  contact_email: string | null
  contact_language: string | null
  avatar_file_id: string | null
  blocked_at: Date | null
}

/** Finds which conversations the batch touches, by thread, person (by the platform's ids), message or part, locks them and puts them into the set. */
export async function lockConversations(
  tx: Transaction,
  set: WorkingSet,
  threads: readonly string[],
  persons: readonly string[],
  references: readonly string[],
  refs: readonly string[],
): Promise<void> {
  const { rows } = await tx.client.query<Row>({
    name: 'ingest_conversations',
    text: `select c.id, c.thread_id, c.identity_id, c.contact_id, c.state, c.assignee_id, c.team_id, c.last_out_id, c.last_out_by, c.source, c.snoozed_until, c.snoozed_by, c.spam_at,
        c.case_id, c.standing, c.standing_facts, c.heard_at, c.place, c.windows, c.inbound_count, c.unanswered_since, c.last_message, c.last_preview, c.last_message_at, c.last_message_tie,
        c.last_inbound_external_id, c.delivered_until, c.read_until, c.last_activity_at, c.created_at, c.priority, c.label_ids, c.woken_at,
        k.number as case_number, case when k.summary_seen_at is null then k.summary end as summary,
        p.name as contact_name, p.phone as contact_phone, p.email as contact_email, p.language as contact_language, p.avatar_file_id, p.blocked_at
      from conversation c
      join contact p on p.workspace_id = c.workspace_id and p.id = c.contact_id
      left join conversation_case k on k.workspace_id = c.workspace_id and k.id = c.case_id
      where c.workspace_id = $1 and c.id in (
        select id from conversation where workspace_id = $1 and account_id = $2 and thread_id = any($3::text[])
        union select id from conversation where workspace_id = $1 and account_id = $2 and identity_id in (
          select identity_id from identity_alias where workspace_id = $1 and account_id = $2 and external_id = any($4::text[]))
        union select m.conversation_id from platform_message x join message m on m.workspace_id = x.workspace_id and m.id = x.message_id
          where x.workspace_id = $1 and x.account_id = $2 and x.external_id = any($5::text[])
        union select conversation_id from part where workspace_id = $1 and account_id = $2 and id = any($6::uuid[]))
      order by c.id for update of c`,
    values: [
      tx.workspaceId,
      set.account.id,
      binaryArray('text', threads),
      binaryArray('text', persons),
      binaryArray('text', references),
      binaryArray('uuid', refs),
    ],
  })
  for (const row of rows) {
    set.conversationByThread.set(row.thread_id, row.id)
    set.conversations.set(row.id, toRow(row))
    const person = set.identities.get(row.identity_id)
    // Each message tells the name too; its moment is kept with the conversation, which is written anyway.
    if (person?.namedAt != null && row.heard_at) person.namedAt = Math.max(person.namedAt, row.heard_at.getTime())
  }
}

function toRow(row: Row): ConversationRow {
  return {
    id: row.id,
    threadId: row.thread_id,
    identityId: row.identity_id,
    contactId: row.contact_id,
    state: row.state,
    assigneeId: row.assignee_id,
    teamId: row.team_id,
    lastOutId: row.last_out_id,
    lastOutBy: row.last_out_by,
    source: row.source,
    snoozedUntil: time(row.snoozed_until),
    snoozedBy: row.snoozed_by,
    spamAt: time(row.spam_at),
    caseId: row.case_id,
    standing: row.standing,
    standingFacts: row.standing_facts,
    heardAt: time(row.heard_at),
    place: row.place,
    windows: row.windows,
    inboundCount: row.inbound_count,
    unansweredSince: time(row.unanswered_since),
    lastMessage: row.last_message,
    lastPreview: undefined,
    lastMessageAt: time(row.last_message_at),
    lastMessageTie: row.last_message_tie,
    lastInboundExternalId: row.last_inbound_external_id,
    deliveredUntil: time(row.delivered_until),
    readUntil: time(row.read_until),
    lastActivityAt: row.last_activity_at.getTime(),
    shown: {
      contact: {
        id: row.contact_id,
        name: row.contact_name,
        phone: row.contact_phone,
        email: row.contact_email,
        language: row.contact_language,
        avatarFileId: row.avatar_file_id,
        blocked: row.blocked_at !== null,
      },
      caseId: row.case_id,
      caseNumber: row.case_number,
      summary: row.summary,
      preview: row.last_preview,
      priority: row.priority,
      labelIds: row.label_ids,
      wokenAt: time(row.woken_at),
      createdAt: row.created_at.getTime(),
    },
    isNew: false,
    changed: false,
  }
}

export function time(value: Date | null): number | null {
  return value === null ? null : value.getTime()
}
