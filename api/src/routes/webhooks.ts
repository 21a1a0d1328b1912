/** Routes of outgoing webhooks: what happens here, told to the firm's other systems (Standard Webhooks, standardwebhooks.com). */
import { z } from 'zod'
import { route } from '../route.ts'

const id = z.uuid()
const time = z.number()

/** What can be told. `data` holds the views of this API. */
export const webhookTypes = [
  'message.received',
  'message.sent',
  'message.updated',
  'note.created',
  'conversation.created',
  'conversation.updated',
  'conversation.closed',
  'account.updated',
] as const
export type WebhookType = (typeof webhookTypes)[number]

export const webhook = z
  .object({
    id,
    name: z.string(),
    url: z.string(),
    /** Empty: all. */
    types: z.array(z.enum(webhookTypes)),
    accountIds: z.array(id).nullable(),
    status: z.enum(['active', 'paused']),
    pausedReason: z.string().nullable(),
    pausedAt: time.nullable(),
    failingSince: time.nullable(),
    lastSuccessAt: time.nullable(),
    /** Deliveries that wait for their next try. */
    waiting: z.int(),
    version: z.int(),
    createdAt: time,
  })
  .meta({ id: 'Webhook' })
export type WebhookView = z.infer<typeof webhook>

export const webhookDelivery = z
  .object({
    id,
    webhookId: id,
    type: z.string(),
    state: z.enum(['pending', 'sending', 'delivered', 'failed']),
    attempts: z.int(),
    eventAt: time,
    nextAt: time.nullable(),
    deliveredAt: time.nullable(),
    lastStatus: z.int().nullable(),
  })
  .meta({ id: 'WebhookDelivery' })
export type WebhookDeliveryView = z.infer<typeof webhookDelivery>

export const webhookAttempt = z.object({
  number: z.int(),
  at: time,
  durationMs: z.int(),
  status: z.int().nullable(),
  request: z.object({ url: z.string(), headers: z.record(z.string(), z.string()) }),
  response: z.object({ headers: z.record(z.string(), z.string()), body: z.string() }).nullable(),
  error: z.string().nullable(),
})
export type WebhookAttemptView = z.infer<typeof webhookAttempt>

const webhookId = z.object({ webhookId: id })
const right = 'machines.manage' as const
const fields = {
  name: z.string().trim().min(1).max(80),
  url: z.url().max(2_000),
  types: z.array(z.enum(webhookTypes)).max(webhookTypes.length),
  accountIds: z.array(id).max(500).nullable(),
}

export const webhookRoutes = {
  webhooks: route({
    method: 'GET',
    path: '/v1/webhooks',
    rule: 'agent',
    right,
    tag: 'Machines',
    summary: 'Outgoing webhooks and how they fare',
    response: z.object({ webhooks: z.array(webhook) }),
  }),
  createWebhook: route({
    method: 'POST',
    path: '/v1/webhooks',
    rule: 'agent',
    right,
    tag: 'Machines',
    summary: 'Make an outgoing webhook; from now on. `secret` is shown this once',
    body: z.object({ name: fields.name, url: fields.url, types: fields.types.default([]), accountIds: fields.accountIds.default(null) }),
    response: z.object({ webhook, secret: z.string() }),
  }),
  updateWebhook: route({
    method: 'PATCH',
    path: '/v1/webhooks/:webhookId',
    rule: 'agent',
    right,
    tag: 'Machines',
    summary: 'Change, pause or resume a webhook; a stale version is 409. What came meanwhile is not lost by pausing',
    params: webhookId,
    body: z.object({
      version: z.int(),
      name: fields.name.optional(),
      url: fields.url.optional(),
      types: fields.types.optional(),
      accountIds: fields.accountIds.optional(),
      status: z.enum(['active', 'paused']).optional(),
    }),
    response: webhook,
  }),
  deleteWebhook: route({
    method: 'DELETE',
    path: '/v1/webhooks/:webhookId',
    rule: 'agent',
    right,
    tag: 'Machines',
    summary: 'Delete a webhook and what waits for it',
    params: webhookId,
    response: z.object({}),
  }),
  rotateWebhookSecret: route({
    method: 'POST',
    path: '/v1/webhooks/:webhookId/secret',
    rule: 'agent',
    right,
    tag: 'Machines',
    summary: 'A new secret; for a day deliveries are signed with both',
    params: webhookId,
    response: z.object({ secret: z.string() }),
  }),
  testWebhook: route({
    method: 'POST',
    path: '/v1/webhooks/:webhookId/test',
    rule: 'agent',
    right,
    tag: 'Machines',
    summary: 'Send a test event',
    params: webhookId,
    response: z.object({ delivery: webhookDelivery }),
  }),
  webhookDeliveries: route({
    method: 'GET',
    path: '/v1/webhooks/:webhookId/deliveries',
    rule: 'agent',
    right,
    tag: 'Machines',
    summary: 'The log of a webhook, newest first; kept 14 days',
    params: webhookId,
    query: z.object({
      state: z.enum(['pending', 'sending', 'delivered', 'failed']).optional(),
      type: z.string().max(60).optional(),
      cursor: z.string().max(256).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    response: z.object({ deliveries: z.array(webhookDelivery), next: z.string().nullable() }),
  }),
  webhookDelivery: route({
    method: 'GET',
    path: '/v1/webhook-deliveries/:deliveryId',
    rule: 'agent',
    right,
    tag: 'Machines',
    summary: 'One delivery: what was sent and what came back, try by try',
    params: z.object({ deliveryId: id }),
    response: z.object({ delivery: webhookDelivery, payload: z.unknown(), attempts: z.array(webhookAttempt) }),
  }),
  replayDelivery: route({
    method: 'POST',
    path: '/v1/webhook-deliveries/:deliveryId/replay',
    rule: 'agent',
    right,
    tag: 'Machines',
    summary: 'Send one delivery again, with the same id',
    params: z.object({ deliveryId: id }),
    response: z.object({ delivery: webhookDelivery }),
  }),
  replayWindow: route({
    method: 'POST',
    path: '/v1/webhooks/:webhookId/replay',
    rule: 'agent',
    right,
    tag: 'Machines',
    summary: 'Send everything of a time window again; `dryRun` only counts',
    params: webhookId,
    body: z.object({ from: time, to: time, onlyFailed: z.boolean().default(false), dryRun: z.boolean().default(false) }),
    response: z.object({ count: z.int() }),
  }),
}
