/**
 * The event log as visitors may hear it [mechanics 8, 21]. Always holds: a whitelist of kinds, and of those only rows that carry the visitor's own
 * thread; a row says only that a message changed, what of it is told is read anew by `visitorMessages`.
 */
import type { StoredEvent, StoredEventKind } from '@dragoman/api'
import { inWorkspace } from '../database/transaction.ts'
import type { Cursor } from '../event-log/read.ts'
import type { Hub } from '../hub.ts'

/** Every kind of event, and whether a visitor may ever hear of it. A new kind does not compile until someone has decided. */
export const visitorHears: Readonly<Record<StoredEventKind, boolean>> = {
  'message.created': true,
  'message.changed': true,
  'state.changed': true,
  'conversation.changed': false,
  'conversation.entered': false,
  'conversation.left': false,
  'messages.removed': false,
  'account.changed': false,
  'member.changed': false,
  'workspace.changed': false,
  'draft.changed': false,
  'read.changed': false,
  'set_aside.changed': false,
  'mention.created': false,
  'mention.changed': false,
  'reminder.due': false,
  'snooze.woke': false,
  'catalogue.changed': false,
  'webhook.paused': false,
  'draft.asked': false,
  'draft.answered': false,
}

const heardKinds = Object.entries(visitorHears)
  .filter(([, heard]) => heard)
  .map(([kind]) => kind)

export interface HeardEvent {
  position: number
  accountId: string
  threadId: string
  messageId: string
}

export type VisitorLogPage = { kind: 'events'; epoch: string; head: number; events: HeardEvent[] } | { kind: 'resync' }

const pageSize = 500

/** What visitors may hear after a position: of one thread, or of all. `head` is how far it was read: nothing before it is missing. */
export async function readVisitorLog(
  hub: Hub,
  workspaceId: string,
  cursor: Cursor,
  thread?: { accountId: string; threadId: string },
): Promise<VisitorLogPage> {
  return await inWorkspace(
    hub,
    workspaceId,
    async tx => {
      const { rows: heads } = await tx.client.query<{ epoch: string; position: number; first: number | null }>({
        name: 'visitor_log_head',
        text: `select h.epoch, h.position, (select min(e.position) from event_log e where e.workspace_id = h.workspace_id) as first from log_head h where h.workspace_id = $1`,
        values: [workspaceId],
      })
      const head = heads[0]
      // Another epoch, a position that never was, or one that is pruned away.
      if (
        !head ||
        head.epoch !== cursor.epoch ||
        cursor.position > head.position ||
        (cursor.position < head.position && (head.first === null || cursor.position + 1 < head.first))
      )
        return { kind: 'resync' }
      const { rows } = await tx.client.query<{ position: number; account_id: string; visitor_thread: string; payload: Buffer }>(
        thread
          ? {
              name: 'visitor_log_thread',
              text: `select position, account_id, visitor_thread, payload from event_log where workspace_id = $1 and account_id = $2 and visitor_thread = $3 and position > $4 and kind = any($5::text[]) order by position limit $6`,
              values: [workspaceId, thread.accountId, thread.threadId, cursor.position, heardKinds, pageSize],
            }
          : {
              name: 'visitor_log_all',
              text: `select position, account_id, visitor_thread, payload from event_log where workspace_id = $1 and position > $2 and visitor_thread is not null and kind = any($3::text[]) order by position limit $4`,
              values: [workspaceId, cursor.position, heardKinds, pageSize],
            },
      )
      const events = rows.flatMap((row): HeardEvent[] => {
        const event = hub.codec.openJson<StoredEvent>(workspaceId, row.payload)
        const messageId = heardMessage(event)
        return messageId ? [{ position: row.position, accountId: row.account_id, threadId: row.visitor_thread, messageId }] : []
      })
      return { kind: 'events', epoch: head.epoch, head: rows.length === pageSize ? rows.at(-1)!.position : head.position, events }
    },
    { snapshot: true },
  )
}

/** The message that an event tells a visitor of; only what was said between him and the firm. */
function heardMessage(event: StoredEvent): string | undefined {
  if (event.kind === 'state.changed') return event.messageId
  if (event.kind !== 'message.created' && event.kind !== 'message.changed') return undefined
  const { id, direction } = event.message
  return direction === 'in' || direction === 'out' ? id : undefined
}
