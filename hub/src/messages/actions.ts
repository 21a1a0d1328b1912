/**
 * What a member does with a message that is there: retry, take back, let go now, settle, edit, delete, react. Always holds: what the messenger cannot
 * do is refused with `not_supported_here`; a change at the platform comes first, our row follows only when it was accepted.
 */
import type { MessageView } from '@dragoman/api'
import { fit, type MessageBody, plainText } from '@dragoman/core'
import { lockConversation } from '../conversations/locked.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { refreshMessages } from '../deliver/record.ts'
import { appendChanges } from '../event-log/changes.ts'
import { channelOf, type Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { HubProblem } from '../problem.ts'
import { uncountUse } from '../saved-replies/saved-replies.ts'
import { indexMessages } from '../search/index-messages.ts'
import { refuseUnfilled } from './refuse-unfilled.ts'
import { exchange, locate, targetOf } from './target.ts'

/** Sends failed parts again; uncertain ones only when the member says so, knowing that the customer may get them twice. */
export async function retryMessage(hub: Hub, actor: Actor, messageId: string, evenIfUncertain: boolean): Promise<MessageView> {
  return await changeParts(hub, actor, messageId, async tx => {
    const states = evenIfUncertain ? ['failed', 'uncertain', 'unknown'] : ['failed']
    const { rowCount } = await tx.client.query(
      `update part set state = 'pending', attempt = 0, failure = null, sent_at = null, not_before = now(), due_at = now(), holds_until = null where workspace_id = $1 and message_id = $2 and state = any($3::text[])`,
      [tx.workspaceId, messageId, states],
    )
    if (!rowCount) throw new HubProblem('wrong_state', 'Nothing of this message has failed.')
  })
}

/** Takes back what has not left yet. */
export async function cancelMessage(hub: Hub, actor: Actor, messageId: string): Promise<MessageView> {
  return await changeParts(hub, actor, messageId, async tx => {
    const { rowCount } = await tx.client.query(
      `update part set state = 'cancelled' where workspace_id = $1 and message_id = $2 and state = 'pending'`,
      [tx.workspaceId, messageId],
    )
    if (!rowCount) throw new HubProblem('wrong_state', 'This message has left already.')
    await waitAgain(tx, messageId)
    await uncountUse(tx, messageId)
  })
}

/** What was taken back has answered nobody: the customer waits again, since his first message after our last one that did leave. */
async function waitAgain(tx: Transaction, messageId: string): Promise<void> {
  await tx.client.query(
    `with taken as (select workspace_id, conversation_id, case_id, order_at from message
        where workspace_id = $1 and id = $2 and not exists (select 1 from part p where p.workspace_id = $1 and p.message_id = $2 and p.state <> 'cancelled')),
      answer as (select m.id, m.author_id, m.order_at from message m join taken t on m.workspace_id = t.workspace_id and m.conversation_id = t.conversation_id
        where m.direction = 'out' and m.author_kind in ('member', 'elsewhere') and m.state <> 'cancelled' and m.id <> $2
        order by m.order_at desc, m.order_tie desc, m.order_external desc limit 1),
      waiting as (select min(m.order_at) as since from message m join taken t on m.workspace_id = t.workspace_id and m.conversation_id = t.conversation_id
        where m.direction = 'in' and m.case_id = t.case_id and m.order_at > coalesce((select order_at from answer), '-infinity')),
      unanswered as (update conversation_case k set first_answer_at = null, first_answer_by = null from taken t
        where k.workspace_id = t.workspace_id and k.id = t.case_id and k.first_answer_at = t.order_at)
    update conversation c set last_out_id = (select id from answer), last_out_by = (select author_id from answer),
        unanswered_since = case when c.state = 'open' then (select since from waiting) end
      from taken t where c.workspace_id = t.workspace_id and c.id = t.conversation_id and c.last_out_id = $2`,
    [tx.workspaceId, messageId],
  )
}

/** Lets a held or scheduled message go at once. */
export async function sendMessageNow(hub: Hub, actor: Actor, messageId: string): Promise<MessageView> {
  return await changeParts(hub, actor, messageId, async tx => {
    await tx.client.query(
      `update part set due_at = least(due_at, now()), not_before = case when attempt = 0 then now() else not_before end where workspace_id = $1 and message_id = $2 and state = 'pending'`,
      [tx.workspaceId, messageId],
    )
  })
}

/** A member says of an uncertain message whether it arrived. */
export async function settleMessage(hub: Hub, actor: Actor, messageId: string, arrived: boolean): Promise<MessageView> {
  return await changeParts(hub, actor, messageId, async tx => {
    const { rowCount } = await tx.client.query(
      `update part set state = case when $3 then 'sent' else 'failed' end, holds_until = null, sent_at = case when $3 then coalesce(sent_at, sending_since) end,
          failure = case when $3 then null else failure end
        where workspace_id = $1 and message_id = $2 and state in ('uncertain', 'unknown')`,
      [tx.workspaceId, messageId, arrived],
    )
    if (!rowCount) throw new HubProblem('wrong_state', 'Nothing of this message is uncertain.')
  })
}

async function changeParts(hub: Hub, actor: Actor, messageId: string, work: (tx: Transaction) => Promise<void>): Promise<MessageView> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const { conversationId } = await locate(tx, actor, messageId)
    await work(tx)
    await refreshMessages(tx, [messageId])
    const [message] = await appendChanges(hub, tx, { changedMessages: [messageId], conversations: [conversationId] })
    tx.afterCommit(() => hub.bell.ring('parts'))
    return message!
  })
}

/** Edits one of our messages for the customer too. */
export async function editMessage(hub: Hub, actor: Actor, messageId: string, body: MessageBody): Promise<MessageView> {
  refuseUnfilled(body)
  const target = await targetOf(hub, actor, messageId, 'edit', 'ours')
  const channel = channelOf(hub, target.account.channel)
  const { capabilities } = target
  if (capabilities.editWithinMs !== undefined && hub.now() - target.at.getTime() > capabilities.editWithinMs)
    throw new HubProblem('wrong_state', 'It is too late to edit this message.')
  const result = fit(body, capabilities, channel.formatText)
  if (result.kind === 'refused') throw new HubProblem('message_not_sendable', undefined, { refusals: result.refusals })
  if (result.parts.length !== 1)
    throw new HubProblem('message_not_sendable', 'The new text is too long for one message.', {
      refusals: [{ code: 'content_not_supported', params: { kind: body.content.kind } }],
    })
  if (channel.extras.edit)
    await exchange(hub, target, channel.extras.edit, { ...target.target, body: result.parts[0]!.body, previous: target.body }, 'edit')
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    await lockConversation(tx, actor, target.conversationId)
    await tx.client.query(
      `insert into message_revision (workspace_id, message_id, number, body, at)
        select m.workspace_id, m.id, (select count(*) + 1 from message_revision r where r.workspace_id = m.workspace_id and r.message_id = m.id), m.body, coalesce(m.edited_at, m.at) from message m where m.workspace_id = $1 and m.id = $2`,
      [tx.workspaceId, messageId],
    )
    const now = new Date(hub.now())
    await tx.db
      .updateTable('message')
      .set({ body: hub.codec.sealJson(tx.workspaceId, body), edited_at: now })
      .where('id', '=', messageId)
      .execute()
    await indexMessages(tx, [
      { id: messageId, conversationId: target.conversationId, at: target.at.getTime(), text: plainText(body.content) },
    ])
    const [message] = await appendChanges(hub, tx, { changedMessages: [messageId] })
    return message!
  })
}

/** Deletes one of our messages for the customer. */
export async function deleteMessage(hub: Hub, actor: Actor, messageId: string): Promise<MessageView> {
  const target = await targetOf(hub, actor, messageId, 'delete', 'ours')
  const channel = channelOf(hub, target.account.channel)
  const { deleteWithinMs } = target.capabilities
  if (deleteWithinMs !== undefined && hub.now() - target.at.getTime() > deleteWithinMs)
    throw new HubProblem('wrong_state', 'It is too late to delete this message.')
  if (channel.extras.remove) await exchange(hub, target, channel.extras.remove, target.target, 'delete')
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    await lockConversation(tx, actor, target.conversationId)
    await tx.db
      .updateTable('message')
      .set({ deleted_at: new Date(hub.now()) })
      .where('id', '=', messageId)
      .execute()
    const [message] = await appendChanges(hub, tx, { changedMessages: [messageId] })
    return message!
  })
}

/** Puts our reaction on a message, or takes it away. */
export async function reactToMessage(hub: Hub, actor: Actor, messageId: string, emoji: string | null): Promise<MessageView> {
  const target = await targetOf(hub, actor, messageId, 'react', 'any')
  const channel = channelOf(hub, target.account.channel)
  const allowed = target.capabilities.reactionEmojis
  if (emoji !== null && allowed && !allowed.includes(emoji))
    throw new HubProblem('not_supported_here', 'This messenger does not have this reaction.', { allowed })
  if (channel.extras.react) await exchange(hub, target, channel.extras.react, { ...target.target, emoji }, 'react')
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    await lockConversation(tx, actor, target.conversationId)
    // The account has one reaction on a message, whoever of us put it there.
    await tx.client.query(`delete from reaction where workspace_id = $1 and message_id = $2 and by_kind = 'member'`, [
      tx.workspaceId,
      messageId,
    ])
    if (emoji !== null)
      await tx.db
        .insertInto('reaction')
        .values({
          workspace_id: tx.workspaceId,
          message_id: messageId,
          by_kind: 'member',
          by_id: actor.memberId,
          emoji,
          at: new Date(hub.now()),
        })
        .execute()
    const [message] = await appendChanges(hub, tx, { changedMessages: [messageId] })
    return message!
  })
}
