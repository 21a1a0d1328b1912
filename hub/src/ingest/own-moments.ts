/**
 * A platform that counts whole seconds cannot say whether its message came before or after ours of the same second. What came to us after ours was
 * written stands after it [mechanics 5]: an answer is never shown above its question. Always holds: it depends on the message's own second and receipt
 * and on what we wrote in that second, never on what else has come meanwhile, so that the customer's own order stays.
 */
import type { Transaction } from '../database/transaction.ts'
import type { Sourced } from './rows.ts'
import type { WorkingSet } from './working-set.ts'

const secondMs = 1_000

/** Loads when we wrote, for the seconds that these events are dated to and that something later stands in already: seldom any. */
export async function loadOwnMoments(tx: Transaction, set: WorkingSet, events: readonly Sourced[]): Promise<void> {
  const wanted = new Map<string, { conversationId: string; second: number }>()
  for (const { event } of events) {
    const conversationId = event.threadId === undefined ? undefined : set.conversationByThread.get(event.threadId)
    const last = conversationId === undefined ? null : set.conversations.get(conversationId)!.lastMessageAt
    if (conversationId === undefined || event.at % secondMs !== 0 || last === null || last <= event.at) continue
    wanted.set(`${conversationId} ${event.at}`, { conversationId, second: event.at })
  }
  if (wanted.size === 0) return
  const { rows } = await tx.client.query<{ conversation_id: string; order_at: Date }>({
    name: 'ingest_own_moments',
    text: `select m.conversation_id, m.order_at from unnest($2::uuid[], $3::timestamptz[]) as v(c, second)
      join message m on m.workspace_id = $1 and m.conversation_id = v.c and m.order_at > v.second and m.order_at < v.second + interval '1 second'
      where m.direction <> 'in'`,
    values: [
      tx.workspaceId,
      [...wanted.values()].map(({ conversationId }) => conversationId),
      [...wanted.values()].map(({ second }) => new Date(second).toISOString()),
    ],
  })
  for (const row of rows)
    set.ownMoments.set(row.conversation_id, [...(set.ownMoments.get(row.conversation_id) ?? []), row.order_at.getTime()])
}

/** Where a message of a whole second stands: after the latest of ours in that second that was written before it was received. */
export function withinSecond(at: number, receivedAt: number, ownMoments: readonly number[] | undefined): number {
  if (ownMoments === undefined || at % secondMs !== 0) return at
  return Math.max(at, ...ownMoments.filter(moment => moment > at && moment < at + secondMs && moment <= receivedAt))
}
