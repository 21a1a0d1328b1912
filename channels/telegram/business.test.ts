/** The bot in a person's own account, against the simulator: a conversation of its own, the person's rights, the 24 hours, and the end of it. */
import { type Bench, type Customer, openBench } from '@dragoman/channel-kit/contract'
import { replyOptions } from '@dragoman/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { telegram } from './index.ts'
import { telegramSimulator } from './simulator/index.ts'

const text = (words: string) => ({ body: { content: { kind: 'text' as const, text: { text: words } } } })
const [business] = telegram.surfaces!
const day = 24 * 3_600_000

let bench: Bench
let nina: Customer
let owner: Customer
let connection = ''

function control(id: string, values: Record<string, string>): string {
  const result = bench.served.simulator.control!(bench.account.externalId, id, values)
  if (!result.ok) throw new Error(result.reason)
  return result.messageId ?? ''
}

/** Nina in the chat with the person, once she has written there. */
async function inPersonsChat(): Promise<{ customer: Customer; key: string }> {
  const key = control('chat_with_person', { connection, customer: nina.id })
  await bench.served.simulator.act(key, { act: 'write', text: 'Is it open?' })
  const event = await bench.next('message.received', received => JSON.stringify(received.message).includes('Is it open?'))
  const recipient = { threadId: event.threadId!, externalIds: event.identity!.externalIds }
  const phone = () => bench.served.simulator.phones().find(view => view.customerId === key)!
  return { customer: { ...nina, id: key, recipient, phone }, key }
}

beforeEach(async () => {
  bench = await openBench(telegram, telegramSimulator)
  nina = await bench.newCustomer('Nina')
  owner = await bench.newCustomer('Olga')
  connection = control('connect_person', { person: owner.id, rights: 'can_reply can_read_messages can_delete_sent_messages' })
})
afterEach(() => bench.close())

describe('a person’s own account', () => {
  test('tells who connected the bot and what it may do', async () => {
    const event = await bench.next('account.changed')
    expect(event.change).toMatchObject({
      what: 'permissions',
      facts: { person: 'Olga', connected: true, canReply: true, canRead: true, canDeleteSent: true, canDeleteAll: false },
      threads: { begin: `business:${connection}:`, standing: 'open' },
    })
    control('connect_person', { person: owner.id, rights: 'can_read_messages' })
    expect((await bench.next('account.changed')).change).toMatchObject({ threads: { standing: 'elsewhere' } })
  })

  test('makes the same customer’s words to the bot and to the person two conversations of one identity', async () => {
    const { customer } = await inPersonsChat()
    expect(customer.recipient.threadId).toBe(`business:${connection}:${nina.recipient.threadId}`)
    expect(customer.recipient.externalIds).toEqual(nina.recipient.externalIds)
    expect(customer.recipient.threadId.startsWith(business!.threads)).toBe(true)
    const { outcome } = await bench.send(customer, text('Until eight'))
    expect(outcome).toMatchObject({ kind: 'sent', externalIds: [expect.stringContaining(customer.recipient.threadId)] })
    expect(customer.phone().messages.at(-1)).toMatchObject({ from: 'business', body: { content: { text: { text: 'Until eight' } } } })
    expect(JSON.stringify(nina.phone().messages)).not.toContain('Until eight')
  })

  test('shows what the person writes in the app, on the person’s side', async () => {
    const { customer, key } = await inPersonsChat()
    control('write_as_person', { chat: key, text: 'I am there myself' })
    const event = await bench.next('message.echoed')
    expect(event).toMatchObject({ threadId: customer.recipient.threadId, identity: { externalIds: nina.recipient.externalIds } })
    expect(event.message.content).toMatchObject({ text: { text: 'I am there myself' } })
  })

  test('opens its own window for 24 hours, and Telegram refuses after that', async () => {
    const { customer } = await inPersonsChat()
    const opened = bench.events.flatMap(event => event.opens ?? []).at(-1)!
    expect(opened.window).toBe('business')
    expect(replyOptions(business!.replyPolicy, [opened], 'open', bench.now()).freeform).toMatchObject({ allowed: true, window: 'business' })
    bench.pass(day + 1_000)
    expect(replyOptions(business!.replyPolicy, [opened], 'open', bench.now()).freeform).toMatchObject({ reason: 'window_closed' })
    const { outcome } = await bench.send(customer, text('Too late'))
    expect(outcome).toMatchObject({
      kind: 'failed',
      failure: { reason: 'window_closed', detail: 'Bad Request: BUSINESS_PEER_USAGE_MISSING' },
    })
    expect(outcome.kind === 'failed' && telegram.advice(outcome.failure)?.ru).toMatch(/24 часа/)
  })

  test('does what each right allows, and says which one is missing', async () => {
    const { customer } = await inPersonsChat()
    const asked = bench.events.findLast(event => event.kind === 'message.received')!.externalId
    const sent = await bench.send(customer, text('Unitl eight'))
    const externalId = sent.outcome.kind === 'sent' ? sent.outcome.externalIds[0]! : ''
    const to = customer.recipient
    const { edit, remove, typing } = telegram.extras
    const markRead = business!.extras!.markRead!
    expect(await bench.ask(markRead, { to, externalId: asked })).toMatchObject({ ok: true })
    expect(customer.phone().messages[0]).toMatchObject({ status: 'read' })
    expect(await bench.ask(typing!, { to })).toMatchObject({ ok: true })
    expect(customer.phone().businessTyping).toBe(true)
    const better = text('Until eight').body
    expect(await bench.ask(edit!, { to, externalId, previous: text('Unitl eight').body, body: better })).toMatchObject({ ok: true })
    expect(await bench.ask(remove!, { to, externalId })).toMatchObject({ ok: true })
    expect(customer.phone().messages.at(-1)).toMatchObject({ edited: true, deleted: true })
    expect(await bench.ask(remove!, { to, externalId: asked }), 'what others wrote needs another right').toMatchObject({
      failure: { reason: 'policy', detail: 'Bad Request: BOT_ACCESS_FORBIDDEN' },
    })
    control('connect_person', { person: owner.id, rights: '' })
    expect(await bench.ask(markRead, { to, externalId: asked })).toMatchObject({ failure: { reason: 'policy' } })
    const { outcome } = await bench.send(customer, text('May I?'))
    expect(outcome).toMatchObject({ failure: { reason: 'policy', detail: 'Bad Request: BOT_ACCESS_FORBIDDEN' } })
    expect(outcome.kind === 'failed' && telegram.advice(outcome.failure)?.en).toMatch(/not given the bot this right/)
  })

  test('tells of deletions and presses, and knows no keyboard', async () => {
    const { customer, key } = await inPersonsChat()
    const asked = bench.events.findLast(event => event.kind === 'message.received')!.externalId
    const buttons = { kind: 'buttons' as const, rows: [[{ kind: 'reply' as const, title: 'Yes', payload: 'yes' }]] }
    const { outcome } = await bench.send(customer, { body: { content: { kind: 'text', text: { text: 'Today?' } }, keyboard: buttons } })
    await bench.served.simulator.act(key, { act: 'press', messageId: customer.phone().messages.at(-1)!.id, row: 0, column: 0 })
    const press = await bench.next('action.chosen')
    expect(press).toMatchObject({ threadId: customer.recipient.threadId, payload: 'yes' })
    expect(outcome.kind === 'sent' && outcome.externalIds).toContain(press.of)
    await bench.served.simulator.act(key, { act: 'delete', messageId: customer.phone().messages[0]!.id })
    expect((await bench.next('message.deleted')).of).toEqual([asked])
    expect(business!.capabilities({}).quickReplies.level).toBe('none')
    const keys = { ...buttons, kind: 'quick_replies' as const }
    const refused = await bench.send(customer, { body: { content: { kind: 'text', text: { text: 'Today?' } }, keyboard: keys } })
    expect(refused.outcome).toMatchObject({ kind: 'failed', failure: { kind: 'permanent' } })
  })

  test('is over when the person takes the bot off: nothing comes, nothing goes', async () => {
    const { customer, key } = await inPersonsChat()
    control('disconnect_person', { connection })
    const ended = await bench.next('account.changed', event => event.change.facts?.connected === false)
    expect(ended.change).toMatchObject({ what: 'permissions', threads: { begin: `business:${connection}:`, standing: 'elsewhere' } })
    expect(replyOptions(business!.replyPolicy, [], 'elsewhere', 0).freeform).toMatchObject({ reason: 'elsewhere' })
    const before = bench.served.webhooks.length
    await bench.served.simulator.act(key, { act: 'write', text: 'Anybody there?' })
    await new Promise(done => setTimeout(done, 50))
    expect(bench.served.webhooks.length).toBe(before)
    expect((await bench.send(customer, text('Yes'))).outcome).toMatchObject({ failure: { reason: 'policy' } })
  })
})
