/** Routes of being told: a member’s rules, his devices, a test that truly sends. */
import { z } from 'zod'
import { route } from '../route.ts'
import { notificationRules, pushDevice } from '../schemas/notifications.ts'

export const notificationRoutes = {
  notifications: route({
    method: 'GET',
    path: '/v1/notifications',
    rule: 'agent',
    tag: 'Notifications',
    summary: 'What the caller wants to be told of, his devices, and the key that browsers subscribe with',
    response: z.object({
      value: notificationRules,
      /** 0: nobody has changed anything yet. */
      version: z.int(),
      devices: z.array(pushDevice),
      publicKey: z.string(),
    }),
  }),
  saveNotifications: route({
    method: 'PUT',
    path: '/v1/notifications',
    rule: 'agent',
    tag: 'Notifications',
    summary: 'Change the rules whole; needs the version that was read',
    body: z.object({ version: z.int().min(0), value: notificationRules }),
    response: z.object({ value: notificationRules, version: z.int() }),
  }),
  addPushDevice: route({
    method: 'POST',
    path: '/v1/notifications/devices',
    rule: 'agent',
    tag: 'Notifications',
    summary: 'Register a browser’s push subscription for the caller; one that is known becomes his',
    body: z.object({
      endpoint: z.url({ protocol: /^https?$/ }).max(2_000),
      keys: z.object({
        p256dh: z.string().regex(/^[\w-]{80,100}={0,2}$/),
        auth: z.string().regex(/^[\w-]{16,40}={0,2}$/),
      }),
    }),
    response: pushDevice,
  }),
  removePushDevice: route({
    method: 'DELETE',
    path: '/v1/notifications/devices/:deviceId',
    rule: 'agent',
    tag: 'Notifications',
    summary: 'Forget a device: nothing is pushed to it any more',
    params: z.object({ deviceId: z.uuid() }),
    response: z.object({}),
  }),
  testPush: route({
    method: 'POST',
    path: '/v1/notifications/test',
    rule: 'agent',
    tag: 'Notifications',
    summary: 'Push a test notification to all devices of the caller',
    perMinute: 20,
    response: z.object({ devices: z.int() }),
  }),
}
