/**
 * What `npm run dragoman` asks of a running hub: let a simulated customer do something, take a lost second factor away, look at the webhooks as platforms have them. Always holds:
 * loopback only, and only with the token that the key file gives.
 */
import { timingSafeEqual } from 'node:crypto'
import { type CustomerAction, type PhoneView, sampleMedia } from '@dragoman/channel-kit/simulator'
import type { Content, Media } from '@dragoman/core'
import { type Actor, accountDetail, HubProblem, listAccounts, releaseEverywhere, resetSecondFactor, rightsOf } from '@dragoman/hub'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { WebContext } from './context.ts'
import { registerCrowd } from './crowd-routes.ts'

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

export const triggerNames = ['message', 'start', 'picture', 'voice', 'file', 'location', 'typing', 'block', 'unblock'] as const
export type TriggerName = (typeof triggerNames)[number]

const trigger = z.object({
  channel: z.string().max(40),
  what: z.enum(triggerNames),
  text: z.string().max(65_536).default(''),
  /** Id or name; absent: the newest. */
  customer: z.string().max(256).optional(),
})

export function registerOperator(app: FastifyInstance, web: WebContext): void {
  const config = { rule: 'operator' } as const
  const check = (request: FastifyRequest) => {
    const given = Buffer.from(/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '')
    const wanted = Buffer.from(web.operatorToken)
    if (!loopback.has(request.ip) || given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw new HubProblem('not_found')
  }

  registerCrowd(app, web, check)

  app.post('/v1/operator/trigger', { config }, async request => {
    check(request)
    const parsed = trigger.safeParse(request.body)
    if (!parsed.success) throw new HubProblem('invalid_request', parsed.error.issues[0]?.message)
    const { channel, what, text, customer } = parsed.data
    const hosted = web.simulators?.simulators.get(channel)
    if (!hosted)
      throw new HubProblem(
        'not_found',
        web.simulators
          ? `There is no simulator of “${channel}”.`
          : 'The simulator is switched off: start the hub with DRAGOMAN_SIMULATOR=1.',
      )
    const phones = hosted.simulator.phones()
    const phone =
      customer === undefined
        ? phones.at(-1)
        : phones.findLast(one => one.customerId === customer || one.customerName.toLowerCase() === customer.toLowerCase())
    if (!phone)
      throw new HubProblem(
        'not_found',
        customer === undefined
          ? 'There is no simulated customer yet: connect a simulated account first.'
          : `There is no simulated customer “${customer}”. There are: ${phones.map(one => one.customerName).join(', ') || 'none'}.`,
      )
    if (what !== 'start' && phone.abilities.start && !phone.started) await hosted.simulator.act(phone.customerId, { act: 'start' })
    const result = await hosted.simulator.act(phone.customerId, actionOf(what, text))
    if (!result.ok) throw new HubProblem('not_supported_here', result.reason)
    return {
      customer: phone.customerName,
      customerId: phone.customerId,
      account: phone.accountName,
      messageId: result.messageId ?? null,
    } satisfies Record<string, unknown> & { customer: PhoneView['customerName'] }
  })

  app.post('/v1/operator/second-factor-off', { config }, async request => {
    check(request)
    const parsed = z.object({ email: z.string().trim().min(3).max(320) }).safeParse(request.body)
    if (!parsed.success) throw new HubProblem('invalid_request', parsed.error.issues[0]?.message)
    return await resetSecondFactor(web.hub, parsed.data.email)
  })

  app.post('/v1/operator/release', { config }, async request => {
    check(request)
    const parsed = z.object({ send: z.enum(['all', 'none']) }).safeParse(request.body)
    if (!parsed.success) throw new HubProblem('invalid_request', parsed.error.issues[0]?.message)
    return await releaseEverywhere(web.hub, parsed.data.send)
  })

  app.get('/v1/operator/webhooks', { config }, async request => {
    check(request)
    const { rows } = await web.hub.pools.system.query<{ workspace_id: string }>('select distinct workspace_id from account')
    const accounts = await Promise.all(
      rows.map(async row => {
        const actor: Actor = {
          workspaceId: row.workspace_id,
          userId: '00000000-0000-0000-0000-000000000000',
          memberId: '00000000-0000-0000-0000-000000000000',
          name: 'operator',
          role: 'owner',
          accountIds: null,
          rights: rightsOf('owner'),
        }
        const views = (await listAccounts(web.hub, actor)).filter(view => view.status !== 'disconnected' && view.way !== 'visitor')
        return await Promise.all(
          views.map(async view => ({
            name: view.name,
            channel: view.channel,
            way: view.way,
            webhookUrl: view.webhookUrl,
            subscription: await accountDetail(web.hub, actor, view.id).then(
              detail => detail.subscription ?? null,
              () => null,
            ),
          })),
        )
      }),
    )
    return { accounts: accounts.flat() }
  })
}

function actionOf(what: TriggerName, text: string): CustomerAction {
  const samples = sampleMedia()
  const media: Media = { ref: { from: 'link', url: '' } }
  const caption = text === '' ? {} : { caption: { text } }
  const send = (content: Content, sample?: keyof typeof samples): CustomerAction => ({
    act: 'send',
    content,
    uploads: sample ? [samples[sample]] : [],
  })
  switch (what) {
    case 'message':
      return { act: 'write', text: text || 'Hello' }
    case 'start':
      return { act: 'start', ...(text === '' ? {} : { payload: text }) }
    case 'picture':
      return send({ kind: 'image', media, ...caption }, 'jpeg')
    case 'voice':
      return send({ kind: 'voice', media }, 'ogg')
    case 'file':
      return send({ kind: 'file', media, ...caption }, 'pdf')
    case 'location':
      return send({ kind: 'location', latitude: 59.93428, longitude: 30.3351 })
    case 'typing':
    case 'block':
    case 'unblock':
      return { act: what }
  }
}
