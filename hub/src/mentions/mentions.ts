/** Members named in notes. Always holds: a mention gives no sight: whoever may not see the conversation hears nothing of it. */
import type { MentionView } from '@dragoman/api'
import { lockConversation } from '../conversations/locked.ts'
import { bulkInsert } from '../database/bulk.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { maySee } from '../event-log/may-see.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { HubProblem } from '../problem.ts'

/** Where a member was mentioned, of these conversations. */
export async function mentionViews(tx: Transaction, memberId: string, conversationIds: readonly string[]): Promise<MentionView[]> {
  if (conversationIds.length === 0) return []
  const { rows } = await tx.client.query<{ conversation_id: string; unread: number; total: number; message_id: string }>({
    name: 'mention_views',
    text: `select conversation_id, count(*) filter (where read_at is null)::int as unread, count(*)::int as total,
        (array_agg(message_id order by (read_at is null) desc, at desc))[1] as message_id
      from mention where workspace_id = $1 and member_id = $2 and conversation_id = any($3::uuid[]) group by conversation_id`,
    values: [tx.workspaceId, memberId, conversationIds],
  })
  return rows.map(row => ({
    conversationId: row.conversation_id,
    memberId,
    unread: row.unread,
    total: row.total,
    messageId: row.message_id,
  }))
}

interface Candidate {
  id: string
  maySee: boolean
}

async function candidates(tx: Transaction, accountId: string): Promise<Candidate[]> {
  const { rows } = await tx.client.query<{ id: string; role: 'owner' | 'manager' | 'agent'; account_ids: string[] | null }>(
    'select id, role, account_ids from member where workspace_id = $1 and active order by created_at',
    [tx.workspaceId],
  )
  return rows.map(row => ({
    id: row.id,
    maySee: maySee({ memberId: row.id, role: row.role, accountIds: row.account_ids }, { accountId }),
  }))
}

/** Who can be named in a note here, and who could not see it. */
export async function listMentionable(hub: Hub, actor: Actor, conversationId: string): Promise<Candidate[]> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const conversation = await lockConversation(tx, actor, conversationId)
    return await candidates(tx, conversation.accountId)
  })
}

/** Of these members those who may be named in a note of this conversation. Problem: not_found for a stranger or one who may not see it. */
export async function checkMentions(tx: Transaction, accountId: string, memberIds: readonly string[]): Promise<string[]> {
  const wanted = [...new Set(memberIds)]
  if (wanted.length === 0) return []
  const may = new Set((await candidates(tx, accountId)).filter(one => one.maySee).map(one => one.id))
  if (!wanted.every(id => may.has(id))) throw new HubProblem('not_found', 'Somebody named in this note may not see the conversation.')
  return wanted
}

/** Keeps who was named in a note, and tells each; the writer himself is not told. */
export async function storeMentions(
  tx: Transaction,
  actor: Actor,
  note: { id: string; conversationId: string; accountId: string; at: number; preview: string },
  memberIds: readonly string[],
): Promise<void> {
  const others = memberIds.filter(id => id !== actor.memberId)
  if (others.length === 0) return
  await bulkInsert(
    tx,
    'mention',
    { member_id: 'uuid', message_id: 'uuid', conversation_id: 'uuid', by_id: 'uuid', at: 'timestamptz' },
    others.map(memberId => ({
      member_id: memberId,
      message_id: note.id,
      conversation_id: note.conversationId,
      by_id: actor.memberId,
      at: note.at,
    })),
  )
  for (const memberId of others) {
    const [mention] = await mentionViews(tx, memberId, [note.conversationId])
    const scope = { memberId, accountId: note.accountId, conversationId: note.conversationId }
    tx.append(
      {
        event: {
          kind: 'mention.created',
          conversationId: note.conversationId,
          messageId: note.id,
          by: actor.name,
          preview: note.preview,
          at: note.at,
        },
        scope,
      },
      { event: { kind: 'mention.changed', mention: mention! }, scope },
    )
  }
}

/** I have seen where I was named here. */
export async function readMentions(hub: Hub, actor: Actor, conversationId: string): Promise<MentionView> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    await lockConversation(tx, actor, conversationId)
    const { rowCount } = await tx.client.query(
      'update mention set read_at = $4 where workspace_id = $1 and member_id = $2 and conversation_id = $3 and read_at is null',
      [tx.workspaceId, actor.memberId, conversationId, new Date(hub.now())],
    )
    const [known] = await mentionViews(tx, actor.memberId, [conversationId])
    const mention = known ?? { conversationId, memberId: actor.memberId, unread: 0, total: 0, messageId: null }
    if (rowCount) tx.append({ event: { kind: 'mention.changed', mention }, scope: { memberId: actor.memberId } })
    return mention
  })
}
