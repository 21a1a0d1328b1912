/**
 * A body made ready to leave: files of ours, reply policy, `fit` into parts, and the rows of those parts. Always holds: what cannot go is told as a
 * value, never thrown, so that a person gets a problem and a machine a reason.
 */
import {
  type Capabilities,
  type Fit,
  fit,
  type MessageBody,
  mapMedia,
  mediaOf,
  messageClassOf,
  type OpenWindow,
  type ReplyOption,
  replyOptions,
  type Standing,
} from '@dragoman/core'
import type { AccountContext } from '../accounts/context.ts'
import { isObserving } from '../accounts/gate.ts'
import { surfaceOf, type Where } from '../accounts/surface.ts'
import { bulkInsert } from '../database/bulk.ts'
import { newId } from '../database/ids.ts'
import type { Transaction } from '../database/transaction.ts'
import { channelOf, type Hub } from '../hub.ts'
import { found, HubProblem } from '../problem.ts'

type Parts = Extract<Fit, { kind: 'parts' }>
type Refused = Extract<Fit, { kind: 'refused' }>

export type Prepared =
  | Parts
  | Refused
  | { kind: 'disconnected' }
  | { kind: 'observing' }
  | { kind: 'closed'; option: Extract<ReplyOption, { allowed: false }> }

/** Whether a body may leave now, and as which parts. */
export function prepareMessage(
  hub: Hub,
  account: AccountContext,
  conversation: Where & { windows: readonly OpenWindow[]; standing: Standing },
  body: MessageBody,
  isReply: boolean,
  by: 'person' | 'machine' = 'person',
): Prepared {
  const channel = channelOf(hub, account.channel)
  if (account.status === 'disconnected') return { kind: 'disconnected' }
  if (isObserving(account)) return { kind: 'observing' }
  const { capabilities, replyPolicy } = surfaceOf(channel, account, conversation)
  const option = replyOptions(replyPolicy, conversation.windows, conversation.standing, hub.now(), by)[messageClassOf(body.content)]
  if (!option.allowed) return { kind: 'closed', option }
  const result = fittedBody(hub, capabilities, channel.formatText, body)
  if (result.kind === 'parts' && isReply && capabilities.features.reply_to.level === 'none') result.notes.push({ code: 'reply_dropped' })
  return result
}

/** `fit`, and what our own reach adds to it: media that a platform only takes by link need a public address. */
export function fittedBody(hub: Hub, capabilities: Capabilities, formatText: Parameters<typeof fit>[2], body: MessageBody): Fit {
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

/** Media must be files of ours, here and whole; what is known of them comes from us, not from the client. Problems: invalid_request, not_found, wrong_state. */
export async function withOurFiles(tx: Transaction, body: MessageBody): Promise<MessageBody> {
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

/** Stores the parts of a message, due at `due`, and wakes the senders after the commit. The first part carries the quote. */
export async function storeParts(
  hub: Hub,
  tx: Transaction,
  message: { id: string; conversationId: string; accountId: string },
  parts: Parts['parts'],
  due: Date,
  replyToExternal?: string,
): Promise<void> {
  await storeManyParts(hub, tx, [{ ...message, parts, replyToExternal }], due, 'talk')
}

export interface MessageParts {
  id: string
  conversationId: string
  accountId: string
  parts: Parts['parts']
  replyToExternal?: string
}

/** As `storeParts` for many messages at once, in the order given: that is the order in which they stand in line. */
export async function storeManyParts(
  hub: Hub,
  tx: Transaction,
  messages: readonly MessageParts[],
  due: Date,
  lane: 'talk' | 'bulk',
): Promise<void> {
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
    messages.flatMap(message =>
      message.parts.map((part, index) => ({
        id: newId(),
        message_id: message.id,
        conversation_id: message.conversationId,
        account_id: message.accountId,
        index,
        lane,
        state: 'pending',
        body: hub.codec.sealJson(tx.workspaceId, part.body),
        reply_to_external: index === 0 ? (message.replyToExternal ?? null) : null,
        due_at: due,
        not_before: due,
      })),
    ),
  )
  tx.afterCommit(() => hub.bell.ring('parts'))
}
