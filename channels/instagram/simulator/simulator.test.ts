/** The simulated Instagram keeps the platform's rules, by either login: windows, bytes, seen, unsend, stories, requests, comments, tokens. */
import { type Bench, openBench, textOfLength } from '@dragoman/channel-kit/contract'
import { noFaults, serveSimulator } from '@dragoman/channel-kit/simulator'
import { afterEach, describe, expect, test } from 'vitest'
import { instagram } from '../index.ts'
import { instagramByPageSimulator, instagramSimulator } from './index.ts'

const hour = 60 * 60_000
const day = 24 * hour
const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(bench => bench.close()))
})
async function bench(kind = instagramSimulator): Promise<Bench> {
  const made = await openBench(instagram, kind)
  open.push(made)
  return made
}
const text = (words: string) => ({ body: { content: { kind: 'text' as const, text: { text: words } } } })

describe('what may be sent, and when', () => {
  test('I1: a text of 1,001 bytes is refused with 100', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    expect((await here.send(customer, text('я'.repeat(500)))).outcome.kind).toBe('sent')
    expect((await here.send(customer, text(textOfLength(1_001, 'byte')))).outcome).toMatchObject({ failure: { code: '100' } })
  })

  test('I4: after 24 hours free words are refused with 10/2534022, people have seven days, other tags none', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    here.pass(25 * hour)
    expect((await here.send(customer, text('x'), { automatic: true })).outcome).toMatchObject({ failure: { code: '10/2534022' } })
    expect((await here.send(customer, text('Ole here'), { windows: ['human_agent'] })).outcome.kind).toBe('sent')
    here.pass(7 * day)
    expect((await here.send(customer, text('Too late'))).outcome).toMatchObject({ failure: { reason: 'window_closed' } })
  })

  test('files go up where there is no public address', async () => {
    for (const kind of [instagramSimulator, instagramByPageSimulator]) {
      const here = await bench(kind)
      const customer = await here.newCustomer('Anna')
      const { sampleMedia } = await import('@dragoman/channel-kit/simulator')
      const upload = sampleMedia().jpeg
      const media = { picture: { name: upload.name, mimeType: upload.mimeType, sizeBytes: upload.bytes.length } }
      const body = { content: { kind: 'image' as const, media: { ref: { from: 'file' as const, fileId: 'picture' } } } }
      const driven = await here.send(customer, { body, files: { picture: upload } }, { media })
      expect(driven.outcome.kind).toBe('sent')
      expect(driven.steps.map(({ step }) => step)).toEqual(['upload:picture', 'send'])
      expect(driven.learned).toHaveLength(1)
    }
  })

  test('files beside PDF are refused', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    const files = { a: { bytes: new Uint8Array([1]), mimeType: 'text/plain', name: 'a.txt' } }
    const body = { content: { kind: 'file' as const, media: { ref: { from: 'file' as const, fileId: 'a' } } } }
    expect((await here.send(customer, { body, files })).outcome).toMatchObject({ failure: { code: '100/2018047' } })
  })
})

describe('what is told', () => {
  test('I2: seen names one message, an unsend its id; nothing is ever told as delivered', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    const { outcome } = await here.send(customer, text('Seen?'))
    expect((await here.next('message.echoed')).ref).toBeUndefined()
    await customer.act({ act: 'read' })
    const seen = await here.next('delivery.updated', event => 'externalIds' in event.of)
    expect(outcome).toMatchObject({ externalIds: (seen.of as { externalIds: string[] }).externalIds })
    await customer.act({ act: 'write', text: 'Oops' })
    const oops = await here.next('message.received', event => JSON.stringify(event.message).includes('Oops'))
    await customer.act({ act: 'delete', messageId: oops.externalId })
    expect((await here.next('message.deleted')).of).toEqual([oops.externalId])
    expect(here.events.some(event => event.kind === 'delivery.updated' && event.receipt === 'delivered')).toBe(false)
  })

  test('answers to stories, and stories that name the account', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    await customer.act({ act: 'send', content: { kind: 'story_reply', text: { text: 'Lovely' } }, uploads: [] })
    const reply = await here.next('message.received', event => event.message.content.kind === 'story_reply')
    expect(reply.message.content).toMatchObject({ text: { text: 'Lovely' }, storyUrl: expect.stringMatching(/^https:/) })
    await customer.act({ act: 'send', content: { kind: 'story_reply', mention: true }, uploads: [] })
    const mention = await here.next('message.received', event => JSON.stringify(event.message).includes('"mention":true'))
    expect(mention.message.content).not.toHaveProperty('media')
  })

  test('links into the chat, product questions, and what the platform does not pass on', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    await customer.act({ act: 'start', payload: 'poster' })
    expect(await here.next('contact.subscribed')).toMatchObject({ referral: { payload: 'poster' } })
    await customer.act({ act: 'send', content: { kind: 'product', productId: '445566' }, uploads: [] })
    expect((await here.next('message.received', event => event.message.referral !== undefined)).message.referral).toEqual({
      source: 'product',
      payload: '445566',
    })
    await customer.act({ act: 'send', content: { kind: 'unsupported', type: 'sticker' }, uploads: [] })
    expect((await here.next('message.received', event => event.message.content.kind === 'unsupported')).externalId).toMatch(/./)
  })

  test('everybody new is a request at the platform until the business answers', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    const isRequest = () =>
      (here.served.simulator.save() as { customers: { id: string; isRequest: boolean }[] }).customers.find(({ id }) => id === customer.id)
        ?.isRequest
    expect(isRequest()).toBe(true)
    expect(await here.next('conversation.requested')).toMatchObject({ threadId: customer.recipient.threadId, onlyNew: true })
    await here.send(customer, text('Hello'))
    expect(isRequest()).toBe(false)
  })

  test('what another app holds is refused with 2534037', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    const id = customer.recipient.threadId.slice('user:'.length)
    const response = await here.served.simulator.handle({
      method: 'POST',
      path: '/v25.0/me/pass_thread_control',
      query: {},
      headers: { authorization: `Bearer ${here.secrets.token}`, 'content-type': 'application/json' },
      body: new TextEncoder().encode(JSON.stringify({ recipient: { id }, target_app_id: '1217981644879628' })),
    })
    expect(response.status).toBe(200)
    expect(await here.next('control.changed', event => !event.ours)).toMatchObject({ app: '1217981644879628' })
    expect((await here.send(customer, text('Hello?'))).outcome).toMatchObject({ failure: { code: '100/2534037' } })
  })
})

describe('comments and mentions', () => {
  for (const [login, kind] of [
    ['Instagram login', instagramSimulator],
    ['Facebook login', instagramByPageSimulator],
  ] as const) {
    test(`I3: by ${login} a comment is answered in public and once in private; a mention in public only`, async () => {
      const here = await bench(kind)
      const customer = await here.newCustomer('Anna')
      const postId = here.served.simulator.newPost?.(here.account.externalId, 'New harvest') ?? ''
      await customer.act({ act: 'comment', postId, text: 'Price?' })
      const comment = await here.next('message.received', event => event.place?.kind === 'comments')
      const to = { threadId: comment.threadId ?? '', externalIds: comment.identity?.externalIds ?? [], place: comment.place! }
      expect((await here.send({ ...customer, recipient: to }, text('12 euro'))).outcome.kind).toBe('sent')
      expect((await here.next('message.echoed', event => event.place !== undefined)).threadId).toBe(comment.threadId)
      const privately = { to, externalId: comment.externalId, body: text('In private').body, idempotencyKey: 'k' }
      expect(await here.ask(instagram.extras.answerPrivately!, privately)).toMatchObject({
        ok: true,
        value: { threadId: customer.recipient.threadId },
      })
      expect(await here.ask(instagram.extras.answerPrivately!, privately)).toMatchObject({ ok: false, failure: { code: '100/2534025' } })

      await customer.act({ act: 'mention', text: 'Best tea' })
      const mention = await here.next('message.received', event => event.place?.kind === 'mention')
      const there = { threadId: mention.threadId ?? '', externalIds: mention.identity?.externalIds ?? [], place: mention.place! }
      expect((await here.send({ ...customer, recipient: there }, text('Thank you'))).outcome.kind).toBe('sent')
      expect(customer.phone().posts?.[0]?.comments[0]?.body.content).toMatchObject({ text: { text: 'Thank you' } })
    })
  }

  test('who changes or removes a comment is not told of', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    const postId = here.served.simulator.newPost?.(here.account.externalId, 'New harvest') ?? ''
    await customer.act({ act: 'comment', postId, text: 'Price?' })
    const comment = await here.next('message.received', event => event.place !== undefined)
    await customer.act({ act: 'delete_comment', commentId: comment.externalId })
    await customer.act({ act: 'write', text: 'Marker' })
    await here.next('message.received', event => JSON.stringify(event.message).includes('Marker'))
    expect(here.events.some(event => event.kind === 'message.deleted')).toBe(false)
  })
})

describe('the token', () => {
  test('of Instagram login is renewed before it ends, and the old one stays good for a while', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    const renewals = () => here.requests.filter(request => request.url.includes('/refresh_access_token')).length
    expect(renewals()).toBe(1)
    await here.send(customer, text('Now'))
    expect(renewals()).toBe(1)
    here.pass(51 * day)
    await customer.act({ act: 'write', text: 'Back again' })
    expect((await here.send(customer, text('Later'))).outcome.kind).toBe('sent')
    expect(renewals()).toBe(2)
  })

  test('of a page is used as it stands', async () => {
    const here = await bench(instagramByPageSimulator)
    await here.newCustomer('Anna')
    expect(here.requests.some(request => request.url.includes('/refresh_access_token'))).toBe(false)
  })

  test('that has ended cannot be renewed', async () => {
    const served = await serveSimulator(instagramSimulator, { now: () => clock })
    open.push(served)
    let clock = Date.now()
    const account = served.simulator.newAccount('Shop')
    const ask = () =>
      served.simulator.handle({
        method: 'GET',
        path: '/refresh_access_token',
        query: { grant_type: 'ig_refresh_token', access_token: account.config.token ?? '' },
        headers: {},
        body: new Uint8Array(),
      })
    clock += 61 * day
    expect((await ask()).status).toBe(400)
    clock -= 30 * day
    expect((await ask()).status).toBe(200)
  })
})

test('first questions and the menu are shown and come back; there is no greeting', async () => {
  const here = await bench()
  const entrance = {
    starters: [{ title: { en: 'Opening hours?' }, payload: 'ib:hours' }],
    menu: [{ title: { en: 'My orders' }, payload: 'orders' }],
  }
  expect(await here.ask(instagram.extras.entrance!.apply, entrance)).toMatchObject({ ok: true })
  const customer = await here.newCustomer('Anna')
  expect(customer.phone().entrance).toEqual({
    starters: [{ title: 'Opening hours?', payload: 'ib:hours' }],
    menu: [{ title: 'My orders', payload: 'orders' }],
  })
  await customer.act({ act: 'choose_entrance', payload: 'ib:hours' })
  expect(await here.next('action.chosen')).toMatchObject({ title: 'Opening hours?', payload: 'ib:hours' })
  expect(instagram.extras.entrance?.max.greeting).toBe(0)
})

test('remembers everything over a restart', async () => {
  const served = await serveSimulator(instagramSimulator)
  open.push(served)
  const account = served.simulator.newAccount('Shop')
  const view = served.simulator.newCustomer(account.id, { name: 'Anna', language: 'en' })
  await served.simulator.act(view.customerId, { act: 'write', text: 'Hello' })
  const saved = JSON.parse(JSON.stringify(served.simulator.save())) as unknown
  const again = await serveSimulator(instagramSimulator, { saved })
  open.push(again)
  expect(again.simulator.phones()).toEqual(served.simulator.phones())
  expect(again.simulator.accounts()).toEqual(served.simulator.accounts())
  expect(again.simulator.faults).toEqual(noFaults())
})
