/** What was put off comes back when its time is there. Always holds: once, whatever processes run; on top of the list, with a mark, and told to who put it off. */
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import type { Hub } from '../hub.ts'
import { addSystemLines } from './system-lines.ts'

/** Wakes what is due. Gives the number of conversations. */
export async function wakeSnoozed(hub: Hub): Promise<number> {
  const { rows: workspaces } = await hub.pools.system.query<{ workspace_id: string }>(
    'select distinct workspace_id from conversation where snoozed_until is not null and snoozed_until <= $1',
    [new Date(hub.now())],
  )
  let woken = 0
  for (const { workspace_id: workspaceId } of workspaces) woken += await inWorkspace(hub, workspaceId, tx => wakeIn(hub, tx))
  return woken
}

async function wakeIn(hub: Hub, tx: Transaction): Promise<number> {
  const now = new Date(hub.now())
  // Another process may be at it: what it has locked is its own.
  const { rows } = await tx.client.query<{
    id: string
    account_id: string
    case_id: string | null
    snoozed_by: string | null
    spam_at: Date | null
  }>({
    name: 'snoozed_due',
    text: `select id, account_id, case_id, snoozed_by, spam_at from conversation
      where workspace_id = $1 and snoozed_until is not null and snoozed_until <= $2 order by id limit 200 for update skip locked`,
    values: [tx.workspaceId, now],
  })
  if (rows.length === 0) return 0
  await tx.client.query({
    name: 'snoozed_wake',
    text: `update conversation set snoozed_until = null, snoozed_by = null, woken_at = $3, last_activity_at = greatest(last_activity_at, $3)
      where workspace_id = $1 and id = any($2::uuid[])`,
    values: [tx.workspaceId, rows.map(row => row.id), now],
  })
  const createdMessages = await addSystemLines(
    hub,
    tx,
    rows.map(row => ({ conversation: { id: row.id, accountId: row.account_id, caseId: row.case_id }, what: 'case.woke', params: {} })),
  )
  await appendChanges(hub, tx, { createdMessages, conversations: rows.map(row => row.id) })
  for (const row of rows)
    if (row.snoozed_by && row.spam_at === null)
      tx.append({
        event: { kind: 'snooze.woke', conversationId: row.id, early: false, at: now.getTime() },
        scope: { memberId: row.snoozed_by, accountId: row.account_id, conversationId: row.id },
      })
  tx.afterCommit(() => hub.bell.ring('queue', tx.workspaceId))
  return rows.length
}
