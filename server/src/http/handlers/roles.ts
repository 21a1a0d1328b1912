/** What the operations of roles, import, audit and hidden details do. */
import type { roleRoutes } from '@dragoman/api'
import { createRole, deleteRole, exportAudit, importMembers, listAudit, listRoles, revealContact, updateRole } from '@dragoman/hub'
import type { HandlersOf } from '../api.ts'

export const roleHandlers: HandlersOf<typeof roleRoutes> = {
  roles: async (_input, actor, { web }) => ({ roles: await listRoles(web.hub, actor) }),
  createRole: async ({ body }, actor, { web }) => await createRole(web.hub, actor, body),
  updateRole: async ({ params, body: { version, ...change } }, actor, { web }) =>
    await updateRole(web.hub, actor, params.roleId, version, change),
  deleteRole: async ({ params }, actor, { web }) => {
    await deleteRole(web.hub, actor, params.roleId)
    return {}
  },
  importMembers: async ({ body }, actor, { web }) => await importMembers(web.hub, actor, body),
  revealContact: async ({ params, body }, actor, { web }) => await revealContact(web.hub, actor, params.contactId, body.reason),
  audit: async ({ query }, actor, { web }) => await listAudit(web.hub, actor, query),
  auditCsv: async ({ query }, actor, { web }) => await exportAudit(web.hub, actor, query),
}
