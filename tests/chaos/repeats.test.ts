/**
 * Platforms deliver at least once: every webhook comes two to five times, in any order, on eight connections at the same time. Always holds: each message is
 * stored once, told once to an inbox and once to the firm's shop, and counted once.
 */
import { createHmac } from 'node:crypto'
import { openStream } from '@dragoman/api'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { startTestHub, type TestHub, until } from '../support/test-hub.ts'

vi.setConfig({ testTimeout: 180_000 })

/** `REPEATS=100000` for the long form. */
const unique = Number(process.env.REPEATS ?? 600)
const customers = 40
const connections = 8

let hub: TestHub
let shop: Receiver
beforeAll(async () => {
  shop = await startReceiver()
  hub = await startTestHub({ environment: { OUTGOING_ALLOW: shop.origin } })
})
afterAll(() => Promise.all([hub?.close(), shop?.close()]))

test('every webhook two to five times, shuffled, on eight connections', async () => {
  const account = await hub.owner.call('connectSimulated', { body: { channel: 'whatsapp' } })
  const { appSecret, wabaId, phoneNumberId } = hub.simulators!.simulators.get('whatsapp')!.simulator.accounts().at(-1)!.config
  await hub.owner.call('createWebhook', { body: { name: 'Shop', url: `${shop.origin}/hook`, types: ['message.received'] } })
  const { cursor } = await hub.owner.call('snapshot', { query: { limit: 1 } })
  const told: string[] = []
  const stream = openStream(
    `${hub.url.replace('http', 'ws')}/v1/events`,
    cursor,
    {
      onEvents: events => {
        for (const event of events)
          if (event.kind === 'message.created' && event.message.direction === 'in' && event.message.body.content.kind === 'text')
            told.push(event.message.body.content.text.text)
      },
      onEphemeral: () => {},
      onResync: () => told.push('resync'),
      onState: () => {},
    },
    {
      WebSocket: class extends WebSocket {
        constructor(url: string, protocols?: string[]) {
          super(url, protocols, { headers: { cookie: hub.cookie } })
        }
      },
    },
  )
  const now = Math.floor(Date.now() / 1_000)
  const bodies = Array.from({ length: unique }, (_, index) => {
    const customer = `4915710${String(index % customers).padStart(5, '0')}`
    const value = {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '4930555010', phone_number_id: phoneNumberId },
      contacts: [{ profile: { name: `Customer ${index % customers}` }, wa_id: customer }],
      messages: [
        {
          from: customer,
          id: `wamid.REPEAT.${index}`,
          timestamp: String(now - unique + index),
          type: 'text',
          text: { body: `once ${index}` },
        },
      ],
    }
    return JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: wabaId, changes: [{ field: 'messages', value }] }] })
  })
  const copies = bodies
    .flatMap((body, index) => Array.from({ length: 2 + (index % 4) }, () => body))
    .map(body => ({ body, place: Math.random() }))
    .toSorted((a, b) => a.place - b.place)
  const statuses = new Set<number>()
  const sender = async () => {
    for (let one = copies.pop(); one; one = copies.pop()) {
      const response = await fetch(account.webhookUrl!, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-hub-signature-256': `sha256=${createHmac('sha256', appSecret!).update(one.body).digest('hex')}`,
        },
        body: one.body,
      })
      statuses.add(response.status)
    }
  }
  await Promise.all(Array.from({ length: connections }, sender))
  expect([...statuses]).toEqual([200])

  const texts = Array.from({ length: unique }, (_, index) => `once ${index}`).toSorted()
  const heardByShop = () =>
    shop.received.map(({ body }) => {
      const { message } = body.data as { message: { body: { content: { text: { text: string } } } } }
      return message.body.content.text.text
    })
  await until(
    async () => (await hub.database.query('select 1 from lane_item where applied_at is null limit 1')).length === 0,
    'all applied',
  )
  await until(() => told.length >= unique && new Set(heardByShop()).size >= unique, 'all told', 120_000)
  stream.close()
  expect(told.toSorted()).toEqual(texts)
  // The shop is told at least once by contract; with nothing lost on the way that is once.
  expect(heardByShop().toSorted()).toEqual(texts)
  const [stored] = await hub.database.query(
    `select (select count(*)::int from message where direction = 'in') as messages, (select count(*)::int from conversation) as conversations,
      (select sum(inbound_count)::int from conversation) as counted, (select count(*)::int from contact) as contacts`,
  )
  expect(stored).toEqual({ messages: unique, conversations: customers, counted: unique, contacts: customers })
})
