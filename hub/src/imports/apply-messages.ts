/**
 * Messages of a batch. Always holds: they keep their times, order and authors; they have no parts, ring no bell, raise no count of what is unread; one
 * that came by webhook too is not doubled (found by the platform's id, while the account's lane is held).
 */
import { type Content, type MessageBody, plainText } from '@dragoman/core'
import { bulkInsert } from '../database/bulk.ts'
import { newId } from '../database/ids.ts'
import { previewOf } from '../messages/views.ts'
import { indexMessages } from '../search/index-messages.ts'
import { memberIds } from './apply-conversations.ts'
import { type Batch, lookUp, note, type Ref } from './batch.ts'
import type { MessageThing } from './things.ts'

interface Into {
  id: string
  account_id: string
  identity_id: string
  contact_name: string
}

/** Applies messages. */
export async function applyMessages(batch: Batch, things: readonly { thing: MessageThing; ref: Ref }[]): Promise<void> {
  if (things.length === 0) return
  await lookUp(batch, 'message', [...things.map(({ thing }) => thing.id), ...things.flatMap(({ thing }) => thing.replyTo ?? [])])
  for (const kind of ['conversation', 'case'])
    await lookUp(
      batch,
      kind,
      things.map(({ thing }) => thing.conversationId),
    )
  const targets = [
    ...new Set(things.flatMap(({ thing }) => batch.known.get(`conversation:${thing.conversationId}`)?.targetId ?? [])),
  ].sort()
  const into = await conversationsOf(batch, targets)
  const taken = await alreadyHere(batch, things, into)
  const members = await memberIds(
    batch,
    things.flatMap(({ thing }) => thing.authorEmail?.toLowerCase() ?? []),
  )
  const rows: Row[] = []
  const seen = new Set<string>()
  for (const { thing, ref } of things) {
    const target = batch.known.get(`conversation:${thing.conversationId}`)
    if (!target) {
      batch.refuse(ref, `The conversation ${thing.conversationId} of this message is not here and was not in the file before it.`)
      continue
    }
    const conversation = into.get(target.targetId)
    const link = thing.platformId && conversation ? `${conversation.account_id} ${thing.platformId}` : undefined
    if (batch.known.has(`message:${thing.id}`) || seen.has(thing.id) || (link && taken.has(link))) {
      batch.counts.messagesSkipped++
      continue
    }
    seen.add(thing.id)
    if (link) taken.add(link)
    batch.counts.messagesMade++
    const id = newId(thing.at)
    note(batch, 'message', thing.id, id, true)
    // In a dry run, the conversation of an earlier record may not be there yet.
    if (!conversation) continue
    const made = rowsOf(batch, thing, id, conversation, members.get(thing.authorEmail?.toLowerCase() ?? '') ?? null, ref.number)
    for (const [index, row] of made.entries()) if (index > 0) note(batch, 'message', `${thing.id}#${index}`, row.id, true)
    rows.push(...made)
  }
  if (!batch.dry && rows.length > 0) await store(batch, rows)
}

async function conversationsOf({ tx, dry }: Batch, ids: readonly string[]): Promise<Map<string, Into>> {
  const { rows } = await tx.client.query<Into>(
    `select c.id, c.account_id, c.identity_id, p.name as contact_name from conversation c join contact p on p.workspace_id = c.workspace_id and p.id = c.contact_id
      where c.workspace_id = $1 and c.id = any($2::uuid[]) order by c.id ${dry ? '' : 'for update of c'}`,
    [tx.workspaceId, ids],
  )
  return new Map(rows.map(row => [row.id, row]))
}

/** `account platformId` of messages that are here. */
async function alreadyHere(
  batch: Batch,
  things: readonly { thing: MessageThing }[],
  into: ReadonlyMap<string, Into>,
): Promise<Set<string>> {
  const pairs = things.flatMap(({ thing }) => {
    const conversation = into.get(batch.known.get(`conversation:${thing.conversationId}`)?.targetId ?? '')
    return thing.platformId && conversation ? [{ account: conversation.account_id, id: thing.platformId }] : []
  })
  if (pairs.length === 0) return new Set()
  const { rows } = await batch.tx.client.query<{ account_id: string; external_id: string }>({
    name: 'import_platform_ids',
    text: `select m.account_id, m.external_id from unnest($2::uuid[], $3::text[]) as v(account_id, external_id)
      join platform_message m on m.workspace_id = $1 and m.account_id = v.account_id and m.external_id = v.external_id`,
    values: [batch.tx.workspaceId, pairs.map(pair => pair.account), pairs.map(pair => pair.id)],
  })
  return new Set(rows.map(row => `${row.account_id} ${row.external_id}`))
}

interface Row {
  id: string
  conversation: Into
  caseId: string | null
  direction: 'in' | 'out' | 'note'
  authorKind: string
  authorId: string | null
  authorName: string
  body: MessageBody
  at: number
  tie: number
  external: string
  platformId: string | null
  replyToId: string | null
  fileIds: string[]
  files: { id: string; url: string; name: string | null }[]
}

/** A message; each attachment after the first is a message of its own, as messengers show them. */
function rowsOf(batch: Batch, thing: MessageThing, id: string, conversation: Into, memberId: string | null, number: number): Row[] {
  const base = {
    conversation,
    caseId: batch.known.get(`case:${thing.conversationId}`)?.targetId ?? null,
    direction: thing.direction,
    ...(thing.direction === 'in'
      ? { authorKind: 'customer', authorId: conversation.identity_id, authorName: thing.authorName || conversation.contact_name }
      : memberId
        ? { authorKind: 'member', authorId: memberId, authorName: thing.authorName ?? '' }
        : { authorKind: 'elsewhere', authorId: null, authorName: thing.authorName ?? '' }),
    at: thing.at,
    external: thing.platformId ?? `import:${thing.id}`,
    replyToId: thing.replyTo ? (batch.known.get(`message:${thing.replyTo}`)?.targetId ?? null) : null,
  }
  const words = cleaned(thing.text)
  const contents: { content: Content; files: Row['files']; fileIds: string[] }[] = thing.attachments.map((attachment, index) => {
    const fileId = attachment.fileId ?? newId()
    const media = { ref: { from: 'file' as const, fileId }, ...(attachment.name ? { name: attachment.name } : {}) }
    const caption = index === 0 && words !== '' ? { caption: { text: words } } : {}
    return {
      content: { kind: attachment.kind, media, ...caption } as Content,
      fileIds: [fileId],
      files: attachment.url ? [{ id: fileId, url: attachment.url, name: attachment.name ?? null }] : [],
    }
  })
  if (contents.length === 0) contents.push({ content: { kind: 'text', text: { text: words } }, files: [], fileIds: [] })
  return contents.map((one, index) => ({
    ...base,
    id: index === 0 ? id : newId(thing.at),
    body: { content: one.content },
    tie: number * 100 + index,
    platformId: index === 0 ? (thing.platformId ?? null) : null,
    fileIds: one.fileIds,
    files: one.files,
  }))
}

/** PostgreSQL takes neither NUL nor half of a surrogate pair. */
function cleaned(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed()
}

async function store({ hub, tx }: Batch, rows: readonly Row[]): Promise<void> {
  await bulkInsert(
    tx,
    'file',
    { id: 'uuid', state: 'text', account_id: 'uuid', source: 'bytea', name: 'text' },
    rows.flatMap(row =>
      row.files.map(file => ({
        id: file.id,
        state: 'expected',
        account_id: row.conversation.account_id,
        source: hub.codec.sealJson(tx.workspaceId, { plainUrl: file.url }),
        name: file.name,
      })),
    ),
  )
  if (rows.some(row => row.files.length > 0)) tx.afterCommit(() => hub.bell.ring('files'))
  await bulkInsert(
    tx,
    'message',
    {
      id: 'uuid',
      conversation_id: 'uuid',
      account_id: 'uuid',
      case_id: 'uuid',
      direction: 'text',
      author_kind: 'text',
      author_id: 'uuid',
      author_name: 'text',
      kind: 'text',
      body: 'bytea',
      reply_to_id: 'uuid',
      order_at: 'timestamptz',
      order_tie: 'bigint',
      order_external: 'text',
      at: 'timestamptz',
      file_ids: 'uuid[]',
    },
    rows.map(row => ({
      id: row.id,
      conversation_id: row.conversation.id,
      account_id: row.conversation.account_id,
      case_id: row.caseId,
      direction: row.direction,
      author_kind: row.authorKind,
      author_id: row.authorId,
      author_name: row.authorName,
      kind: row.body.content.kind,
      body: hub.codec.sealJson(tx.workspaceId, row.body),
      reply_to_id: row.replyToId,
      order_at: row.at,
      order_tie: row.tie,
      order_external: row.external,
      at: row.at,
      file_ids: row.fileIds,
    })),
  )
  await bulkInsert(
    tx,
    'platform_message',
    { account_id: 'uuid', external_id: 'text', message_id: 'uuid' },
    rows.flatMap(row =>
      row.platformId ? [{ account_id: row.conversation.account_id, external_id: row.platformId, message_id: row.id }] : [],
    ),
    'on conflict do nothing',
  )
  await indexMessages(
    tx,
    rows.flatMap(row => {
      const text = plainText(row.body.content)
      return text === '' ? [] : [{ id: row.id, conversationId: row.conversation.id, at: row.at, text }]
    }),
  )
  await showLatest({ hub, tx }, rows)
}

/** The list's line of each conversation, where nothing newer stands there. */
async function showLatest({ hub, tx }: Pick<Batch, 'hub' | 'tx'>, rows: readonly Row[]): Promise<void> {
  const latest = new Map<string, Row>()
  for (const row of rows) {
    const known = latest.get(row.conversation.id)
    if (!known || row.at > known.at || (row.at === known.at && row.tie >= known.tie)) latest.set(row.conversation.id, row)
  }
  const list = [...latest.values()]
  await tx.client.query({
    name: 'import_latest',
    text: `update conversation c set last_message = v.last_message, last_preview = v.preview, last_message_at = v.at, last_message_tie = v.tie,
        last_activity_at = case when c.last_message_at is null then v.at else greatest(c.last_activity_at, v.at) end
      from unnest($2::uuid[], $3::jsonb[], $4::bytea[], $5::timestamptz[], $6::bigint[]) as v(id, last_message, preview, at, tie)
      where c.workspace_id = $1 and c.id = v.id and (c.last_message_at is null or c.last_message_at <= v.at)`,
    values: [
      tx.workspaceId,
      list.map(row => row.conversation.id),
      list.map(row =>
        JSON.stringify({
          id: row.id,
          kind: row.body.content.kind,
          direction: row.direction,
          authorId: row.authorId,
          authorName: row.authorName,
          at: row.at,
          state: 'sent',
        }),
      ),
      list.map(row => hub.codec.seal(tx.workspaceId, previewOf(row.body))),
      list.map(row => new Date(row.at).toISOString()),
      list.map(row => row.tie),
    ],
  })
}
