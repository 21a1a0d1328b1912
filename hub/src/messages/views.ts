/** Messages as members see them: whole views, many at once, with parts, reactions, revisions, files and the quoted message. */
import type { MessageView, PartView } from '@dragoman/api'
import { type Failure, type MessageBody, type PartState, plainText, type Referral } from '@dragoman/core'
import type { Transaction } from '../database/transaction.ts'
import { channelOf, type Hub, isVisitorChannel } from '../hub.ts'

interface Row {
  id: string
  conversation_id: string
  channel: string
  client_id: string | null
  direction: 'in' | 'out' | 'note' | 'system'
  author_kind: 'customer' | 'member' | 'system' | 'elsewhere'
  author_id: string | null
  author_name: string
  body: Buffer
  reply_to_id: string | null
  reply_body: Buffer | null
  reply_author: string | null
  order_at: Date
  order_tie: number
  order_external: string
  at: Date
  edited_at: Date | null
  deleted_at: Date | null
  hidden_at: Date | null
  forwarded: boolean
  group_id: string | null
  referral: Referral | null
  system: { what: string; params: Record<string, string> } | null
  state: PartState
  file_ids: string[]
  mentions: string[]
  parts: PartRow[] | null
  reactions: { by_kind: 'customer' | 'member'; by_id: string; emoji: string }[] | null
}
interface PartRow {
  id: string
  index: number
  state: PartState
  not_before: string
  attempt: number
  failure: Failure | null
  sent_at: string | null
  delivered_at: string | null
  read_at: string | null
}

type Need = Pick<Hub, 'codec' | 'channels'>

const partsOfMessage = `case when m.direction = 'out' then (select json_agg(json_build_object('id', p.id, 'index', p.index, 'state', p.state, 'not_before', p.not_before,
    'attempt', p.attempt, 'failure', p.failure, 'sent_at', p.sent_at, 'delivered_at', p.delivered_at, 'read_at', p.read_at) order by p.index)
  from part p where p.workspace_id = m.workspace_id and p.message_id = m.id) end`

/** Views of these messages, in the order of `ids`; ids that are not there are left out. */
export async function messageViews(hub: Need, tx: Transaction, ids: readonly string[]): Promise<MessageView[]> {
  if (ids.length === 0) return []
  const { rows } = await tx.client.query<Row>({
    name: 'message_views',
    text: `select m.id, m.conversation_id, a.channel, m.client_id, m.direction, m.author_kind, m.author_id, m.author_name, m.body, m.reply_to_id,
        r.body as reply_body, r.author_name as reply_author, m.order_at, m.order_tie, m.order_external, m.at, m.edited_at, m.deleted_at, m.hidden_at, m.forwarded,
        m.group_id, m.referral, m.system, m.state, m.file_ids, m.mentions,
        ${partsOfMessage} as parts,
        (select json_agg(json_build_object('by_kind', e.by_kind, 'by_id', e.by_id, 'emoji', e.emoji) order by e.at, e.emoji)
          from reaction e where e.workspace_id = m.workspace_id and e.message_id = m.id and e.emoji <> '') as reactions
      from message m
      join account a on a.workspace_id = m.workspace_id and a.id = m.account_id
      left join message r on r.workspace_id = m.workspace_id and r.id = m.reply_to_id
      where m.workspace_id = $1 and m.id = any($2::uuid[])`,
    values: [tx.workspaceId, ids],
  })
  const files = await fileFacts(
    tx,
    rows.flatMap(row => row.file_ids),
  )
  const revisions = await revisionsOf(
    hub,
    tx,
    rows.filter(row => row.edited_at).map(row => row.id),
  )
  const byId = new Map(rows.map(row => [row.id, row]))
  return ids.flatMap(id => {
    const row = byId.get(id)
    return row ? [toView(hub, tx.workspaceId, row, files, revisions.get(id) ?? [])] : []
  })
}

/** How far a message has come: what of its view changes with every receipt. */
export interface MessageState extends Pick<MessageView, 'id' | 'conversationId' | 'state' | 'parts'> {
  accountId: string
  /** Where the customer is a visitor of ours. */
  visitorThread?: string
}

/** How far these messages have come, in the order of `ids`; ids that are not there are left out. Always holds: equal to what their views say. */
export async function messageStates(hub: Pick<Hub, 'channels'>, tx: Transaction, ids: readonly string[]): Promise<MessageState[]> {
  if (ids.length === 0) return []
  const { rows } = await tx.client.query<
    Pick<Row, 'id' | 'conversation_id' | 'channel' | 'state' | 'parts'> & { account_id: string; thread_id: string }
  >({
    name: 'message_progress',
    text: `select m.id, m.conversation_id, m.account_id, a.channel, c.thread_id, m.state, ${partsOfMessage} as parts
      from message m join account a on a.workspace_id = m.workspace_id and a.id = m.account_id join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
      where m.workspace_id = $1 and m.id = any($2::uuid[])`,
    values: [tx.workspaceId, ids],
  })
  const byId = new Map(rows.map(row => [row.id, row]))
  return ids.flatMap(id => {
    const row = byId.get(id)
    if (!row) return []
    const { conversation_id: conversationId, account_id: accountId, state } = row
    const isVisitor = isVisitorChannel(hub, row.channel)
    return [{ id, conversationId, accountId, state, parts: partViews(hub, row), ...(isVisitor ? { visitorThread: row.thread_id } : {}) }]
  })
}

function partViews(hub: Pick<Hub, 'channels'>, { parts, channel }: Pick<Row, 'parts' | 'channel'>): PartView[] {
  const known = parts?.some(part => part.failure) ? channelOf(hub, channel) : undefined
  return (parts ?? []).map(part => partView(part, known))
}

function toView(hub: Need, workspaceId: string, row: Row, files: MessageView['files'], revisions: MessageView['revisions']): MessageView {
  const body = hub.codec.openJson<MessageBody>(workspaceId, row.body)
  return {
    id: row.id,
    conversationId: row.conversation_id,
    clientId: row.client_id,
    direction: row.direction,
    author: { kind: row.author_kind, id: row.author_id, name: row.author_name },
    // What the customer has taken back is no longer shown; that something was there is.
    body: row.deleted_at && row.direction === 'in' ? { content: { kind: 'text', text: { text: '' } } } : body,
    replyTo: row.reply_to_id
      ? {
          id: row.reply_to_id,
          preview: row.reply_body ? previewOf(hub.codec.openJson<MessageBody>(workspaceId, row.reply_body)) : '',
          authorName: row.reply_author ?? '',
        }
      : null,
    order: { at: row.order_at.getTime(), tie: row.order_tie, externalId: row.order_external },
    at: row.at.getTime(),
    editedAt: row.edited_at?.getTime() ?? null,
    revisions,
    deletedAt: row.deleted_at?.getTime() ?? null,
    hiddenAt: row.hidden_at?.getTime() ?? null,
    forwarded: row.forwarded,
    groupId: row.group_id,
    referral: row.referral,
    reactions: (row.reactions ?? []).map(reaction => ({ by: reaction.by_kind, byId: reaction.by_id, emoji: reaction.emoji })),
    state: row.state,
    parts: partViews(hub, row),
    files: Object.fromEntries(row.file_ids.flatMap(id => (files[id] ? [[id, files[id]]] : []))),
    system: row.system,
    mentions: row.mentions,
  }
}

function partView(row: PartRow, channel: ReturnType<typeof channelOf> | undefined): PartView {
  const time = (value: string | null) => (value === null ? null : new Date(value).getTime())
  return {
    id: row.id,
    index: row.index,
    state: row.state,
    notBefore: new Date(row.not_before).getTime(),
    attempt: row.attempt,
    failure: row.failure && {
      kind: row.failure.kind,
      reason: row.failure.kind === 'permanent' ? row.failure.reason : undefined,
      code: row.failure.code,
      detail: row.failure.detail,
      advice: channel?.advice(row.failure),
    },
    sentAt: time(row.sent_at),
    deliveredAt: time(row.delivered_at),
    readAt: time(row.read_at),
  }
}

/** The first words of a message, for lists and quotes; empty where it has none (the screen then names the kind). */
export function previewOf(body: MessageBody): string {
  const text = plainText(body.content).replace(/\s+/g, ' ').trim()
  return [...text].length > 140 ? `${[...text].slice(0, 139).join('')}…` : text
}

async function fileFacts(tx: Transaction, ids: readonly string[]): Promise<MessageView['files']> {
  if (ids.length === 0) return {}
  const { rows } = await tx.client.query({
    name: 'file_facts',
    text: `select id, state, reason, mime_type, name, size_bytes, width, height, duration_ms, thumbnail_key is not null as has_thumbnail
      from file where workspace_id = $1 and id = any($2::uuid[])`,
    values: [tx.workspaceId, ids],
  })
  return Object.fromEntries(
    rows.map(row => [
      row.id,
      {
        state: row.state,
        reason: row.reason,
        mimeType: row.mime_type,
        name: row.name,
        sizeBytes: row.size_bytes,
        width: row.width,
        height: row.height,
        durationMs: row.duration_ms,
        hasThumbnail: row.has_thumbnail,
      },
    ]),
  )
}

async function revisionsOf(hub: Need, tx: Transaction, ids: readonly string[]): Promise<Map<string, MessageView['revisions']>> {
  const byMessage = new Map<string, MessageView['revisions']>()
  if (ids.length === 0) return byMessage
  const rows = await tx.db
    .selectFrom('message_revision')
    .select(['message_id', 'body', 'at'])
    .where('message_id', 'in', [...ids])
    .orderBy('at')
    .orderBy('number')
    .execute()
  for (const row of rows) {
    const list = byMessage.get(row.message_id) ?? []
    list.push({ body: hub.codec.openJson<MessageBody>(tx.workspaceId, row.body), at: row.at.getTime() })
    byMessage.set(row.message_id, list)
  }
  return byMessage
}
