/** What the operations of the living registry do. */
import type { registryRoutes } from '@dragoman/api'
import { exportRegistry, readRegistry, registryChanges } from '@dragoman/hub'
import type { HandlersOf } from '../api.ts'

export const registryHandlers: HandlersOf<typeof registryRoutes> = {
  registry: async ({ query }, actor, { web }) => await readRegistry(web.hub, actor, query),
  registryChanges: async ({ query }, actor, { web }) => await registryChanges(web.hub, actor, query),
  exportRegistry: async ({ query }, actor, { web }) => await exportRegistry(web.hub, actor, query),
}
