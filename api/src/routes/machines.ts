/** Routes for machines: API keys, and notices to people who may never have written. */
import { z } from 'zod'
import { route } from '../route.ts'
import { messageBody } from '../schemas/content.ts'
import { scopes } from '../scopes.ts'

const id = z.uuid()
const time = z.number()
const scope = z.enum(scopes as [string, ...string[]])

export const apiKey = z
  .object({
    id,
    name: z.string(),
    /** The first letters, to tell keys apart. */
    startsWith: z.string(),
    scopes: z.array(z.string()),
    createdBy: id,
    createdAt: time,
    lastUsedAt: time.nullable(),
    expiresAt: time.nullable(),
    revokedAt: time.nullable(),
  })
  .meta({ id: 'ApiKey' })
export type ApiKeyView = z.infer<typeof apiKey>

const template = messageBody.refine(body => body.content.kind === 'template', { error: 'must be a template' })

export const noticeRequest = z.object({
  /** Your own id of this notice: the same again is answered as before, and sent once. */
  key: z.string().min(8).max(128),
  to: z.union([
    z.object({ identityId: id }),
    z.object({ contactId: id }),
    /** The firm’s own number of the customer. */
    z.object({ customerId: z.string().min(1).max(200) }),
    /** International form, `+7916…`; somebody whom the hub does not know yet is made known. */
    z.object({ phone: z.string().min(5).max(40) }),
    /** The same by e-mail address. */
    z.object({ email: z.email().max(320) }),
  ]),
  /** What to call somebody who is not known yet. */
  name: z.string().trim().min(1).max(200).optional(),
  /** What is said where one may write freely. */
  body: messageBody.optional(),
  /** The same in other languages, by code: the customer’s own is taken where it is there. */
  bodies: z.record(z.string().max(16), messageBody).optional(),
  /** What is said where only a template may be: for an account, or for any that has it. */
  templates: z
    .array(z.object({ accountId: id.optional(), body: template }))
    .max(50)
    .optional(),
  /** Accounts in the order wished for. `only`: no others. */
  accounts: z.object({ order: z.array(id).max(100), only: z.boolean().default(false) }).optional(),
  /** Tell what would be done, and do nothing. */
  dryRun: z.boolean().default(false),
})
export type NoticeRequest = z.infer<typeof noticeRequest>

export const noticeView = z
  .object({
    /** Null in a dry run. */
    id: id.nullable(),
    conversationId: id.nullable(),
    messageId: id.nullable(),
    contactId: id.nullable(),
    accountId: id,
    channel: z.string(),
    way: z.enum(['freeform', 'template']),
    priceClass: z.string(),
    /** The message’s state now. */
    state: z.string(),
    /** Every account that was looked at, and why it was taken or not. */
    considered: z.array(
      z.object({ accountId: id, channel: z.string(), outcome: z.enum(['chosen', 'possible', 'refused']), reason: z.string() }),
    ),
  })
  .meta({ id: 'Notice' })
export type NoticeView = z.infer<typeof noticeView>

export const machineRoutes = {
  apiKeys: route({
    method: 'GET',
    path: '/v1/api-keys',
    rule: 'agent',
    right: 'machines.manage',
    tag: 'API keys',
    summary: 'API keys, without the keys themselves',
    response: z.object({ keys: z.array(apiKey) }),
  }),
  createApiKey: route({
    method: 'POST',
    path: '/v1/api-keys',
    rule: 'agent',
    right: 'machines.manage',
    tag: 'API keys',
    summary: 'Make an API key. `secret` is shown this once',
    body: z.object({
      name: z.string().trim().min(1).max(80),
      scopes: z.array(scope).min(1),
      /** ms; absent: until it is revoked. */
      expiresAt: z.number().optional(),
    }),
    response: z.object({ key: apiKey, secret: z.string() }),
  }),
  revokeApiKey: route({
    method: 'DELETE',
    path: '/v1/api-keys/:apiKeyId',
    rule: 'agent',
    right: 'machines.manage',
    tag: 'API keys',
    summary: 'Revoke an API key, at once and for good',
    params: z.object({ apiKeyId: id }),
    response: z.object({}),
  }),
  sendNotice: route({
    method: 'POST',
    path: '/v1/notices',
    rule: 'agent',
    right: 'notices.send',
    tag: 'Notices',
    summary: 'Send a notice to a person, known or not, through the best way that is allowed, once',
    body: noticeRequest,
    response: noticeView,
  }),
  notice: route({
    method: 'GET',
    path: '/v1/notices/:noticeId',
    rule: 'agent',
    right: 'notices.send',
    tag: 'Notices',
    summary: 'What became of a notice',
    params: z.object({ noticeId: id }),
    response: noticeView,
  }),
}
