/** A conversation locked for change. Always holds: this lock is taken before anything inside the conversation is written, and only what the actor may see is found. */
import type { OpenWindow, PublicPlace, Standing } from '@dragoman/core'
import { newId } from '../database/ids.ts'
import type { Transaction } from '../database/transaction.ts'
import { maySee, type Seer } from '../event-log/may-see.ts'
import { HubProblem } from '../problem.ts'

export interface LockedConversation {
  id: string
  accountId: string
  contactId: string
  identityId: string
  threadId: string
  state: 'open' | 'closed'
  assigneeId: string | null
  teamId: string | null
  caseId: string | null
  standing: Standing
  place: PublicPlace | null
  windows: OpenWindow[]
  inboundCount: number
  lastInboundExternalId: string | null
  lastMessageId: string | null
  lastOutId: string | null
  lastOutBy: string | null
  isSpam: boolean
  unansweredSince: number | null
}

/** Locks a conversation. What may not be seen does not exist: `not_found` for both. */
export async function lockConversation(tx: Transaction, seer: Seer, conversationId: string): Promise<LockedConversation> {
  const { rows } = await tx.client.query({
    name: 'conversation_lock',
    text: `select id, account_id, contact_id, identity_id, thread_id, state, assignee_id, team_id, case_id, standing, place, windows, inbound_count, last_inbound_external_id,
        last_message->>'id' as last_message_id, last_out_id, last_out_by, spam_at, unanswered_since
      from conversation where workspace_id = $1 and id = $2 for update`,
    values: [tx.workspaceId, conversationId],
  })
  const row = rows[0]
  if (!row || !maySee(seer, { accountId: row.account_id, conversationId }))
    throw new HubProblem('not_found', 'There is no such conversation.')
  return {
    id: row.id,
    accountId: row.account_id,
    contactId: row.contact_id,
    identityId: row.identity_id,
    threadId: row.thread_id,
    state: row.state,
    assigneeId: row.assignee_id,
    teamId: row.team_id,
    caseId: row.case_id,
    standing: row.standing,
    place: row.place,
    windows: row.windows,
    inboundCount: row.inbound_count,
    lastInboundExternalId: row.last_inbound_external_id,
    lastMessageId: row.last_message_id,
    lastOutId: row.last_out_id,
    lastOutBy: row.last_out_by,
    isSpam: row.spam_at !== null,
    unansweredSince: row.unanswered_since?.getTime() ?? null,
  }
}

/** The open case of a locked conversation; opens one where none is, and the conversation with it. */
export async function openCase(tx: Transaction, conversation: LockedConversation, at: Date, memberId?: string): Promise<string> {
  if (conversation.caseId !== null && conversation.state === 'open') return conversation.caseId
  const id = newId()
  const { rows } = await tx.client.query<{ number: number }>({
    name: 'case_numbers_one',
    text: 'update workspace set next_case_number = next_case_number + 1 where workspace_id = $1 returning next_case_number - 1 as number',
    values: [tx.workspaceId],
  })
  await tx.db
    .insertInto('conversation_case')
    .values({
      workspace_id: tx.workspaceId,
      id,
      conversation_id: conversation.id,
      account_id: conversation.accountId,
      team_id: conversation.teamId,
      assignee_id: conversation.assigneeId,
      number: rows[0]!.number,
      opened_at: at,
      opened_by: memberId ?? null,
    })
    .execute()
  await tx.db.updateTable('conversation').set({ state: 'open', case_id: id }).where('id', '=', conversation.id).execute()
  return id
}
