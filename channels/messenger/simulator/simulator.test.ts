/** The simulated Messenger keeps the platform's rules: windows and tags, hand-over, edits, blocks, comments, the entrance, and its memory. */
import { type Bench, openBench } from '@dragoman/channel-kit/contract'
import { noFaults, serveSimulator } from '@dragoman/channel-kit/simulator'
import { afterEach, describe, expect, test } from 'vitest'
import { messenger } from '../index.ts'
import { messengerSimulator } from './index.ts'

const hour = 60 * 60_000
const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(bench => bench.close()))
})
async function bench(): Promise<Bench> {
  const made = await openBench(messenger, messengerSimulator)
  open.push(made)
  return made
}
const text = (words: string) => ({ body: { content: { kind: 'text' as const, text: { text: words } } } })

/** Asks the platform as another program of the page would. */
async function ask(here: Bench, method: string, path: string, value?: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await here.served.simulator.handle({
    method,
    path: `/v25.0/${path}`,
    query: {},
    headers: { authorization: `Bearer ${here.secrets.token}`, 'content-type': 'application/json' },
    body: new TextEncoder().encode(value === undefined ? '' : JSON.stringify(value)),
  })
  return { status: response.status, body: JSON.parse(String(response.body)) as Record<string, unknown> }
}

describe('windows and tags', () => {
  test('M2: after 24 hours free words are refused with 10/2018278, people have seven days, templates always go', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    here.pass(25 * hour)
    const machine = await here.send(customer, text('Still there?'), { automatic: true })
    expect(machine.outcome).toMatchObject({ kind: 'failed', failure: { reason: 'window_closed', code: '10/2018278' } })
    const person = await here.send(customer, text('Ole here'), { windows: ['human_agent'] })
    expect(person.outcome.kind).toBe('sent')
    here.pass(7 * 24 * hour)
    expect((await here.send(customer, text('Too late'))).outcome).toMatchObject({ failure: { reason: 'window_closed' } })
    const template = {
      kind: 'template' as const,
      name: 'appointment_moved',
      language: 'en',
      values: [
        { part: 'body' as const, index: 1, name: 'day', text: 'Friday' },
        { part: 'body' as const, index: 2, name: 'time', text: '10:00' },
      ],
    }
    expect((await here.send(customer, { body: { content: template } })).outcome.kind).toBe('sent')
    expect(customer.phone().messages.at(-1)?.body.content).toMatchObject({ text: { text: 'Your appointment is now on Friday at 10:00.' } })
    const rejected = { ...template, name: 'loyalty_points', values: [{ part: 'body' as const, index: 1, text: '7' }] }
    expect((await here.send(customer, { body: { content: rejected } })).outcome).toMatchObject({ kind: 'failed' })
  })

  test('M3: the tags that ended are refused with 100', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    const id = customer.recipient.threadId.slice('user:'.length)
    for (const tag of ['CONFIRMED_EVENT_UPDATE', 'ACCOUNT_UPDATE', 'POST_PURCHASE_UPDATE']) {
      const said = await ask(here, 'POST', 'me/messages', { recipient: { id }, messaging_type: 'MESSAGE_TAG', tag, message: { text: 'x' } })
      expect(said).toMatchObject({ status: 400, body: { error: { code: 100, fbtrace_id: expect.any(String) } } })
    }
  })

  test('a reaction and a link into the chat open the window again', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    await here.send(customer, text('Hello'))
    here.pass(25 * hour)
    await customer.act({ act: 'react', messageId: customer.phone().messages.at(-1)?.id ?? '', emoji: '❤️' })
    expect((await here.next('reaction.changed')).opens?.[0]?.window).toBe('standard')
    expect((await here.send(customer, text('Thank you'))).outcome.kind).toBe('sent')
    here.pass(25 * hour)
    await customer.act({ act: 'start', payload: 'window-sticker' })
    expect(await here.next('contact.subscribed')).toMatchObject({ referral: { source: 'shortlink', payload: 'window-sticker' } })
    expect((await here.send(customer, text('Welcome back'))).outcome.kind).toBe('sent')
  })
})

describe('one conversation, two programs', () => {
  test('M5: what another app holds is refused with 2018300, comes as a copy, and can be taken back', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    const id = customer.recipient.threadId.slice('user:'.length)
    await ask(here, 'POST', 'me/pass_thread_control', { recipient: { id }, target_app_id: '263902037430900' })
    expect(await here.next('control.changed', event => !event.ours)).toMatchObject({ ours: false, app: '263902037430900' })
    expect((await here.send(customer, text('Hello?'))).outcome).toMatchObject({ failure: { code: '100/2018300' } })
    await customer.act({ act: 'write', text: 'To the inbox' })
    const copy = await here.next('control.changed', event => event.externalId.startsWith('standby:'))
    expect(copy.ours).toBe(false)
    expect(await here.ask(messenger.extras.takeControl!, { to: customer.recipient })).toMatchObject({ ok: true })
    expect((await here.send(customer, text('Here we are'))).outcome.kind).toBe('sent')
    await customer.act({ act: 'write', text: 'At last' })
    expect((await here.next('control.changed', event => event.externalId.startsWith('held:') && event.at > copy.at)).ours).toBe(true)
  })

  test('a day after the last word it falls back by itself', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    const id = customer.recipient.threadId.slice('user:'.length)
    await ask(here, 'POST', 'me/pass_thread_control', { recipient: { id }, target_app_id: '263902037430900' })
    here.pass(25 * hour)
    await customer.act({ act: 'write', text: 'Good morning' })
    const written = await here.next('message.received', event => JSON.stringify(event.message).includes('Good morning'))
    expect(here.events.some(event => event.kind === 'control.changed' && event.ours && event.at === written.at)).toBe(true)
  })
})

describe('what is told', () => {
  test('M1: a message of ours comes back as an echo with its reference, then delivered, then read by watermark', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    const { outcome } = await here.send(customer, text('Packed'), { ref: '019a0000-0000-7000-8000-000000000001' })
    const echo = await here.next('message.echoed')
    expect(echo.ref).toBe('019a0000-0000-7000-8000-000000000001')
    expect(outcome).toMatchObject({ externalIds: [echo.externalId] })
    await here.next('delivery.updated', event => event.receipt === 'delivered' && 'externalIds' in event.of)
    await customer.act({ act: 'read' })
    expect((await here.next('delivery.updated', event => event.receipt === 'read')).of).toHaveProperty('watermark')
  })

  test('M4: the fifth change of a message is the last', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    await customer.act({ act: 'write', text: 'One' })
    const messageId = customer.phone().messages.at(-1)?.id ?? ''
    for (const words of ['2', '3', '4', '5', '6']) await customer.act({ act: 'edit', messageId, text: words })
    await expect(customer.act({ act: 'edit', messageId, text: '7' })).rejects.toThrow('five times')
  })

  test('M6: who blocked the page is not available', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    await customer.act({ act: 'block' })
    expect((await here.send(customer, text('Hello?'))).outcome).toMatchObject({ failure: { reason: 'blocked', code: '551/1545041' } })
  })

  test('who hides read receipts is never told as having read', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    await customer.act({ act: 'hide_receipts', on: true })
    await here.send(customer, text('Seen?'))
    await customer.act({ act: 'read' })
    await customer.act({ act: 'write', text: 'Marker' })
    await here.next('message.received', event => JSON.stringify(event.message).includes('Marker'))
    expect(here.events.some(event => event.kind === 'delivery.updated' && event.receipt === 'read')).toBe(false)
  })

  test('an album, a place, a product and an order arrive as what they are', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    await customer.act({ act: 'send', content: { kind: 'product', productId: '44556600112233' }, uploads: [] })
    expect((await here.next('message.received')).message.referral).toMatchObject({ source: 'product', payload: '44556600112233' })
    await customer.act({
      act: 'send',
      content: { kind: 'order', items: [{ productId: 'SKU', name: 'Assam', quantity: 2, price: { amountMinor: 1250, currency: 'EUR' } }] },
      uploads: [],
    })
    expect((await here.next('order.placed')).message.content).toMatchObject({
      kind: 'order',
      total: { amountMinor: 2500, currency: 'EUR' },
    })
  })
})

describe('comments', () => {
  test('are answered in public, hidden, changed and taken away; one private message each, within a week', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    const postId = here.served.simulator.newPost?.(here.account.externalId, 'New harvest') ?? ''
    await customer.act({ act: 'comment', postId, text: 'How much?' })
    const comment = await here.next('message.received', event => event.place !== undefined)
    expect(comment.place).toMatchObject({ kind: 'comments', postId })
    expect(comment.identity?.externalIds[0]).toMatch(/^commenter:/)
    const to = { threadId: comment.threadId ?? '', externalIds: comment.identity?.externalIds ?? [], place: comment.place! }
    const target = { to, externalId: comment.externalId }

    const said = await here.send({ ...customer, recipient: to }, text('12 euro'), { replyTo: comment.externalId })
    expect(said.outcome.kind).toBe('sent')
    const echo = await here.next('message.echoed', event => event.place !== undefined)
    expect(echo).toMatchObject({ threadId: comment.threadId, message: { replyTo: comment.externalId } })

    expect(await here.ask(messenger.extras.hide!, { ...target, hidden: true })).toMatchObject({ ok: true })
    expect(customer.phone().posts?.[0]?.comments[0]).toMatchObject({ hidden: true, mine: true })

    await customer.act({ act: 'edit_comment', commentId: comment.externalId, text: 'How much is it?' })
    expect(await here.next('message.edited')).toMatchObject({ of: comment.externalId, threadId: comment.threadId })

    const privately = { ...target, body: text('In private').body, idempotencyKey: 'k' }
    const opened = await here.ask(messenger.extras.answerPrivately!, privately)
    expect(opened).toMatchObject({ ok: true, value: { threadId: customer.recipient.threadId } })
    expect(customer.phone().messages.at(-1)?.body.content).toMatchObject({ text: { text: 'In private' } })
    expect(await here.ask(messenger.extras.answerPrivately!, privately)).toMatchObject({ ok: false, failure: { code: '100/2534025' } })

    await customer.act({ act: 'delete_comment', commentId: comment.externalId })
    expect((await here.next('message.deleted')).of).toEqual([comment.externalId])

    await customer.act({ act: 'comment', postId, text: 'And the green one?' })
    const late = await here.next('message.received', event => JSON.stringify(event.message).includes('green'))
    here.pass(8 * 24 * hour)
    expect(await here.ask(messenger.extras.answerPrivately!, { ...privately, externalId: late.externalId })).toMatchObject({ ok: false })
  })

  test("a visitor's post on the page is a thread of its own, answered under it or in private", async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    await customer.act({ act: 'mention', text: 'Best tea in town' })
    const event = await here.next('message.received', found => found.place?.kind === 'mention')
    const to = { threadId: event.threadId ?? '', externalIds: event.identity?.externalIds ?? [], place: event.place! }
    expect((await here.send({ ...customer, recipient: to }, text('Thank you'))).outcome.kind).toBe('sent')
    expect(customer.phone().posts?.[0]?.comments[0]?.body.content).toMatchObject({ text: { text: 'Thank you' } })
    const privately = { to, externalId: event.externalId, body: text('A gift for you').body, idempotencyKey: 'k' }
    expect(await here.ask(messenger.extras.answerPrivately!, privately)).toMatchObject({ ok: true })
  })
})

test('the entrance is shown in the language of the phone, and its questions come back', async () => {
  const here = await bench()
  const entrance = {
    greeting: { en: 'Hello', ru: 'Здравствуйте' },
    starters: [{ title: { en: 'When are you open?', ru: 'Когда вы открыты?' }, payload: 'hours' }],
    menu: [{ title: { en: 'My orders', ru: 'Мои заказы' }, payload: 'orders' }],
  }
  expect(await here.ask(messenger.extras.entrance!.apply, entrance)).toEqual({ ok: true, value: undefined })
  const view = here.served.simulator.newCustomer(here.account.externalId, { name: 'Vera', language: 'ru' })
  expect(view.entrance).toEqual({
    greeting: 'Здравствуйте',
    starters: [{ title: 'Когда вы открыты?', payload: 'hours' }],
    menu: [{ title: 'Мои заказы', payload: 'orders' }],
  })
  await here.served.simulator.act(view.customerId, { act: 'start', payload: 'poster' })
  expect(await here.next('contact.subscribed')).toMatchObject({ referral: { payload: 'poster' } })
  await here.served.simulator.act(view.customerId, { act: 'choose_entrance', payload: 'hours' })
  expect(await here.next('action.chosen')).toMatchObject({ payload: 'hours' })
  expect(await here.ask(messenger.extras.entrance!.clear!, undefined)).toMatchObject({ ok: true })
  expect(here.served.simulator.phones().find(phone => phone.customerId === view.customerId)?.entrance).toBeUndefined()
})

test('files are told by signed links that die', async () => {
  const here = await bench()
  const customer = await here.newCustomer('Anna')
  const upload = { bytes: new Uint8Array([1, 2, 3]), mimeType: 'application/pdf', name: 'a.pdf' }
  await customer.act({ act: 'send', content: { kind: 'file', media: { ref: { from: 'file', fileId: 'upload' } } }, uploads: [upload] })
  const { message } = await here.next('message.received')
  const content = message.content as { media: { ref: { url: string } } }
  expect(await here.fetchMedia(content.media.ref)).toHaveLength(3)
  here.pass(25 * hour)
  await expect(here.fetchMedia(content.media.ref)).rejects.toThrow()
})

test('tells nobody without a subscription, and remembers everything over a restart', async () => {
  const served = await serveSimulator(messengerSimulator)
  open.push(served)
  const account = served.simulator.newAccount('Shop')
  await served.simulator.setWebhook?.(account.id, served.webhookUrl, { verifyToken: 'v' })
  const view = served.simulator.newCustomer(account.id, { name: 'Anna', language: 'en' })
  await served.simulator.act(view.customerId, { act: 'write', text: 'Hello' })
  expect(served.webhooks.filter(webhook => webhook.method === 'POST')).toEqual([])
  const saved = JSON.parse(JSON.stringify(served.simulator.save())) as unknown
  const again = await serveSimulator(messengerSimulator, { saved })
  open.push(again)
  expect(again.simulator.phones()).toEqual(served.simulator.phones())
  expect(again.simulator.accounts()).toEqual(served.simulator.accounts())
  expect(again.simulator.faults).toEqual(noFaults())
})

test('an address that takes nothing for an hour is unsubscribed', async () => {
  const here = await bench()
  const customer = await here.newCustomer('Anna')
  const inspect = async () => await here.ask(messenger.extras.subscription!.inspect, { ourUrl: here.served.webhookUrl })
  expect(await inspect()).toMatchObject({ value: { state: 'unknown' } })
  here.served.answerWebhook = () => ({ status: 500 })
  await customer.act({ act: 'write', text: 'Anybody?' })
  await expect.poll(() => JSON.stringify(here.served.simulator.save())).toContain('failingSince')
  here.pass(2 * hour)
  await customer.act({ act: 'write', text: 'Nobody' })
  await expect.poll(inspect, { timeout: 10_000 }).toMatchObject({ value: { state: 'none' } })
}, 15_000)

test('what the phone cannot do is refused in a plain sentence', async () => {
  const here = await bench()
  const customer = await here.newCustomer('Anna')
  await expect(customer.act({ act: 'typing' })).rejects.toThrow('typing')
  await expect(customer.act({ act: 'vote', messageId: '1', options: [0] })).rejects.toThrow('polls')
  await expect(customer.act({ act: 'press_key', row: 0, column: 0 })).rejects.toThrow('keyboard')
  await expect(customer.act({ act: 'comment', postId: '0', text: 'x' })).rejects.toThrow('no such post')
})
