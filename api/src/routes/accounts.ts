/** Routes of channels and accounts: what can be connected, connecting, checking, templates, what was set aside. */
import { z } from 'zod'
import { route } from '../route.ts'
import { account, localized, setAside, templateInfo } from '../schemas/views.ts'

const accountId = z.object({ accountId: z.uuid() })
const configValues = z.record(z.string(), z.string().max(8_192))

/** A channel as the screens see it: all data, no names of messengers in our code. */
export const channelView = z
  .object({
    id: z.string(),
    badge: z.object({ name: z.string(), iconPath: z.string(), color: z.string() }),
    config: z.object({
      fields: z.array(
        z.object({
          name: z.string(),
          label: localized,
          help: localized.optional(),
          kind: z.enum(['text', 'secret', 'choice', 'boolean', 'origins', 'localized']),
          required: z.boolean(),
          of: z.enum(['account', 'endpoint']),
          choices: z.array(z.object({ value: z.string(), label: localized })).optional(),
          pattern: z.string().optional(),
          placeholder: z.string().optional(),
          defaultValue: z.string().optional(),
          generated: z.boolean().optional(),
        }),
      ),
      steps: z.array(localized),
      access: z
        .array(
          z.object({
            id: z.string(),
            title: localized,
            help: localized,
            url: z.string().optional(),
            takesDays: z.array(z.int()).optional(),
          }),
        )
        .optional(),
      ways: z.array(z.enum(['webhook', 'poll', 'visitor'])),
    }),
    /** core `Capabilities`, as JSON. */
    capabilities: z.record(z.string(), z.unknown()),
    /** core `ReplyPolicy`, as JSON. */
    replyPolicy: z.record(z.string(), z.unknown()),
    /** The same two for public threads; null: it has none. */
    comments: z.object({ capabilities: z.record(z.string(), z.unknown()), replyPolicy: z.record(z.string(), z.unknown()) }).nullable(),
    /** Direct conversations of other kinds than the channel's own: told by how their thread ids begin. */
    surfaces: z.array(
      z.object({
        id: z.string(),
        name: localized,
        threads: z.string(),
        capabilities: z.record(z.string(), z.unknown()),
        replyPolicy: z.record(z.string(), z.unknown()),
      }),
    ),
    /** What can be done there beside writing, by name of the extra. */
    extras: z.array(z.string()),
    entranceMax: z.object({ greeting: z.int(), starters: z.int(), starterTitle: z.int(), menu: z.int(), menuTitle: z.int() }).nullable(),
    /** Its messages have subjects. */
    hasSubjects: z.boolean(),
    /** Texts are counted (and paid) in pieces; `fit` says how many. */
    countsPieces: z.boolean(),
    canSimulate: z.boolean(),
  })
  .meta({ id: 'Channel' })
export type ChannelView = z.infer<typeof channelView>

export const subscription = z.object({
  state: z.enum(['none', 'ours', 'someone_else', 'unknown']),
  url: z.string().optional(),
  waiting: z.number().optional(),
  lastError: z.string().optional(),
})

const connectBody = z.object({
  channel: z.string().max(40),
  config: configValues,
  way: z.enum(['webhook', 'poll', 'visitor']),
  /** Serve this account through an existing endpoint (two numbers of one app). */
  endpointId: z.uuid().optional(),
  name: z.string().trim().max(120).optional(),
})

export const accountRoutes = {
  channels: route({
    method: 'GET',
    path: '/v1/channels',
    rule: 'agent',
    tag: 'Accounts',
    summary: 'Every channel: badge, form, capabilities, policy',
    response: z.object({ channels: z.array(channelView) }),
  }),
  accounts: route({
    method: 'GET',
    path: '/v1/accounts',
    rule: 'agent',
    tag: 'Accounts',
    summary: 'Connected accounts',
    response: z.object({ accounts: z.array(account) }),
  }),
  checkAccount: route({
    method: 'POST',
    path: '/v1/accounts/check',
    rule: 'agent',
    right: 'accounts.manage',
    tag: 'Accounts',
    summary: 'Try credentials live, and see what is set at the platform now; changes nothing',
    perMinute: 60,
    body: connectBody.omit({ name: true }),
    response: z.object({
      ok: z.boolean(),
      name: z.string().optional(),
      username: z.string().optional(),
      externalId: z.string().optional(),
      warnings: z.array(localized),
      /** What else the platform says of the account: its quality, its limits. */
      notes: z.array(localized),
      subscription: subscription.optional(),
      error: z.object({ code: z.string(), detail: z.string(), advice: localized.optional() }).optional(),
    }),
  }),
  connectAccount: route({
    method: 'POST',
    path: '/v1/accounts',
    rule: 'agent',
    right: 'accounts.manage',
    tag: 'Accounts',
    summary: 'Connect an account',
    /** `takeOver`: yes, take the traffic that goes elsewhere now. `mode: observe`: leave it there, and only look on. */
    body: connectBody.extend({ takeOver: z.boolean().default(false), mode: z.enum(['live', 'observe']).default('live') }),
    response: account,
  }),
  connectSimulated: route({
    method: 'POST',
    path: '/v1/accounts/simulated',
    rule: 'agent',
    right: 'accounts.manage',
    tag: 'Accounts',
    summary: 'Connect a new account of the simulator, with one customer',
    /** `settings`: which kind of account, by field of the channel's form, where the simulator has several. */
    body: z.object({
      channel: z.string().max(40),
      name: z.string().trim().max(120).optional(),
      settings: z.record(z.string().max(60), z.string().max(120)).optional(),
    }),
    response: account,
  }),
  account: route({
    method: 'GET',
    path: '/v1/accounts/:accountId',
    rule: 'agent',
    tag: 'Accounts',
    summary: 'One account, with what is set at the platform',
    params: accountId,
    response: z.object({ account, subscription: subscription.optional(), deepLink: z.string().nullable(), embed: z.string().nullable() }),
  }),
  updateAccount: route({
    method: 'PATCH',
    path: '/v1/accounts/:accountId',
    rule: 'agent',
    right: 'accounts.manage',
    tag: 'Accounts',
    summary: 'Rename, change settings or the proxy, pause or resume',
    params: accountId,
    body: z.object({
      name: z.string().trim().min(1).max(120).optional(),
      config: configValues.optional(),
      status: z.enum(['active', 'paused', 'disconnected']).optional(),
      /** `http://user:password@host:port`: its requests go through this; null: directly. */
      proxy: z.string().max(500).nullable().optional(),
    }),
    response: account,
  }),
  changeWay: route({
    method: 'POST',
    path: '/v1/accounts/:accountId/way',
    rule: 'agent',
    right: 'accounts.manage',
    tag: 'Accounts',
    summary: 'Change between webhook and polling: one recorded operation',
    params: accountId,
    body: z.object({ way: z.enum(['webhook', 'poll']), takeOver: z.boolean().default(false) }),
    response: account,
  }),
  testMessage: route({
    method: 'POST',
    path: '/v1/accounts/:accountId/test-message',
    rule: 'agent',
    right: 'accounts.manage',
    tag: 'Accounts',
    summary: 'Send a test message into the newest conversation of this account, or tell how to start one',
    params: accountId,
    response: z.object({ sent: z.boolean(), conversationId: z.uuid().nullable(), deepLink: z.string().nullable() }),
  }),
  templates: route({
    method: 'GET',
    path: '/v1/accounts/:accountId/templates',
    rule: 'agent',
    tag: 'Accounts',
    summary: 'Message templates of the account',
    params: accountId,
    query: z.object({ refresh: z.enum(['true', 'false']).optional() }),
    response: z.object({ templates: z.array(templateInfo), fetchedAt: z.number().nullable() }),
  }),
  setAside: route({
    method: 'GET',
    path: '/v1/set-aside',
    rule: 'agent',
    right: 'accounts.manage',
    tag: 'Accounts',
    summary: 'Events that could not be applied, with the reason',
    query: z.object({ open: z.enum(['true', 'false']).default('true') }),
    response: z.object({ items: z.array(setAside) }),
  }),
  replaySetAside: route({
    method: 'POST',
    path: '/v1/set-aside/:setAsideId/replay',
    rule: 'agent',
    right: 'accounts.manage',
    tag: 'Accounts',
    summary: 'Try a set-aside event again',
    params: z.object({ setAsideId: z.uuid() }),
    response: setAside,
  }),
}
