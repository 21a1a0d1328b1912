/** Who did what: one line for each operation that someone may ask about later. Always holds: written in the transaction of the deed itself. */
import { newId } from '../database/ids.ts'
import type { Transaction } from '../database/transaction.ts'

/** Notes an operation. `details` are facts for people (names, ids, figures); never secrets, never what a customer wrote. `ip`: from where, for signing in. */
export async function recordOperation(
  tx: Pick<Transaction, 'db' | 'workspaceId'>,
  actor: { memberId: string | null },
  what: string,
  accountId: string | null,
  details: object,
  ip?: string,
): Promise<void> {
  await tx.db
    .insertInto('operation')
    .values({
      workspace_id: tx.workspaceId,
      id: newId(),
      what,
      account_id: accountId,
      member_id: actor.memberId,
      details: JSON.stringify(details),
      ip: ip ?? null,
    })
    .execute()
}

/** Notes what comes in floods, such as wrong passwords: one line per member, place and quarter of an hour, with a `count`. */
export async function countOperation(
  tx: Transaction,
  actor: { memberId: string | null },
  what: string,
  details: object,
  ip: string,
): Promise<void> {
  const { rowCount } = await tx.client.query(
    `update operation set details = jsonb_set(details, '{count}', to_jsonb(coalesce((details->>'count')::int, 1) + 1))
      where workspace_id = $1 and id = (select id from operation where workspace_id = $1 and what = $2 and member_id is not distinct from $3::uuid and ip is not distinct from $4
        and at > now() - interval '15 minutes' order by at desc limit 1)`,
    [tx.workspaceId, what, actor.memberId, ip],
  )
  if (!rowCount) await recordOperation(tx, actor, what, null, { ...details, count: 1 }, ip)
}
