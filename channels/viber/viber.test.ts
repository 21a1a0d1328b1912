/** What is special about Viber: exact tokens, the welcome in an answer, broadcasts, posts, two services behind one channel, dated terms. */
import { createHmac } from 'node:crypto'
import { type Bench, openBench } from '@dragoman/channel-kit/contract'
import { type AccountView, fit, type InboundEvent, latestOn, registryFacts } from '@dragoman/core'
import { afterEach, describe, expect, test } from 'vitest'
import { viber } from './index.ts'
import { viberBusinessSimulator, viberSimulator } from './simulator/index.ts'

const account: AccountView = {
  id: 'account-1',
  externalId: 'pa:5000000000000000001',
  config: { service: 'bot', senderName: 'Shop', username: 'shop.demo', welcome: '{"en":"Welcome","ru":"Здравствуйте"}' },
  origins: viber.origins,
  language: 'en',
}
const business: AccountView = { ...account, externalId: 'Shop', config: { service: 'business', senderName: 'Shop' } }
const bytes = (text: string) => new TextEncoder().encode(text)
const text = (words: string) => ({ content: { kind: 'text' as const, text: { text: words } } })

const open: Bench[] = []
async function bench(kind = viberSimulator): Promise<Bench> {
  const made = await openBench(viber, kind)
  open.push(made)
  return made
}
afterEach(async () => {
  await Promise.all(open.splice(0).map(one => one.close()))
})

describe('message tokens', () => {
  test('keep every digit in both directions, whatever the size', async () => {
    const joined = await bench()
    const customer = await joined.newCustomer('Anna')
    const { outcome, steps } = await joined.send(customer, { body: text('Hello') })
    const [answer] = steps.map(step => step.transmission)
    expect(outcome).toMatchObject({ kind: 'sent', externalIds: [expect.stringMatching(/^58010000000000\d{5}$/)] })
    expect(answer).toMatchObject({ body: { message_token: expect.any(String) } })
    const delivered = await joined.next('delivery.updated')
    expect(outcome.kind === 'sent' && outcome.externalIds).toEqual('externalIds' in delivered.of && delivered.of.externalIds)
    const raw = new TextDecoder().decode(joined.accepted.at(-1)!.body)
    expect(raw).toMatch(/"message_token":\d{19}[,}]/)
  })
})

describe('the welcome', () => {
  test('travels in the answer to conversation_started, in the person’s language, with the context of the link', async () => {
    const joined = await bench()
    const welcomed: Record<string, string> = { welcome: account.config.welcome!, senderName: 'Shop', service: 'bot' }
    joined.account.config = { ...joined.account.config, ...welcomed }
    const phone = joined.served.simulator.newCustomer(joined.account.externalId, { name: 'Vera', language: 'ru' })
    await joined.served.simulator.act(phone.customerId, { act: 'start', payload: 'promo7' })
    const event = await joined.next('contact.subscribed')
    expect(event).toMatchObject({
      referral: { source: 'deep_link', payload: 'promo7' },
      parseNote: expect.stringContaining('not subscribed'),
    })
    await joined.next('delivery.updated')
    const view = joined.served.simulator.phones().find(one => one.customerId === phone.customerId)!
    expect(view.messages.map(message => message.body)).toEqual([text('Здравствуйте')])
  })

  test('is one only: before the person has subscribed nothing else may be sent', async () => {
    const joined = await bench()
    joined.account.config = { ...joined.account.config, welcome: 'Welcome' }
    const phone = joined.served.simulator.newCustomer(joined.account.externalId, { name: 'Vera', language: 'de' })
    await joined.served.simulator.act(phone.customerId, { act: 'start' })
    const { threadId = '' } = await joined.next('contact.subscribed')
    await joined.next('delivery.updated')
    const stranger = {
      id: phone.customerId,
      recipient: { threadId, externalIds: [`user:${threadId}`] },
      phone: () => phone,
      act: async () => {},
    }
    const { outcome } = await joined.send(stranger, { body: text('And more') })
    expect(outcome).toMatchObject({ kind: 'failed', failure: { kind: 'permanent', reason: 'blocked', code: '6' } })
  })

  test('is asked for by that callback alone, and left out where the settings have none', () => {
    const callback = (event: string) =>
      bytes(
        JSON.stringify({ event, timestamp: 1_795_380_000_000, message_token: '1', user: { id: 'a==', language: 'de' }, subscribed: false }),
      )
    const verdict = (event: string) => {
      const body = callback(event)
      const signature = createHmac('sha256', 'token-1').update(body).digest('hex')
      const raw = { method: 'POST' as const, headers: { 'x-viber-content-signature': signature }, query: {}, body }
      return viber.verify(raw, { id: 'e', secrets: { token: ['newer', 'token-1'] } }, { now: 0 })
    }
    expect(verdict('conversation_started')).toEqual({ kind: 'accepted', answer: 'content' })
    expect(verdict('subscribed')).toEqual({ kind: 'accepted' })
    const events: InboundEvent[] = viber.parse(callback('conversation_started'), account)
    expect(viber.respond?.(events, account)?.body).toBe('{"sender":{"name":"Shop"},"type":"text","text":"Welcome"}')
    expect(viber.respond?.(events, account)?.message).toEqual({ threadId: 'a==', body: text('Welcome') })
    expect(viber.respond?.(events, { ...account, config: { senderName: 'Shop' } })).toBeUndefined()
    expect(viber.respond?.(viber.parse(callback('subscribed'), account), account)).toBeUndefined()
  })
})

describe('one message to many', () => {
  test('goes in one request; who was refused comes back by name and reason', async () => {
    const joined = await bench()
    const [anna, boris] = [await joined.newCustomer('Anna'), await joined.newCustomer('Boris')]
    await boris.act({ act: 'block' })
    await joined.next('contact.opted_out')
    const nobody = { threadId: 'bogus', externalIds: ['user:bogus'] }
    const result = await joined.ask(viber.extras.broadcast!.send, {
      to: [anna.recipient, boris.recipient, nobody],
      body: text('Sale'),
      media: {},
      ref: 'broadcast-1',
    })
    expect(result).toMatchObject({
      ok: true,
      value: {
        externalId: expect.stringMatching(/^\d{19}$/),
        refused: [
          { threadId: boris.recipient.threadId, failure: { reason: 'blocked' } },
          { threadId: 'bogus', failure: { reason: 'recipient_unknown' } },
        ],
      },
    })
    expect(anna.phone().messages.at(-1)!.body).toEqual(text('Sale'))
    // Receipts come for each receiver under the same token.
    const receipt = await joined.next('delivery.updated')
    expect(receipt.threadId).toBe(anna.recipient.threadId)
  })

  test('that would be two messages goes to nobody', async () => {
    const joined = await bench()
    const anna = await joined.newCustomer('Anna')
    const before = anna.phone().messages.length
    const body = { content: { kind: 'location' as const, latitude: 1, longitude: 2, name: 'Shop' } }
    const result = await joined.ask(viber.extras.broadcast!.send, { to: [anna.recipient], body, media: {}, ref: 'b' })
    expect(result).toMatchObject({ ok: false, failure: { reason: 'unsupported', code: 'several_messages' } })
    expect(anna.phone().messages.length).toBe(before)
  })
})

describe('posts in a channel', () => {
  test('go out under the channel’s own token and its super admin', async () => {
    const joined = await bench()
    const anna = await joined.newCustomer('Anna')
    expect(await joined.ask(viber.extras.publish!, { body: text('New in the shop'), media: {}, ref: 'p' })).toMatchObject({
      ok: true,
      value: { externalId: expect.stringMatching(/^\d{19}$/) },
    })
    expect(joined.requests.at(-1)!.headers).toEqual({ 'x-viber-auth-token': '{channelToken}' })
    expect(anna.phone().posts).toMatchObject([{ text: 'New in the shop' }])
    const keyed = {
      ...text('Choose'),
      keyboard: { kind: 'quick_replies' as const, rows: [[{ kind: 'reply' as const, title: 'A', payload: 'a' }]] },
    }
    expect(await joined.ask(viber.extras.publish!, { body: keyed, media: {}, ref: 'p' })).toMatchObject({
      failure: { code: 'not_for_posts' },
    })
  })
})

describe('Business Messages', () => {
  test('go to a number that never wrote, with a time to live, and the receipt leads back to the part', async () => {
    const joined = await bench(viberBusinessSimulator)
    const phone = joined.served.simulator.newCustomer(joined.account.externalId, { name: 'Vera', language: 'en' })
    const recipient = viber.addressOfPhone!(phone.customerPhone!)
    const view = () => joined.served.simulator.phones().find(one => one.customerId === phone.customerId)!
    const stranger = { id: phone.customerId, recipient, phone: view, act: async () => {} }
    const { outcome, steps } = await joined.send(
      stranger,
      { body: text('Your parcel is here') },
      { ref: 'part-7', idempotencyKey: 'part-7', timeToLiveMs: 90_000 },
    )
    expect(outcome).toEqual({ kind: 'sent', externalIds: ['part-7'] })
    expect(JSON.stringify(steps[0]!.request)).toContain('"validityPeriod":{"amount":90,"timeUnit":"SECONDS"}')
    expect(await joined.next('delivery.updated')).toMatchObject({
      receipt: 'delivered',
      of: { externalIds: ['part-7'] },
      ref: 'part-7',
      price: { billable: true },
    })
    // The same message once more (after a lost answer) does not come twice.
    await joined.send(stranger, { body: text('Your parcel is here') }, { ref: 'part-7', idempotencyKey: 'part-7' })
    expect(view().messages).toHaveLength(1)
    await joined.served.simulator.act(phone.customerId, { act: 'write', text: 'Thanks' })
    expect(await joined.next('message.received')).toMatchObject({
      threadId: recipient.threadId,
      identity: { phone: phone.customerPhone },
      opens: [{ window: 'business_session' }],
    })
    await joined.served.simulator.act(phone.customerId, { act: 'block' })
    expect((await joined.send(stranger, { body: text('Again') })).outcome).toMatchObject({
      failure: { reason: 'blocked', code: 'SRVC_USER_BLOCKED' },
    })
  })

  test('name their time to live among the capabilities; a bot has none', () => {
    expect(viber.capabilities(business.config).timeToLive).toMatchObject({ minMs: 30_000, maxMs: 14 * 86_400_000 })
    expect(viber.capabilities(account.config).timeToLive).toBeUndefined()
  })

  test('are sent to the partner’s own address', () => {
    expect(viber.originsOf?.({ providerOrigin: 'https://x1.api.infobip.com/' })).toEqual({
      api: 'https://chatapi.viber.com',
      provider: 'https://x1.api.infobip.com',
    })
    expect(viber.originsOf?.({ providerOrigin: 'http://insecure.example' })).toEqual(viber.origins)
    const own = { ...business, config: { ...business.config, providerOrigin: 'https://x1.api.infobip.com' } }
    const asked = (account: AccountView) => viber.extras.health!.request(undefined, account).url
    expect(asked(own)).toBe('https://x1.api.infobip.com/viber/2/logs?limit=1')
    expect(asked(business)).toBe('https://api.infobip.com/viber/2/logs?limit=1')
    const simulated = { ...own, origins: { api: 'http://127.0.0.1:1/s', provider: 'http://127.0.0.1:1/s' } }
    expect(asked(simulated)).toBe('http://127.0.0.1:1/s/viber/2/logs?limit=1')
  })

  test('take markup that a bot’s text does not', () => {
    const styled = {
      content: { kind: 'text' as const, text: { text: 'big sale', entities: [{ kind: 'bold' as const, offset: 0, length: 3 }] } },
    }
    const made = (config: AccountView['config']) => fit(styled, viber.capabilities(config), viber.formatText)
    expect(made(account.config)).toMatchObject({ kind: 'parts', parts: [{ length: { used: 8 } }], notes: [{ code: 'entities_dropped' }] })
    expect(made(business.config)).toMatchObject({ kind: 'parts', parts: [{ length: { used: 10 } }], notes: [] })
  })

  test('let nobody in without the secret of the portal', () => {
    const endpoint = { id: 'e', secrets: { providerSecret: ['s-1'], token: ['t-1'] } }
    const raw = (headers: Record<string, string>, query: Record<string, string>) => ({
      method: 'POST' as const,
      headers,
      query,
      body: bytes('{}'),
    })
    expect(viber.verify(raw({ 'x-webhook-secret': 's-1' }, {}), endpoint, { now: 0 }).kind).toBe('accepted')
    expect(viber.verify(raw({}, { secret: 's-1' }), endpoint, { now: 0 }).kind).toBe('accepted')
    expect(viber.verify(raw({}, { secret: 't-1' }), endpoint, { now: 0 }).kind).toBe('rejected')
    expect(viber.verify(raw({}, {}), endpoint, { now: 0 }).kind).toBe('rejected')
  })
})

describe('links and terms', () => {
  test('a link opens the chat with a payload of any characters', () => {
    expect(viber.deepLink?.(account, 'case 7&x')).toBe('viber://pa?chatURI=shop.demo&context=case%207%26x')
    expect(viber.deepLink?.(account, '')).toBe('viber://pa?chatURI=shop.demo')
    expect(viber.deepLink?.({ ...account, config: {} }, 'x')).toBeUndefined()
    expect(viber.deepLink?.(business, 'x')).toBeUndefined()
  })

  test('the commercial terms are told by the day', () => {
    const facts = registryFacts({ id: 'viber', capabilities: viber.capabilities({}), replyPolicy: viber.replyPolicy })
    const on = (day: string, key: string) =>
      latestOn(
        facts.filter(fact => fact.key === key),
        day,
      )
    expect(on('2021-01-01', 'terms.initiated_message')?.note?.en).toBe('Free of charge')
    expect(on('2023-01-01', 'terms.initiated_message')?.detail).toEqual({ max: 10_000 })
    expect(on('2026-11-23', 'terms.initiated_message')?.detail).toEqual({ charged: 'per_message' })
    expect(on('2026-11-23', 'terms.bot')?.detail).toEqual({ charged: 'per_month', amountMinor: 10_000, currency: 'EUR' })
    expect(on('2023-01-01', 'policy.freeform')?.state).toBe('anytime')
  })
})
