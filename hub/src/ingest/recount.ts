/**
 * What a conversation's thread says of who waits since when, told anew from its messages. For conversations into which a message came that is not the
 * latest (late, or dated before a note of ours): then one event alone cannot tell. Always holds: whatever order messages came in, the result is that of
 * their true order [mechanics 5].
 */
import type { Transaction } from '../database/transaction.ts'

/**
 * Sets who waits, our latest answer, the latest inbound message, where the person came from, and when the case was opened and first answered. Only what
 * people wrote is an answer: neither notes nor what the hub says by itself.
 */
export async function recountConversations(tx: Transaction, conversationIds: readonly string[]): Promise<void> {
  if (conversationIds.length === 0) return
  await tx.client.query({
    name: 'conversations_recount',
    text: `update conversation c set
        unanswered_since = case when c.state = 'open' and c.spam_at is null then (select min(m.order_at) from message m
          where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.direction = 'in' and m.case_id = c.case_id
            and (answer.id is null or (m.order_at, m.order_tie, m.order_external) > (answer.order_at, answer.order_tie, answer.order_external))) end,
        last_out_id = answer.id, last_out_by = answer.author_id,
        last_inbound_external_id = (select m.order_external from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.direction = 'in'
          order by m.order_at desc, m.order_tie desc, m.order_external desc limit 1),
        source = case when c.source is null or exists (select 1 from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.referral = c.source)
          then (select m.referral from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.direction = 'in' and m.referral is not null
            order by m.order_at, m.order_tie, m.order_external limit 1) else c.source end
      from conversation o left join lateral (select m.id, m.author_id, m.order_at, m.order_tie, m.order_external from message m
          where m.workspace_id = o.workspace_id and m.conversation_id = o.id and m.direction = 'out' and m.author_kind in ('member', 'elsewhere') and m.state <> 'cancelled'
          order by m.order_at desc, m.order_tie desc, m.order_external desc limit 1) answer on true
      where o.workspace_id = $1 and o.id = any($2::uuid[]) and c.workspace_id = o.workspace_id and c.id = o.id`,
    values: [tx.workspaceId, conversationIds],
  })
  await tx.client.query({
    name: 'cases_recount',
    text: `update conversation_case k set
        opened_at = case when k.opened_by is null then least(k.opened_at, (select min(m.order_at) from message m where m.workspace_id = k.workspace_id
          and m.conversation_id = k.conversation_id and m.case_id = k.id and (m.direction = 'in' or m.author_kind = 'elsewhere'))) else k.opened_at end,
        first_answer_at = answer.order_at, first_answer_by = answer.author_id
      from conversation c
        cross join lateral (select min(m.order_at) as at from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.direction = 'in' and m.case_id = c.case_id) asked
        left join lateral (select m.order_at, m.author_id from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.case_id = c.case_id
          and m.direction = 'out' and m.author_kind in ('member', 'elsewhere') and m.state <> 'cancelled' and m.order_at >= asked.at
          order by m.order_at, m.order_tie, m.order_external limit 1) answer on true
      where c.workspace_id = $1 and c.id = any($2::uuid[]) and k.workspace_id = c.workspace_id and k.id = c.case_id`,
    values: [tx.workspaceId, conversationIds],
  })
}
