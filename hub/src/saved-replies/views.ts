/** Saved replies as a member sees them. Always holds: somebody else's own reply does not exist for him. */
import type { MessageBody, SavedReplyView } from '@dragoman/api'
import type { Transaction } from '../database/transaction.ts'
import type { Actor } from '../people/actor.ts'

interface Row {
  id: string
  folder_id: string | null
  owner_id: string | null
  name: string
  shortcut: string
  bodies: Record<string, MessageBody>
  exceptions: Record<string, Record<string, MessageBody>>
  used_count: number
  last_used_at: Date | null
  archived_at: Date | null
  version: number
}

/** Everybody's and the actor's own, by name. Without `ids`: all that are (or are not) put away. */
export async function savedReplyViews(
  tx: Transaction,
  actor: Pick<Actor, 'memberId'>,
  which: { archived: boolean } | { ids: readonly string[] },
): Promise<SavedReplyView[]> {
  const { rows } = await tx.client.query<Row>({
    name: 'saved_reply_views',
    text: `select id, folder_id, owner_id, name, shortcut, bodies, exceptions, used_count, last_used_at, archived_at, version from saved_reply
      where workspace_id = $1 and (owner_id is null or owner_id = $2) and ($3::uuid[] is null or id = any($3::uuid[])) and ($4::boolean is null or (archived_at is not null) = $4)
      order by lower(name), id`,
    values: [tx.workspaceId, actor.memberId, 'ids' in which ? which.ids : null, 'archived' in which ? which.archived : null],
  })
  return rows.map(row => ({
    id: row.id,
    folderId: row.folder_id,
    mine: row.owner_id !== null,
    name: row.name,
    shortcut: row.shortcut,
    bodies: row.bodies,
    exceptions: row.exceptions,
    usedCount: row.used_count,
    lastUsedAt: row.last_used_at?.getTime() ?? null,
    archived: row.archived_at !== null,
    version: row.version,
  }))
}
