/**
 * Messages as a visitor sees them. Always holds: his own, and what of the business's has been published to him; never what waits, may still be taken
 * back, has failed or is a note; a message that went out in several parts is several messages, as in any messenger.
 */
import type { MessageView, VisitorMessage } from '@dragoman/api'
import { fit, type MessageBody } from '@dragoman/core'
import type { Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { messageViews } from '../messages/views.ts'
import type { VisitorPlace } from './place.ts'

const published = new Set(['sent', 'delivered', 'read'])

/** Views of these messages for the visitor of `threadId`; those that are not for him are left out. */
export async function visitorMessages(
  hub: Hub,
  tx: Transaction,
  place: Pick<VisitorPlace, 'channel' | 'config' | 'accountId'>,
  threadId: string,
  ids: readonly string[],
  seenUntil: number,
): Promise<VisitorMessage[]> {
  const mine = await inThread(tx, place.accountId, threadId, ids)
  const views = (
    await messageViews(
      hub,
      tx,
      ids.filter(id => mine.has(id)),
    )
  ).filter(view => view.direction === 'in' || view.direction === 'out')
  const bodies = await partBodies(
    hub,
    tx,
    views.filter(view => view.direction === 'out').map(view => view.id),
  )
  const quoted = await keysOf(
    tx,
    views.flatMap(view => (view.replyTo ? [view.replyTo.id] : [])),
  )
  return views.flatMap(view => {
    const replyTo = view.replyTo ? quoted.get(view.replyTo.id) : undefined
    const quote = replyTo && view.replyTo ? { replyTo: { id: replyTo.key, preview: view.replyTo.preview, from: replyTo.from } } : {}
    return view.direction === 'in'
      ? [{ ...own(view, seenUntil), ...quote }]
      : ofBusiness(place, view, bodies).map((message, index) => (index === 0 ? { ...message, ...quote } : message))
  })
}

function own(view: MessageView, seenUntil: number): VisitorMessage {
  return {
    ...common(view),
    id: view.order.externalId,
    from: 'visitor',
    at: view.order.at,
    order: [view.order.at, view.order.tie, view.order.externalId],
    body: view.body,
    ...(view.order.at <= seenUntil ? { seen: true } : {}),
  }
}

function ofBusiness(
  place: Pick<VisitorPlace, 'channel' | 'config'>,
  view: MessageView,
  bodies: ReadonlyMap<string, MessageBody>,
): VisitorMessage[] {
  const sent = view.parts.filter(part => published.has(part.state))
  const last = sent.at(-1)
  return sent.map(part => ({
    ...common(view),
    // A reaction belongs to the message; it stands under its end.
    reactions: part === last ? common(view).reactions : [],
    id: part.id,
    from: 'business',
    at: part.sentAt ?? view.at,
    order: [view.order.at, view.order.tie + part.index, view.order.externalId],
    body:
      view.deletedAt !== null
        ? empty
        : view.editedAt !== null && sent.length === 1
          ? edited(place, view.body)
          : (bodies.get(part.id) ?? view.body),
    ...(view.author.kind === 'member' && view.author.name ? { author: view.author.name } : {}),
  }))
}

const empty: MessageBody = { content: { kind: 'text', text: { text: '' } } }

/** An edit changes the message, not the part that went out: it is fitted as it was when it was allowed. */
function edited(place: Pick<VisitorPlace, 'channel' | 'config'>, body: MessageBody): MessageBody {
  const fitted = fit(body, place.channel.capabilities(place.config), place.channel.formatText)
  return fitted.kind === 'parts' ? (fitted.parts[0]?.body ?? body) : body
}

function common(view: MessageView): Pick<VisitorMessage, 'reactions' | 'files' | 'editedAt' | 'deleted'> {
  return {
    reactions: view.reactions.map(({ by, emoji }) => ({ by: by === 'customer' ? 'visitor' : 'business', emoji })),
    files: view.deletedAt === null ? view.files : {},
    ...(view.editedAt === null ? {} : { editedAt: view.editedAt }),
    ...(view.deletedAt === null ? {} : { deleted: true }),
  }
}

async function inThread(tx: Transaction, accountId: string, threadId: string, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const { rows } = await tx.client.query<{ id: string }>({
    name: 'visitor_messages_mine',
    text: `select m.id from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
      where m.workspace_id = $1 and m.id = any($2::uuid[]) and c.account_id = $3 and c.thread_id = $4 and m.direction in ('in', 'out')`,
    values: [tx.workspaceId, ids, accountId, threadId],
  })
  return new Set(rows.map(row => row.id))
}

async function partBodies(hub: Hub, tx: Transaction, messageIds: readonly string[]): Promise<Map<string, MessageBody>> {
  if (messageIds.length === 0) return new Map()
  const { rows } = await tx.client.query<{ id: string; body: Buffer }>({
    name: 'visitor_part_bodies',
    text: `select id, body from part where workspace_id = $1 and message_id = any($2::uuid[]) and state in ('sent', 'delivered', 'read')`,
    values: [tx.workspaceId, messageIds],
  })
  return new Map(rows.map(row => [row.id, hub.codec.openJson<MessageBody>(tx.workspaceId, row.body)]))
}

/** By which the visitor knows these messages. A note has no such key: a reply that quotes one shows no quote. */
async function keysOf(tx: Transaction, messageIds: readonly string[]): Promise<Map<string, { key: string; from: 'visitor' | 'business' }>> {
  if (messageIds.length === 0) return new Map()
  const { rows } = await tx.client.query<{ message_id: string; external_id: string; direction: string }>({
    name: 'visitor_quoted',
    text: `select distinct on (x.message_id) x.message_id, x.external_id, m.direction from platform_message x join message m on m.workspace_id = x.workspace_id and m.id = x.message_id
      where x.workspace_id = $1 and x.message_id = any($2::uuid[]) and m.direction in ('in', 'out') and m.deleted_at is null order by x.message_id, x.index`,
    values: [tx.workspaceId, messageIds],
  })
  return new Map(rows.map(row => [row.message_id, { key: row.external_id, from: row.direction === 'in' ? 'visitor' : 'business' }]))
}
