/**
 * Reading the log [mechanics 8, 9]. A cursor is `epoch:position`. Always holds: positions are gapless, so "after the cursor" is all there is; a cursor
 * of another epoch, or older than what is kept, is told `resync`.
 */
import type { StoredEvent } from '@dragoman/api'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { EventScope } from './append.ts'

export interface LoggedEvent {
  position: number
  event: StoredEvent
  scope: EventScope
}

export interface Cursor {
  epoch: string
  position: number
}

/** Where the log is now, inside a snapshot. */
export async function currentCursor(tx: Transaction): Promise<string> {
  const row = await tx.db.selectFrom('log_head').select(['epoch', 'position']).executeTakeFirstOrThrow()
  return `${row.epoch}:${row.position}`
}

export function parseCursor(text: string): Cursor | undefined {
  const match = /^([0-9a-f-]{36}):(\d{1,15})$/.exec(text)
  return match ? { epoch: match[1]!, position: Number(match[2]) } : undefined
}

export type LogPage = { kind: 'events'; epoch: string; events: LoggedEvent[]; more: boolean } | { kind: 'resync' }

/** Events after a position, in order, at most `limit`. */
export async function readLog(hub: Hub, workspaceId: string, cursor: Cursor, limit: number): Promise<LogPage> {
  return await inWorkspace(
    hub,
    workspaceId,
    async tx => {
      const { rows } = await tx.client.query({
        name: 'log_read',
        text: `select h.epoch, h.position as head, e.position, e.account_id, e.conversation_id, e.member_id, e.min_role, e.visitor_thread, e.payload
        from log_head h left join lateral (select * from event_log e where e.workspace_id = h.workspace_id and e.position > $2 order by e.position limit $3) e on true where h.workspace_id = $1`,
        values: [workspaceId, cursor.position, limit],
      })
      const head = rows[0]
      if (!head || head.epoch !== cursor.epoch || cursor.position > head.head) return { kind: 'resync' }
      const found = rows.filter(row => row.position !== null)
      // Pruned away: the first one after the cursor is not the next one.
      if (cursor.position < head.head && found[0]?.position !== cursor.position + 1) return { kind: 'resync' }
      const events = found.map(
        (row): LoggedEvent => ({
          position: row.position,
          event: hub.codec.openJson<StoredEvent>(workspaceId, row.payload),
          scope: {
            accountId: row.account_id ?? undefined,
            conversationId: row.conversation_id ?? undefined,
            memberId: row.member_id ?? undefined,
            minRole: row.min_role ?? undefined,
            visitorThread: row.visitor_thread ?? undefined,
          },
        }),
      )
      return { kind: 'events', epoch: head.epoch, events, more: events.length === limit }
    },
    { snapshot: true, planned: 'once' },
  )
}
