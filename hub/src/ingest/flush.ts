/** Writes a working set back, set-based: a handful of statements however many events there were. Always holds: events go onto the log last. */
import { plainText } from '@dragoman/core'
import { binaryArray } from '../database/binary-array.ts'
import { bulkInsert, bulkUpdate } from '../database/bulk.ts'
import { newId } from '../database/ids.ts'
import type { Transaction } from '../database/transaction.ts'
import { type Hub, isVisitorChannel } from '../hub.ts'
import { indexMessages } from '../search/index-messages.ts'
import { flushConversations, flushSpam } from './flush-conversations.ts'
import { flushPeople } from './flush-people.ts'
import { recountConversations } from './recount.ts'
import { freshMessages, tell, whole } from './told.ts'
import type { WorkingSet } from './working-set.ts'

/** Writes everything that the events have changed, and appends the changes to the log. */
export async function flush(hub: Hub, tx: Transaction, set: WorkingSet): Promise<void> {
  await flushPeople(hub, tx, set)
  // All statements wait in the connection's queue at once, in this order: the next is made ready while the database works on the one before.
  const conversations = flushConversations(hub, tx, set)
  // New cases have numbers that must be waited for, and messages are counted by their case.
  if (set.newCases.length > 0) await conversations
  const rest = [flushSpam(tx, set), flushMessages(hub, tx, set), flushFacts(hub, tx, set)]
  const fresh = freshMessages(set)
  const [decided] = await Promise.all([conversations, ...rest])
  await recountConversations(tx, [...set.disordered])
  await tell(hub, tx, set, fresh, decided)
}

const messageColumns = {
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
  reply_to_id: 'uuid',
  reply_to_external: 'text',
  order_at: 'timestamptz',
  order_tie: 'bigint',
  order_external: 'text',
  at: 'timestamptz',
  edited_at: 'timestamptz',
  deleted_at: 'timestamptz',
  forwarded: 'boolean',
  group_id: 'text',
  referral: 'jsonb',
  system: 'jsonb',
  state: 'text',
  file_ids: 'uuid[]',
} as const

async function flushMessages(hub: Hub, tx: Transaction, set: WorkingSet): Promise<void> {
  const threadOf = (conversationId: string) => set.conversations.get(conversationId)?.threadId ?? null
  const made = set.createdMessages.map(id => set.messages.get(id)!)
  const isVisitor = isVisitorChannel(hub, set.account.channel)
  const owner = new Map(made.flatMap(message => message.fileIds.map(fileId => [fileId, message.conversationId])))
  const writes: Promise<unknown>[] = []
  const write = (written: Promise<unknown>) => void writes.push(written)
  write(
    bulkInsert(
      tx,
      'file',
      {
        id: 'uuid',
        state: 'text',
        account_id: 'uuid',
        source: 'bytea',
        mime_type: 'text',
        name: 'text',
        size_bytes: 'bigint',
        width: 'int',
        height: 'int',
        duration_ms: 'int',
        visitor_thread: 'text',
      },
      set.files.map(row => ({
        id: row.id,
        state: 'expected',
        account_id: set.account.id,
        source: hub.codec.sealJson(tx.workspaceId, row.source),
        mime_type: row.mimeType,
        name: row.name,
        size_bytes: whole(row.sizeBytes, Number.MAX_SAFE_INTEGER),
        width: whole(row.width),
        height: whole(row.height),
        duration_ms: whole(row.durationMs),
        visitor_thread: isVisitor ? threadOf(owner.get(row.id) ?? '') : null,
      })),
    ),
  )
  if (set.files.length > 0) tx.afterCommit(() => hub.bell.ring('files'))
  write(
    bulkInsert(
      tx,
      'message',
      messageColumns,
      made.map(row => ({
        id: row.id,
        conversation_id: row.conversationId,
        account_id: set.account.id,
        case_id: row.caseId,
        direction: row.direction,
        author_kind: row.authorKind,
        author_id: row.authorId,
        author_name: row.authorName,
        kind: row.body.content.kind,
        body: hub.codec.sealJson(tx.workspaceId, row.body),
        reply_to_id: row.replyToId,
        reply_to_external: row.replyToExternal,
        order_at: row.orderAt,
        order_tie: row.orderTie,
        order_external: row.orderExternal,
        at: row.at,
        edited_at: row.editedAt,
        deleted_at: row.deletedAt,
        forwarded: row.forwarded,
        group_id: row.groupId,
        referral: row.referral,
        system: row.system,
        state: row.state,
        file_ids: row.fileIds,
      })),
    ),
  )
  const changed = [...set.messages.values()].filter(row => row.changed && !row.isNew)
  write(
    bulkUpdate(
      tx,
      'message',
      ['id'],
      { id: 'uuid', kind: 'text', body: 'bytea', edited_at: 'timestamptz', deleted_at: 'timestamptz', state: 'text', file_ids: 'uuid[]' },
      changed.map(row => ({
        id: row.id,
        kind: row.body.content.kind,
        body: hub.codec.sealJson(tx.workspaceId, row.body),
        edited_at: row.editedAt,
        deleted_at: row.deletedAt,
        state: row.state,
        file_ids: row.fileIds,
      })),
    ),
  )
  write(
    bulkInsert(
      tx,
      'platform_message',
      { account_id: 'uuid', external_id: 'text', message_id: 'uuid', part_id: 'uuid', index: 'int' },
      [...set.platformMessages.values()]
        .filter(row => row.isNew)
        .map(row => ({
          account_id: set.account.id,
          external_id: row.externalId,
          message_id: row.messageId,
          part_id: row.partId,
          index: row.index,
        })),
      'on conflict (workspace_id, account_id, external_id) do nothing',
    ),
  )
  write(
    bulkUpdate(
      tx,
      'part',
      ['id'],
      { id: 'uuid', state: 'text', failure: 'jsonb', sent_at: 'timestamptz', delivered_at: 'timestamptz', read_at: 'timestamptz' },
      [...set.parts.values()]
        .filter(row => row.changed)
        .map(row => ({
          id: row.id,
          state: row.state,
          failure: row.failure,
          sent_at: row.sentAt,
          delivered_at: row.deliveredAt,
          read_at: row.readAt,
        })),
    ),
  )
  write(linkWaitingQuotes(tx, set))
  write(flushSearch(tx, set))
  await Promise.all(writes)
  for (const revision of set.revisions) {
    await tx.client.query({
      name: 'revision_insert',
      text: `insert into message_revision (workspace_id, message_id, number, body, at)
        select $1, $2, coalesce(max(number), 0) + 1, $3, $4 from message_revision where workspace_id = $1 and message_id = $2`,
      values: [tx.workspaceId, revision.messageId, hub.codec.sealJson(tx.workspaceId, revision.body), new Date(revision.at)],
    })
  }
  for (const row of set.reactions) {
    await tx.client.query({
      name: 'reaction_replace',
      // The latest word counts, whatever order they come in; no emoji at all is a row too, so that an earlier one does not come back.
      text: `with latest as materialized (select coalesce(max(at), '-infinity') as at from reaction where workspace_id = $1 and message_id = $2 and by_kind = 'customer' and by_id = $3),
        gone as (delete from reaction where workspace_id = $1 and message_id = $2 and by_kind = 'customer' and by_id = $3 and not emoji = any($4::text[]) and (select at from latest) <= $5)
        insert into reaction (workspace_id, message_id, by_kind, by_id, emoji, at) select $1, $2, 'customer', $3, e, $5 from unnest($4::text[]) e where (select at from latest) <= $5
          on conflict (workspace_id, message_id, by_kind, by_id, emoji) do update set at = excluded.at`,
      values: [tx.workspaceId, row.messageId, row.byId, row.emojis.length > 0 ? [...new Set(row.emojis)] : [''], new Date(row.at)],
    })
  }
}

/** Messages that quoted one which was not here yet find it now. */
async function linkWaitingQuotes(tx: Transaction, set: WorkingSet): Promise<void> {
  const arrived = [...set.platformMessages.values()].filter(row => row.isNew)
  if (arrived.length === 0) return
  const { rows } = await tx.client.query<{ id: string }>({
    name: 'quotes_link',
    text: `update message m set reply_to_id = v.id, reply_to_external = null from unnest($3::text[], $4::uuid[]) as v(external_id, id)
      where m.workspace_id = $1 and m.account_id = $2 and m.reply_to_external = v.external_id returning m.id`,
    values: [
      tx.workspaceId,
      set.account.id,
      binaryArray('text', arrived, row => row.externalId),
      binaryArray('uuid', arrived, row => row.messageId),
    ],
  })
  for (const row of rows) set.changedMessages.add(row.id)
}

async function flushSearch(tx: Transaction, set: WorkingSet): Promise<void> {
  const written = [...new Set([...set.createdMessages, ...set.changedMessages])]
    .map(id => set.messages.get(id))
    .filter(row => row !== undefined && (row.isNew || row.editedAt !== null || row.deletedAt !== null))
  await indexMessages(
    tx,
    written.map(row => ({
      id: row!.id,
      conversationId: row!.conversationId,
      at: row!.orderAt,
      text: row!.deletedAt === null ? plainText(row!.body.content) : '',
    })),
  )
}

async function flushFacts(hub: Hub, tx: Transaction, set: WorkingSet): Promise<void> {
  if (set.settledFacts.length > 0)
    await tx.client.query({
      name: 'facts_settled',
      text: 'delete from pending_fact where workspace_id = $1 and id = any($2::uuid[])',
      values: [tx.workspaceId, set.settledFacts],
    })
  await bulkInsert(
    tx,
    'pending_fact',
    { id: 'uuid', account_id: 'uuid', external_id: 'text', event: 'bytea', position: 'bigint' },
    set.newFacts.map(({ externalId, sourced }) => ({
      id: newId(),
      account_id: set.account.id,
      external_id: externalId,
      event: hub.codec.sealJson(tx.workspaceId, sourced.event),
      position: sourced.position,
    })),
  )
}
