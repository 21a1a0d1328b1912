/**
 * Files [mechanics 20]: uploaded by members and visitors, fetched from platforms. Always holds: streamed with a cap, typed by their bytes and not by
 * their name, given out only to who may see the message they belong to.
 */

import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { OperationResponse } from '@dragoman/api'
import { sql } from 'kysely'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import { maySeeAccount } from '../event-log/may-see.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { found, HubProblem } from '../problem.ts'
import { TooLargeError } from './storage.ts'

/** The largest file that is taken from a member, a visitor or a platform, in bytes. */
export const largestFileBytes = 100 * 1024 * 1024

/** What is found out about bytes: by the server's sniffing and measuring, handed in. */
export interface FileInspection {
  mimeType: string
  width: number | null
  height: number | null
  durationMs: number | null
}
export type InspectFile = (
  head: Buffer,
  name: string | undefined,
  declaredType: string | undefined,
  storageKey: string,
) => Promise<FileInspection>

export type UploadedFile = OperationResponse<'uploadFile'>

/** Stores an upload. `visitorThread` marks a visitor's file. Problem: file_too_large. */
export async function storeUpload(
  hub: Hub,
  workspaceId: string,
  upload: {
    bytes: AsyncIterable<Uint8Array>
    name: string
    declaredType?: string
    memberId?: string
    visitorThread?: string
    accountId?: string
    maxBytes?: number
  },
  inspect: InspectFile,
): Promise<UploadedFile> {
  const id = newId()
  const key = storageKey(workspaceId, id)
  const maxBytes = Math.min(upload.maxBytes ?? largestFileBytes, largestFileBytes)
  const stored = await hub.storage.put(key, upload.bytes, maxBytes).catch(error => {
    if (error instanceof TooLargeError)
      throw new HubProblem('file_too_large', `At most ${Math.floor(maxBytes / 1_048_576)} MB.`, { maxBytes })
    throw error
  })
  const facts = await inspect(stored.head, upload.name, upload.declaredType, key)
  const name = cleanName(upload.name)
  await inWorkspace(hub, workspaceId, async tx => {
    await tx.db
      .insertInto('file')
      .values({
        workspace_id: workspaceId,
        id,
        state: 'stored',
        storage_key: key,
        mime_type: facts.mimeType,
        name,
        size_bytes: stored.sizeBytes,
        sha256: stored.sha256,
        width: facts.width,
        height: facts.height,
        duration_ms: facts.durationMs,
        uploaded_by: upload.memberId ?? null,
        visitor_thread: upload.visitorThread ?? null,
        account_id: upload.accountId ?? null,
      })
      .execute()
    await enqueue(tx, 'thumbnail', { workspaceId, fileId: id }, `thumbnail:${id}`)
  })
  return {
    fileId: id,
    mimeType: facts.mimeType,
    name,
    sizeBytes: stored.sizeBytes,
    width: facts.width,
    height: facts.height,
    kind: kindOf(facts.mimeType),
  }
}

export function kindOf(mimeType: string): UploadedFile['kind'] {
  if (/^image\/(jpeg|png|webp|gif)$/.test(mimeType)) return 'image'
  if (/^video\/(mp4|3gpp|quicktime|webm)$/.test(mimeType)) return 'video'
  if (/^audio\//.test(mimeType)) return 'audio'
  return 'file'
}

export function storageKey(workspaceId: string, fileId: string, suffix = ''): string {
  return `${workspaceId}/${fileId.slice(-2)}/${fileId}${suffix}`
}

function cleanName(name: string): string {
  // A name is for people: no path, no control characters.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are just what has to go
  const clean = (name.split(/[\\/]/).at(-1) ?? '').replace(/[\u0000-\u001f\u007f]/g, '').trim()
  return clean.slice(0, 200) || 'file'
}

/** Adds a slow job as the app role [mechanics 23]. Every task is safe to run twice. */
export async function enqueue(tx: Transaction, task: string, payload: object, key: string, runAt?: Date): Promise<void> {
  await tx.client.query('select enqueue_job($1, $2::json, $3, $4)', [task, JSON.stringify(payload), key, runAt ?? null])
}

export interface FileContent {
  stream: Readable
  sizeBytes: number
  mimeType: string
  name: string
  range?: { start: number; end: number }
}

/** A file for a member: only if he uploaded it, or may see a message that it belongs to. */
export async function openFileFor(
  hub: Hub,
  actor: Actor,
  fileId: string,
  which: 'content' | 'thumbnail',
  range?: { start: number; end?: number },
): Promise<FileContent> {
  const row = await inWorkspace(hub, actor.workspaceId, async tx => {
    const file = await tx.db.selectFrom('file').selectAll().where('id', '=', fileId).executeTakeFirst()
    if (!file || !(await maySeeFile(tx, actor, fileId))) throw new HubProblem('not_found', 'There is no such file.')
    return file
  })
  return await contentOf(hub, row, which, range)
}

/** Whether a file is a member's own, or stands in what he may see: a message, a picture of a person, a saved reply. */
export async function maySeeFile(tx: Transaction, actor: Actor, fileId: string): Promise<boolean> {
  const { rows } =
    await sql`select 1 from message m where m.workspace_id = ${tx.workspaceId} and m.file_ids @> array[${fileId}]::uuid[] and ${maySeeAccount(actor, sql.ref<string>('m.account_id'))}
    union all select 1 from file f where f.workspace_id = ${tx.workspaceId} and f.id = ${fileId} and f.uploaded_by = ${actor.memberId}
    union all select 1 from saved_reply r where r.workspace_id = ${tx.workspaceId} and r.file_ids @> array[${fileId}]::uuid[] and (r.owner_id is null or r.owner_id = ${actor.memberId})
    union all select 1 from contact p where p.workspace_id = ${tx.workspaceId} and p.avatar_file_id = ${fileId} limit 1`.execute(tx.db)
  return rows.length > 0
}

/** A file behind a platform's link: unguessable, until it expires. */
export async function openFileByLink(hub: Hub, token: string): Promise<FileContent> {
  const { rows } = await hub.pools.system.query({
    text: 'select f.* from file_link l join file f on f.workspace_id = l.workspace_id and f.id = l.file_id where l.token_hash = $1 and l.expires_at > now()',
    values: [createHash('sha256').update(token).digest()],
  })
  return await contentOf(hub, found(rows[0], 'file'), 'content')
}

interface StoredRow {
  state: string
  storage_key: string | null
  thumbnail_key: string | null
  mime_type: string | null
  name: string | null
}

/** Opens the bytes of a row, whole or a range. */
export async function contentOf(
  hub: Hub,
  row: StoredRow,
  which: 'content' | 'thumbnail',
  range?: { start: number; end?: number },
): Promise<FileContent> {
  const key = which === 'thumbnail' ? row.thumbnail_key : row.storage_key
  if (row.state !== 'stored' || !key) throw new HubProblem('not_found', 'This file is not here.')
  const { stream: whole, sizeBytes } = await hub.storage.get(key)
  const facts = {
    sizeBytes,
    mimeType: which === 'thumbnail' ? 'image/webp' : (row.mime_type ?? 'application/octet-stream'),
    name: row.name ?? 'file',
  }
  if (!range || range.start >= sizeBytes) return { ...facts, stream: whole }
  whole.destroy()
  const wanted = { start: range.start, end: Math.min(range.end ?? sizeBytes - 1, sizeBytes - 1) }
  return { ...facts, stream: (await hub.storage.get(key, wanted)).stream, range: wanted }
}

/** Lets a file that could not be fetched be tried again. */
export async function refetchFile(hub: Hub, actor: Actor, fileId: string): Promise<void> {
  await inWorkspace(hub, actor.workspaceId, async tx => {
    if (!(await maySeeFile(tx, actor, fileId))) throw new HubProblem('not_found', 'There is no such file.')
    await tx.db
      .updateTable('file')
      .set({ state: 'expected', reason: null, attempts: 0, not_before: new Date(hub.now()) })
      .where('id', '=', fileId)
      .where('state', '=', 'failed')
      .execute()
    await appendFileChange(hub, tx, fileId)
  })
  hub.bell.ring('files')
}

/** Messages that show this file are told of its new state. */
export async function appendFileChange(hub: Hub, tx: Transaction, fileId: string): Promise<void> {
  const { rows } = await tx.client.query<{ id: string }>({
    name: 'file_messages',
    text: 'select id from message where workspace_id = $1 and file_ids @> array[$2]::uuid[]',
    values: [tx.workspaceId, fileId],
  })
  await appendChanges(hub, tx, { changedMessages: rows.map(row => row.id) })
}
