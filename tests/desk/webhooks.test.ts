/** Outgoing webhooks: signed by the standard, each event once, tried for days, kept in a log, sent again on request; never to the inside network unasked. */
import { gatherDeliveries } from '@dragoman/hub'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { startTestHub, until } from '../support/test-hub.ts'

let hub: ProbeHub
let shop: Receiver
beforeAll(async () => {
  shop = await startReceiver()
  hub = await startProbeHub({ existing: { environment: { OUTGOING_ALLOW: shop.origin } } })
})
afterAll(async () => {
  await hub?.close()
  await shop?.close()
})
afterEach(async () => {
  for (const { id } of (await hub.owner.call('webhooks')).webhooks) await hub.owner.call('deleteWebhook', { params: { webhookId: id } })
  shop.received.length = 0
  shop.answer = () => ({ status: 204 })
})

async function make(types: ('message.received' | 'conversation.closed')[] = ['message.received']) {
  return await hub.owner.call('createWebhook', { body: { name: 'Shop', url: `${shop.origin}/hook`, types } })
}

/** What was received stands in the log. */
const noted = () => until(async () => (await hub.owner.call('webhooks')).webhooks[0]?.waiting === 0, 'outcomes in the log')
const typesReceived = () => shop.received.map(one => one.body.type)

describe('outgoing webhooks', () => {
  test('tells what happened from now on, once, signed so that the standard’s own library accepts it', async () => {
    await hub.deliver([received('before', { thread: 'w0' })])
    const { secret } = await make()
    await hub.deliver([received('w1', { thread: 'w1', text: 'Здравствуйте' })])
    await hub.deliver([received('w1', { thread: 'w1', text: 'Здравствуйте' })])
    await until(() => shop.received.length > 0, 'the webhook')
    const [one] = shop.received
    shop.verify(one!, secret)
    expect(() => shop.verify({ ...one!, text: one!.text.replace('Здравствуйте', 'Прощайте') }, secret)).toThrow()
    expect(one!.body).toMatchObject({ type: 'message.received', data: { message: { direction: 'in' } } })
    expect(one!.text).toContain('Здравствуйте')
    await hub.deliver([received('w2', { thread: 'w1' })])
    await until(() => shop.received.length === 2, 'the second')
    expect(new Set(shop.received.map(request => request.headers['webhook-id'])).size).toBe(2)
  })

  test('only the types that were asked for; a closed conversation is told as closed', async () => {
    await make(['conversation.closed'])
    await hub.deliver([received('t1', { thread: 'types', from: ['types'] })])
    const { id } = await hub.conversation('types')
    await hub.owner.call('close', { params: { conversationId: id }, body: {} })
    await until(() => shop.received.length > 0, 'the closing')
    expect(typesReceived()).toEqual(['conversation.closed'])
  })

  test('a receiver that is down gets it when it is back: the same id, the same words; all tries stand in the log', async () => {
    const { webhook } = await make()
    shop.answer = () => ({ status: 503, body: 'closed for the night' })
    await hub.deliver([received('down', { thread: 'down' })])
    await until(() => shop.received.length > 0, 'the first try')
    const first = shop.received[0]!
    await until(async () => (await hub.owner.call('webhooks')).webhooks[0]!.failingSince !== null, 'failing since')
    shop.answer = () => ({ status: 200 })
    await hub.database.query(`update webhook_delivery set next_at = now() where state = 'pending'`)
    await until(() => shop.received.length === 2, 'the second try')
    expect(shop.received[1]!.headers['webhook-id']).toBe(first.headers['webhook-id'])
    expect(shop.received[1]!.text).toBe(first.text)
    const { deliveries } = await until(async () => {
      const page = await hub.owner.call('webhookDeliveries', { params: { webhookId: webhook.id }, query: {} })
      return page.deliveries[0]?.state === 'delivered' ? page : undefined
    }, 'delivered')
    const { attempts, payload } = await hub.owner.call('webhookDelivery', { params: { deliveryId: deliveries[0]!.id } })
    expect(attempts.map(attempt => attempt.status)).toEqual([200, 503])
    expect(attempts[1]!.response?.body).toBe('closed for the night')
    expect(attempts.every(attempt => attempt.request.headers['webhook-signature'] === undefined)).toBe(true)
    expect(payload).toEqual(first.body)
    expect((await hub.owner.call('webhooks')).webhooks[0]!.failingSince).toBeNull()
  })

  test('what a dead process had in hand is sent by another', async () => {
    await make()
    await hub.deliver([received('lease', { thread: 'lease' })])
    await until(() => shop.received.length === 1, 'the first')
    await noted()
    await hub.database.query(
      `update webhook_delivery set state = 'sending', leased_until = now() - interval '1 second', delivered_at = null`,
    )
    await until(() => shop.received.length === 2, 'the repeat', 10_000)
    expect(shop.received[1]!.headers['webhook-id']).toBe(shop.received[0]!.headers['webhook-id'])
  })

  test('two workers turn each event into one delivery', async () => {
    await make()
    const second = await startTestHub({
      database: hub.database,
      home: hub.home,
      role: 'worker',
      channels: hub.hub.channels,
      environment: { OUTGOING_ALLOW: shop.origin },
    })
    await hub.deliver(Array.from({ length: 30 }, (_, index) => received(`two-${index}`, { thread: 'two' })))
    await Promise.all([gatherDeliveries(hub.hub, hub.workspaceId), gatherDeliveries(second.hub, hub.workspaceId)])
    await until(() => shop.received.length >= 30, 'all thirty')
    expect(new Set(shop.received.map(request => request.headers['webhook-id'])).size).toBe(30)
    expect(shop.received).toHaveLength(30)
    await second.stop()
  })

  test('five days of nothing but failures, or “gone”, pause it with notice; resuming goes on without a gap', async () => {
    const { webhook } = await make()
    shop.answer = () => ({ status: 410 })
    await hub.deliver([received('gone-1', { thread: 'gone' })])
    const paused = await until(async () => {
      const [one] = (await hub.owner.call('webhooks')).webhooks
      return one?.status === 'paused' ? one : undefined
    }, 'the pause')
    expect(paused.pausedReason).toBe('gone')
    const notices = await hub.database.query<{ n: number }>(`select count(*)::int as n from event_log where kind = 'webhook.paused'`)
    expect(notices[0]!.n).toBe(1)
    await hub.deliver([received('gone-2', { thread: 'gone' })])
    shop.answer = () => ({ status: 200 })
    shop.received.length = 0
    await hub.owner.call('updateWebhook', {
      params: { webhookId: webhook.id },
      body: { version: paused.version, status: 'active' },
    })
    await until(() => shop.received.length === 2, 'both of the pause')
    await noted()
    shop.answer = () => ({ status: 500 })
    await hub.database.query(`update webhook set failing_since = now() - interval '6 days'`)
    await hub.deliver([received('gone-3', { thread: 'gone' })])
    await until(async () => (await hub.owner.call('webhooks')).webhooks[0]!.pausedReason === 'failing', 'the pause for failing')
  })

  test('a window is counted, then sent again in its order; a single one too', async () => {
    const { webhook } = await make()
    const from = Date.now() - 60_000
    await hub.deliver(['p1', 'p2', 'p3'].map(id => received(id, { thread: 'window' })))
    await until(() => shop.received.length === 3, 'three')
    await until(
      async () =>
        (await hub.owner.call('webhookDeliveries', { params: { webhookId: webhook.id }, query: { state: 'delivered' } })).deliveries
          .length === 3,
      'three delivered',
    )
    const window = { from, to: Date.now() + 1_000, onlyFailed: false }
    expect(await hub.owner.call('replayWindow', { params: { webhookId: webhook.id }, body: { ...window, dryRun: true } })).toEqual({
      count: 3,
    })
    expect(shop.received).toHaveLength(3)
    expect(await hub.owner.call('replayWindow', { params: { webhookId: webhook.id }, body: window })).toEqual({ count: 3 })
    await until(() => shop.received.length === 6, 'three again')
    expect(
      await hub.owner.call('replayWindow', { params: { webhookId: webhook.id }, body: { ...window, onlyFailed: true, dryRun: true } }),
    ).toEqual({
      count: 0,
    })
    const { delivery } = await hub.owner.call('testWebhook', { params: { webhookId: webhook.id } })
    await until(() => typesReceived().includes('test.ping'), 'the test')
    await until(
      async () => (await hub.owner.call('webhookDelivery', { params: { deliveryId: delivery.id } })).delivery.state === 'delivered',
      'the test delivered',
    )
    await hub.owner.call('replayDelivery', { params: { deliveryId: delivery.id } })
    await until(() => typesReceived().filter(type => type === 'test.ping').length === 2, 'the test again')
  })

  test('after a new secret both are good for a day', async () => {
    const { webhook, secret } = await make()
    const { secret: next } = await hub.owner.call('rotateWebhookSecret', { params: { webhookId: webhook.id } })
    await hub.owner.call('testWebhook', { params: { webhookId: webhook.id } })
    await until(() => shop.received.length > 0, 'the test')
    shop.verify(shop.received[0]!, secret)
    shop.verify(shop.received[0]!, next)
  })

  test('an address on the inside network is refused with words, in whatever form it is written', async () => {
    for (const url of [
      'http://127.0.0.1:9/x',
      'http://localhost:9/x',
      'http://[::1]/x',
      'http://[::ffff:10.0.0.1]/x',
      'http://10.1.2.3/x',
      'http://192.168.0.1/x',
      'http://169.254.169.254/latest',
      'http://2130706433/x',
      'http://0x7f.1/x',
      'https://user:secret@example.com/x',
      'ftp://example.com/x',
    ])
      await expect(hub.owner.call('createWebhook', { body: { name: 'Inside', url } }), url).rejects.toMatchObject({
        problem: { status: expect.toSatisfy(status => status === 422 || status === 400) },
      })
    expect((await hub.owner.call('webhooks')).webhooks).toEqual([])
  })

  test('two managers: the second to save is told', async () => {
    const { webhook } = await make()
    await hub.owner.call('updateWebhook', { params: { webhookId: webhook.id }, body: { version: webhook.version, name: 'One' } })
    await expect(
      hub.owner.call('updateWebhook', { params: { webhookId: webhook.id }, body: { version: webhook.version, name: 'Two' } }),
    ).rejects.toMatchObject({ problem: { code: 'stale_version', current: { name: 'One' } } })
  })
})
