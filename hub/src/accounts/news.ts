/** What a platform says of an account itself: kept for the screen, and carried to the conversations that it means. Always holds: older news never replaces newer. */
import type { AccountChange } from '@dragoman/core'
import type { Transaction } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import type { Hub } from '../hub.ts'

/** Keeps the change (templates are looked up anew instead), and moves conversations that stand otherwise now. */
export async function noteAccountNews(hub: Hub, tx: Transaction, accountId: string, change: AccountChange, at: number): Promise<void> {
  if (change.what !== 'template') {
    const said = { detail: detailOf(change).slice(0, 500), ...(change.facts ? { facts: change.facts } : {}), at }
    await tx.client.query(
      `update account set news = jsonb_set(news, array[$3], $4::jsonb) where workspace_id = $1 and id = $2 and coalesce((news->$3->>'at')::float8, 0) <= $5`,
      [tx.workspaceId, accountId, change.what, JSON.stringify(said), at],
    )
  }
  if (!change.threads) return
  const { begin, standing } = change.threads
  const { rows } = await tx.client.query<{ id: string }>(
    `select id from conversation where workspace_id = $1 and account_id = $2 and starts_with(thread_id, $3) and standing in ('open', 'elsewhere') and standing <> $4 order by id for update`,
    [tx.workspaceId, accountId, begin, standing],
  )
  if (rows.length === 0) return
  const ids = rows.map(row => row.id)
  await tx.client.query(
    `update conversation set standing = $3, standing_facts = coalesce(standing_facts, '{}') || jsonb_build_object($4::text, $5::float8) where workspace_id = $1 and id = any($2::uuid[])`,
    [tx.workspaceId, ids, standing, standing === 'open' ? 'ours' : standing, at],
  )
  await appendChanges(hub, tx, { conversations: ids })
}

function detailOf(change: AccountChange): string {
  return 'level' in change ? [change.level, change.detail].filter(Boolean).join(': ') : ('detail' in change && change.detail) || ''
}
