/** What the operations of outgoing webhooks do. */
import type { webhookRoutes } from '@dragoman/api'
import {
  createWebhook,
  deleteWebhook,
  listDeliveries,
  listWebhooks,
  readDelivery,
  replayDelivery,
  replayWindow,
  rotateWebhookSecret,
  testWebhook,
  updateWebhook,
} from '@dragoman/hub'
import type { HandlersOf } from '../api.ts'

export const webhookHandlers: HandlersOf<typeof webhookRoutes> = {
  webhooks: async (_input, actor, { web }) => ({ webhooks: await listWebhooks(web.hub, actor) }),
  createWebhook: async ({ body }, actor, { web }) => await createWebhook(web.hub, actor, body),
  updateWebhook: async ({ params, body: { version, ...change } }, actor, { web }) =>
    await updateWebhook(web.hub, actor, params.webhookId, version, change),
  deleteWebhook: async ({ params }, actor, { web }) => {
    await deleteWebhook(web.hub, actor, params.webhookId)
    return {}
  },
  rotateWebhookSecret: async ({ params }, actor, { web }) => await rotateWebhookSecret(web.hub, actor, params.webhookId),
  testWebhook: async ({ params }, actor, { web }) => ({ delivery: await testWebhook(web.hub, actor, params.webhookId) }),
  webhookDeliveries: async ({ params, query }, actor, { web }) => await listDeliveries(web.hub, actor, params.webhookId, query),
  webhookDelivery: async ({ params }, actor, { web }) => await readDelivery(web.hub, actor, params.deliveryId),
  replayDelivery: async ({ params }, actor, { web }) => ({ delivery: await replayDelivery(web.hub, actor, params.deliveryId) }),
  replayWindow: async ({ params, body }, actor, { web }) => ({ count: await replayWindow(web.hub, actor, params.webhookId, body) }),
}
