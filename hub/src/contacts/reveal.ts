/** Showing what is hidden of a contact, to somebody who says why. Always holds: never without a line in the audit log, written in the same transaction. */
import { recordOperation } from '../audit/record.ts'
import { inWorkspace } from '../database/transaction.ts'
import { maySee } from '../event-log/may-see.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { HubProblem } from '../problem.ts'

/** The whole phone number and e-mail of a contact. Problem: not_found. */
export async function revealContact(
  hub: Hub,
  actor: Actor,
  contactId: string,
  reason: string,
): Promise<{ phone: string | null; email: string | null }> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const conversations = await tx.db.selectFrom('conversation').select('account_id').where('contact_id', '=', contactId).execute()
    if (!conversations.some(row => maySee(actor, { accountId: row.account_id })))
      throw new HubProblem('not_found', 'There is no such contact.')
    const contact = await tx.db.selectFrom('contact').select(['phone', 'email']).where('id', '=', contactId).executeTakeFirstOrThrow()
    await recordOperation(tx, actor, 'contact.revealed', null, { contactId, reason })
    return contact
  })
}
