/** What the operations of coming over do. */
import type { cutoverRoutes } from '@dragoman/api'
import { dryRunCutover, readCutover, rotateForwardSecret, switchBack, switchOver } from '@dragoman/hub'
import type { HandlersOf } from '../api.ts'

export const cutoverHandlers: HandlersOf<typeof cutoverRoutes> = {
  cutover: async ({ params }, actor, { web }) => await readCutover(web.hub, actor, params.accountId),
  rotateForwardSecret: async ({ params }, actor, { web }) => await rotateForwardSecret(web.hub, actor, params.accountId),
  cutoverDryRun: async ({ params, body }, actor, { web }) => await dryRunCutover(web.hub, actor, params.accountId, body),
  switchOver: async ({ params, body }, actor, { web }) => {
    await switchOver(web.hub, actor, params.accountId, body)
    return await readCutover(web.hub, actor, params.accountId)
  },
  switchBack: async ({ params, body }, actor, { web }) => {
    await switchBack(web.hub, actor, params.accountId, body)
    return await readCutover(web.hub, actor, params.accountId)
  },
}
