/** The simulated WhatsApp keeps the platform's rules: windows, pace, prices, ids, two numbers of one app, and its memory. */

import { type Bench, openBench } from '@dragoman/channel-kit/contract'
import { noFaults, serveSimulator } from '@dragoman/channel-kit/simulator'
import type { InboundEvent } from '@dragoman/core'
import { afterEach, describe, expect, test } from 'vitest'
import { whatsapp } from '../index.ts'
import { whatsappSimulator } from './index.ts'
import { readMarkup } from './markup.ts'
import { pricingOf } from './pricing.ts'

const hour = 60 * 60_000
const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(bench => bench.close()))
})
async function bench(): Promise<Bench> {
  const made = await openBench(whatsapp, whatsappSimulator)
  open.push(made)
  return made
}
const text = (words: string) => ({ body: { content: { kind: 'text' as const, text: { text: words } } } })
const reminder = {
  body: {
    content: {
      kind: 'template' as const,
      name: 'delivery_notice',
      language: 'ru',
      values: [
        { part: 'header' as const, index: 1, text: '118' },
        { part: 'body' as const, index: 1, text: 'Мира' },
        { part: 'body' as const, index: 2, text: 'в пятницу' },
        { part: 'button' as const, index: 2, name: 'url', text: '118' },
      ],
    },
  },
}

describe('the 24-hour window', () => {
  test('W2: free words a day later are taken and then fail with 131047; a template goes through', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    here.pass(25 * hour)
    const late = await here.send(customer, text('Still there?'), { ref: 'part-late' })
    expect(late.outcome.kind).toBe('sent')
    const failed = await here.next('delivery.updated', event => event.receipt === 'failed')
    expect(failed).toMatchObject({ ref: 'part-late', failure: { kind: 'permanent', reason: 'window_closed', code: '131047' } })
    expect(failed.price).toBeUndefined()
    expect(customer.phone().messages.some(message => JSON.stringify(message).includes('Still there'))).toBe(false)
    await here.send(customer, reminder)
    expect(await here.next('delivery.updated', event => event.receipt === 'sent')).toMatchObject({
      price: { category: 'utility', billable: true },
    })
    const shown = customer.phone().messages.at(-1)?.body
    expect(shown?.content).toMatchObject({ kind: 'text', text: { text: expect.stringContaining('Здравствуйте, Мира!') } })
  })

  test('W9: the answer to somebody from an advertisement opens 72 free hours', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    await customer.act({ act: 'start', payload: 'ad-7' })
    const arrived = await here.next('message.received')
    expect(arrived.message.referral).toMatchObject({ source: 'ad', payload: 'ad-7' })
    await here.send(customer, text('Welcome'))
    const sent = await here.next('delivery.updated', event => event.receipt === 'sent')
    expect(sent.price).toEqual({ category: 'referral_conversion', billable: false })
    const [window] = sent.opens ?? []
    expect(window?.window).toBe('entry_point')
    expect(Math.abs((window?.until ?? 0) - here.now() - 72 * hour)).toBeLessThan(60_000)
  })
})

describe('what stands before the first word', () => {
  test('ice breakers and commands are set, shown, and come back as words', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    const entrance = {
      starters: [{ title: { en: 'When are you open?' }, payload: 'hours' }],
      menu: [
        { title: { en: 'My orders' }, payload: 'My Orders' },
        { title: { en: 'Shop' }, url: 'https://shop.example/' },
      ],
    }
    const { apply, max } = whatsapp.extras.entrance!
    expect(await here.ask(apply, entrance)).toMatchObject({ ok: true })
    expect(customer.phone().entrance).toEqual({
      starters: [{ title: 'When are you open?', payload: 'When are you open?' }],
      menu: [{ title: 'My orders', payload: 'my_orders' }],
    })
    await customer.act({ act: 'choose_entrance', payload: 'When are you open?' })
    expect((await here.next('message.received')).message.content).toMatchObject({ text: { text: 'When are you open?' } })
    await customer.act({ act: 'choose_entrance', payload: 'my_orders' })
    expect((await here.next('message.received')).message.content).toMatchObject({ text: { text: '/my_orders' } })
    const tooMany = Array.from({ length: max.starters + 1 }, (_, index) => ({ title: { en: `Question ${index}` }, payload: '' }))
    expect(await here.ask(apply, { starters: tooMany, menu: [] })).toMatchObject({ ok: false, failure: { kind: 'permanent' } })
    expect(await here.ask(apply, { starters: [{ title: { en: 'Tea 🍵' }, payload: '' }], menu: [] })).toMatchObject({ ok: false })
  })
})

describe('limits', () => {
  test('W7: 45 messages to one person at once, then the pair limit, and one more after six seconds', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    const send = async () => (await here.send(customer, text('Hi'))).outcome
    // The bench moves its clock on by three seconds with each message: half a message comes back each time.
    let taken = 0
    let last = await send()
    while (last.kind === 'sent' && taken < 120) {
      taken++
      here.pass(-3_000)
      last = await send()
    }
    expect(taken).toBe(45)
    expect(last).toMatchObject({ kind: 'failed', failure: { kind: 'rate_limited', scope: 'pair', code: '131056' } })
    here.pass(6_000)
    expect((await send()).kind).toBe('sent')
  })
})

describe('ids', () => {
  test('W10: a person who hides the number comes without one and is answered by the business-scoped id', async () => {
    const here = await bench()
    const view = here.served.simulator.newCustomer(here.account.externalId, { name: 'Ole Brandt', language: 'de', withoutPhone: true })
    await here.served.simulator.act(view.customerId, { act: 'write', text: 'Moin' })
    const event = await here.next('message.received')
    expect(event.identity?.phone).toBeUndefined()
    expect(event.identity?.username).toBe('olebrandt')
    expect(event.identity?.externalIds).toEqual([expect.stringMatching(/^bsuid:DE\./)])
    const recipient = { threadId: event.threadId ?? '', externalIds: event.identity?.externalIds ?? [] }
    const customer = { id: view.customerId, recipient, phone: () => view, act: async () => {} }
    const { outcome } = await here.send(customer, text('Hallo'))
    expect(outcome).toMatchObject({ kind: 'sent', recipientIds: recipient.externalIds })
    const delivered = await here.next('delivery.updated', status => status.receipt === 'delivered')
    expect(delivered.threadId).toBe(event.threadId)
  })

  test('a business may start with a template to a number, and the person is known by both ids from the first status on', async () => {
    const here = await bench()
    const view = here.served.simulator.newCustomer(here.account.externalId, { name: 'Vera', language: 'ru' })
    const state = here.served.simulator.save() as { customers: { id: string; phone: string }[] }
    const phone = `+${state.customers.find(entry => entry.id === view.customerId)?.phone}`
    const customer = { id: view.customerId, recipient: { threadId: '', externalIds: [], phone }, phone: () => view, act: async () => {} }
    expect((await here.send(customer, reminder)).outcome.kind).toBe('sent')
    const sent = await here.next('delivery.updated')
    expect(sent.identity?.externalIds).toHaveLength(2)
    expect(sent.identity?.phone).toBe(phone)
  })

  test('somebody without WhatsApp is told by a failed status', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    const stranger = { ...customer, recipient: { threadId: '', externalIds: [], phone: '+15005550006' } }
    expect((await here.send(stranger, reminder)).outcome.kind).toBe('sent')
    const failed = await here.next('delivery.updated', event => event.receipt === 'failed')
    expect(failed.failure).toMatchObject({ reason: 'recipient_unknown', code: '131026' })
  })
})

describe('what the customer decides', () => {
  test('W13: with receipts off there is no read; blocked, nothing is delivered', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    await customer.act({ act: 'hide_receipts', on: true })
    await here.send(customer, text('Seen?'))
    await here.next('delivery.updated', event => event.receipt === 'delivered')
    await customer.act({ act: 'read' })
    await customer.act({ act: 'block' })
    await here.send(customer, text('Hello?'))
    const failed = await here.next('delivery.updated', event => event.receipt === 'failed')
    expect(failed.failure).toMatchObject({ code: '131026' })
    expect(here.events.some(event => event.kind === 'delivery.updated' && event.receipt === 'read')).toBe(false)
    expect(await here.served.simulator.act(customer.id, { act: 'write', text: 'x' })).toMatchObject({ ok: false })
  })

  test('the stop button of an offer ends offers, and ordinary templates still go', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    const offer = {
      body: {
        content: {
          kind: 'template' as const,
          name: 'autumn_sale',
          language: 'en',
          values: [
            {
              part: 'header' as const,
              index: 1,
              media: { ref: { from: 'link' as const, url: 'https://ternteal.example/a.jpg' } },
              mediaKind: 'image' as const,
            },
            { part: 'body' as const, index: 1, text: 'Anna' },
            { part: 'body' as const, index: 2, text: '15 %' },
            { part: 'button' as const, index: 2, name: 'copy_code', text: 'TEAL15' },
          ],
        },
      },
    }
    expect((await here.send(customer, offer)).outcome.kind).toBe('sent')
    const message = customer.phone().messages.at(-1)
    await customer.act({ act: 'press', messageId: message?.id ?? '', row: 2, column: 0 })
    expect(await here.next('contact.opted_out')).toMatchObject({ scope: 'marketing' })
    expect(await here.next('action.chosen')).toMatchObject({ title: 'Stop', of: message?.id })
    await here.send(customer, offer)
    const failed = await here.next('delivery.updated', event => event.receipt === 'failed')
    expect(failed.failure).toMatchObject({ reason: 'policy', code: '131050' })
    expect((await here.send(customer, reminder)).outcome.kind).toBe('sent')
  })
})

describe('two numbers of one app', () => {
  test('may come in one signed body, and each account hears only its own [mechanics 1]', async () => {
    const here = await bench()
    const { simulator } = here.served
    const second = simulator.newAccount('Second shop')
    expect(second.config.appSecret).toBe(here.secrets.appSecret)
    const first = await here.newCustomer('Anna')
    const other = simulator.newCustomer(second.id, { name: 'Boris', language: 'ru' })
    const before = here.accepted.length
    await Promise.all([
      simulator.act(first.id, { act: 'write', text: 'To the first' }),
      simulator.act(other.customerId, { act: 'write', text: 'To the second' }),
    ])
    await here.next('message.received', event => JSON.stringify(event.message).includes('To the first'))
    const body = here.accepted.slice(before).find(raw => JSON.stringify(whatsapp.accountsOf(raw.body)).includes(second.id))?.body
    expect(body && whatsapp.accountsOf(body)).toEqual({ kind: 'named', externalIds: [here.account.externalId, second.id] })
    const heard = (id: string): InboundEvent[] =>
      whatsapp.parse(body ?? new Uint8Array(), { ...here.account, externalId: id, config: { ...here.account.config, phoneNumberId: id } })
    expect(JSON.stringify(heard(here.account.externalId))).toContain('To the first')
    expect(JSON.stringify(heard(here.account.externalId))).not.toContain('To the second')
    expect(JSON.stringify(heard(second.id))).toContain('To the second')
  })

  test('another address for the second number goes to that number alone', async () => {
    const here = await bench()
    const second = here.served.simulator.newAccount('Second shop')
    const elsewhere = await serveSimulator(whatsappSimulator)
    open.push(elsewhere)
    elsewhere.answerWebhook = webhook => ({ status: 200, body: webhook.query['hub.challenge'] ?? '' })
    const set = await here.served.simulator.setWebhook?.(second.id, elsewhere.webhookUrl, { verifyToken: 'v' })
    expect(set).toEqual({ ok: true })
    const customer = here.served.simulator.newCustomer(second.id, { name: 'Boris', language: 'ru' })
    await here.served.simulator.act(customer.customerId, { act: 'write', text: 'Hello' })
    expect((await elsewhere.waitForWebhooks(2)).map(webhook => webhook.method)).toEqual(['GET', 'POST'])
  })

  test('an address that does not give the challenge back is refused', async () => {
    const here = await bench()
    here.served.answerWebhook = () => ({ status: 200, body: 'welcome' })
    const set = await here.served.simulator.setWebhook?.(here.account.externalId, here.served.webhookUrl, { verifyToken: 'v' })
    expect(set?.ok).toBe(false)
  })
})

describe('files', () => {
  test('W15: a file needs the token, its link dies after five minutes, its id after a week', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    const upload = { bytes: new Uint8Array([1, 2, 3]), mimeType: 'application/pdf', name: 'a.pdf' }
    await customer.act({ act: 'send', content: { kind: 'file', media: { ref: { from: 'file', fileId: 'u' } } }, uploads: [upload] })
    const event = await here.next('message.received')
    const media = event.message.content.kind === 'file' ? event.message.content.media : undefined
    const ref: { id?: string; url?: string } = media?.ref.from === 'platform' ? media.ref : {}
    expect([...(await here.fetchMedia(ref))]).toEqual([1, 2, 3])
    const url = ref.url ?? ''
    expect((await fetch(url)).status).toBe(404)
    const authorization = `Bearer ${here.secrets.token}`
    expect((await fetch(url, { headers: { authorization } })).status).toBe(200)
    here.pass(6 * 60_000)
    expect((await fetch(url, { headers: { authorization } })).status).toBe(404)
    expect([...(await here.fetchMedia(ref))]).toEqual([1, 2, 3])
    here.pass(8 * 24 * hour)
    await expect(here.fetchMedia(ref)).rejects.toThrow(/permanent/)
  })
})

describe('memory', () => {
  test('a saved platform goes on as it was', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    await here.send(customer, text('Remember me'))
    const saved: unknown = JSON.parse(JSON.stringify(here.served.simulator.save()))
    const again = await serveSimulator(whatsappSimulator, { saved, now: here.now })
    open.push(again)
    expect(again.simulator.accounts()).toEqual(here.served.simulator.accounts())
    expect(again.simulator.phones()[0]?.messages).toEqual(JSON.parse(JSON.stringify(customer.phone().messages)))
    expect(again.simulator.faults).toEqual(noFaults())
  })

  test('what was accepted right before the end is delivered after the next start', async () => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    await here.send(customer, text('Just in time'), { ref: 'part-9' })
    const saved: unknown = here.served.simulator.save()
    await here.close()
    const again = await serveSimulator(whatsappSimulator, { saved, now: here.now })
    open.splice(0)
    open.push(again)
    again.answerWebhook = webhook => ({ status: 200, body: webhook.query['hub.challenge'] ?? '' })
    await again.simulator.setWebhook?.(here.account.externalId, again.webhookUrl, { verifyToken: 'v' })
    const [webhook] = (await again.waitForWebhooks(2)).filter(entry => entry.method === 'POST')
    expect(webhook && whatsapp.parse(webhook.body, here.account)).toMatchObject([{ receipt: 'delivered', ref: 'part-9' }])
  })
})

describe('templates', () => {
  test.each([
    ['a template that is paused', 'feedback_request', '132015'],
    ['a template that is not approved', 'lucky_wheel', '132001'],
    ['a template that nobody made', 'no_such', '132001'],
    ['a template with too few values', 'order_confirmation', '132000'],
  ])('%s is refused', async (_title, name, code) => {
    const here = await bench()
    const customer = await here.newCustomer('Anna')
    const { outcome } = await here.send(customer, { body: { content: { kind: 'template', name, language: 'en', values: [] } } })
    expect(outcome).toMatchObject({ kind: 'failed', failure: { kind: 'permanent', reason: 'template', code } })
  })

  test('the list comes page by page, with slots to fill', async () => {
    const here = await bench()
    const list = whatsapp.extras.templates
    const page = list && (await here.ask(list, {}))
    if (!page?.ok) throw new Error('no page')
    expect(page.value.templates.length).toBeGreaterThanOrEqual(8)
    expect(page.value.next).toBeUndefined()
    const sale = page.value.templates.find(template => template.name === 'autumn_sale' && template.language === 'en')
    expect(sale).toMatchObject({ category: 'marketing', status: 'approved', header: { kind: 'image' } })
    expect(sale?.slots.map(slot => `${slot.part}:${slot.index}:${slot.name ?? ''}:${slot.kind}`)).toEqual([
      'header:1::image',
      'body:1::text',
      'body:2::text',
      'button:2:copy_code:text',
    ])
    const reminderSlots = page.value.templates.find(template => template.name === 'appointment_reminder')?.slots
    expect(reminderSlots?.map(slot => slot.name)).toEqual(['first_name', 'day', 'time'])
  })
})

describe('prices by the calendar', () => {
  const at = (day: string) => Date.parse(day)
  const base = { inWindow: true, inEntryPoint: false, deliveredBefore: 0 }
  test.each([
    ['W3', { ...base, category: 'utility' as const, at: at('2026-08-01') }, false, 'free_customer_service'],
    ['W4', { ...base, category: 'utility' as const, at: at('2026-10-02') }, true, 'regular'],
    [
      'the thousandth of a month',
      { ...base, category: 'service' as const, at: at('2026-10-20'), deliveredBefore: 999 },
      false,
      'free_customer_service',
    ],
    ['W5', { ...base, category: 'service' as const, at: at('2026-10-20'), deliveredBefore: 1_000 }, true, 'regular'],
    [
      'an answer before October 2026',
      { ...base, category: 'service' as const, at: at('2026-09-20'), deliveredBefore: 5_000 },
      false,
      'free_customer_service',
    ],
    ['marketing', { ...base, category: 'marketing' as const, at: at('2026-08-01') }, true, 'regular'],
    ['W9', { ...base, category: 'marketing' as const, at: at('2026-11-01'), inEntryPoint: true }, false, 'free_entry_point'],
  ])('%s', (_name, message, billable, type) => {
    expect(pricingOf(message)).toMatchObject({ billable, type })
  })
})

test('the phone draws markup as the app does', () => {
  expect(readMarkup('*bold* _it_ 2*3*4 a_b_c')).toEqual({
    text: 'bold it 2*3*4 a_b_c',
    entities: [
      { kind: 'bold', offset: 0, length: 4 },
      { kind: 'italic', offset: 5, length: 2 },
    ],
  })
})
