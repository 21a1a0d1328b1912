/** Contacts as a colleague corrects them. Always holds: every conversation of the contact shows the new facts at once. */
import type { ContactView } from '@dragoman/api'
import { inWorkspace } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import { maySee } from '../event-log/may-see.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { isMasked } from '../people/hidden-details.ts'
import { HubProblem } from '../problem.ts'
import { contactView } from './contact-view.ts'
import { readPhone } from './phone.ts'

/** Changes a contact. What comes back masked from somebody who may not see it is left as it is. Problem: invalid_request for a number that cannot be one. */
export async function updateContact(
  hub: Hub,
  actor: Actor,
  contactId: string,
  wanted: { name?: string; phone?: string | null; email?: string | null; language?: string | null },
): Promise<ContactView> {
  if (actor.rights.has('contacts.details') && wanted.email && isMasked(wanted.email))
    throw new HubProblem('invalid_request', 'This is not an e-mail address.', {
      errors: [{ path: 'email', message: 'not an e-mail address' }],
    })
  const change: typeof wanted = actor.rights.has('contacts.details')
    ? wanted
    : Object.fromEntries(Object.entries(wanted).filter(([, value]) => typeof value !== 'string' || !isMasked(value)))
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const conversations = await tx.db.selectFrom('conversation').select(['id', 'account_id']).where('contact_id', '=', contactId).execute()
    if (!conversations.some(row => maySee(actor, { accountId: row.account_id })))
      throw new HubProblem('not_found', 'There is no such contact.')
    const values = { ...change, ...(change.phone ? { phone: await readPhone(tx, change.phone) } : {}) }
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
    if (Object.keys(given).length > 0) await tx.db.updateTable('contact').set(given).where('id', '=', contactId).execute()
    await appendChanges(hub, tx, { conversations: conversations.map(row => row.id) })
    tx.append({ event: { kind: 'catalogue.changed', catalogue: `contact:${contactId}` }, scope: {} })
    const row = await tx.db.selectFrom('contact').selectAll().where('id', '=', contactId).executeTakeFirstOrThrow()
    return contactView(row)
  })
}
