/** Writes the conversations of a working set and their cases. Always holds: a new case has its number before anything is counted by it. */
import { binaryArray } from '../database/binary-array.ts'
import { bulkInsert, bulkUpdate } from '../database/bulk.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { survivor } from './people.ts'
import type { Decided } from './told.ts'
import type { WorkingSet } from './working-set.ts'

const conversationColumns = {
  id: 'uuid',
  identity_id: 'uuid',
  contact_id: 'uuid',
  state: 'text',
  case_id: 'uuid',
  standing: 'text',
  standing_facts: 'jsonb',
  heard_at: 'timestamptz',
  place: 'jsonb',
  windows: 'jsonb',
  inbound_count: 'int',
  unanswered_since: 'timestamptz',
  last_message: 'jsonb',
  last_message_at: 'timestamptz',
  last_message_tie: 'bigint',
  last_inbound_external_id: 'text',
  delivered_until: 'timestamptz',
  read_until: 'timestamptz',
  last_activity_at: 'timestamptz',
  last_out_id: 'uuid',
  last_out_by: 'uuid',
  source: 'jsonb',
  snoozed_until: 'timestamptz',
  snoozed_by: 'uuid',
  spam_at: 'timestamptz',
} as const

/** Writes new and changed conversations with their cases; gives what the database decided of those that were there. */
export async function flushConversations(hub: Hub, tx: Transaction, set: WorkingSet): Promise<Decided[]> {
  const changed = [...set.conversations.values()].filter(row => row.changed)
  const values = changed.map(row => ({
    isNew: row.isNew,
    thread_id: row.threadId,
    account_id: set.account.id,
    last_preview: row.lastPreview === undefined ? undefined : hub.codec.seal(tx.workspaceId, row.lastPreview),
    id: row.id,
    identity_id: survivor(set, row.identityId),
    contact_id: row.contactId,
    state: row.state,
    case_id: row.caseId,
    standing: row.standing,
    standing_facts: row.standingFacts,
    heard_at: row.heardAt,
    place: row.place,
    windows: row.windows,
    inbound_count: row.inboundCount,
    unanswered_since: row.unansweredSince,
    last_message: row.lastMessage,
    last_message_at: row.lastMessageAt,
    last_message_tie: row.lastMessageTie,
    last_inbound_external_id: row.lastInboundExternalId,
    delivered_until: row.deliveredUntil,
    read_until: row.readUntil,
    last_activity_at: row.lastActivityAt,
    last_out_id: row.lastOutId,
    last_out_by: row.lastOutBy,
    source: row.source,
    snoozed_until: row.snoozedUntil,
    snoozed_by: row.snoozedBy,
    spam_at: row.spamAt,
  }))
  const decided = 't.id, t.queued_at, t.due_at'
  const written = Promise.all([
    bulkInsert(
      tx,
      'conversation',
      { ...conversationColumns, account_id: 'uuid', thread_id: 'text', last_preview: 'bytea' },
      values.filter(row => row.isNew),
    ),
    bulkUpdate<Decided>(
      tx,
      'conversation',
      ['id'],
      { ...conversationColumns, last_preview: 'bytea' },
      values.filter(row => !row.isNew && row.last_preview !== undefined),
      decided,
    ),
    bulkUpdate<Decided>(
      tx,
      'conversation',
      ['id'],
      conversationColumns,
      values.filter(row => !row.isNew && row.last_preview === undefined),
      decided,
    ),
  ])
  const [[, withPreview, without]] = await Promise.all([written, flushCases(tx, set)])
  return [...withPreview, ...without]
}

async function flushCases(tx: Transaction, set: WorkingSet): Promise<void> {
  if (set.newCases.length > 0) {
    const { rows } = await tx.client.query<{ last: number }>({
      name: 'case_numbers',
      text: 'update workspace set next_case_number = next_case_number + $2 where workspace_id = $1 returning next_case_number - 1 as last',
      values: [tx.workspaceId, set.newCases.length],
    })
    const first = rows[0]!.last - set.newCases.length + 1
    await bulkInsert(
      tx,
      'conversation_case',
      {
        id: 'uuid',
        conversation_id: 'uuid',
        account_id: 'uuid',
        team_id: 'uuid',
        assignee_id: 'uuid',
        number: 'int',
        opened_at: 'timestamptz',
      },
      set.newCases.map((row, index) => ({
        id: row.id,
        conversation_id: row.conversationId,
        account_id: set.account.id,
        team_id: set.conversations.get(row.conversationId)?.teamId ?? null,
        assignee_id: set.conversations.get(row.conversationId)?.assigneeId ?? null,
        number: first + index,
        opened_at: row.openedAt,
      })),
    )
  }
  if (set.answeredCases.length > 0)
    await tx.client.query({
      name: 'cases_answered',
      text: `update conversation_case k set first_answer_at = v.at from unnest($2::uuid[], $3::timestamptz[]) as v(id, at)
        where k.workspace_id = $1 and k.id = v.id and k.first_answer_at is null`,
      values: [
        tx.workspaceId,
        binaryArray('uuid', set.answeredCases, row => row.id),
        binaryArray('timestamptz', set.answeredCases, row => row.at),
      ],
    })
}

/** Spam is outside all figures, with all its cases. */
export async function flushSpam(tx: Transaction, set: WorkingSet): Promise<void> {
  if (set.spammed.length === 0) return
  await tx.client.query(
    'update conversation_case set spam = true where workspace_id = $1 and conversation_id = any($2::uuid[]) and not spam',
    [tx.workspaceId, set.spammed],
  )
}
