/**
 * What the hub says by itself: a greeting, an away message, the place in the queue. Always holds: it goes out by the same way as a person's message,
 * within reply policy and `fit`; the customer stays unanswered, and what a colleague must have seen (`last_out_id`) does not move.
 */
import { type MessageBody, mediaOf, plainText } from '@dragoman/core'
import { accountContext } from '../accounts/context.ts'
import { lockConversation } from '../conversations/locked.ts'
import { newId } from '../database/ids.ts'
import type { Transaction } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import { seesAll } from '../event-log/may-see.ts'
import type { Hub } from '../hub.ts'
import { HubProblem } from '../problem.ts'
import { indexMessages } from '../search/index-messages.ts'
import { prepareMessage, storeParts, withOurFiles } from './prepare.ts'
import { previewOf } from './views.ts'

export type SystemSending = 'sent' | 'not_allowed' | 'not_sendable'

export type SystemSent = { kind: 'sent'; messageId: string } | { kind: Exclude<SystemSending, 'sent'> }

/**
 * Sends a message in the hub's own name. `label` says why (`answer.greeting`, `queue.place`): colleagues see it on the message. Nothing is stored unless
 * it is `sent`; `not_allowed`: the reply policy, or an account that is disconnected or only observes; `not_sendable`: the messenger cannot carry it, or a file of it is missing.
 * Problem: not_found, where there is no such conversation.
 */
export async function sendAsSystem(
  hub: Hub,
  tx: Transaction,
  conversationId: string,
  body: MessageBody,
  label: string,
): Promise<SystemSending> {
  return (await sendSystemMessage(hub, tx, conversationId, body, label)).kind
}

/** As `sendAsSystem`, with the message's id; `author` is the machine that asked for it. */
export async function sendSystemMessage(
  hub: Hub,
  tx: Transaction,
  conversationId: string,
  body: MessageBody,
  label: string,
  author?: { memberId: string; name: string },
): Promise<SystemSent> {
  const conversation = await lockConversation(tx, seesAll, conversationId)
  const account = await accountContext(hub, tx, conversation.accountId)
  // What everyone reads is written by people only.
  if (!account || conversation.place) return { kind: 'not_allowed' }
  const ready = await withOurFiles(tx, body).catch((error: unknown) => {
    if (error instanceof HubProblem) return undefined
    throw error
  })
  if (!ready) return { kind: 'not_sendable' }
  const prepared = prepareMessage(hub, account, conversation, ready, false, 'machine')
  if (prepared.kind === 'refused') return { kind: 'not_sendable' }
  if (prepared.kind !== 'parts') return { kind: 'not_allowed' }
  const id = newId(hub.now())
  const now = new Date(hub.now())
  const { kind } = ready.content
  await tx.db
    .insertInto('message')
    .values({
      workspace_id: tx.workspaceId,
      id,
      conversation_id: conversationId,
      account_id: account.id,
      case_id: conversation.caseId,
      direction: 'out',
      author_kind: 'system',
      author_id: author?.memberId ?? null,
      author_name: author?.name ?? '',
      kind,
      body: hub.codec.sealJson(tx.workspaceId, ready),
      order_at: now,
      order_tie: 0,
      order_external: id,
      at: now,
      state: 'pending',
      system: JSON.stringify({ what: label, params: {} }),
      file_ids: mediaOf(ready.content).map(medium => (medium.ref as { fileId: string }).fileId),
    })
    .execute()
  await storeParts(hub, tx, { id, conversationId, accountId: account.id }, prepared.parts, now)
  const last = {
    id,
    kind,
    direction: 'out',
    authorId: author?.memberId ?? null,
    authorName: author?.name ?? '',
    at: now.getTime(),
    state: 'pending',
  }
  await tx.db
    .updateTable('conversation')
    .set({
      last_message: JSON.stringify(last),
      last_preview: hub.codec.seal(tx.workspaceId, previewOf(ready)),
      last_message_at: now,
      last_message_tie: 0,
      last_activity_at: now,
    })
    .where('id', '=', conversationId)
    .execute()
  await indexMessages(tx, [{ id, conversationId, at: now.getTime(), text: plainText(ready.content) }])
  await appendChanges(hub, tx, { createdMessages: [id], conversations: [conversationId] })
  return { kind: 'sent', messageId: id }
}
