/**
 * What a visitor's events may refer to, checked where they are applied: his token proves who he is, not that the ids he names are his. Always holds: a
 * quote, press, reaction, edit or removal stays within his own thread; a medium is a file that he uploaded himself, with the facts that we found out;
 * the message itself is never lost.
 */
import { type Content, type InboundEvent, type InboundMessage, type Media, mapMedia, mediaOf } from '@dragoman/core'
import { newId } from '../database/ids.ts'
import type { Transaction } from '../database/transaction.ts'
import { kindOf } from '../files/files.ts'
import type { Sourced } from '../ingest/rows.ts'

/** Shown with the medium that is not there. */
const notHis = 'This file was not uploaded by the visitor'

interface OwnFile {
  id: string
  mime_type: string | null
  name: string | null
  size_bytes: number | null
  width: number | null
  height: number | null
  duration_ms: number | null
}

/** The events as far as they speak of what is the visitor's own. */
export async function guardVisitorEvents(tx: Transaction, accountId: string, events: readonly Sourced[]): Promise<Sourced[]> {
  const threads = await threadsOf(
    tx,
    accountId,
    events.flatMap(({ event }) => referencesOf(event)),
  )
  const files = await filesOf(
    tx,
    accountId,
    events.flatMap(({ event }) => fileIdsOf(event).map(fileId => ({ fileId, threadId: event.threadId ?? '' }))),
  )
  const lost: { id: string; medium: Media }[] = []
  const kept = events.flatMap(sourced => {
    const event = guarded(
      sourced,
      (id, threadId) => id.startsWith(`${threadId}:`) || threads.get(id) === threadId,
      message => withOwnFiles(message, sourced.event.threadId ?? '', files, lost),
    )
    return event ? [{ ...sourced, event }] : []
  })
  for (const { id, medium } of lost) {
    await tx.db
      .insertInto('file')
      .values({
        workspace_id: tx.workspaceId,
        id,
        state: 'failed',
        reason: notHis,
        account_id: accountId,
        mime_type: null,
        name: medium.name?.slice(0, 200) ?? null,
      })
      .execute()
  }
  return kept
}

function guarded(
  { event, receivedAt }: Sourced,
  isHis: (id: string, threadId: string) => boolean,
  ownFiles: (message: InboundMessage) => InboundMessage,
): InboundEvent | undefined {
  const threadId = event.threadId ?? ''
  switch (event.kind) {
    case 'message.received': {
      const message = ownFiles(event.message)
      if (message.replyTo === undefined || isHis(message.replyTo, threadId)) return { ...event, message }
      const { replyTo: _foreign, ...rest } = message
      return { ...event, message: rest }
    }
    case 'message.edited':
      return isHis(event.of, threadId) ? { ...event, message: ownFiles(event.message) } : undefined
    case 'message.deleted': {
      const of = event.of.filter(id => isHis(id, threadId))
      return of.length > 0 ? { ...event, of } : undefined
    }
    case 'reaction.changed':
      return isHis(event.of, threadId) ? event : undefined
    case 'action.chosen': {
      if (event.of === undefined || isHis(event.of, threadId)) return event
      const { of: _foreign, ...rest } = event
      return rest
    }
    case 'delivery.updated':
      // Nobody has read what is not written yet, whatever his clock says.
      return 'watermark' in event.of ? { ...event, of: { watermark: Math.min(event.of.watermark, receivedAt) } } : undefined
    default:
      return event
  }
}

function referencesOf(event: InboundEvent): string[] {
  switch (event.kind) {
    case 'message.received':
      return event.message.replyTo === undefined ? [] : [event.message.replyTo]
    case 'reaction.changed':
      return [event.of]
    case 'action.chosen':
      return event.of === undefined ? [] : [event.of]
    default:
      return []
  }
}

async function threadsOf(tx: Transaction, accountId: string, externalIds: readonly string[]): Promise<Map<string, string>> {
  if (externalIds.length === 0) return new Map()
  const { rows } = await tx.client.query<{ external_id: string; thread_id: string }>({
    name: 'visitor_guard_threads',
    text: `select x.external_id, c.thread_id from platform_message x join message m on m.workspace_id = x.workspace_id and m.id = x.message_id
      join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id where x.workspace_id = $1 and x.account_id = $2 and x.external_id = any($3::text[])`,
    values: [tx.workspaceId, accountId, externalIds],
  })
  return new Map(rows.map(row => [row.external_id, row.thread_id]))
}

function fileIdsOf(event: InboundEvent): string[] {
  if (event.kind !== 'message.received' && event.kind !== 'message.edited') return []
  return mediaOf(event.message.content).flatMap(medium => (medium.ref.from === 'file' ? [medium.ref.fileId] : []))
}

async function filesOf(
  tx: Transaction,
  accountId: string,
  wanted: readonly { fileId: string; threadId: string }[],
): Promise<Map<string, OwnFile>> {
  if (wanted.length === 0) return new Map()
  const { rows } = await tx.client.query<OwnFile & { visitor_thread: string }>({
    name: 'visitor_guard_files',
    text: `select id, visitor_thread, mime_type, name, size_bytes, width, height, duration_ms from file
      where workspace_id = $1 and account_id = $2 and id::text = any($3::text[]) and visitor_thread = any($4::text[]) and uploaded_by is null and state = 'stored'`,
    values: [tx.workspaceId, accountId, wanted.map(one => one.fileId), wanted.map(one => one.threadId)],
  })
  return new Map(rows.map(row => [`${row.visitor_thread}|${row.id}`, row]))
}

function withOwnFiles(
  message: InboundMessage,
  threadId: string,
  files: ReadonlyMap<string, OwnFile>,
  lost: { id: string; medium: Media }[],
): InboundMessage {
  if (mediaOf(message.content).length === 0) return message
  const content = mapMedia(message.content, medium => {
    const file = medium.ref.from === 'file' ? files.get(`${threadId}|${medium.ref.fileId}`) : undefined
    if (!file) {
      const id = newId()
      lost.push({ id, medium })
      return { ...medium, ref: { from: 'file', fileId: id } }
    }
    return {
      ...medium,
      ref: { from: 'file', fileId: file.id },
      mimeType: file.mime_type ?? 'application/octet-stream',
      name: file.name ?? medium.name,
      sizeBytes: file.size_bytes ?? medium.sizeBytes,
      width: file.width ?? undefined,
      height: file.height ?? undefined,
      durationMs: file.duration_ms ?? medium.durationMs,
    }
  })
  return { ...message, content: asItIs(content) }
}

/** A medium is shown as what its bytes are: a program that calls itself a picture is a file. */
function asItIs(content: Content): Content {
  if (content.kind !== 'image' && content.kind !== 'video' && content.kind !== 'audio' && content.kind !== 'voice') return content
  const { mimeType } = content.media
  if (mimeType === undefined) return content
  const found = kindOf(mimeType)
  // A recording of a browser is a WebM container, which a sniffer calls a video.
  const isRecording = content.kind === 'voice' && (found === 'audio' || mimeType === 'video/webm')
  if (isRecording || found === content.kind) return content
  return { kind: found, media: content.media, ...(content.caption ? { caption: content.caption } : {}) }
}
