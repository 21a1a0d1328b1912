/** The simulated platform by itself: the rules that the contract suite does not reach. */
import { type ServedSimulator, serveSimulator } from '@dragoman/channel-kit/simulator'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { maxSimulator } from './index.ts'

let served: ServedSimulator
let clock = 0
let token = ''
let customer = ''

beforeEach(async () => {
  clock = Date.now()
  served = await serveSimulator(maxSimulator, { now: () => clock })
  const account = served.simulator.newAccount('Shop')
  token = account.config.token!
  customer = served.simulator.newCustomer(account.id, { name: 'Nina', language: 'en' }).customerId
})
afterEach(() => served.close())

interface Answer {
  status: number
  body: Record<string, unknown>
}

async function call(method: string, path: string, value?: object, authorization = token): Promise<Answer> {
  const response = await fetch(`${served.origin}/${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(value === undefined ? {} : { body: JSON.stringify(value) }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const user = () => `messages?user_id=${customer.split(':')[1]}`
const message = (more: object = {}) => ({ text: 'Hello', attachments: null, link: null, ...more })
const keyboard = (buttons: object[][]) => [{ type: 'inline_keyboard', payload: { buttons } }]
const start = () => served.simulator.act(customer, { act: 'start' })

describe('the simulated MAX', () => {
  test('wants the token bare in the header', async () => {
    expect(await call('GET', 'me')).toMatchObject({ status: 200, body: { first_name: 'Shop', is_bot: true } })
    expect(await call('GET', 'me', undefined, `Bearer ${token}`)).toMatchObject({ status: 401, body: { code: 'verify.token' } })
    expect((await call('GET', 'chats')).status).toBe(404)
  })

  test('refuses to write to who has not started or has stopped', async () => {
    expect(await call('POST', user(), message())).toMatchObject({ status: 403, body: { code: 'chat.denied' } })
    expect(await call('POST', 'messages?user_id=1', message())).toMatchObject({ status: 404 })
    await start()
    expect((await call('POST', user(), message())).status).toBe(200)
    await served.simulator.act(customer, { act: 'block' })
    expect((await call('POST', user(), message())).status).toBe(403)
  })

  test.each([
    ['more than 4000 characters', { text: 'x'.repeat(4_001) }],
    ['nothing', { text: null }],
    ['an unknown format', { format: 'latex' }],
    ['an unknown attachment', { attachments: [{ type: 'poll' }] }],
    ['a token that is none', { attachments: [{ type: 'image', payload: { token: 'x' } }] }],
    ['a place outside of the world', { attachments: [{ type: 'location', latitude: 91, longitude: 0 }] }],
    [
      'eight buttons in a row',
      { attachments: keyboard([Array.from({ length: 8 }, () => ({ type: 'callback', text: 'a', payload: 'a' }))]) },
    ],
    [
      'four links in a row',
      { attachments: keyboard([Array.from({ length: 4 }, () => ({ type: 'link', text: 'a', url: 'https://a.example' }))]) },
    ],
    ['a link without an address', { attachments: keyboard([[{ type: 'link', text: 'a', url: 'x' }]]) }],
    ['an unknown button', { attachments: keyboard([[{ type: 'dance', text: 'a' }]]) }],
    ['a payload of 1025 characters', { attachments: keyboard([[{ type: 'callback', text: 'a', payload: 'x'.repeat(1_025) }]]) }],
  ])('refuses %s', async (_, more) => {
    await start()
    expect(await call('POST', user(), message(more))).toMatchObject({ status: 400, body: { code: 'proto.payload' } })
  })

  test('takes one file for each address, and works on it for a while', async () => {
    await start()
    const { body } = await call('POST', 'uploads?type=file')
    const form = () => {
      const data = new FormData()
      data.set('data', new Blob(['abc']), 'a.txt')
      return data
    }
    const upload = await fetch(String(body.url), { method: 'POST', body: form() })
    const { token: file } = (await upload.json()) as { token: string }
    expect((await fetch(String(body.url), { method: 'POST', body: form() })).status).toBe(404)
    const attached = message({ attachments: [{ type: 'file', payload: { token: file } }] })
    expect(await call('POST', user(), attached)).toMatchObject({ status: 400, body: { code: 'attachment.not.ready' } })
    expect((await call('POST', user(), attached)).status).toBe(200)
    expect((await call('POST', 'uploads?type=photo')).status).toBe(400)
  })

  test('numbers messages beyond 2^53, as numbers', async () => {
    await call('POST', 'subscriptions', { url: served.webhookUrl, secret: 'secret' })
    await start()
    await served.simulator.act(customer, { act: 'write', text: 'Hi' })
    const [, update] = await served.waitForWebhooks(2)
    expect(update!.headers['x-max-bot-api-secret']).toBe('secret')
    const text = new TextDecoder().decode(update!.body)
    expect(Number(/"seq":(\d+)/.exec(text)![1])).toBeGreaterThan(Number.MAX_SAFE_INTEGER)
  })

  test('takes webhooks on port 443 only, and gives a poll without a marker the last update', async () => {
    expect((await call('POST', 'subscriptions', { url: 'https://shop.example:8443/hook' })).status).toBe(400)
    expect((await call('POST', 'subscriptions', { url: 'http://shop.example/hook' })).status).toBe(400)
    expect((await call('POST', 'subscriptions', { url: 'https://shop.example/hook', secret: 'a b' })).status).toBe(400)
    await start()
    for (const text of ['One', 'Two']) await served.simulator.act(customer, { act: 'write', text })
    const last = await call('GET', 'updates?timeout=0')
    expect(last.body.updates).toMatchObject([{ message: { body: { text: 'Two' } } }])
    await served.simulator.act(customer, { act: 'write', text: 'Three' })
    const next = await call('GET', `updates?timeout=0&marker=${last.body.marker}`)
    expect(next.body.updates).toMatchObject([{ message: { body: { text: 'Three' } } }])
    await call('POST', 'subscriptions', { url: served.webhookUrl })
    expect((await call('GET', 'updates')).status).toBe(405)
  })

  test('edits for seven days, with buttons for ever', async () => {
    await start()
    const send = async (more: object) => ((await call('POST', user(), message(more))).body.message as { body: { mid: string } }).body.mid
    const [plain, keyed] = [await send({}), await send({ attachments: keyboard([[{ type: 'callback', text: 'a', payload: 'a' }]]) })]
    clock += 7 * 86_400_000 + 1
    const edit = (mid: string) => call('PUT', `messages?message_id=${mid}`, { text: 'Better', attachments: null, link: null })
    expect(await edit(plain)).toMatchObject({ body: { success: false } })
    expect(await edit(keyed)).toMatchObject({ body: { success: true } })
    expect(served.simulator.phones()[0]!.messages.at(-1)).toMatchObject({ edited: true, body: { keyboard: { kind: 'buttons' } } })
    expect((await edit('mid.unknown')).status).toBe(404)
  })

  test('slows down beyond thirty requests a second', async () => {
    const statuses: number[] = []
    for (let count = 0; count < 61; count++) statuses.push((await call('GET', 'me')).status)
    expect(statuses.at(-1)).toBe(429)
    clock += 1_000
    expect((await call('GET', 'me')).status).toBe(200)
  })

  test('refuses in plain words what the app has not, and remembers all across a restart', async () => {
    await start()
    await served.simulator.act(customer, { act: 'write', text: 'Hi' })
    for (const action of [
      { act: 'typing' },
      { act: 'mention', text: 'a' },
      { act: 'comment', postId: '1', text: 'a' },
      { act: 'choose_entrance', payload: 'a' },
    ] as const)
      expect(await served.simulator.act(customer, action)).toMatchObject({ ok: false, reason: expect.stringMatching(/MAX/) })
    const saved = JSON.parse(JSON.stringify(served.simulator.save()))
    const again = await serveSimulator(maxSimulator, { saved })
    expect(again.simulator.phones()).toEqual(served.simulator.phones())
    await again.close()
  })
})
