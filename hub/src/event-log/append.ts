/**
 * The append-only log of what changed [mechanics 8]. Always holds: positions are gapless and in commit order, because the one row of `log_head` is
 * bumped as the last statement of the transaction; payloads are whole views, sealed.
 */
import type { StoredEvent } from '@dragoman/api'
import type pg from 'pg'
import { binaryArray } from '../database/binary-array.ts'
import type { Hub } from '../hub.ts'

/** Who may see an event [mechanics 9]. Absent fields do not narrow. */
export interface EventScope {
  accountId?: string
  conversationId?: string
  /** Only this member. */
  memberId?: string
  minRole?: 'manager' | 'owner'
  /** A visitor's thread that may hear of it too. */
  visitorThread?: string
}

export interface NewEvent {
  event: StoredEvent
  scope: EventScope
}

/** Bumps the head and inserts the events behind it, in one statement. */
export async function appendEvents(
  hub: Pick<Hub, 'codec'>,
  client: pg.PoolClient,
  workspaceId: string,
  events: readonly NewEvent[],
): Promise<void> {
  await client.query({
    name: 'append_events',
    text: `with head as (update log_head set position = position + $2 where workspace_id = $1 returning position)
      insert into event_log (workspace_id, position, kind, account_id, conversation_id, member_id, min_role, visitor_thread, payload)
      select $1, head.position - $2 + e.n, e.kind, e.account_id, e.conversation_id, e.member_id, e.min_role, e.visitor_thread, e.payload
      from head, unnest($3::text[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::bytea[]) with ordinality
        as e(kind, account_id, conversation_id, member_id, min_role, visitor_thread, payload, n)`,
    values: [
      workspaceId,
      events.length,
      binaryArray('text', events, ({ event }) => event.kind),
      binaryArray('uuid', events, ({ scope }) => scope.accountId),
      binaryArray('uuid', events, ({ scope }) => scope.conversationId),
      binaryArray('uuid', events, ({ scope }) => scope.memberId),
      binaryArray('text', events, ({ scope }) => scope.minRole),
      binaryArray('text', events, ({ scope }) => scope.visitorThread),
      binaryArray('bytea', events, ({ event }) => hub.codec.sealJson(workspaceId, event)),
    ],
  })
}
