/**
 * What a platform says of an account itself: kept for the screen, and carried to the conversations that it means. Always holds: older news never
 * replaces newer, whatever order they come in; news are in line as a job with the transaction that applied the webhook, so that none is lost.
 */
import type { AccountChange, Standing } from '@dragoman/core'
import { factsOf, type StandingFacts, standingFrom, withFacts } from '../conversations/standing.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import type { Hub } from '../hub.ts'
import { appendAccount, pauseAccount } from './pause.ts'

/** What was told, and the moment that the platform gives (ms since the epoch). */
export interface AccountNews {
  change: AccountChange
  at: number
}

export interface AccountNewsJob {
  workspaceId: string
  accountId: string
  news: readonly AccountNews[]
}

/** Puts news in line. They lock many conversations, and so wait until those that the webhook itself touched are free. */
export async function putNewsInLine(tx: Transaction, accountId: string, news: readonly AccountNews[]): Promise<void> {
  const job: AccountNewsJob = { workspaceId: tx.workspaceId, accountId, news }
  await tx.client.query(`select enqueue_job('account_news', $1, null, null)`, [JSON.stringify(job)])
}

/** Takes news in: keeps them, moves conversations that stand otherwise now, looks templates up anew, and pauses an account whose token is no longer good. Safe to run twice. */
export async function takeAccountNews(hub: Hub, { workspaceId, accountId, news }: AccountNewsJob): Promise<void> {
  await inWorkspace(hub, workspaceId, async tx => {
    for (const { change, at } of news) {
      hub.log.info({ accountId, change }, 'the platform tells of a change')
      if (change.threads) await moveConversations(hub, tx, accountId, change.threads, at)
      if (change.what === 'template')
        await tx.db.deleteFrom('platform_fact').where('account_id', '=', accountId).where('key', '=', 'templates').execute()
      else if ((await keep(tx, accountId, change, at)) && change.what === 'token' && !change.valid)
        await pauseAccount(hub, tx, accountId, {
          kind: 'auth',
          code: 'token_invalid',
          detail: change.detail ?? 'The token is no longer valid',
        })
    }
    await appendAccount(hub, tx, accountId)
  })
}

/** Whether it was news. */
async function keep(tx: Transaction, accountId: string, change: AccountChange, at: number): Promise<boolean> {
  const said = { detail: detailOf(change).slice(0, 500), ...(change.facts ? { facts: change.facts } : {}), at }
  const { rowCount } = await tx.client.query(
    `update account set news = jsonb_set(news, array[$3], $4::jsonb) where workspace_id = $1 and id = $2
      and coalesce((news->$3->>'at')::float8, 0) <= $5 and news->$3 is distinct from $4::jsonb`,
    [tx.workspaceId, accountId, change.what, JSON.stringify(said), at],
  )
  return rowCount === 1
}

async function moveConversations(
  hub: Hub,
  tx: Transaction,
  accountId: string,
  { begin, standing: told }: NonNullable<AccountChange['threads']>,
  at: number,
): Promise<void> {
  const { rows } = await tx.client.query<{ id: string; standing: Standing; standing_facts: StandingFacts | null; heard_at: Date | null }>(
    `select id, standing, standing_facts, heard_at from conversation where workspace_id = $1 and account_id = $2 and starts_with(thread_id, $3) order by id for update`,
    [tx.workspaceId, accountId, begin],
  )
  if (rows.length === 0) return
  const moved = rows.map(row => {
    const facts = withFacts(row.standing_facts ?? factsOf(row.standing), told === 'open' ? { ours: at } : { elsewhere: at })
    return { id: row.id, was: row.standing, standing: standingFrom(facts, row.heard_at?.getTime() ?? null), facts }
  })
  await tx.client.query(
    `update conversation c set standing = v.standing, standing_facts = v.facts
      from unnest($2::uuid[], $3::text[], $4::jsonb[]) as v(id, standing, facts) where c.workspace_id = $1 and c.id = v.id`,
    [tx.workspaceId, moved.map(row => row.id), moved.map(row => row.standing), moved.map(row => JSON.stringify(row.facts))],
  )
  const changed = moved.filter(row => row.standing !== row.was).map(row => row.id)
  if (changed.length > 0) await appendChanges(hub, tx, { conversations: changed })
}

function detailOf(change: AccountChange): string {
  return 'level' in change ? [change.level, change.detail].filter(Boolean).join(': ') : ('detail' in change && change.detail) || ''
}
