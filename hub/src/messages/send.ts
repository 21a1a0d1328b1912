/**
 * A member writes: permission, policy, `fit` into parts, or a typed refusal; then message, parts and event in one transaction, idempotent by the
 * client's own id [mechanics 16, 22]. Always holds: a refusal stores nothing; a note has no parts and can never leave.
 */

import { createHash } from 'node:crypto'
import type { MessageView } from '@dragoman/api'
import {
  type Capabilities,
  type Fit,
  fit,
  type MessageBody,
  mapMedia,
  mediaOf,
  messageClassOf,
  plainText,
  type ReplyOption,
  replyOptions,
} from '@dragoman/core'
import { type AccountContext, accountContext, capabilitiesOf } from '../accounts/context.ts'
import { type LockedConversation, lockConversation, openCase } from '../conversations/locked.ts'
import { bulkInsert } from '../database/bulk.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import { channelOf, type Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { found, HubProblem } from '../problem.ts'
import { indexMessages } from '../search/index-messages.ts'
import { messageViews, previewOf } from './views.ts'

export interface NewMessage {
  clientId: string
  body: MessageBody
  note: boolean
  replyToId?: string
  undoSeconds: number
  sendAt?: number
}

/** Sends a message or writes a note; gives the stored message back. Problems: not_found, client_id_reused, reply_not_allowed, message_not_sendable. */
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
    const account = found(await accountContext(hub, tx, conversation.accountId), 'account')
    const body = await withOurFiles(tx, input.body)
    const id = newId(hub.now())
    const quoted = input.replyToId ? found(await quotedMessage(tx, conversationId, input.replyToId), 'quoted message') : undefined
    const fitted = input.note ? undefined : prepare(hub, account, conversation, body, quoted?.externalId !== undefined)
    await store(hub, tx, actor, { id, conversation, account, body, input, replyToId: input.replyToId ?? null })
    if (fitted) {
      const due = new Date(Math.max(hub.now() + input.undoSeconds * 1_000, input.sendAt ?? 0))
      await bulkInsert(
        tx,
        'part',
        {
          id: 'uuid',
          message_id: 'uuid',
          conversation_id: 'uuid',
          account_id: 'uuid',
          index: 'int',
          lane: 'text',
          state: 'text',
          body: 'bytea',
          reply_to_external: 'text',
          due_at: 'timestamptz',
          not_before: 'timestamptz',
        },
        fitted.parts.map((part, index) => ({
          id: newId(),
          message_id: id,
          conversation_id: conversationId,
          account_id: account.id,
          index,
          lane: 'talk',
          state: 'pending',
          body: hub.codec.sealJson(tx.workspaceId, part.body),
          reply_to_external: index === 0 ? (quoted?.externalId ?? null) : null,
          due_at: due,
          not_before: due,
        })),
      )
      tx.afterCommit(() => hub.bell.ring('parts'))
    }
    await tx.db
      .insertInto('client_request')
      .values({ workspace_id: tx.workspaceId, author_id: actor.memberId, client_id: input.clientId, content_hash: hash, message_id: id })
      .execute()
    await appendChanges(hub, tx, { createdMessages: [id], conversations: [conversationId] })
    return (await messageViews(hub, tx, [id]))[0]!
  })
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
    return {
      fit: fitted(hub, capabilitiesOf(channel, account), channel.formatText, body),
      reply: replyOptions(channel.replyPolicy, conversation.windows, conversation.standing, hub.now())[messageClassOf(body.content)],
    }
  })
}

function prepare(
  hub: Hub,
  account: AccountContext,
  conversation: LockedConversation,
  body: MessageBody,
  isReply: boolean,
): Extract<Fit, { kind: 'parts' }> {
  const channel = channelOf(hub, account.channel)
  if (account.status === 'disconnected')
    throw new HubProblem('reply_not_allowed', 'This account is no longer connected.', { reason: 'disconnected' })
  const option = replyOptions(channel.replyPolicy, conversation.windows, conversation.standing, hub.now())[messageClassOf(body.content)]
  if (!option.allowed)
    throw new HubProblem('reply_not_allowed', undefined, { reason: option.reason, closedAt: option.closedAt, window: option.window })
  const capabilities = capabilitiesOf(channel, account)
  const result = fitted(hub, capabilities, channel.formatText, body)
  if (result.kind === 'refused')
    throw new HubProblem('message_not_sendable', result.refusals.map(refusal => refusal.code).join(', '), { refusals: result.refusals })
  if (isReply && capabilities.features.reply_to.level === 'none') result.notes.push({ code: 'reply_dropped' })
  return result
}

function fitted(hub: Hub, capabilities: Capabilities, formatText: Parameters<typeof fit>[2], body: MessageBody): Fit {
  const result = fit(body, capabilities, formatText)
  if (result.kind === 'refused') return result
  const needsUrl =
    hub.publicUrl === undefined &&
    mediaOf(body.content).length > 0 &&
    result.parts.some(part => mediaOf(part.body.content).length > 0 && isByUrlOnly(capabilities, part.body))
  return needsUrl ? { kind: 'refused', refusals: [{ code: 'media_needs_public_url' }] } : result
}

function isByUrlOnly(capabilities: Capabilities, body: MessageBody): boolean {
  const kind = body.content.kind
  return kind in capabilities.media && capabilities.media[kind as keyof Capabilities['media']].byUrlOnly === true
}

/** Media must be files of ours, here and whole; what is known of them comes from us, not from the client. */
async function withOurFiles(tx: Transaction, body: MessageBody): Promise<MessageBody> {
  const media = mediaOf(body.content)
  if (media.length === 0) return body
  const ids = media.map(medium => (medium.ref.from === 'file' ? medium.ref.fileId : undefined))
  if (ids.includes(undefined)) throw new HubProblem('invalid_request', 'Media must be uploaded first: refer to them by file id.')
  const rows = await tx.db
    .selectFrom('file')
    .select(['id', 'state', 'mime_type', 'name', 'size_bytes', 'width', 'height', 'duration_ms'])
    .where('id', 'in', ids as string[])
    .execute()
  const byId = new Map(rows.map(row => [row.id, row]))
  const content = mapMedia(body.content, medium => {
    const fileId = (medium.ref as { fileId: string }).fileId
    const row = found(byId.get(fileId), 'file')
    if (row.state !== 'stored') throw new HubProblem('wrong_state', 'A file of this message has not arrived yet.')
    return {
      ...medium,
      ref: { from: 'file', fileId },
      mimeType: row.mime_type ?? 'application/octet-stream',
      name: medium.name ?? row.name ?? undefined,
      sizeBytes: row.size_bytes ?? 0,
      width: row.width ?? undefined,
      height: row.height ?? undefined,
      durationMs: row.duration_ms ?? medium.durationMs,
    }
  })
  return { ...body, content }
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
    })
    .execute()
  const last = { id: message.id, kind: body.content.kind, direction, authorId: actor.memberId, authorName: actor.name, at: now.getTime(), state }
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
  await indexMessages(tx, [{ id: message.id, conversationId: conversation.id, at: now.getTime(), text: plainText(body.content) }])
}
