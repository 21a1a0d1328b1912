/** Routes of people: the list, a profile, notes about a person, his cases and files. */
import { z } from 'zod'
import { route } from '../route.ts'
import { attributeKey, attributeValue, contactCase, contactFile, contactNote, contactProfile, contactRow } from '../schemas/contacts.ts'

const contactId = z.object({ contactId: z.uuid() })
const noteId = z.object({ noteId: z.uuid() })
const cursor = z.string().max(400).optional()
const listFilter = {
  /** Letters of the name; or the firm’s own number, an e-mail or a phone, from the beginning. */
  q: z.string().trim().max(100).optional(),
  channel: z.string().max(40).optional(),
  blocked: z.enum(['yes', 'no']).optional(),
}

export const contactRoutes = {
  contacts: route({
    method: 'GET',
    path: '/v1/contacts',
    rule: 'agent',
    tag: 'Contacts',
    summary: 'People by name, those whose conversations the caller may see',
    query: z.object({ ...listFilter, cursor, limit: z.coerce.number().int().min(1).max(100).default(50) }),
    response: z.object({ contacts: z.array(contactRow), next: z.string().nullable() }),
  }),
  exportContacts: route({
    method: 'GET',
    path: '/v1/contacts-export',
    rule: 'agent',
    right: 'contacts.export',
    tag: 'Contacts',
    summary: 'The same list as CSV (cells that a spreadsheet would run are quoted); written down in the audit log',
    query: z.object(listFilter),
    response: z.object({ csv: z.string(), contacts: z.int(), complete: z.boolean() }),
    perMinute: 10,
  }),
  contactProfile: route({
    method: 'GET',
    path: '/v1/contacts/:contactId',
    rule: 'agent',
    tag: 'Contacts',
    summary: 'All that is known of a person, with his conversations on all messengers',
    params: contactId,
    response: contactProfile,
  }),
  updateProfile: route({
    method: 'PATCH',
    path: '/v1/contacts/:contactId/profile',
    rule: 'agent',
    tag: 'Contacts',
    summary: 'Change attributes (null removes one; those not named stay) and the firm’s own number; needs the version that was read',
    params: contactId,
    body: z.object({
      version: z.int(),
      customerId: z.string().trim().min(1).max(120).nullable().optional(),
      attributes: z.record(attributeKey, attributeValue.nullable()).optional(),
    }),
    response: contactProfile,
  }),
  attributeKeys: route({
    method: 'GET',
    path: '/v1/contact-attributes',
    rule: 'agent',
    tag: 'Contacts',
    summary: 'Names of attributes in use, the commonest first; and those that every profile offers',
    response: z.object({ keys: z.array(z.string()), first: z.array(z.string()) }),
  }),
  contactNotes: route({
    method: 'GET',
    path: '/v1/contacts/:contactId/notes',
    rule: 'agent',
    tag: 'Contacts',
    summary: 'Notes about a person, pinned ones first, then the newest',
    params: contactId,
    response: z.object({ notes: z.array(contactNote) }),
  }),
  addContactNote: route({
    method: 'POST',
    path: '/v1/contacts/:contactId/notes',
    rule: 'agent',
    tag: 'Contacts',
    summary: 'Note something about a person',
    params: contactId,
    body: z.object({ body: z.string().trim().min(1).max(4_000), pinned: z.boolean().default(false) }),
    response: contactNote,
  }),
  updateContactNote: route({
    method: 'PATCH',
    path: '/v1/contact-notes/:noteId',
    rule: 'agent',
    tag: 'Contacts',
    summary: 'Change the words of one’s own note, or pin any; needs the version that was read',
    params: noteId,
    body: z.object({ version: z.int(), body: z.string().trim().min(1).max(4_000).optional(), pinned: z.boolean().optional() }),
    response: contactNote,
  }),
  deleteContactNote: route({
    method: 'DELETE',
    path: '/v1/contact-notes/:noteId',
    rule: 'agent',
    tag: 'Contacts',
    summary: 'Delete one’s own note',
    params: noteId,
    response: z.object({}),
  }),
  contactCases: route({
    method: 'GET',
    path: '/v1/contacts/:contactId/cases',
    rule: 'agent',
    tag: 'Contacts',
    summary: 'Cases of a person on all messengers, the newest first',
    params: contactId,
    query: z.object({ cursor, limit: z.coerce.number().int().min(1).max(100).default(20) }),
    response: z.object({ cases: z.array(contactCase), next: z.string().nullable() }),
  }),
  contactFiles: route({
    method: 'GET',
    path: '/v1/contacts/:contactId/files',
    rule: 'agent',
    tag: 'Contacts',
    summary: 'Pictures and films, or everything else, of all conversations with a person, the newest first',
    params: contactId,
    query: z.object({ kind: z.enum(['pictures', 'documents']), cursor, limit: z.coerce.number().int().min(1).max(60).default(24) }),
    response: z.object({ files: z.array(contactFile), next: z.string().nullable() }),
  }),
}
