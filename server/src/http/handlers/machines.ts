/** What the operations for machines do: keys and notices. */
import type { machineRoutes } from '@dragoman/api'
import { createApiKey, listApiKeys, readNotice, revokeApiKey, sendNotice } from '@dragoman/hub'
import type { HandlersOf } from '../api.ts'

export const machineHandlers: HandlersOf<typeof machineRoutes> = {
  apiKeys: async (_input, actor, { web }) => ({ keys: await listApiKeys(web.hub, actor) }),
  createApiKey: async ({ body }, actor, { web }) => await createApiKey(web.hub, actor, body),
  revokeApiKey: async ({ params }, actor, { web }) => {
    await revokeApiKey(web.hub, actor, params.apiKeyId)
    return {}
  },
  sendNotice: async ({ body }, actor, { web }) => await sendNotice(web.hub, actor, body),
  notice: async ({ params }, actor, { web }) => await readNotice(web.hub, actor, params.noticeId),
}
