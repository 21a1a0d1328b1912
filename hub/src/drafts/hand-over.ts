/**
 * A draft goes from one colleague to another by consent. Always holds: what it says is shown to nobody before its writer gives it; nothing of either
 * draft is lost; if the writer is not there, a copy is made, he keeps his own, and it is recorded.
 */
import type { DraftView, OperationResponse } from '@dragoman/api'
import { type MessageBody, plainText } from '@dragoman/core'
import { recordOperation } from '../audit/record.ts'
import { lockConversation } from '../conversations/locked.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { HubProblem } from '../problem.ts'
import { draftViews } from './drafts.ts'

/** Who has a reply begun in a conversation, the newest first, without the actor himself. */
export async function othersDrafts(hub: Hub, actor: Actor, conversationId: string): Promise<OperationResponse<'othersDrafts'>['drafts']> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    await lockConversation(tx, actor, conversationId)
    const rows = await tx.db
      .selectFrom('draft')
      .select(['member_id', 'updated_at'])
      .where('conversation_id', '=', conversationId)
      .where('mode', '=', 'reply')
      .where('body', 'is not', null)
      .where('member_id', '<>', actor.memberId)
      .orderBy('updated_at', 'desc')
      .execute()
    const connected = hub.presence.connected(actor.workspaceId)
    return rows.map(row => ({ memberId: row.member_id, updatedAt: row.updated_at.getTime(), connected: connected.has(row.member_id) }))
  })
}

/** Asks for a draft; from someone who is not there, a copy is taken. Problem: not_found. */
export async function askForDraft(hub: Hub, actor: Actor, conversationId: string, memberId: string): Promise<'asked' | 'copied'> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    await lockConversation(tx, actor, conversationId)
    const theirs = await replyDraft(hub, tx, memberId, conversationId)
    if (!theirs?.body) throw new HubProblem('not_found', 'There is no such draft.')
    if (hub.presence.connected(actor.workspaceId).has(memberId)) {
      tx.append({ event: { kind: 'draft.asked', conversationId, byId: actor.memberId, byName: actor.name }, scope: { memberId } })
      return 'asked'
    }
    await receive(hub, tx, conversationId, actor.memberId, theirs)
    await recordOperation(tx, actor, 'draft.copied', null, { conversationId, from: memberId })
    return 'copied'
  })
}

/** The writer's answer: gives his draft, or keeps it. */
export async function answerDraftAsk(hub: Hub, actor: Actor, conversationId: string, memberId: string, give: boolean): Promise<void> {
  await inWorkspace(hub, actor.workspaceId, async tx => {
    await lockConversation(tx, actor, conversationId)
    const mine = await replyDraft(hub, tx, actor.memberId, conversationId)
    const given = give && mine?.body != null
    if (given) {
      await receive(hub, tx, conversationId, memberId, mine)
      await write(hub, tx, { ...mine, version: mine.version + 1, body: null, replyToId: null, updatedAt: hub.now() })
    }
    tx.append({ event: { kind: 'draft.answered', conversationId, byName: actor.name, given }, scope: { memberId } })
  })
}

async function replyDraft(hub: Hub, tx: Transaction, memberId: string, conversationId: string): Promise<DraftView | undefined> {
  return (await draftViews(hub, tx, memberId, [conversationId])).find(draft => draft.mode === 'reply')
}

/** Puts a colleague's draft into a member's own: before what he had begun himself. */
async function receive(hub: Hub, tx: Transaction, conversationId: string, memberId: string, given: DraftView): Promise<void> {
  const own = await replyDraft(hub, tx, memberId, conversationId)
  await write(hub, tx, {
    conversationId,
    memberId,
    mode: 'reply',
    version: (own?.version ?? 0) + 1,
    body: own?.body ? joined(given.body!, own.body) : given.body,
    replyToId: given.replyToId ?? own?.replyToId ?? null,
    updatedAt: hub.now(),
  })
}

function joined(first: MessageBody, second: MessageBody): MessageBody {
  const added = plainText(second.content)
  if (added === '' || plainText(first.content) === added) return first
  if (first.content.kind !== 'text') return first
  return { ...first, content: { ...first.content, text: { ...first.content.text, text: `${first.content.text.text}\n\n${added}` } } }
}

async function write(hub: Hub, tx: Transaction, draft: DraftView): Promise<void> {
  const row = {
    version: draft.version,
    body: draft.body === null ? null : hub.codec.sealJson(tx.workspaceId, draft.body),
    reply_to_id: draft.replyToId,
    updated_at: new Date(draft.updatedAt),
  }
  await tx.db
    .insertInto('draft')
    .values({ workspace_id: tx.workspaceId, conversation_id: draft.conversationId, member_id: draft.memberId, mode: draft.mode, ...row })
    .onConflict(conflict => conflict.columns(['workspace_id', 'conversation_id', 'member_id', 'mode']).doUpdateSet(row))
    .execute()
  tx.append({ event: { kind: 'draft.changed', draft }, scope: { memberId: draft.memberId } })
}
