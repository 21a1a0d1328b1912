/** What the operation of retention does. */
import type { retentionRoutes } from '@dragoman/api'
import { previewRetention } from '@dragoman/hub'
import type { HandlersOf } from '../api.ts'

export const retentionHandlers: HandlersOf<typeof retentionRoutes> = {
  previewRetention: async ({ body }, actor, { web }) => await previewRetention(web.hub, actor, body.value),
}
