/** What there was with a person on all messengers: cases and files. Always holds: only of conversations that the asking member may see; pages by key, newest first. */
import { type ContactCaseView, type ContactFileView, closingAnswers } from '@dragoman/api'
import { inWorkspace } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { readCursor, seenConversations, writeCursor } from './seen.ts'

export interface PageOf {
  cursor?: string
  limit: number
}

export async function listContactCases(
  hub: Hub,
  actor: Actor,
  contactId: string,
  { cursor, limit }: PageOf,
): Promise<{ cases: ContactCaseView[]; next: string | null }> {
  const after = readCursor(cursor)
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const seen = await seenConversations(tx, actor, contactId)
      const { rows } = await tx.client.query({
        name: 'contact_cases',
        text: `select k.id, k.number, k.conversation_id, k.account_id, a.channel, k.opened_at, k.closed_at, k.first_answer_at, k.first_answer_by, k.fields
          from conversation_case k join account a on a.workspace_id = k.workspace_id and a.id = k.account_id
          where k.workspace_id = $1 and k.conversation_id = any($2::uuid[]) and ($3::timestamptz is null or (k.opened_at, k.id) < ($3, $4::uuid))
          order by k.opened_at desc, k.id desc limit $5`,
        values: [tx.workspaceId, seen.map(row => row.id), after ? momentOf(after[0]) : null, after?.[1] ?? null, limit + 1],
      })
      const cases = rows.slice(0, limit).map(
        (row): ContactCaseView => ({
          id: row.id,
          number: row.number,
          conversationId: row.conversation_id,
          accountId: row.account_id,
          channel: row.channel,
          openedAt: row.opened_at.getTime(),
          closedAt: row.closed_at?.getTime() ?? null,
          answeredAfterMs: row.first_answer_at ? row.first_answer_at.getTime() - row.opened_at.getTime() : null,
          answeredBy: row.first_answer_by,
          fields: closingAnswers.catch({}).parse(row.fields),
        }),
      )
      const last = cases.at(-1)
      return { cases, next: rows.length > limit && last ? writeCursor(last.openedAt, last.id) : null }
    },
    { snapshot: true },
  )
}

const isPicture = `(f.mime_type like 'image/%' or f.mime_type like 'video/%')`

export async function listContactFiles(
  hub: Hub,
  actor: Actor,
  contactId: string,
  { kind, cursor, limit }: PageOf & { kind: 'pictures' | 'documents' },
): Promise<{ files: ContactFileView[]; next: string | null }> {
  const after = readCursor(cursor)
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const seen = await seenConversations(tx, actor, contactId)
      const { rows } = await tx.client.query({
        name: `contact_files_${kind}`,
        text: `select f.id, m.id as message_id, m.conversation_id, f.name, f.mime_type, f.size_bytes, f.thumbnail_key is not null as has_thumbnail, m.at
          from message m cross join unnest(m.file_ids) as x(file_id) join file f on f.workspace_id = m.workspace_id and f.id = x.file_id
          where m.workspace_id = $1 and m.conversation_id = any($2::uuid[]) and m.file_ids <> '{}' and m.deleted_at is null and f.state = 'stored'
            and coalesce(${isPicture}, false) = ${kind === 'pictures'} and ($3::timestamptz is null or (m.at, f.id) < ($3, $4::uuid))
          order by m.at desc, f.id desc limit $5`,
        values: [tx.workspaceId, seen.map(row => row.id), after ? momentOf(after[0]) : null, after?.[1] ?? null, limit + 1],
      })
      const files = rows.slice(0, limit).map(
        (row): ContactFileView => ({
          fileId: row.id,
          messageId: row.message_id,
          conversationId: row.conversation_id,
          name: row.name,
          mimeType: row.mime_type,
          sizeBytes: row.size_bytes === null ? null : Number(row.size_bytes),
          hasThumbnail: row.has_thumbnail,
          at: row.at.getTime(),
        }),
      )
      const last = files.at(-1)
      return { files, next: rows.length > limit && last ? writeCursor(last.at, last.fileId) : null }
    },
    { snapshot: true },
  )
}

/** Milliseconds as the database takes them; what is none goes to the far past and finds nothing. */
function momentOf(key: string | number): Date {
  return typeof key === 'number' && Math.abs(key) < 8e15 ? new Date(key) : new Date(0)
}
