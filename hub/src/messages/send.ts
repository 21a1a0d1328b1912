/**
 * A member writes: permission, policy, `fit` into parts, or a typed refusal; then message, parts and event in one transaction, idempotent by the
 * client's own id [mechanics 16, 22]. Always holds: a refusal stores nothing; a note has no parts and can never leave.
 */

import { createHash } from 'node:crypto'
import type { MessageView } from '@dragoman/api'
import { type Fit, type MessageBody, mediaOf, messageClassOf, plainText, type ReplyOption, replyOptions } from '@dragoman/core'
import { type AccountContext, accountContext } from '../accounts/context.ts'
import { surfaceOf } from '../accounts/surface.ts'
import { type LockedConversation, lockConversation, openCase } from '../conversations/locked.ts'
import { addSystemLines } from '../conversations/system-lines.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import { channelOf, type Hub } from '../hub.ts'
import { checkMentions, storeMentions } from '../mentions/mentions.ts'
import type { Actor } from '../people/actor.ts'
import { found, HubProblem } from '../problem.ts'
import { countUse } from '../saved-replies/saved-replies.ts'
import { indexMessages } from '../search/index-messages.ts'
import { tellFirstReply } from './first-reply.ts'
import { fittedBody, type Prepared, prepareMessage, storeParts, withOurFiles } from './prepare.ts'
import { refuseUnfilled } from './refuse-unfilled.ts'
import { messageViews, previewOf } from './views.ts'

export interface NewMessage {
  clientId: string
  body: MessageBody
  note: boolean
  replyToId?: string
  undoSeconds: number
  sendAt?: number
  /** Members named in a note. */
  mentions?: readonly string[]
  /** Our latest message that the writer had seen when he began; undefined: not asked. */
  lastOutId?: string | null
  /** The saved reply that it came from. */
  savedReplyId?: string
}

/** Sends a message or writes a note; gives the stored message back. Problems: not_found, client_id_reused, reply_not_allowed, message_not_sendable, placeholder_empty. */
export async function sendMessage(hub: Hub, actor: Actor, conversationId: string, input: NewMessage): Promise<MessageView> {
  const hash = createHash('sha256')
    .update(JSON.stringify([conversationId, input.body, input.note, input.replyToId ?? null]))
    .digest()
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const conversation = await lockConversation(tx, actor, conversationId)
    const earlier = await tx.db
      .selectFrom('client_request')
      .select(['content_hash', 'message_id'])
      .where('author_id', '=', actor.memberId)
      .where('client_id', '=', input.clientId)
      .executeTakeFirst()
    if (earlier) {
      if (!earlier.content_hash.equals(hash)) throw new HubProblem('client_id_reused')
      return (await messageViews(hub, tx, [earlier.message_id]))[0]!
    }
    if (!input.note) refuseUnfilled(input.body)
    if (!input.note) await refuseIfAnswered(hub, tx, actor, conversation, input.lastOutId)
    const account = found(await accountContext(hub, tx, conversation.accountId), 'account')
    const body = await withOurFiles(tx, input.body)
    const mentions = input.note ? await checkMentions(tx, conversation.accountId, input.mentions ?? []) : []
    const id = newId(hub.now())
    const quoted = input.replyToId ? found(await quotedMessage(tx, conversationId, input.replyToId), 'quoted message') : undefined
    const fitted = input.note ? undefined : allowed(prepareMessage(hub, account, conversation, body, quoted?.externalId !== undefined))
    await store(hub, tx, actor, { id, conversation, account, body, input, mentions, replyToId: input.replyToId ?? null })
    await storeMentions(tx, actor, { id, conversationId, accountId: account.id, at: hub.now(), preview: previewOf(body) }, mentions)
    if (fitted) {
      const due = new Date(Math.max(hub.now() + input.undoSeconds * 1_000, input.sendAt ?? 0))
      await storeParts(hub, tx, { id, conversationId, accountId: account.id }, fitted.parts, due, quoted?.externalId)
      if (input.savedReplyId) await countUse(tx, actor, id, input.savedReplyId, new Date(hub.now()))
    }
    await tx.db
      .insertInto('client_request')
      .values({ workspace_id: tx.workspaceId, author_id: actor.memberId, client_id: input.clientId, content_hash: hash, message_id: id })
      .execute()
    const taken = input.note ? [] : await takeIfFree(hub, tx, actor, conversation)
    await appendChanges(hub, tx, { createdMessages: [id, ...taken], conversations: [conversationId] })
    if (!input.note) await tellFirstReply(hub, tx, [id])
    return (await messageViews(hub, tx, [id]))[0]!
  })
}

/** A colleague (or the vendor's own app) has answered since the writer began: he sees it before his own goes out. */
async function refuseIfAnswered(
  hub: Hub,
  tx: Transaction,
  actor: Actor,
  conversation: LockedConversation,
  seen: string | null | undefined,
): Promise<void> {
  if (seen === undefined || conversation.lastOutId === seen || conversation.lastOutId === null || conversation.lastOutBy === actor.memberId)
    return
  const [message] = await messageViews(hub, tx, [conversation.lastOutId])
  throw new HubProblem('answered_meanwhile', message ? `${message.author.name} has answered meanwhile.` : undefined, { message })
}

/** Whoever answers a conversation that nobody owns, owns it. Gives the system line's id. */
async function takeIfFree(hub: Hub, tx: Transaction, actor: Actor, conversation: LockedConversation): Promise<string[]> {
  if (conversation.assigneeId !== null) return []
  await tx.db.updateTable('conversation').set({ assignee_id: actor.memberId }).where('id', '=', conversation.id).execute()
  return await addSystemLines(hub, tx, [{ conversation, what: 'case.taken', params: { by: actor.name } }])
}

/** What the messenger would show of a message; stores nothing. Problems: not_found. */
export async function fitMessage(
  hub: Hub,
  actor: Actor,
  conversationId: string,
  input: MessageBody,
): Promise<{ fit: Fit; reply: ReplyOption }> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const conversation = await lockConversation(tx, actor, conversationId)
    const account = found(await accountContext(hub, tx, conversation.accountId), 'account')
    const body = await withOurFiles(tx, input)
    const channel = channelOf(hub, account.channel)
    const { capabilities, replyPolicy } = surfaceOf(channel, account, conversation)
    return {
      fit: fittedBody(hub, capabilities, channel.formatText, body),
      reply: replyOptions(replyPolicy, conversation.windows, conversation.standing, hub.now())[messageClassOf(body.content)],
    }
  })
}

/** What a member is told when his message cannot leave. */
function allowed(prepared: Prepared): Extract<Fit, { kind: 'parts' }> {
  if (prepared.kind === 'parts') return prepared
  if (prepared.kind === 'disconnected')
    throw new HubProblem('reply_not_allowed', 'This account is no longer connected.', { reason: 'disconnected' })
  if (prepared.kind === 'observing')
    throw new HubProblem('reply_not_allowed', 'This account only observes: nothing is sent until it is switched over.', {
      reason: 'observing',
    })
  if (prepared.kind === 'closed') {
    const { reason, closedAt, window } = prepared.option
    throw new HubProblem('reply_not_allowed', undefined, { reason, closedAt, window })
  }
  throw new HubProblem('message_not_sendable', prepared.refusals.map(refusal => refusal.code).join(', '), { refusals: prepared.refusals })
}

async function quotedMessage(
  tx: Transaction,
  conversationId: string,
  messageId: string,
): Promise<{ externalId: string | undefined } | undefined> {
  const row = await tx.db
    .selectFrom('message')
    .select('id')
    .where('id', '=', messageId)
    .where('conversation_id', '=', conversationId)
    .executeTakeFirst()
  if (!row) return undefined
  const link = await tx.db
    .selectFrom('platform_message')
    .select('external_id')
    .where('message_id', '=', messageId)
    .orderBy('index')
    .limit(1)
    .executeTakeFirst()
  return { externalId: link?.external_id }
}

interface ToStore {
  id: string
  conversation: LockedConversation
  account: AccountContext
  body: MessageBody
  input: NewMessage
  mentions: string[]
  replyToId: string | null
}

async function store(hub: Hub, tx: Transaction, actor: Actor, message: ToStore): Promise<void> {
  const { conversation, body, input } = message
  const now = new Date(hub.now())
  const direction = input.note ? 'note' : 'out'
  const state = input.note ? 'sent' : 'pending'
  const caseId = input.note ? conversation.caseId : await openCase(tx, conversation, now)
  await tx.db
    .insertInto('message')
    .values({
      workspace_id: tx.workspaceId,
      id: message.id,
      conversation_id: conversation.id,
      account_id: message.account.id,
      case_id: caseId,
      direction,
      author_kind: 'member',
      author_id: actor.memberId,
      author_name: actor.name,
      client_id: input.clientId,
      kind: body.content.kind,
      body: hub.codec.sealJson(tx.workspaceId, body),
      reply_to_id: message.replyToId,
      order_at: now,
      order_tie: 0,
      order_external: message.id,
      at: now,
      state,
      file_ids: mediaOf(body.content).map(medium => (medium.ref as { fileId: string }).fileId),
      mentions: message.mentions,
    })
    .execute()
  const last = {
    id: message.id,
    kind: body.content.kind,
    direction,
    authorId: actor.memberId,
    authorName: actor.name,
    at: now.getTime(),
    state,
  }
  await tx.db
    .updateTable('conversation')
    .set({
      last_message: JSON.stringify(last),
      last_preview: hub.codec.seal(tx.workspaceId, previewOf(body)),
      last_message_at: now,
      last_message_tie: 0,
      last_activity_at: now,
      ...(input.note ? {} : { unanswered_since: null, last_out_id: message.id, last_out_by: actor.memberId, snoozed_until: null }),
    })
    .where('id', '=', conversation.id)
    .execute()
  if (!input.note && caseId !== null && conversation.unansweredSince !== null)
    await tx.db
      .updateTable('conversation_case')
      .set({ first_answer_at: now, first_answer_by: actor.memberId })
      .where('id', '=', caseId)
      .where('first_answer_at', 'is', null)
      .execute()
  await indexMessages(tx, [{ id: message.id, conversationId: conversation.id, at: now.getTime(), text: plainText(body.content) }])
}
