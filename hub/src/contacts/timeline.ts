/** All that was said with a person, on all messengers, in one order. Always holds: only of conversations that the asking member may see; pages by key, newest first. */
import type { MessageView } from '@dragoman/api'
import { inWorkspace } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { messageViews } from '../messages/views.ts'
import type { Actor } from '../people/actor.ts'
import { readCursor, seenConversations, writeCursor } from './seen.ts'
import { survivorOf } from './survivor.ts'

/** A page of it, oldest first; `next` leads to what was before. Problem: not_found. */
export async function contactTimeline(
  hub: Hub,
  actor: Actor,
  contactId: string,
  { cursor, limit }: { cursor?: string; limit: number },
): Promise<{ messages: MessageView[]; next: string | null }> {
  const before = readCursor(cursor)
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const seen = await seenConversations(tx, actor, await survivorOf(tx, contactId))
      // Each conversation gives its newest by its own index; of these the newest of all are taken.
      const { rows } = await tx.client.query<{ id: string; order_at: Date }>({
        name: 'contact_timeline',
        text: `select m.id, m.order_at from unnest($2::uuid[]) as c(id) cross join lateral (
            select m.id, m.order_at from message m where m.workspace_id = $1 and m.conversation_id = c.id
              and ($3::timestamptz is null or (m.order_at, m.id) < ($3, $4::uuid))
            order by m.order_at desc, m.id desc limit $5) m
          order by m.order_at desc, m.id desc limit $5`,
        values: [
          tx.workspaceId,
          seen.map(row => row.id),
          before && typeof before[0] === 'number' ? new Date(before[0]) : null,
          before?.[1] ?? null,
          limit + 1,
        ],
      })
      const shown = rows.slice(0, limit)
      const last = shown.at(-1)
      const messages = await messageViews(
        hub,
        tx,
        shown.map(row => row.id),
      )
      return { messages: messages.reverse(), next: rows.length > limit && last ? writeCursor(last.order_at.getTime(), last.id) : null }
    },
    { snapshot: true },
  )
}
