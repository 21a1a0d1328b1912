/** Who did what: one line for each operation that someone may ask about later. Always holds: written in the transaction of the deed itself. */
import { newId } from '../database/ids.ts'
import type { Transaction } from '../database/transaction.ts'

/** Notes an operation. `details` are facts for people (names, ids, figures); never secrets, never what a customer wrote. */
export async function recordOperation(
  tx: Transaction,
  actor: { memberId: string | null },
  what: string,
  accountId: string | null,
  details: object,
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
    })
    .execute()
}
