/** A phone number as somebody wrote it, in E.164. Always holds: without a country code it is one of the workspace's first country. */
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { Transaction } from '../database/transaction.ts'
import { HubProblem } from '../problem.ts'

/** Problem: invalid_request for what cannot be a phone number. */
export async function readPhone(tx: Transaction, phone: string): Promise<string> {
  const workspace = await tx.db.selectFrom('workspace').select('countries').executeTakeFirstOrThrow()
  const parsed = parsePhoneNumberFromString(phone, workspace.countries[0] as Parameters<typeof parsePhoneNumberFromString>[1])
  if (!parsed?.isPossible())
    throw new HubProblem('invalid_request', 'This is not a phone number.', {
      errors: [{ path: 'phone', message: 'not a phone number' }],
    })
  return parsed.number
}
