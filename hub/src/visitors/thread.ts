/** A visitor's thread: where it stands and what was said, a page at a time. Always holds: only the thread of the token is ever read. */
import type { VisitorMessage } from '@dragoman/api'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { currentCursor } from '../event-log/read.ts'
import type { Hub } from '../hub.ts'
import { visitorMessages } from './messages.ts'
import type { VisitorPlace } from './place.ts'

/** What fits two screens of a phone; older ones come when asked for. */
export const historyPage = 40

export interface VisitorHistory {
  cursor: string
  messages: VisitorMessage[]
  more: boolean
  readUntil: number
}

interface Thread {
  id: string
  read_until: Date | null
}

/** A page of the thread, newest last, and the cursor of that very moment. `before` is where the oldest one that is known stands. */
export async function visitorHistory(
  hub: Hub,
  place: VisitorPlace,
  visitorId: string,
  before?: VisitorMessage['order'],
): Promise<VisitorHistory> {
  return await inWorkspace(
    hub,
    place.workspaceId,
    async tx => {
      const cursor = await currentCursor(tx)
      const thread = await threadOf(tx, place.accountId, visitorId)
      if (!thread) return { cursor, messages: [], more: false, readUntil: 0 }
      const { rows } = await tx.client.query<{ id: string }>({
        name: 'visitor_history',
        text: `select id from message where workspace_id = $1 and conversation_id = $2 and direction in ('in', 'out') and ($3::timestamptz is null or (order_at, order_tie, order_external) < ($3, $4::bigint, $5::text))
        order by order_at desc, order_tie desc, order_external desc limit $6`,
        values: [tx.workspaceId, thread.id, before ? new Date(before[0]) : null, before?.[1] ?? null, before?.[2] ?? null, historyPage + 1],
      })
      const messages = await visitorMessages(
        hub,
        tx,
        place,
        visitorId,
        rows
          .slice(0, historyPage)
          .map(row => row.id)
          .reverse(),
        await seenUntil(tx, thread.id),
      )
      return { cursor, messages, more: rows.length > historyPage, readUntil: thread.read_until?.getTime() ?? 0 }
    },
    { snapshot: true },
  )
}

/** How many messages of the business wait for the visitor. */
export async function visitorUnread(hub: Hub, place: VisitorPlace, visitorId: string): Promise<number> {
  return await inWorkspace(hub, place.workspaceId, async tx => {
    const { rows } = await tx.client.query<{ unread: number }>({
      name: 'visitor_unread',
      text: `select count(*)::int as unread from conversation c join part p on p.workspace_id = c.workspace_id and p.conversation_id = c.id and p.state in ('sent', 'delivered')
        where c.workspace_id = $1 and c.account_id = $2 and c.thread_id = $3`,
      values: [tx.workspaceId, place.accountId, visitorId],
    })
    return rows[0]?.unread ?? 0
  })
}

/** Up to which moment the desk has read this thread: the order time of the last message that any member has read. 0: nothing yet. */
export async function visitorSeenUntil(
  hub: Hub,
  place: Pick<VisitorPlace, 'workspaceId' | 'accountId'>,
  visitorId: string,
): Promise<number> {
  return await inWorkspace(hub, place.workspaceId, async tx => {
    const thread = await threadOf(tx, place.accountId, visitorId)
    return thread ? await seenUntil(tx, thread.id) : 0
  })
}

/** The conversation of a visitor, where there is one. */
export async function visitorConversation(
  hub: Hub,
  place: Pick<VisitorPlace, 'workspaceId' | 'accountId'>,
  visitorId: string,
): Promise<string | undefined> {
  return await inWorkspace(hub, place.workspaceId, async tx => (await threadOf(tx, place.accountId, visitorId))?.id)
}

async function threadOf(tx: Transaction, accountId: string, visitorId: string): Promise<Thread | undefined> {
  const { rows } = await tx.client.query<Thread>({
    name: 'visitor_thread',
    text: 'select id, read_until from conversation where workspace_id = $1 and account_id = $2 and thread_id = $3',
    values: [tx.workspaceId, accountId, visitorId],
  })
  return rows[0]
}

async function seenUntil(tx: Transaction, conversationId: string): Promise<number> {
  const { rows } = await tx.client.query<{ order_at: Date }>({
    name: 'visitor_seen',
    text: `select order_at from (select order_at, row_number() over (order by order_at, order_tie, order_external) as n from message where workspace_id = $1 and conversation_id = $2 and direction = 'in') m
      where n = (select max(read_count) from conversation_read where workspace_id = $1 and conversation_id = $2)`,
    values: [tx.workspaceId, conversationId],
  })
  return rows[0]?.order_at.getTime() ?? 0
}
