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
    const [earlier, context] = await Promise.all([
      earlierRequest(tx, actor, input.clientId),
      accountContext(hub, tx, conversation.accountId),
    ])
    if (earlier) {
      if (!earlier.content_hash.equals(hash)) throw new HubProblem('client_id_reused')
      return (await messageViews(hub, tx, [earlier.message_id]))[0]!
    }
    if (!input.note) refuseUnfilled(input.body)
    if (!input.note) await refuseIfAnswered(hub, tx, actor, conversation, input.lastOutId)
    const account = found(context, 'account')
    const body = await withOurFiles(tx, input.body)
    const mentions = input.note ? await checkMentions(tx, conversation.accountId, input.mentions ?? []) : []
    const id = newId(hub.now())
    const quoted = input.replyToId ? found(await quotedMessage(tx, conversationId, input.replyToId), 'quoted message') : undefined
    const fitted = input.note ? undefined : allowed(prepareMessage(hub, account, conversation, body, quoted?.externalId !== undefined))
    const now = new Date(hub.now())
    const caseId = input.note ? conversation.caseId : await openCase(tx, conversation, now)
    const due = new Date(Math.max(now.getTime() + input.undoSeconds * 1_000, input.sendAt ?? 0))
    // Sent one behind the other without waiting: who writes waits for one answer of the database instead of eight.
    const [taken] = await Promise.all([
      input.note ? [] : takeIfFree(hub, tx, actor, conversation),
      store(hub, tx, actor, { id, now, caseId, conversation, account, body, input, mentions, replyToId: input.replyToId ?? null }),
      storeMentions(tx, actor, { id, conversationId, accountId: account.id, at: now.getTime(), preview: previewOf(body) }, mentions),
      fitted && storeParts(hub, tx, { id, conversationId, accountId: account.id }, fitted.parts, due, quoted?.externalId),
      fitted && input.savedReplyId && countUse(tx, actor, id, input.savedReplyId, now),
      rememberRequest(tx, actor, input.clientId, hash, id),
    ])
    const [message] = await appendChanges(hub, tx, { createdMessages: [id, ...taken], conversations: [conversationId] })
    if (!input.note) await tellFirstReply(hub, tx, [id])
    return message!
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
  now: Date
  caseId: string | null
  conversation: LockedConversation
  account: AccountContext
  body: MessageBody
  input: NewMessage
  mentions: string[]
  replyToId: string | null
}

async function store(hub: Hub, tx: Transaction, actor: Actor, message: ToStore): Promise<void> {
  const { id, now, caseId, conversation, body, input } = message
  const { kind } = body.content
  const direction = input.note ? 'note' : 'out'
  const state = input.note ? 'sent' : 'pending'
  const last = { id, kind, direction, authorId: actor.memberId, authorName: actor.name, at: now.getTime(), state }
  await Promise.all([
    tx.client.query({
      name: 'send_message',
      text: `insert into message (workspace_id, id, conversation_id, account_id, case_id, direction, author_kind, author_id, author_name, client_id, kind, body, reply_to_id,
          order_at, order_tie, order_external, at, state, file_ids, mentions)
        values ($1, $2, $3, $4, $5, $6, 'member', $7, $8, $9, $10, $11, $12, $13, 0, $2::uuid::text, $13, $14, $15::uuid[], $16::uuid[])`,
      values: [
        tx.workspaceId,
        id,
        conversation.id,
        message.account.id,
        caseId,
        direction,
        actor.memberId,
        actor.name,
        input.clientId,
        kind,
        hub.codec.sealJson(tx.workspaceId, body),
        message.replyToId,
        now,
        state,
        mediaOf(body.content).map(medium => (medium.ref as { fileId: string }).fileId),
        message.mentions,
      ],
    }),
    tx.client.query({
      name: 'send_conversation',
      text: `update conversation set last_message = $3, last_preview = $4, last_message_at = $5, last_message_tie = 0, last_activity_at = $5,
          unanswered_since = case when $6 then unanswered_since end, last_out_id = case when $6 then last_out_id else $7 end,
          last_out_by = case when $6 then last_out_by else $8 end, snoozed_until = case when $6 then snoozed_until end
        where workspace_id = $1 and id = $2`,
      values: [
        tx.workspaceId,
        conversation.id,
        JSON.stringify(last),
        hub.codec.seal(tx.workspaceId, previewOf(body)),
        now,
        input.note,
        id,
        actor.memberId,
      ],
    }),
    !input.note && caseId !== null && conversation.unansweredSince !== null
      ? tx.client.query({
          name: 'send_case',
          text: 'update conversation_case set first_answer_at = $3, first_answer_by = $4 where workspace_id = $1 and id = $2 and first_answer_at is null',
          values: [tx.workspaceId, caseId, now, actor.memberId],
        })
      : undefined,
    indexMessages(tx, [{ id, conversationId: conversation.id, at: now.getTime(), text: plainText(body.content) }]),
  ])
}

/** What the same press of the button made before. */
async function earlierRequest(
  tx: Transaction,
  actor: Actor,
  clientId: string,
): Promise<{ content_hash: Buffer; message_id: string } | undefined> {
  const { rows } = await tx.client.query<{ content_hash: Buffer; message_id: string }>({
    name: 'send_earlier',
    text: 'select content_hash, message_id from client_request where workspace_id = $1 and author_id = $2 and client_id = $3',
    values: [tx.workspaceId, actor.memberId, clientId],
  })
  return rows[0]
}

async function rememberRequest(tx: Transaction, actor: Actor, clientId: string, hash: Buffer, messageId: string): Promise<void> {
  await tx.client.query({
    name: 'send_remember',
    text: 'insert into client_request (workspace_id, author_id, client_id, content_hash, message_id) values ($1, $2, $3, $4, $5)',
    values: [tx.workspaceId, actor.memberId, clientId, hash, messageId],
  })
}
