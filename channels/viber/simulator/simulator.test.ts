/** The simulated platform by itself: the rules that the contract suite does not reach. */
import { type ServedSimulator, serveSimulator } from '@dragoman/channel-kit/simulator'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { viberSimulator } from './index.ts'

let served: ServedSimulator
let clock = 0
let token = ''
let customer = ''
let receiver = ''

beforeEach(async () => {
  clock = Date.now()
  served = await serveSimulator(viberSimulator, { now: () => clock })
  const account = served.simulator.newAccount('Shop')
  token = account.config.token!
  customer = served.simulator.newCustomer(account.id, { name: 'Nina', language: 'en' }).customerId
  receiver = customer.split('|')[1]!
})
afterEach(() => served.close())

async function call(
  method: string,
  value: object,
  headers: Record<string, string> = { 'x-viber-auth-token': token },
): Promise<Record<string, unknown>> {
  const response = await fetch(`${served.origin}/pa/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
  })
  expect(response.status).toBe(200)
  return (await response.json()) as Record<string, unknown>
}
const message = (more: object) => ({ receiver, sender: { name: 'Shop' }, type: 'text', text: 'Hello', ...more })
const hook = () => call('set_webhook', { url: served.webhookUrl })
const write = (text = 'Hi') => served.simulator.act(customer, { act: 'write', text })

describe('the simulated Viber', () => {
  test('answers 200 and says in the body what is wrong', async () => {
    expect(await call('get_account_info', {}, {})).toMatchObject({ status: 2, status_message: 'missing_auth_token' })
    expect(await call('get_account_info', {}, { 'x-viber-auth-token': 'wrong' })).toMatchObject({ status: 2 })
    expect(await call('get_account_info', { auth_token: token }, {})).toMatchObject({ status: 0, name: 'Shop' })
  })

  test('sends nothing without a webhook, and takes only HTTPS addresses that answer', async () => {
    await write()
    expect(await call('send_message', message({}))).toMatchObject({ status: 10 })
    expect(await call('set_webhook', { url: 'http://shop.example/hook' })).toMatchObject({
      status: 1,
      status_message: 'URL not valid or not HTTPS',
    })
    served.answerWebhook = () => ({ status: 500 })
    expect(await hook()).toMatchObject({ status: 1 })
    served.answerWebhook = () => ({ status: 200 })
    expect(await hook()).toMatchObject({ status: 0, event_types: expect.arrayContaining(['message', 'subscribed', 'unsubscribed']) })
  })

  test('signs callbacks in the header and in the address', async () => {
    await hook()
    await write()
    const [, callback] = await served.waitForWebhooks(2)
    expect(callback!.headers['x-viber-content-signature']).toMatch(/^[0-9a-f]{64}$/)
    expect(callback!.query.sig).toBe(callback!.headers['x-viber-content-signature'])
  })

  test('knows subscribers: a first message subscribes without a word, turning off says so', async () => {
    await hook()
    expect(await call('send_message', message({}))).toMatchObject({ status: 6 })
    expect(await call('send_message', message({ receiver: 'bogus' }))).toMatchObject({ status: 5 })
    await write()
    const callbacks = await served.waitForWebhooks(2)
    expect(JSON.parse(new TextDecoder().decode(callbacks[1]!.body))).toMatchObject({ event: 'message' })
    expect(await call('send_message', message({}))).toMatchObject({ status: 0, billing_status: 1 })
    await served.simulator.act(customer, { act: 'block' })
    expect(await call('send_message', message({}))).toMatchObject({ status: 6 })
  })

  test('stops after a hundred unanswered messages in an hour', async () => {
    await hook()
    await write()
    for (let count = 0; count < 100; count++) expect((await call('send_message', message({}))).status).toBe(0)
    expect(await call('send_message', message({}))).toMatchObject({
      status: 12,
      status_message: expect.stringContaining('without reply exceeded'),
    })
    await write('I am here')
    expect((await call('send_message', message({}))).status).toBe(0)
  })

  test.each([
    ['a keyboard without Type', { keyboard: { Buttons: [{ ActionBody: 'a', Text: 'a' }] } }, 3, 'missing required properties'],
    [
      'a keyboard of thirteen rows',
      { keyboard: { Type: 'keyboard', Buttons: Array.from({ length: 13 }, () => ({ ActionBody: 'a' })) } },
      3,
      'rows',
    ],
    [
      'a link button without an address',
      { keyboard: { Type: 'keyboard', Buttons: [{ ActionType: 'open-url', ActionBody: 'x' }] } },
      3,
      'address',
    ],
    ['no sender', { sender: undefined }, 4, 'sender'],
    ['a sender with a long name', { sender: { name: 'x'.repeat(29) } }, 3, 'sender'],
    ['a picture whose address ends otherwise', { type: 'picture', media: 'https://a.example/x' }, 3, 'must end'],
    ['a program', { type: 'file', media: 'https://a.example/a.exe', size: 5, file_name: 'a.exe' }, 3, 'not allowed'],
    ['a video without a size', { type: 'video', media: 'https://a.example/a.mp4' }, 4, 'size'],
    ['a place outside of the world', { type: 'location', location: { lat: 91, lon: 0 } }, 3, 'location'],
    ['a contact with a long name', { type: 'contact', contact: { name: 'x'.repeat(29), phone_number: '+15550100' } }, 3, 'long'],
    ['rich media for the oldest apps', { type: 'rich_media', rich_media: { Buttons: [{}] } }, 14, 'min_api_version'],
    [
      'sharing from a carousel',
      { type: 'rich_media', min_api_version: 7, rich_media: { Buttons: [{ ActionType: 'share-phone', ActionBody: 'p' }] } },
      3,
      'ActionType',
    ],
    ['an unknown type', { type: 'poll' }, 3, 'unknown type'],
    ['nothing', { type: undefined }, 4, 'type'],
    ['more than 30 kB', { text: 'x'.repeat(6_000), tracking_data: 'я'.repeat(14_000) }, 3, 'too large'],
  ])('refuses %s', async (_, more, status, words) => {
    await hook()
    await write()
    const answer = await call('send_message', message(more))
    expect(answer).toMatchObject({ status, status_message: expect.stringContaining(words) })
  })

  test('returns tracking data with the person’s next message', async () => {
    await hook()
    await write()
    await call('send_message', message({ tracking_data: 'part-9' }))
    await write('Answer')
    const callbacks = await served.waitForWebhooks(4)
    expect(new TextDecoder().decode(callbacks.at(-1)!.body)).toContain('"tracking_data":"part-9"')
  })

  test('tells nothing of having seen to whom it is hidden', async () => {
    await hook()
    await write()
    await call('send_message', message({}))
    await served.waitForWebhooks(3)
    await served.simulator.act(customer, { act: 'hide_receipts', on: true })
    await served.simulator.act(customer, { act: 'read' })
    await new Promise(done => setTimeout(done, 50))
    expect(served.webhooks.length).toBe(3)
  })

  test('gives a person’s file for an hour, and details twice in twelve', async () => {
    await hook()
    const content = { kind: 'image' as const, media: { ref: { from: 'file' as const, fileId: 'u' } } }
    await served.simulator.act(customer, {
      act: 'send',
      content,
      uploads: [{ bytes: Uint8Array.of(1, 2), mimeType: 'image/jpeg', name: 'a.jpg' }],
    })
    const callback = (await served.waitForWebhooks(2))[1]!
    const { media } = JSON.parse(new TextDecoder().decode(callback.body)).message
    expect((await fetch(media)).status).toBe(200)
    clock += 3_600_001
    expect((await fetch(media)).status).toBe(404)
    for (const status of [0, 0, 12]) expect((await call('get_user_details', { id: receiver })).status).toBe(status)
    expect(await call('get_online', { ids: [receiver, 'bogus'] })).toMatchObject({ users: [{ online_status: 0 }, { online_status: 4 }] })
  })

  test('posts only as the super admin, without keyboards', async () => {
    const { channelToken, channelAdminId } = served.simulator.accounts()[0]!.config
    const post = (value: object) => call('post', { auth_token: channelToken, type: 'text', text: 'News', ...value }, {})
    expect(await post({ from: 'somebody' })).toMatchObject({ status: 3 })
    expect(await post({ from: channelAdminId, keyboard: { Type: 'keyboard', Buttons: [{}] } })).toMatchObject({ status: 3 })
    expect(await post({ from: channelAdminId })).toMatchObject({ status: 0, billing_status: 3 })
    expect(served.simulator.phones()[0]!.posts).toMatchObject([{ text: 'News', comments: [] }])
  })

  test('refuses in plain words what the app has not, and remembers all across a restart', async () => {
    await hook()
    await write()
    for (const action of [
      { act: 'typing' },
      { act: 'mention', text: 'a' },
      { act: 'comment', postId: '1', text: 'a' },
      { act: 'choose_entrance', payload: 'a' },
    ] as const)
      expect(await served.simulator.act(customer, action)).toMatchObject({ ok: false, reason: expect.stringMatching(/Viber/) })
    const saved = JSON.parse(JSON.stringify(served.simulator.save()))
    const again = await serveSimulator(viberSimulator, { saved })
    expect(again.simulator.phones()).toEqual(served.simulator.phones())
    await again.close()
  })
})
