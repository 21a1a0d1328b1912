/** Taking from the queue by hand, and giving to a team's queue. Always holds: two agents who press at once get two conversations, never the same. */
import type { ConversationView } from '@dragoman/api'
import { lockConversation } from '../conversations/locked.ts'
import { addSystemLines } from '../conversations/system-lines.ts'
import { conversationViews } from '../conversations/views.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { found } from '../problem.ts'
import { teamViews } from '../teams/teams.ts'

/** Gives the actor whoever waits longest, of his teams' queues and of the one without a team; null when nobody waits whom he may see. */
export async function takeNext(hub: Hub, actor: Actor): Promise<ConversationView | null> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    // First whoever is free at once; then, if some are in other hands at this moment, whoever is left when these let go.
    const row = (await lockFirst(tx, actor, 'skip locked')) ?? (await lockFirst(tx, actor, ''))
    if (!row) return null
    await tx.db.updateTable('conversation').set({ assignee_id: actor.memberId }).where('id', '=', row.id).execute()
    const createdMessages = await addSystemLines(hub, tx, [
      { conversation: { id: row.id, accountId: row.account_id, caseId: row.case_id }, what: 'case.taken', params: { by: actor.name } },
    ])
    await appendChanges(hub, tx, { createdMessages, conversations: [row.id] })
    return (await conversationViews(hub, tx, [row.id]))[0] ?? null
  })
}

async function lockFirst(tx: Transaction, actor: Actor, waiting: 'skip locked' | ''): Promise<Free | undefined> {
  const { rows } = await tx.client.query<Free>({
    name: `queue_take_${waiting}`,
    text: `select c.id, c.account_id, c.case_id from conversation c
      where c.workspace_id = $1 and c.queued_at is not null and c.snoozed_until is null and ($3::uuid[] is null or c.account_id = any($3))
        and (c.team_id is null or exists (select 1 from team_member t where t.workspace_id = c.workspace_id and t.team_id = c.team_id and t.member_id = $2))
      order by array_position(array['urgent', 'high', 'normal', 'low'], c.priority), c.unanswered_since limit ${waiting ? 1 : 5} for update of c ${waiting}`,
    values: [tx.workspaceId, actor.memberId, actor.accountIds],
  })
  return rows[0]
}

interface Free {
  id: string
  account_id: string
  case_id: string | null
}

/** Gives a conversation to a team's queue, or takes it out of every team. An owner who is not of the team loses it. Problem: not_found. */
export async function assignToTeam(hub: Hub, actor: Actor, conversationId: string, teamId: string | null): Promise<ConversationView> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const conversation = await lockConversation(tx, actor, conversationId)
    const team =
      teamId === null
        ? undefined
        : found(
            (await teamViews(tx)).find(one => one.id === teamId),
            'team',
          )
    if (conversation.teamId !== teamId) {
      const keepsOwner = team === undefined || (conversation.assigneeId !== null && team.memberIds.includes(conversation.assigneeId))
      await tx.db
        .updateTable('conversation')
        .set({ team_id: teamId, ...(keepsOwner ? {} : { assignee_id: null }) })
        .where('id', '=', conversationId)
        .execute()
      const createdMessages = await addSystemLines(hub, tx, [
        { conversation, what: team ? 'case.team' : 'case.no_team', params: { by: actor.name, team: team?.name ?? '' } },
      ])
      await appendChanges(hub, tx, { createdMessages, conversations: [conversationId] })
      tx.afterCommit(() => hub.bell.ring('queue', tx.workspaceId))
    }
    return (await conversationViews(hub, tx, [conversationId]))[0]!
  })
}
