/** Merged contacts lead to whom they have become. */
import type { Transaction } from '../database/transaction.ts'

/** Who this contact is now: himself, or whom he has become. */
export async function survivorOf(tx: Transaction, contactId: string): Promise<string> {
  const row = await tx.db.selectFrom('contact').select('merged_into').where('id', '=', contactId).executeTakeFirst()
  return row?.merged_into ?? contactId
}
