/**
 * Taking an import back. Always holds: only what it made goes, and only where nobody has touched it since (written, edited, reacted, marked); what was
 * found here and filled in stays; batch after batch, so that a crash costs nothing.
 */

import type { MessageBody } from '@dragoman/core'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { previewOf } from '../messages/views.ts'
import type { Actor } from '../people/actor.ts'
import { found } from '../problem.ts'
import { announce, importRows } from './imports.ts'

const atOnce = 2_000

/** A message of an import that somebody has done something with. */
const touchedMessage = `(m.edited_at is not null or exists (select 1 from reaction r where r.workspace_id = m.workspace_id and r.message_id = m.id)
  or exists (select 1 from mention n where n.workspace_id = m.workspace_id and n.message_id = m.id))`

/** What keeps a conversation: anything in it that is not the import's. */
const touchedConversation = `(exists (select 1 from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id
    and not exists (select 1 from import_thing t where t.workspace_id = $1 and t.import_id = $2 and t.kind = 'message' and t.target_id = m.id))
  or exists (select 1 from draft d where d.workspace_id = c.workspace_id and d.conversation_id = c.id and d.body is not null)
  or exists (select 1 from reminder n where n.workspace_id = c.workspace_id and n.conversation_id = c.id))`

/** How much an undoing would take away. Problem: not_found. */
export async function importUndoCount(
  hub: Hub,
  actor: Actor,
  importId: string,
): Promise<{ messages: number; conversations: number; contacts: number; kept: number }> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      found((await importRows(tx, importId))[0], 'import')
      const { rows } = await tx.client.query<{ messages: number; touched: number; conversations: number; kept: number; contacts: number }>(
        `select
          (select count(*)::int from import_thing t join message m on m.workspace_id = t.workspace_id and m.id = t.target_id
            where t.workspace_id = $1 and t.import_id = $2 and t.kind = 'message' and t.made and not ${touchedMessage}) as messages,
          (select count(*)::int from import_thing t join message m on m.workspace_id = t.workspace_id and m.id = t.target_id
            where t.workspace_id = $1 and t.import_id = $2 and t.kind = 'message' and t.made and ${touchedMessage}) as touched,
          (select count(*)::int from import_thing t join conversation c on c.workspace_id = t.workspace_id and c.id = t.target_id
            where t.workspace_id = $1 and t.import_id = $2 and t.kind = 'conversation' and t.made and not ${touchedConversation}) as conversations,
          (select count(*)::int from import_thing t join conversation c on c.workspace_id = t.workspace_id and c.id = t.target_id
            where t.workspace_id = $1 and t.import_id = $2 and t.kind = 'conversation' and t.made and ${touchedConversation}) as kept,
          (select count(*)::int from import_thing t join contact p on p.workspace_id = t.workspace_id and p.id = t.target_id
            where t.workspace_id = $1 and t.import_id = $2 and t.kind = 'contact' and t.made) as contacts`,
        [tx.workspaceId, importId],
      )
      const { messages, touched, conversations, kept, contacts } = rows[0]!
      return { messages, conversations, contacts, kept: kept + touched }
    },
    { snapshot: true },
  )
}

/** One batch of undoing: messages first, then the conversations and people that are left empty. */
export async function undoBatch(hub: Hub, workspaceId: string, importId: string): Promise<void> {
  await inWorkspace(hub, workspaceId, async tx => {
    const { rowCount } = await tx.client.query(
      `select 1 from import where workspace_id = $1 and id = $2 and state = 'undoing' for update skip locked`,
      [workspaceId, importId],
    )
    if (!rowCount) return
    if ((await undoMessages(hub, tx, importId)) > 0) return
    if ((await undoConversations(tx, importId)) > 0) return
    await undoPeople(tx, importId)
    await tx.client.query('delete from import_thing where workspace_id = $1 and import_id = $2', [workspaceId, importId])
    await tx.client.query(`update import set state = 'undone', finished_at = now() where workspace_id = $1 and id = $2`, [
      workspaceId,
      importId,
    ])
    announce(tx)
    tx.append({ event: { kind: 'catalogue.changed', catalogue: 'desk' }, scope: {} })
  })
}

async function undoMessages(hub: Hub, tx: Transaction, importId: string): Promise<number> {
  const { rows } = await tx.client.query<{ target_id: string; conversation_id: string | null; touched: boolean }>(
    `select t.target_id, m.conversation_id, m.id is not null and ${touchedMessage} as touched from import_thing t
      left join message m on m.workspace_id = t.workspace_id and m.id = t.target_id
      where t.workspace_id = $1 and t.import_id = $2 and t.kind = 'message' limit ${atOnce}`,
    [tx.workspaceId, importId],
  )
  if (rows.length === 0) return 0
  const gone = rows.filter(row => row.conversation_id !== null && !row.touched).map(row => row.target_id)
  const conversations = [...new Set(rows.flatMap(row => row.conversation_id ?? []))].sort()
  await tx.client.query('select 1 from conversation where workspace_id = $1 and id = any($2::uuid[]) order by id for update', [
    tx.workspaceId,
    conversations,
  ])
  const given = [tx.workspaceId, gone]
  await tx.client.query('update message set reply_to_id = null where workspace_id = $1 and reply_to_id = any($2::uuid[])', given)
  for (const table of ['platform_message', 'message_search', 'message_revision'])
    await tx.client.query(`delete from ${table} where workspace_id = $1 and message_id = any($2::uuid[])`, given)
  await tx.client.query('delete from message where workspace_id = $1 and id = any($2::uuid[])', given)
  // What stays is no longer this import's: it keeps its conversation.
  await tx.client.query(
    `delete from import_thing where workspace_id = $1 and import_id = $2 and kind = 'message' and target_id = any($3::uuid[])`,
    [tx.workspaceId, importId, rows.map(row => row.target_id)],
  )
  await showLatest(hub, tx, conversations)
  return rows.length
}

/** The list's line of conversations whose latest message may be gone. */
async function showLatest(hub: Hub, tx: Transaction, conversationIds: readonly string[]): Promise<void> {
  const { rows } = await tx.client.query(
    `select c.id, m.id as message_id, m.kind, m.direction, m.author_id, m.author_name, m.order_at, m.order_tie, m.state, m.body
      from conversation c left join lateral (select * from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.direction <> 'system'
        order by m.order_at desc, m.order_tie desc limit 1) m on true
      where c.workspace_id = $1 and c.id = any($2::uuid[]) and c.last_message is not null
        and not exists (select 1 from message x where x.workspace_id = c.workspace_id and x.id = (c.last_message->>'id')::uuid)`,
    [tx.workspaceId, conversationIds],
  )
  for (const row of rows) {
    const last = row.message_id && {
      id: row.message_id,
      kind: row.kind,
      direction: row.direction,
      authorId: row.author_id,
      authorName: row.author_name,
      at: row.order_at.getTime(),
      state: row.state,
    }
    await tx.client.query(
      'update conversation set last_message = $3, last_preview = $4, last_message_at = $5, last_message_tie = $6 where workspace_id = $1 and id = $2',
      [
        tx.workspaceId,
        row.id,
        last ? JSON.stringify(last) : null,
        last ? hub.codec.seal(tx.workspaceId, previewOf(hub.codec.openJson<MessageBody>(tx.workspaceId, row.body))) : null,
        last ? row.order_at : null,
        last ? row.order_tie : null,
      ],
    )
  }
}

/** Cases and conversations. What is kept loses only the mark of being the import's. */
async function undoConversations(tx: Transaction, importId: string): Promise<number> {
  const { rows } = await tx.client.query<{ target_id: string; made: boolean; touched: boolean }>(
    `select t.target_id, bool_or(t.made) as made, coalesce(bool_or(${touchedConversation}), true) as touched from import_thing t
      left join conversation c on c.workspace_id = t.workspace_id and c.id = t.target_id
      where t.workspace_id = $1 and t.import_id = $2 and t.kind = 'conversation' group by t.target_id limit ${atOnce}`,
    [tx.workspaceId, importId],
  )
  if (rows.length === 0) return 0
  const all = rows.map(row => row.target_id)
  const gone = rows.filter(row => row.made && !row.touched).map(row => row.target_id)
  const cases = `select t.target_id from import_thing t join conversation_case k on k.workspace_id = t.workspace_id and k.id = t.target_id
    where t.workspace_id = $1 and t.import_id = $3 and t.kind = 'case' and k.conversation_id = any($2::uuid[])
      and not exists (select 1 from message m where m.workspace_id = $1 and m.conversation_id = k.conversation_id and m.case_id = k.id)`
  await tx.client.query(
    `update conversation set state = 'closed', case_id = null where workspace_id = $1 and id = any($2::uuid[]) and case_id in (${cases})`,
    [tx.workspaceId, all, importId],
  )
  await tx.client.query(`delete from conversation_case where workspace_id = $1 and id in (${cases})`, [tx.workspaceId, all, importId])
  for (const table of ['conversation_read', 'draft'])
    await tx.client.query(`delete from ${table} where workspace_id = $1 and conversation_id = any($2::uuid[])`, [tx.workspaceId, gone])
  await tx.client.query(
    `delete from conversation c where c.workspace_id = $1 and c.id = any($2::uuid[])
      and not exists (select 1 from conversation_case k where k.workspace_id = c.workspace_id and k.conversation_id = c.id)`,
    [tx.workspaceId, gone],
  )
  await tx.client.query(
    `delete from import_thing where workspace_id = $1 and import_id = $2 and kind = 'conversation' and target_id = any($3::uuid[])`,
    [tx.workspaceId, importId, all],
  )
  return rows.length
}

/** People of whom nothing is left. */
async function undoPeople(tx: Transaction, importId: string): Promise<void> {
  const given = [tx.workspaceId, importId]
  const lonely = `select i.id from import_thing t join identity i on i.workspace_id = t.workspace_id and i.id = t.target_id
    where t.workspace_id = $1 and t.import_id = $2 and t.kind = 'identity' and not exists (select 1 from conversation c where c.workspace_id = $1 and c.identity_id = i.id)
      and not exists (select 1 from message m where m.workspace_id = $1 and m.account_id = i.account_id and m.author_id = i.id)`
  await tx.client.query(`delete from identity_alias where workspace_id = $1 and identity_id in (${lonely})`, given)
  await tx.client.query(`delete from identity where workspace_id = $1 and id in (${lonely})`, given)
  await tx.client.query(
    `delete from contact p where p.workspace_id = $1 and p.blocked_at is null
      and p.id in (select target_id from import_thing where workspace_id = $1 and import_id = $2 and kind = 'contact' and made)
      and not exists (select 1 from identity i where i.workspace_id = $1 and i.contact_id = p.id)`,
    given,
  )
}
