/** What the operations of the live card do. */
import type { cardRoutes } from '@dragoman/api'
import { readCard, rotateCardSecret, tryCard } from '@dragoman/hub'
import type { HandlersOf } from '../api.ts'

export const cardHandlers: HandlersOf<typeof cardRoutes> = {
  card: async ({ params, query }, actor, { web }) => await readCard(web.hub, actor, params.conversationId, query.refresh === 'true'),
  tryCard: async ({ body }, actor, { web }) => await tryCard(web.hub, actor, body.conversationId),
  rotateCardSecret: async (_input, actor, { web }) => await rotateCardSecret(web.hub, actor),
}
