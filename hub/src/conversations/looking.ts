/**
 * Who looks at a conversation, and who writes in it, on every messenger alike [mechanics 9]. Always holds: never stored; only who may see a conversation
 * is shown in it, and only to those who may see it.
 */
import { inWorkspace } from '../database/transaction.ts'
import { maySee } from '../event-log/may-see.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'

/** A mark ends by itself so long after it was last said; clients say it again every 4 s. */
export const lookingForMs = 9_000

export interface Looking {
  conversationId: string
  accountId: string
  memberId: string
  doing: 'viewing' | 'replying' | 'noting' | 'gone'
  until: number
}

/** Tells all processes that a member looks at a conversation (or has left it). */
export function showLooking(hub: Hub, actor: Actor, place: { conversationId: string; accountId: string }, doing: Looking['doing']): void {
  const looking: Looking = { ...place, memberId: actor.memberId, doing, until: hub.now() + lookingForMs }
  hub.bell.ring(`looking:${actor.workspaceId}`, JSON.stringify(looking))
}

/** The account of a conversation that this member may see; undefined for any other. */
export async function visibleAccountOf(hub: Hub, actor: Actor, conversationId: string): Promise<string | undefined> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const row = await tx.db.selectFrom('conversation').select('account_id').where('id', '=', conversationId).executeTakeFirst()
      return row && maySee(actor, { accountId: row.account_id, conversationId }) ? row.account_id : undefined
    },
    { snapshot: true },
  )
}
