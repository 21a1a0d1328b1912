/**
 * One account writes to many people at once: set-based, in the lane `bulk`, by the same policy and the same `fit` as one message. Always holds: a
 * message whose id is there already is not written again, so that a chunk may be repeated after a crash; what cannot leave is given back with its
 * reason and stores nothing; the customer stays unanswered, and what a colleague must have seen (`last_out_id`) does not move.
 */
import { type Fit, type MessageBody, mediaOf, type OpenWindow, type PublicPlace, plainText, type Standing } from '@dragoman/core'
import { accountContext } from '../accounts/context.ts'
import { bulkInsert, bulkUpdate } from '../database/bulk.ts'
import type { Transaction } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import type { Hub } from '../hub.ts'
import { found } from '../problem.ts'
import { indexMessages } from '../search/index-messages.ts'
import { type Prepared, prepareMessage, storeManyParts } from './prepare.ts'
import { previewOf } from './views.ts'

/** More in one transaction would hold their conversations too long. */
export const mostAtOnce = 500

export interface ManyMessages {
  accountId: string
  /** At most `mostAtOnce`, one for each conversation. `id`: made by the caller (`newId`) and kept, so that a repeat is one. Media are files of ours. */
  messages: readonly { id: string; conversationId: string; body: MessageBody }[]
  /** Who wrote them; absent: the hub itself. */
  author?: { memberId: string; name: string }
  /** Why they were written: colleagues see it on the message. */
  label: string
  /** Nothing leaves before, ms; absent: now. */
  sendAt?: number
}

export interface ManySent {
  /** Ids of messages that were written now or by an earlier try. */
  sent: string[]
  refused: { id: string; reason: 'not_found' | 'not_allowed' | 'not_sendable' }[]
}

interface Row {
  id: string
  thread_id: string
  case_id: string | null
  place: PublicPlace | null
  windows: OpenWindow[]
  standing: Standing
}

/** Writes messages with their parts inside the caller's transaction. Problem: not_found, where there is no such account. */
export async function sendMany(hub: Hub, tx: Transaction, input: ManyMessages): Promise<ManySent> {
  if (input.messages.length > mostAtOnce) throw new Error(`At most ${mostAtOnce} messages at once`)
  const conversations = await lockMany(tx, input)
  const account = found(await accountContext(hub, tx, input.accountId), 'account')
  const there = await alreadyWritten(tx, input)
  const now = new Date(hub.now())
  const refused: ManySent['refused'] = []
  const ready: { id: string; conversation: Row; body: MessageBody; fitted: Extract<Fit, { kind: 'parts' }> }[] = []
  for (const { id, conversationId, body } of input.messages) {
    if (there.has(id)) continue
    const conversation = conversations.get(conversationId)
    if (!conversation) refused.push({ id, reason: 'not_found' })
    // What everyone reads is written by people, one by one.
    else if (conversation.place) refused.push({ id, reason: 'not_allowed' })
    else {
      const prepared = prepareMessage(hub, account, { ...conversation, threadId: conversation.thread_id }, body, false, 'machine')
      if (prepared.kind === 'parts') ready.push({ id, conversation, body, fitted: prepared })
      else refused.push({ id, reason: reasonOf(prepared) })
    }
  }
  await bulkInsert(
    tx,
    'message',
    {
      id: 'uuid',
      conversation_id: 'uuid',
      account_id: 'uuid',
      case_id: 'uuid',
      direction: 'text',
      author_kind: 'text',
      author_id: 'uuid',
      author_name: 'text',
      kind: 'text',
      body: 'bytea',
      order_at: 'timestamptz',
      order_tie: 'bigint',
      order_external: 'text',
      at: 'timestamptz',
      state: 'text',
      system: 'jsonb',
      file_ids: 'uuid[]',
    },
    ready.map(({ id, conversation, body }) => ({
      id,
      conversation_id: conversation.id,
      account_id: account.id,
      case_id: conversation.case_id,
      direction: 'out',
      author_kind: 'system',
      author_id: input.author?.memberId ?? null,
      author_name: input.author?.name ?? '',
      kind: body.content.kind,
      body: hub.codec.sealJson(tx.workspaceId, body),
      order_at: now,
      order_tie: 0,
      order_external: id,
      at: now,
      state: 'pending',
      system: { what: input.label, params: {} },
      file_ids: mediaOf(body.content).flatMap(medium => (medium.ref.from === 'file' ? [medium.ref.fileId] : [])),
    })),
  )
  await storeManyParts(
    hub,
    tx,
    ready.map(({ id, conversation, fitted }) => ({ id, conversationId: conversation.id, accountId: account.id, parts: fitted.parts })),
    new Date(Math.max(now.getTime(), input.sendAt ?? 0)),
    'bulk',
  )
  await bulkUpdate(
    tx,
    'conversation',
    ['id'],
    {
      id: 'uuid',
      last_message: 'jsonb',
      last_preview: 'bytea',
      last_message_at: 'timestamptz',
      last_message_tie: 'bigint',
      last_activity_at: 'timestamptz',
    },
    ready.map(({ id, conversation, body }) => ({
      id: conversation.id,
      last_message: {
        id,
        kind: body.content.kind,
        direction: 'out',
        authorId: input.author?.memberId ?? null,
        authorName: input.author?.name ?? '',
        at: now.getTime(),
        state: 'pending',
      },
      last_preview: hub.codec.seal(tx.workspaceId, previewOf(body)),
      last_message_at: now,
      last_message_tie: 0,
      last_activity_at: now,
    })),
  )
  await indexMessages(
    tx,
    ready.map(({ id, conversation, body }) => ({
      id,
      conversationId: conversation.id,
      at: now.getTime(),
      text: plainText(body.content),
    })),
  )
  await appendChanges(hub, tx, {
    createdMessages: ready.map(({ id }) => id),
    conversations: ready.map(({ conversation }) => conversation.id),
  })
  return { sent: [...there, ...ready.map(({ id }) => id)], refused }
}

function reasonOf(prepared: Exclude<Prepared, { kind: 'parts' }>): ManySent['refused'][number]['reason'] {
  return prepared.kind === 'refused' ? 'not_sendable' : 'not_allowed'
}

/** Conversations of this account, locked in order of id as all writers do. */
async function lockMany(tx: Transaction, input: ManyMessages): Promise<Map<string, Row>> {
  const { rows } = await tx.client.query<Row>({
    name: 'conversations_lock_many',
    text: `select id, thread_id, case_id, place, windows, standing from conversation
      where workspace_id = $1 and account_id = $2 and id = any($3::uuid[]) order by id for update`,
    values: [tx.workspaceId, input.accountId, [...new Set(input.messages.map(message => message.conversationId))]],
  })
  return new Map(rows.map(row => [row.id, row]))
}

async function alreadyWritten(tx: Transaction, input: ManyMessages): Promise<Set<string>> {
  const { rows } = await tx.client.query<{ id: string }>({
    name: 'messages_there',
    text: 'select id from message where workspace_id = $1 and id = any($2::uuid[])',
    values: [tx.workspaceId, input.messages.map(message => message.id)],
  })
  return new Set(rows.map(row => row.id))
}
