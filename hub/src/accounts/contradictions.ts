/**
 * A platform that refuses what our registry says it can do: noticed, shown to the managers, and not offered on that account until somebody has
 * looked. Always holds: one row per account and feature; text is never taken away; a dismissed one comes back only by a new refusal.
 */
import type { ContradictionView } from '@dragoman/api'
import type { Capabilities, Failure, MessageBody } from '@dragoman/core'
import { recordOperation } from '../audit/record.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { maySee } from '../event-log/may-see.ts'
import { channelOf, type Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { found } from '../problem.ts'
import { type AccountContext, accountContext } from './context.ts'
import { appendAccount } from './pause.ts'
import { featureAt } from './surface.ts'

/** The feature that a body rests on, by its name in the capabilities; undefined for plain text. */
export function featureOf(body: MessageBody, capabilities: Capabilities): string | undefined {
  const { kind } = body.content
  if (kind in capabilities.media) return `media.${kind}`
  if (kind in capabilities.structured) return `structured.${kind}`
  switch (body.keyboard?.kind) {
    case 'buttons':
      return 'buttons'
    case 'quick_replies':
      return 'quickReplies'
    case 'list':
      return 'list'
    default:
      return undefined
  }
}

/** Notes a refusal of something done outside a transaction (an edit, a reaction); other failures are no contradiction. */
export async function noteRefusal(hub: Hub, account: AccountContext, feature: string, failure: Failure): Promise<void> {
  if (!isRefusal(failure)) return
  await inWorkspace(hub, account.workspaceId, tx => noteContradiction(hub, tx, account, `features.${feature}`, failure))
}

/** Notes that a platform refused a feature that we claim; from now on it is not offered on this account. */
export async function noteContradiction(
  hub: Hub,
  tx: Transaction,
  account: AccountContext,
  feature: string,
  failure: Failure,
): Promise<void> {
  if (!isRefusal(failure)) return
  const claimed = featureAt(channelOf(hub, account.channel).capabilities(account.view.config), feature)
  if (!claimed || claimed.level === 'none') return
  await tx.client.query(
    `insert into contradiction (workspace_id, id, account_id, feature, code, detail) values ($1, $2, $3, $4, $5, $6)
      on conflict (workspace_id, account_id, feature) do update set occurrences = contradiction.occurrences + 1, last_at = now(), code = excluded.code, detail = excluded.detail,
        state = case when contradiction.state = 'dismissed' then 'open' else contradiction.state end`,
    [tx.workspaceId, newId(), account.id, feature, failure.code, failure.detail.slice(0, 500)],
  )
  await degradeAccount(tx, account.id)
  await appendAccount(hub, tx, account.id)
  hub.log.warn({ accountId: account.id, feature, code: failure.code }, 'the platform refused what its documentation has')
}

function isRefusal(failure: Failure): boolean {
  return failure.kind === 'permanent' && failure.reason === 'unsupported'
}

async function degradeAccount(tx: Transaction, accountId: string): Promise<void> {
  await tx.client.query(
    `update account set degraded = coalesce((select array_agg(feature order by feature) from contradiction c where c.workspace_id = $1 and c.account_id = $2 and c.state <> 'dismissed'), '{}')
      where workspace_id = $1 and id = $2`,
    [tx.workspaceId, accountId],
  )
}

/** All contradictions of accounts that the member sees, the latest first. */
export async function listContradictions(hub: Hub, actor: Actor): Promise<ContradictionView[]> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const rows = await tx.db.selectFrom('contradiction').selectAll().orderBy('last_at', 'desc').limit(500).execute()
    return rows
      .filter(row => maySee(actor, { accountId: row.account_id }))
      .map(row => ({
        id: row.id,
        accountId: row.account_id,
        feature: row.feature,
        code: row.code,
        detail: row.detail,
        occurrences: row.occurrences,
        firstAt: row.first_at.getTime(),
        lastAt: row.last_at.getTime(),
        state: row.state as ContradictionView['state'],
      }))
  })
}

/** A manager has looked: it is so (`confirmed`, stays away), or it was an error (`dismissed`, offered again). Problem: not_found. */
export async function decideContradiction(
  hub: Hub,
  actor: Actor,
  id: string,
  state: 'confirmed' | 'dismissed',
): Promise<ContradictionView> {
  await inWorkspace(hub, actor.workspaceId, async tx => {
    const row = found(
      await tx.db.selectFrom('contradiction').select(['account_id', 'feature']).where('id', '=', id).executeTakeFirst(),
      'contradiction',
    )
    const account = maySee(actor, { accountId: row.account_id }) ? await accountContext(hub, tx, row.account_id) : undefined
    found(account, 'contradiction')
    await tx.db
      .updateTable('contradiction')
      .set({ state, decided_by: actor.memberId, decided_at: new Date(hub.now()) })
      .where('id', '=', id)
      .execute()
    await degradeAccount(tx, row.account_id)
    await recordOperation(tx, actor, `contradiction.${state}`, row.account_id, { feature: row.feature })
    await appendAccount(hub, tx, row.account_id)
  })
  return found(
    (await listContradictions(hub, actor)).find(one => one.id === id),
    'contradiction',
  )
}
