/** A change of rights becomes events [mechanics 9]: what a member may see now enters, what he may not see any more leaves. */
import { conversationViews } from '../conversations/views.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'

/** How many conversations enter by event; older ones come by paging. */
const mostEntering = 500

/** Appends `conversation.entered` and `conversation.left` for one member whose accounts changed. null: all accounts. */
export async function appendRightsChange(
  hub: Hub,
  tx: Transaction,
  memberId: string,
  before: readonly string[] | null,
  after: readonly string[] | null,
): Promise<void> {
  const gained = await conversationsOf(tx, after, before)
  for (const conversation of await conversationViews(hub, tx, gained))
    tx.append({ event: { kind: 'conversation.entered', conversation }, scope: { memberId } })
  for (const conversationId of await conversationsOf(tx, before, after))
    tx.append({ event: { kind: 'conversation.left', conversationId }, scope: { memberId } })
}

/** Conversations of `of` accounts that are not in `without`. */
async function conversationsOf(tx: Transaction, of: readonly string[] | null, without: readonly string[] | null): Promise<string[]> {
  if (without === null) return []
  const { rows } = await tx.client.query<{ id: string }>(
    `select id from conversation where workspace_id = $1 and ($2::uuid[] is null or account_id = any($2)) and not account_id = any($3::uuid[]) order by last_activity_at desc limit $4`,
    [tx.workspaceId, of, without, mostEntering],
  )
  return rows.map(row => row.id)
}
