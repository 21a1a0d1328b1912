/** Whom a member may know: people with a conversation on an account that he sees. Always holds: asked before anything about a person is read or written. */
import type { Transaction } from '../database/transaction.ts'
import { maySeeAccount, type Seer } from '../event-log/may-see.ts'
import { HubProblem } from '../problem.ts'

/** The person's conversations that the member may see, in order of id. Problem: not_found where there is none. */
export async function seenConversations(
  tx: Transaction,
  seer: Seer,
  contactId: string,
): Promise<{ id: string; account_id: string; last_activity_at: Date }[]> {
  const rows = await tx.db
    .selectFrom('conversation')
    .select(['id', 'account_id', 'last_activity_at'])
    .where('contact_id', '=', contactId)
    .where(({ ref }) => maySeeAccount(seer, ref('account_id')))
    .orderBy('id')
    .execute()
  if (rows.length === 0) throw new HubProblem('not_found', 'There is no such contact.')
  return rows
}

/** A place in a list that goes on: a moment (or a word) and an id. */
export function writeCursor(key: string | number, id: string): string {
  return Buffer.from(JSON.stringify([key, id])).toString('base64url')
}

/** Problem: invalid_request. */
export function readCursor(cursor: string | undefined): [key: string | number, id: string] | undefined {
  if (cursor === undefined) return undefined
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(parsed) && /^(string|number)$/.test(typeof parsed[0]) && /^[0-9a-f-]{36}$/.test(String(parsed[1])))
      return [parsed[0], String(parsed[1])]
  } catch {
    // Not one of ours.
  }
  throw new HubProblem('invalid_request', 'This is no place in a list.', { errors: [{ path: 'cursor', message: 'not ours' }] })
}
