/** A file for a visitor: his own upload, or what stands in a message that he may see. Always holds: anything else does not exist for him. */
import { inWorkspace } from '../database/transaction.ts'
import { contentOf, type FileContent } from '../files/files.ts'
import type { Hub } from '../hub.ts'
import { HubProblem } from '../problem.ts'
import type { VisitorPlace } from './place.ts'

/** Opens a file of the visitor's thread. Problem: not_found. */
export async function openVisitorFile(
  hub: Hub,
  place: VisitorPlace,
  visitorId: string,
  fileId: string,
  which: 'content' | 'thumbnail',
  range?: { start: number; end?: number },
): Promise<FileContent> {
  const row = await inWorkspace(hub, place.workspaceId, async tx => {
    const { rows } = await tx.client.query({
      name: 'visitor_file',
      text: `select f.* from file f where f.workspace_id = $1 and f.id = $2 and (
          (f.visitor_thread = $4 and f.account_id = $3 and f.uploaded_by is null)
          or exists (select 1 from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
            where m.workspace_id = $1 and m.file_ids @> array[$2]::uuid[] and c.account_id = $3 and c.thread_id = $4 and m.deleted_at is null
              and (m.direction = 'in' or (m.direction = 'out' and exists (select 1 from part p where p.workspace_id = m.workspace_id and p.message_id = m.id and p.state in ('sent', 'delivered', 'read'))))))`,
      values: [tx.workspaceId, fileId, place.accountId, visitorId],
    })
    return rows[0]
  })
  if (!row) throw new HubProblem('not_found', 'There is no such file.')
  return await contentOf(hub, row, which, range)
}
