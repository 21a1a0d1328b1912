/** What a member does with a conversation: assign, close, reopen, read. Always holds: each leaves one system line (but reading) and one event. */
import type { ConversationView, ReadView } from '@dragoman/api'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { found, HubProblem } from '../problem.ts'
import { beginWrapUp } from '../routing/availability.ts'
import { type LockedConversation, lockConversation, openCase } from './locked.ts'
import { addSystemLines } from './system-lines.ts'
import { conversationViews } from './views.ts'

/** Assigns to a member, or to nobody. */
export async function assignConversation(
  hub: Hub,
  actor: Actor,
  conversationId: string,
  memberId: string | null,
  /** Who I think has it: if that is no longer so, 409 `taken_meanwhile` with the present view. */
  expected?: string | null,
): Promise<ConversationView> {
  return await change(hub, actor, conversationId, async (tx, conversation): Promise<SystemLine | undefined> => {
    if (conversation.assigneeId === memberId) return undefined
    if (expected !== undefined && conversation.assigneeId !== expected)
      throw new HubProblem('taken_meanwhile', undefined, { conversation: (await conversationViews(hub, tx, [conversationId]))[0] })
    const member = memberId === null ? undefined : found(await memberName(tx, memberId), 'member')
    if (member && !member.active) throw new HubProblem('wrong_state', 'This member is switched off.')
    if (member?.account_ids && !member.account_ids.includes(conversation.accountId))
      throw new HubProblem('wrong_state', 'This member may not see conversations of this account.')
    await tx.db.updateTable('conversation').set({ assignee_id: memberId }).where('id', '=', conversationId).execute()
    tx.afterCommit(() => hub.bell.ring('queue', tx.workspaceId))
    return memberId === null
      ? { what: 'case.unassigned', params: { by: actor.name } }
      : { what: 'case.assigned', params: { by: actor.name, to: member!.name } }
  })
}

/** Closes the case. */
export async function closeConversation(hub: Hub, actor: Actor, conversationId: string): Promise<ConversationView> {
  return await change(hub, actor, conversationId, async (tx, conversation) => {
    if (conversation.state === 'closed') return undefined
    const now = new Date(hub.now())
    if (conversation.caseId)
      await tx.db
        .updateTable('conversation_case')
        .set({ closed_at: now, closed_by: actor.memberId })
        .where('id', '=', conversation.caseId)
        .execute()
    await tx.db.updateTable('conversation').set({ state: 'closed', unanswered_since: null }).where('id', '=', conversationId).execute()
    if (conversation.assigneeId) await beginWrapUp(tx, conversation.assigneeId, conversation.teamId)
    return { what: 'case.closed', params: { by: actor.name } }
  })
}

/** Opens again: the case that was closed last, so that a slip of the hand makes no second case. */
export async function reopenConversation(hub: Hub, actor: Actor, conversationId: string): Promise<ConversationView> {
  return await change(hub, actor, conversationId, async (tx, conversation) => {
    if (conversation.state === 'open') return undefined
    if (conversation.caseId) {
      await tx.db.updateTable('conversation_case').set({ closed_at: null, closed_by: null }).where('id', '=', conversation.caseId).execute()
      await tx.db.updateTable('conversation').set({ state: 'open' }).where('id', '=', conversationId).execute()
    } else await openCase(tx, conversation, new Date(hub.now()), actor.memberId)
    return { what: 'case.reopened', params: { by: actor.name } }
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

interface SystemLine {
  what: string
  params: Record<string, string>
}

async function change(
  hub: Hub,
  actor: Actor,
  conversationId: string,
  work: (tx: Transaction, conversation: LockedConversation) => Promise<SystemLine | undefined>,
): Promise<ConversationView> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const conversation = await lockConversation(tx, actor, conversationId)
    const line = await work(tx, conversation)
    if (line) {
      const messageId = await addSystemLine(hub, tx, conversation, line.what, line.params)
      await appendChanges(hub, tx, { createdMessages: [messageId], conversations: [conversationId] })
    }
    return (await conversationViews(hub, tx, [conversationId]))[0]!
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

async function memberName(tx: Transaction, memberId: string) {
  return await tx.db
    .selectFrom('member')
    .innerJoin('app_user', 'app_user.id', 'member.user_id')
    .select(['app_user.name', 'member.active', 'member.account_ids'])
    .where('member.id', '=', memberId)
    .executeTakeFirst()
}
