/** The bot in public, against the simulator: comments below a channel's posts, the bot named in a group, posts, and what stands before the first word. */
import { type Bench, type Customer, openBench } from '@dragoman/channel-kit/contract'
import type { Entrance } from '@dragoman/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { commandOf } from './entrance.ts'
import { telegram } from './index.ts'
import { telegramSimulator } from './simulator/index.ts'

const text = (words: string) => ({ body: { content: { kind: 'text' as const, text: { text: words } } } })
const { extras } = telegram

let bench: Bench
let nina: Customer
let postId = ''

async function comment(customer: Customer, words: string, replyTo?: string) {
  await customer.act({ act: 'comment', postId, text: words, ...(replyTo ? { replyTo } : {}) })
  const event = await bench.next('message.received', received => JSON.stringify(received.message).includes(words))
  const recipient = { threadId: event.threadId!, externalIds: event.identity!.externalIds, place: event.place! }
  return { event, recipient, in: { ...customer, recipient } }
}

const commentsOf = () => nina.phone().posts![0]!.comments

beforeEach(async () => {
  bench = await openBench(telegram, telegramSimulator)
  nina = await bench.newCustomer('Nina')
  postId = bench.served.simulator.newPost!(bench.account.externalId, 'Autumn teas are here')
})
afterEach(() => bench.close())

describe('comments', () => {
  test('come as public threads that name the post, the author being the one of the private chat', async () => {
    const { event } = await comment(nina, 'How much is it?')
    expect(event).toMatchObject({
      threadId: expect.stringMatching(new RegExp(`^public:-\\d+:${postId}:${nina.recipient.threadId}$`)),
      place: { kind: 'comments', title: 'Autumn teas are here', url: expect.stringMatching(/^https:\/\/t\.me\/news_\d+\/\d+$/) },
      identity: { externalIds: nina.recipient.externalIds },
    })
  })

  test('are answered in public, and go on in their thread', async () => {
    const first = await comment(nina, 'How much is it?')
    const { outcome } = await bench.send(first.in, text('12 euro'), { replyTo: first.event.externalId })
    expect(outcome.kind).toBe('sent')
    const [asked, answered] = commentsOf()
    expect(answered).toMatchObject({ from: 'business', replyTo: asked!.id })
    const next = await comment(nina, 'And 50 g of it?', answered!.id)
    expect(next.event.threadId).toBe(first.event.threadId)
    expect(outcome.kind === 'sent' && outcome.externalIds).toContain(next.event.message.replyTo)
    const boris = await bench.newCustomer('Boris')
    expect((await comment(boris, 'Same here')).event.threadId).not.toBe(first.event.threadId)
  })

  test('are edited with a word, deleted without one', async () => {
    const { event } = await comment(nina, 'How mcuh?')
    const own = commentsOf().at(-1)!
    await nina.act({ act: 'edit_comment', commentId: own.id, text: 'How much?' })
    expect(await bench.next('message.edited')).toMatchObject({ of: event.externalId, place: { kind: 'comments' } })
    const before = bench.served.webhooks.length
    await nina.act({ act: 'delete_comment', commentId: own.id })
    await new Promise(done => setTimeout(done, 50))
    expect(bench.served.webhooks.length).toBe(before)
    expect(telegram.comments!.capabilities({}).features.customer_deletes.level).toBe('none')
  })

  test('can be taken away where the bot may, and never hidden', async () => {
    const { event, recipient } = await comment(nina, 'Rubbish')
    const target = { to: recipient, externalId: event.externalId }
    const { control } = bench.served.simulator
    control!(bench.account.externalId, 'rights_supergroup', { rights: '' })
    expect((await bench.next('account.changed')).change).toMatchObject({ facts: { status: 'member', canDelete: false } })
    expect(await bench.ask(extras.removeComment!, target)).toMatchObject({
      ok: false,
      failure: { kind: 'permanent', reason: 'target_gone' },
    })
    control!(bench.account.externalId, 'rights_supergroup', { rights: 'can_delete_messages' })
    expect(await bench.ask(extras.removeComment!, target)).toMatchObject({ ok: true })
    expect(commentsOf().at(-1)).toMatchObject({ deleted: true })
    expect(extras.hide).toBeUndefined()
  })

  test('are answered in private only where the author has started the bot', async () => {
    const { event, recipient } = await comment(nina, 'My address?')
    const words = { ...text('Write it here'), idempotencyKey: 'k' }
    expect(await bench.ask(extras.answerPrivately!, { to: recipient, externalId: event.externalId, ...words })).toMatchObject({
      ok: true,
      value: { threadId: nina.recipient.threadId, externalIds: nina.recipient.externalIds },
    })
    expect(nina.phone().messages.at(-1)).toMatchObject({ from: 'business', body: { content: { text: { text: 'Write it here' } } } })
    const stranger = bench.served.simulator.newCustomer(bench.account.externalId, { name: 'Vera', language: 'en' })
    const vera: Customer = {
      ...nina,
      id: stranger.customerId,
      act: async action => void (await bench.served.simulator.act(stranger.customerId, action)),
    }
    const hers = await comment(vera, 'And me?')
    const refused = await bench.ask(extras.answerPrivately!, { to: hers.recipient, externalId: hers.event.externalId, ...words })
    expect(refused).toMatchObject({ ok: false, failure: { kind: 'permanent', reason: 'not_started' } })
    expect(refused.ok ? undefined : telegram.advice(refused.failure)?.en).toMatch(/has not started the bot/)
  })
})

describe('the bot in a group', () => {
  test('hears its name, as a place of its own kind', async () => {
    await nina.act({ act: 'mention', text: 'are you open?' })
    const event = await bench.next('message.received', received => received.place?.kind === 'mention')
    expect(event.place).toMatchObject({ kind: 'mention', title: expect.stringContaining('are you open?') })
    const recipient = { threadId: event.threadId!, externalIds: event.identity!.externalIds, place: event.place! }
    expect((await bench.send({ ...nina, recipient }, text('Until eight'), { replyTo: event.externalId })).outcome.kind).toBe('sent')
  })

  test('asks for no profile of the group in place of the author’s', () => {
    const to = {
      threadId: 'public:-1001234567890:77:5550001',
      externalIds: ['user:5550001'],
      place: { kind: 'comments' as const, postId: 'x' },
    }
    expect(extras.profile!.request({ to }, bench.account).body).toMatchObject({ value: { chat_id: 5_550_001 } })
  })
})

describe('posts', () => {
  test('go to the channel of the settings, and can be commented on', async () => {
    const posted = await bench.ask(extras.publish!, { ...text('First Darjeeling'), media: {}, ref: 'r' })
    expect(posted).toMatchObject({
      ok: true,
      value: { externalId: expect.stringMatching(/^-100\d+:2$/), url: expect.stringMatching(/\/2$/) },
    })
    postId = nina.phone().posts![0]!.id
    expect(nina.phone().posts![0]!.text).toBe('First Darjeeling')
    expect((await comment(nina, 'At last')).event.place).toMatchObject({ title: 'First Darjeeling' })
  })

  test('are refused where the bot may not post, or no channel is set', async () => {
    bench.served.simulator.control!(bench.account.externalId, 'rights_channel', { rights: '' })
    const refused = await bench.ask(extras.publish!, { ...text('No'), media: {}, ref: 'r' })
    expect(refused).toMatchObject({ ok: false, failure: { reason: 'policy' } })
    expect(refused.ok ? undefined : telegram.advice(refused.failure)?.en).toMatch(/administrator/)
    const { channel: _, ...config } = bench.account.config
    expect(extras.publish!.request({ ...text('No'), media: {}, ref: 'r' }, { ...bench.account, config }).body).toMatchObject({
      value: { chat_id: '' },
    })
  })
})

describe('what stands before the first word', () => {
  const entrance: Entrance = {
    greeting: { en: 'Ask us anything.', ru: 'Спросите нас.' },
    starters: [],
    menu: [
      { title: { en: 'My orders', ru: 'Мои заказы' }, payload: 'My Orders' },
      { title: { en: 'Delivery' }, payload: 'my_orders' },
      { title: { en: 'Shop' }, url: 'https://shop.example/' },
    ],
  }

  test('is set piece by piece, each language for itself', async () => {
    for (const exchange of [extras.entrance!.apply, ...extras.entrance!.also!(entrance)])
      expect(await bench.ask(exchange, entrance)).toMatchObject({ ok: true })
    expect(nina.phone().entrance).toEqual({
      greeting: 'Ask us anything.',
      starters: [],
      menu: [
        { title: 'My orders', payload: 'my_orders' },
        { title: 'Delivery', payload: 'my_orders_2' },
        { title: 'Shop', url: 'https://shop.example/' },
      ],
    })
    const ivan = bench.served.simulator.newCustomer(bench.account.externalId, { name: 'Ivan', language: 'ru' })
    expect(ivan.entrance).toMatchObject({
      greeting: 'Спросите нас.',
      menu: [{ title: 'Мои заказы' }, { title: 'Delivery' }, { title: 'Shop' }],
    })
    await nina.act({ act: 'choose_entrance', payload: 'my_orders' })
    expect((await bench.next('message.received')).message.content).toMatchObject({ text: { text: '/my_orders' } })
  })

  test('makes commands of whatever a row carries', () => {
    expect(commandOf({ payload: 'Доставка' }, 0)).toBe('menu_1')
    expect(commandOf({ payload: 'topic:delivery!' }, 0)).toBe('topic_delivery')
    expect(commandOf({ payload: 'x'.repeat(40) }, 0)).toHaveLength(32)
  })
})
