/** What the operations about people do. */
import type { contactRoutes } from '@dragoman/api'
import {
  addContactNote,
  attributeKeys,
  contactProfile,
  deleteContactNote,
  exportContacts,
  listContactCases,
  listContactFiles,
  listContactNotes,
  listContacts,
  updateContactNote,
  updateProfile,
} from '@dragoman/hub'
import type { HandlersOf } from '../api.ts'

export const contactHandlers: HandlersOf<typeof contactRoutes> = {
  contacts: async ({ query }, actor, { web }) => await listContacts(web.hub, actor, query),
  exportContacts: async ({ query }, actor, { web }) => await exportContacts(web.hub, actor, query),
  contactProfile: async ({ params }, actor, { web }) => await contactProfile(web.hub, actor, params.contactId),
  updateProfile: async ({ params, body: { version, ...change } }, actor, { web }) =>
    await updateProfile(web.hub, actor, params.contactId, version, change),
  attributeKeys: async (_input, actor, { web }) => await attributeKeys(web.hub, actor),
  contactNotes: async ({ params }, actor, { web }) => ({ notes: await listContactNotes(web.hub, actor, params.contactId) }),
  addContactNote: async ({ params, body }, actor, { web }) => await addContactNote(web.hub, actor, params.contactId, body),
  updateContactNote: async ({ params, body: { version, ...change } }, actor, { web }) =>
    await updateContactNote(web.hub, actor, params.noteId, version, change),
  deleteContactNote: async ({ params }, actor, { web }) => {
    await deleteContactNote(web.hub, actor, params.noteId)
    return {}
  },
  contactCases: async ({ params, query }, actor, { web }) => await listContactCases(web.hub, actor, params.contactId, query),
  contactFiles: async ({ params, query }, actor, { web }) => await listContactFiles(web.hub, actor, params.contactId, query),
}
