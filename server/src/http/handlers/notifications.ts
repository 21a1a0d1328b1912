/** What the operations of being told do. */
import type { notificationRoutes } from '@dragoman/api'
import { addPushDevice, readNotifications, removePushDevice, saveNotifications, testPush } from '@dragoman/hub'
import type { HandlersOf } from '../api.ts'

export const notificationHandlers: HandlersOf<typeof notificationRoutes> = {
  notifications: async (_input, actor, { web }) => await readNotifications(web.hub, actor),
  saveNotifications: async ({ body }, actor, { web }) => await saveNotifications(web.hub, actor, body.version, body.value),
  addPushDevice: async ({ body }, actor, { web, request }) =>
    await addPushDevice(web.hub, actor, body, request.headers['user-agent'] ?? ''),
  removePushDevice: async ({ params }, actor, { web }) => {
    await removePushDevice(web.hub, actor, params.deviceId)
    return {}
  },
  testPush: async (_input, actor, { web }) => ({ devices: await testPush(web.hub, actor) }),
}
