/**
 * What can be done with a comment: hide it, take it away, answer its writer in private. Always holds: the platform is asked first, our rows follow only
 * when it agreed; what was said in private stands in a direct conversation of the same person.
 */
import type { MessageView } from '@dragoman/api'
import type { MessageBody } from '@dragoman/core'
import { recordOperation } from '../audit/record.ts'
import { lockConversation } from '../conversations/locked.ts'
import { addSystemLines } from '../conversations/system-lines.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import { channelOf, type Hub } from '../hub.ts'
import { applyEvents } from '../ingest/drain.ts'
import type { Actor } from '../people/actor.ts'
import { found, HubProblem } from '../problem.ts'
import { fittedBody } from './prepare.ts'
import { refuseUnfilled } from './refuse-unfilled.ts'
import { exchange, type Target, targetOf } from './target.ts'

async function commentOf(hub: Hub, actor: Actor, messageId: string): Promise<Target> {
  const target = await targetOf(hub, actor, messageId, undefined, 'theirs')
  if (!target.conversation.place) throw new HubProblem('wrong_state', 'This is not a comment.')
  return target
}

/** Hides a customer's comment from everyone but its writer, or shows it again. Problems: not_supported_here, wrong_state, platform_error. */
export async function hideComment(hub: Hub, actor: Actor, messageId: string, hidden: boolean): Promise<MessageView> {
  const target = await commentOf(hub, actor, messageId)
  const { hide } = channelOf(hub, target.account.channel).extras
  if (!hide) throw new HubProblem('not_supported_here')
  await exchange(hub, target, hide, { ...target.target, hidden })
  return await note(
    hub,
    actor,
    target,
    messageId,
    { hidden_at: hidden ? new Date(hub.now()) : null },
    hidden ? 'comment.hidden' : 'comment.shown',
  )
}

/** Takes a customer's comment away at the platform, for good. Problems: not_supported_here, wrong_state, platform_error. */
export async function removeComment(hub: Hub, actor: Actor, messageId: string): Promise<MessageView> {
  const target = await commentOf(hub, actor, messageId)
  const { removeComment: remove } = channelOf(hub, target.account.channel).extras
  if (!remove) throw new HubProblem('not_supported_here')
  await exchange(hub, target, remove, target.target)
  return await note(hub, actor, target, messageId, { deleted_at: new Date(hub.now()) }, 'comment.removed')
}

async function note(
  hub: Hub,
  actor: Actor,
  target: Target,
  messageId: string,
  values: { hidden_at?: Date | null; deleted_at?: Date },
  what: string,
): Promise<MessageView> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const conversation = await lockConversation(tx, actor, target.conversationId)
    await tx.db.updateTable('message').set(values).where('id', '=', messageId).execute()
    const lines = await addSystemLines(hub, tx, [{ conversation, what, params: { by: actor.name, name: target.authorName } }])
    await recordOperation(tx, actor, what, target.account.id, { name: target.authorName })
    const messages = await appendChanges(hub, tx, {
      createdMessages: lines,
      changedMessages: [messageId],
      conversations: [conversation.id],
    })
    return messages.at(-1)!
  })
}

/**
 * Writes to a comment's author in private. Gives the direct conversation that it opened or went on in. Problems: not_supported_here, wrong_state,
 * message_not_sendable, platform_error.
 */
export async function answerPrivately(
  hub: Hub,
  actor: Actor,
  messageId: string,
  input: { clientId: string; body: MessageBody },
): Promise<{ conversationId: string; message: MessageView }> {
  refuseUnfilled(input.body)
  const target = await commentOf(hub, actor, messageId)
  const channel = channelOf(hub, target.account.channel)
  const privately = channel.extras.answerPrivately
  if (!privately) throw new HubProblem('not_supported_here')
  const fitted = fittedBody(hub, channel.capabilities(target.account.view.config), channel.formatText, input.body)
  if (fitted.kind === 'refused') throw new HubProblem('message_not_sendable', undefined, { refusals: fitted.refusals })
  const [body, more] = fitted.parts.map(part => part.body)
  if (!body || more)
    throw new HubProblem('message_not_sendable', 'A private answer is one message: make it shorter.', {
      refusals: [{ code: 'too_many_parts' }],
    })
  const opened = await exchange(hub, target, privately, { ...target.target, body, idempotencyKey: input.clientId })
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const now = hub.now()
    await applyEvents(
      hub,
      tx,
      target.account,
      [
        {
          event: {
            kind: 'message.echoed',
            externalId: opened.messageId,
            at: now,
            threadId: opened.threadId,
            // Whoever commented and whom we write to is one person, by whichever ids.
            identity: { externalIds: [...new Set([...opened.externalIds, ...target.target.to.externalIds])], name: target.authorName },
            message: body,
          },
          position: 0,
          index: 0,
          receivedAt: now,
        },
      ],
      true,
    )
    const { conversationId, id } = await takeOver(tx, actor, target, opened.messageId, new Date(now))
    const lines = await addSystemLines(hub, tx, [
      {
        conversation: target.conversation,
        what: 'comment.taken_private',
        params: { by: actor.name, name: target.authorName, conversationId },
      },
    ])
    await recordOperation(tx, actor, 'comment.taken_private', target.account.id, { name: target.authorName })
    const messages = await appendChanges(hub, tx, {
      createdMessages: lines,
      changedMessages: [id],
      conversations: [conversationId, target.conversationId],
    })
    return { conversationId, message: messages.at(-1)! }
  })
}

/** The echo of our own doing becomes the member's message: with his name, a part for its receipts, and a conversation that is his. */
async function takeOver(
  tx: Transaction,
  actor: Actor,
  target: Target,
  externalId: string,
  at: Date,
): Promise<{ conversationId: string; id: string }> {
  const link = found(
    await tx.db
      .selectFrom('platform_message')
      .innerJoin('message', join =>
        join.onRef('message.id', '=', 'platform_message.message_id').onRef('message.workspace_id', '=', 'platform_message.workspace_id'),
      )
      .select(['message.id', 'message.conversation_id', 'message.body'])
      .where('platform_message.account_id', '=', target.account.id)
      .where('platform_message.external_id', '=', externalId)
      .executeTakeFirst(),
    'message',
  )
  const partId = newId()
  await tx.db
    .updateTable('message')
    .set({ author_kind: 'member', author_id: actor.memberId, author_name: actor.name })
    .where('id', '=', link.id)
    .execute()
  await tx.db
    .insertInto('part')
    .values({
      workspace_id: tx.workspaceId,
      id: partId,
      message_id: link.id,
      conversation_id: link.conversation_id,
      account_id: target.account.id,
      index: 0,
      lane: 'talk',
      state: 'sent',
      body: link.body,
      sent_at: at,
    })
    .execute()
  await tx.db.updateTable('platform_message').set({ part_id: partId }).where('message_id', '=', link.id).execute()
  await tx.db
    .updateTable('conversation')
    .set({ last_out_by: actor.memberId })
    .where('id', '=', link.conversation_id)
    .where('last_out_id', '=', link.id)
    .execute()
  await tx.db
    .updateTable('conversation')
    .set({ assignee_id: actor.memberId })
    .where('id', '=', link.conversation_id)
    .where('assignee_id', 'is', null)
    .execute()
  return { conversationId: link.conversation_id, id: link.id }
}
