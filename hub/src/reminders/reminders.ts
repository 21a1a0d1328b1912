/** Reminders of one member, of one conversation. Always holds: each comes once, to him alone, whatever processes run; what he may no longer see does not come. */
import type { ReminderView } from '@dragoman/api'
import { lockConversation } from '../conversations/locked.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { HubProblem } from '../problem.ts'

/** My reminders of a conversation that have not come yet, the next one first. */
export async function listReminders(hub: Hub, actor: Actor, conversationId: string): Promise<ReminderView[]> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    await lockConversation(tx, actor, conversationId)
    const rows = await tx.db
      .selectFrom('reminder')
      .selectAll()
      .where('conversation_id', '=', conversationId)
      .where('member_id', '=', actor.memberId)
      .where('fired_at', 'is', null)
      .orderBy('at')
      .limit(50)
      .execute()
    return rows.map(row => ({
      id: row.id,
      conversationId,
      at: row.at.getTime(),
      text: hub.codec.open(tx.workspaceId, row.text).toString('utf8'),
      firedAt: null,
    }))
  })
}

/** Reminds me of a conversation at a moment. Problem: invalid_request for one that has passed. */
export async function remind(hub: Hub, actor: Actor, conversationId: string, at: number, text: string): Promise<ReminderView> {
  if (at <= hub.now() || at > hub.now() + 5 * 366 * 86_400_000)
    throw new HubProblem('invalid_request', 'A reminder is for a moment that is to come.', {
      errors: [{ path: 'at', message: 'not to come' }],
    })
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    await lockConversation(tx, actor, conversationId)
    const id = newId(hub.now())
    await tx.db
      .insertInto('reminder')
      .values({
        workspace_id: tx.workspaceId,
        id,
        conversation_id: conversationId,
        member_id: actor.memberId,
        at: new Date(at),
        text: hub.codec.seal(tx.workspaceId, text),
      })
      .execute()
    announce(tx, actor.memberId)
    return { id, conversationId, at, text, firedAt: null }
  })
}

/** Takes a reminder away. Problem: not_found. */
export async function dropReminder(hub: Hub, actor: Actor, reminderId: string): Promise<void> {
  await inWorkspace(hub, actor.workspaceId, async tx => {
    const { numDeletedRows } = await tx.db
      .deleteFrom('reminder')
      .where('id', '=', reminderId)
      .where('member_id', '=', actor.memberId)
      .executeTakeFirstOrThrow()
    if (!numDeletedRows) throw new HubProblem('not_found', 'There is no such reminder.')
    announce(tx, actor.memberId)
  })
}

/** Lets reminders come whose moment is there. Gives their number. */
export async function fireReminders(hub: Hub): Promise<number> {
  const { rows: workspaces } = await hub.pools.system.query<{ workspace_id: string }>(
    'select distinct workspace_id from reminder where fired_at is null and at <= $1',
    [new Date(hub.now())],
  )
  let fired = 0
  for (const { workspace_id: workspaceId } of workspaces) fired += await inWorkspace(hub, workspaceId, tx => fireIn(hub, tx))
  return fired
}

async function fireIn(hub: Hub, tx: Transaction): Promise<number> {
  const { rows } = await tx.client.query({
    name: 'reminders_fire',
    text: `update reminder r set fired_at = $2 from (select id from reminder where workspace_id = $1 and fired_at is null and at <= $2 order by id limit 500 for update skip locked) due
        where r.workspace_id = $1 and r.id = due.id
        returning r.id, r.conversation_id, r.member_id, r.at, r.text, (select c.account_id from conversation c where c.workspace_id = r.workspace_id and c.id = r.conversation_id) as account_id`,
    values: [tx.workspaceId, new Date(hub.now())],
  })
  for (const row of rows) {
    tx.append({
      event: {
        kind: 'reminder.due',
        id: row.id,
        conversationId: row.conversation_id,
        text: hub.codec.open(tx.workspaceId, row.text).toString('utf8'),
        at: row.at.getTime(),
      },
      scope: { memberId: row.member_id, accountId: row.account_id, conversationId: row.conversation_id },
    })
    announce(tx, row.member_id)
  }
  return rows.length
}

function announce(tx: Transaction, memberId: string): void {
  tx.append({ event: { kind: 'catalogue.changed', catalogue: 'reminders' }, scope: { memberId } })
}
