/** What the operations of recovered mode do. */
import type { recoveryRoutes } from '@dragoman/api'
import { heldMessages, readRecovery, releaseRecovery } from '@dragoman/hub'
import type { HandlersOf } from '../api.ts'

export const recoveryHandlers: HandlersOf<typeof recoveryRoutes> = {
  recovery: async (_input, actor, { web }) => ({ recovery: (await readRecovery(web.hub, actor)) ?? null }),
  heldMessages: async ({ query }, actor, { web }) => await heldMessages(web.hub, actor, query.after, query.limit),
  releaseRecovery: async ({ body }, actor, { web }) => await releaseRecovery(web.hub, actor, body),
}
