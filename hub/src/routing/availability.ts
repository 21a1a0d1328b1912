/** Whether an agent takes new conversations: what he chose, or what being idle chose for him. Always holds: being idle never overrides what he chose himself. */
import type { Availability } from '@dragoman/api'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { memberViews } from '../people/views.ts'
import { release } from './route.ts'

/** Sets the actor's availability. With `handBack`, what waits for him goes back to the queue. */
export async function setAvailability(
  hub: Hub,
  actor: Actor,
  change: { availability: Availability; by: 'self' | 'idle'; handBack: boolean },
): Promise<{ availability: Availability; handedBack: number }> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const rows = change.handBack ? await lockWaiting(tx, actor.memberId) : []
    const { rows: before } = await tx.client.query<{ availability: Availability; availability_by: string }>(
      'select availability, availability_by from member where workspace_id = $1 and id = $2 for update',
      [tx.workspaceId, actor.memberId],
    )
    const present = before[0]!
    // Idle sends away who was available, and brings back whom it had sent: nobody else.
    const mayChange =
      change.by === 'self' ||
      (change.availability === 'available' ? present.availability_by === 'idle' : present.availability === 'available')
    if (mayChange && (present.availability !== change.availability || present.availability_by !== change.by)) {
      await tx.db
        .updateTable('member')
        .set({ availability: change.availability, availability_by: change.by, availability_since: new Date(hub.now()) })
        .where('id', '=', actor.memberId)
        .execute()
      const [member] = await memberViews(tx, [actor.memberId])
      tx.append({ event: { kind: 'member.changed', member: member! }, scope: {} })
    }
    await release(hub, tx, rows, () => 'handed_back')
    tx.afterCommit(() => hub.bell.ring('queue', tx.workspaceId))
    return { availability: mayChange ? change.availability : present.availability, handedBack: rows.length }
  })
}

async function lockWaiting(tx: Transaction, memberId: string) {
  const { rows } = await tx.client.query<{ id: string; account_id: string; case_id: string | null; assignee_id: string }>(
    `select id, account_id, case_id, assignee_id from conversation
      where workspace_id = $1 and assignee_id = $2 and state = 'open' and unanswered_since is not null order by id for update`,
    [tx.workspaceId, memberId],
  )
  return rows
}

/** After closing a case an agent of a team with wrap-up gets no new one for a while. */
export async function beginWrapUp(tx: Transaction, memberId: string, teamId: string | null): Promise<void> {
  if (teamId === null) return
  await tx.client.query({
    name: 'wrap_up',
    text: `update member m set wrap_up_until = clock_timestamp() + make_interval(secs => (t.settings->>'wrapUpSeconds')::int) from team t
      where m.workspace_id = $1 and m.id = $2 and t.workspace_id = $1 and t.id = $3 and (t.settings->>'wrapUpSeconds')::int > 0`,
    values: [tx.workspaceId, memberId, teamId],
  })
}
