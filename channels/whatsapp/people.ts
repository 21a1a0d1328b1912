/** Who a webhook speaks of: ids on the message itself, name and username in `contacts` beside it. */

import { arrayAt, idAt, textAt } from '@dragoman/channel-kit'
import type { IdentityFacts } from '@dragoman/core'
import { identityOf, type WhatsAppIds } from './identity.ts'

/** Names of the fields in which ids stand. */
export interface IdFields {
  phone: string
  bsuid: string
  parent: string
}
export const senderFields: IdFields = { phone: 'from', bsuid: 'from_user_id', parent: 'from_parent_user_id' }
export const receiverFields: IdFields = { phone: 'to', bsuid: 'to_user_id', parent: 'to_parent_user_id' }
export const statusFields: IdFields = { phone: 'recipient_id', bsuid: 'recipient_user_id', parent: 'recipient_parent_user_id' }
export const plainFields: IdFields = { phone: 'wa_id', bsuid: 'user_id', parent: 'parent_user_id' }

/** The ids in an item. */
export function idsIn(item: unknown, fields: IdFields): WhatsAppIds {
  return { phone: idAt(item, fields.phone), bsuid: textAt(item, fields.bsuid), parent: textAt(item, fields.parent) }
}

/** The person an item speaks of, completed from the `contacts` of the same value. */
export function personOf(item: unknown, fields: IdFields, value: unknown): IdentityFacts | undefined {
  const ids = idsIn(item, fields)
  const contacts = arrayAt(value, 'contacts')
  const same = (contact: unknown) =>
    (ids.phone !== undefined && idAt(contact, 'wa_id') === ids.phone) ||
    (ids.bsuid !== undefined && textAt(contact, 'user_id') === ids.bsuid)
  const nameless = ids.phone === undefined && ids.bsuid === undefined
  const contact = contacts.find(same) ?? (nameless && contacts.length === 1 ? contacts[0] : undefined)
  const known = idsIn(contact, plainFields)
  return identityOf(
    { phone: ids.phone ?? known.phone, bsuid: ids.bsuid ?? known.bsuid, parent: ids.parent ?? known.parent },
    { name: textAt(contact, 'profile', 'name'), username: textAt(contact, 'profile', 'username') ?? textAt(contact, 'username') },
  )
}
