/** Pausing an account whose credentials are no longer good, and letting it go on. Always holds: what waits keeps waiting and burns no attempt. */
import type { Failure } from '@dragoman/core'
import type { Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { accountViews } from './views.ts'

/** Pauses an account with the failure that made it necessary. */
export async function pauseAccount(hub: Hub, tx: Transaction, accountId: string, failure: Failure): Promise<void> {
  const { rowCount } = await tx.client.query(
    `update account set status = 'paused', problem = $3, problem_since = now() where workspace_id = $1 and id = $2 and status = 'active'`,
    [tx.workspaceId, accountId, JSON.stringify(failure)],
  )
  if (!rowCount) return
  hub.log.warn({ accountId, code: failure.code }, 'account paused')
  await appendAccount(hub, tx, accountId)
}

/** Lets a paused account go on. */
export async function resumeAccount(hub: Hub, tx: Transaction, accountId: string): Promise<void> {
  await tx.client.query(
    `update account set status = 'active', problem = null, problem_since = null where workspace_id = $1 and id = $2 and status = 'paused'`,
    [tx.workspaceId, accountId],
  )
  await appendAccount(hub, tx, accountId)
  tx.afterCommit(() => hub.bell.ring('parts'))
}

/** Puts the account's view on the log. */
export async function appendAccount(hub: Hub, tx: Transaction, accountId: string): Promise<void> {
  for (const account of await accountViews(hub, tx, [accountId]))
    tx.append({ event: { kind: 'account.changed', account }, scope: { accountId } })
}
