/** Drafts on the server [mechanics 22]: per conversation, member and mode, with a version. Always holds: a stale version overwrites nothing and is told the other text. */
import type { DraftView } from '@dragoman/api'
import type { MessageBody } from '@dragoman/core'
import { lockConversation } from '../conversations/locked.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { HubProblem } from '../problem.ts'

export interface DraftInput {
  version: number
  body: MessageBody | null
  replyToId: string | null
}

/** Keeps a draft. Problem `stale_version` carries the present one as `current`. */
export async function saveDraft(
  hub: Hub,
  actor: Actor,
  conversationId: string,
  mode: 'reply' | 'note',
  input: DraftInput,
): Promise<DraftView> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    await lockConversation(tx, actor, conversationId)
    const present = (await draftViews(hub, tx, actor.memberId, [conversationId], true)).find(draft => draft.mode === mode)
    if ((present?.version ?? 0) !== input.version)
      throw new HubProblem('stale_version', 'The draft was changed elsewhere.', { current: present ?? null })
    const draft: DraftView = {
      conversationId,
      memberId: actor.memberId,
      mode,
      version: input.version + 1,
      body: input.body,
      replyToId: input.replyToId,
      updatedAt: hub.now(),
    }
    const row = {
      version: draft.version,
      body: input.body === null ? null : hub.codec.sealJson(tx.workspaceId, input.body),
      reply_to_id: input.replyToId,
      updated_at: new Date(draft.updatedAt),
    }
    await tx.db
      .insertInto('draft')
      .values({ workspace_id: tx.workspaceId, conversation_id: conversationId, member_id: actor.memberId, mode, ...row })
      .onConflict(conflict => conflict.columns(['workspace_id', 'conversation_id', 'member_id', 'mode']).doUpdateSet(row))
      .execute()
    tx.append({ event: { kind: 'draft.changed', draft }, scope: { memberId: actor.memberId } })
    return draft
  })
}

/** A member's drafts in these conversations; emptied ones only when asked for (their version lives on). */
export async function draftViews(
  hub: Pick<Hub, 'codec'>,
  tx: Transaction,
  memberId: string,
  conversationIds: readonly string[],
  emptied = true,
): Promise<DraftView[]> {
  if (conversationIds.length === 0) return []
  const rows = await tx.db
    .selectFrom('draft')
    .selectAll()
    .where('member_id', '=', memberId)
    .where('conversation_id', 'in', [...conversationIds])
    .execute()
  return rows
    .filter(row => emptied || row.body !== null)
    .map(row => ({
      conversationId: row.conversation_id,
      memberId: row.member_id,
      mode: row.mode as 'reply' | 'note',
      version: row.version,
      body: row.body === null ? null : hub.codec.openJson<MessageBody>(tx.workspaceId, row.body),
      replyToId: row.reply_to_id,
      updatedAt: row.updated_at.getTime(),
    }))
}
