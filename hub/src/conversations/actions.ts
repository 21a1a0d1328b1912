/** What a member does with a conversation: assign, close, reopen, read. Always holds: each leaves one system line (but reading) and one event. */
import type { ClosingAnswers, ConversationView, ReadView } from '@dragoman/api'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { HubProblem } from '../problem.ts'
import { changeOne } from './change.ts'
import { lockConversation } from './locked.ts'
import { addSystemLines } from './system-lines.ts'
import { conversationViews } from './views.ts'

/** Assigns to a member, or to nobody; `summary` is what the new owner needs to know. */
export async function assignConversation(
  hub: Hub,
  actor: Actor,
  conversationId: string,
  memberId: string | null,
  /** Who I think has it: if that is no longer so, 409 `taken_meanwhile` with the present view. */
  expected?: string | null,
  summary?: string,
): Promise<ConversationView> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const conversation = await lockConversation(tx, actor, conversationId)
    if (expected !== undefined && conversation.assigneeId !== memberId && conversation.assigneeId !== expected)
      throw new HubProblem('taken_meanwhile', undefined, { conversation: (await conversationViews(hub, tx, [conversationId]))[0] })
    return await changeOne(hub, tx, actor, conversationId, { kind: 'assign', to: memberId ?? 'nobody', summary })
  })
}

/** Closes the case. Problem: closing_fields_missing, with `missing`. */
export async function closeConversation(
  hub: Hub,
  actor: Actor,
  conversationId: string,
  fields: ClosingAnswers = {},
): Promise<ConversationView> {
  return await inWorkspace(hub, actor.workspaceId, tx => changeOne(hub, tx, actor, conversationId, { kind: 'close', fields }))
}

/** Opens again: the case that was closed last, so that a slip of the hand makes no second case. */
export async function reopenConversation(hub: Hub, actor: Actor, conversationId: string): Promise<ConversationView> {
  return await inWorkspace(hub, actor.workspaceId, tx => changeOne(hub, tx, actor, conversationId, { kind: 'reopen' }))
}

/** The new owner has read what the colleague wrote who handed it over. */
export async function dismissSummary(hub: Hub, actor: Actor, conversationId: string): Promise<ConversationView> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const { caseId } = await lockConversation(tx, actor, conversationId)
    const { rowCount } = await tx.client.query(
      'update conversation_case set summary_seen_at = $3 where workspace_id = $1 and id = $2 and summary is not null and summary_seen_at is null',
      [tx.workspaceId, caseId, new Date(hub.now())],
    )
    if (rowCount) await appendChanges(hub, tx, { conversations: [conversationId] })
    return (await conversationViews(hub, tx, [conversationId]))[0]!
  })
}

/** Notes how many of the customer's messages this member has read. Fewer than before: marked unread. */
export async function readConversation(hub: Hub, actor: Actor, conversationId: string, readCount: number): Promise<ReadView> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const conversation = await lockConversation(tx, actor, conversationId)
    const read: ReadView = { conversationId, memberId: actor.memberId, readCount: Math.min(readCount, conversation.inboundCount) }
    const { rowCount } = await tx.client.query({
      name: 'read_upsert',
      text: `insert into conversation_read (workspace_id, conversation_id, member_id, read_count) values ($1, $2, $3, $4)
        on conflict (workspace_id, conversation_id, member_id) do update set read_count = excluded.read_count where conversation_read.read_count <> excluded.read_count`,
      values: [tx.workspaceId, conversationId, actor.memberId, read.readCount],
    })
    if (rowCount) tx.append({ event: { kind: 'read.changed', read }, scope: { memberId: actor.memberId } })
    return read
  })
}

/** Puts one line into the thread. Returns the message's id; the caller appends the event. */
export async function addSystemLine(
  hub: Hub,
  tx: Transaction,
  conversation: { id: string; accountId: string; caseId: string | null },
  what: string,
  params: Record<string, string>,
): Promise<string> {
  return (await addSystemLines(hub, tx, [{ conversation, what, params }]))[0]!
}
