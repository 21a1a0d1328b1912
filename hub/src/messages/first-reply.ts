/** The first reply of a workspace ticks a box of its first steps: whoever has them open is told. Always holds: asked of the database once per process and workspace. */
import type { Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { workspaceView } from '../people/views.ts'

/** Workspaces in which somebody is known to have replied before. */
const replied = new WeakMap<Hub, Set<string>>()

/** Tells everybody when these replies, just stored, are the first of the workspace. */
export async function tellFirstReply(hub: Hub, tx: Transaction, messageIds: readonly string[]): Promise<void> {
  const known = replied.get(hub) ?? new Set()
  replied.set(hub, known)
  if (messageIds.length === 0 || known.has(tx.workspaceId)) return
  const { rows } = await tx.client.query<{ earlier: boolean }>(
    `select exists (select 1 from message where workspace_id = $1 and direction = 'out' and author_kind = 'member' and not id = any($2::uuid[])) as earlier`,
    [tx.workspaceId, messageIds],
  )
  if (rows[0]!.earlier) known.add(tx.workspaceId)
  else tx.append({ event: { kind: 'workspace.changed', workspace: await workspaceView(hub, tx) }, scope: {} })
}
