/** The simulated platform by itself: the rules that the contract suite does not reach. */
import { type ServedSimulator, serveSimulator } from '@dragoman/channel-kit/simulator'
import { afterEach, describe, expect, test } from 'vitest'
import { telegramSimulator } from './index.ts'

let served: ServedSimulator
let clock = 0
let token = ''
let customer = ''
let chat = 0

async function start(saved?: unknown): Promise<void> {
  clock = Date.now()
  served = await serveSimulator(telegramSimulator, { now: () => clock, saved })
}

async function startWithChat(): Promise<void> {
  await start()
  token = served.simulator.newAccount('Shop').config.token!
  const phone = served.simulator.newCustomer(served.simulator.accounts()[0]!.id, { name: 'Nina', language: 'en' })
  customer = phone.customerId
  chat = Number(customer.split(':')[1])
}

async function call(method: string, parameters: object = {}): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${served.origin}/bot${token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(parameters),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

afterEach(() => served.close())

describe('the simulated Telegram', () => {
  test('knows neither foreign paths, tokens nor methods', async () => {
    await startWithChat()
    expect((await fetch(`${served.origin}/elsewhere`)).status).toBe(404)
    expect(await call('getmE')).toMatchObject({ status: 200 })
    expect(await call('fly')).toMatchObject({ status: 404, body: { ok: false, description: 'Not Found: method not found' } })
    token = '7:wrong'
    expect(await call('getMe')).toMatchObject({ status: 401, body: { description: 'Unauthorized' } })
    token = 'nonsense'
    expect(await call('getMe')).toMatchObject({ status: 404, body: { description: 'Not Found' } })
  })

  test('refuses to write first, and to write to those who blocked', async () => {
    await startWithChat()
    const message = { chat_id: chat, text: 'Hello' }
    expect(await call('sendMessage', message)).toMatchObject({
      status: 403,
      body: { description: "Forbidden: bot can't initiate conversation with a user" },
    })
    expect(await call('sendMessage', { chat_id: 1, text: 'a' })).toMatchObject({
      status: 400,
      body: { description: 'Bad Request: chat not found' },
    })
    await served.simulator.act(customer, { act: 'start' })
    expect(await call('sendMessage', message)).toMatchObject({ status: 200 })
    await served.simulator.act(customer, { act: 'block' })
    expect(await call('sendMessage', message)).toMatchObject({
      status: 403,
      body: { description: 'Forbidden: bot was blocked by the user' },
    })
  })

  test('lets a short burst through and then asks to wait', async () => {
    await startWithChat()
    await served.simulator.act(customer, { act: 'start' })
    const statuses: number[] = []
    for (let index = 0; index < 6; index++) statuses.push((await call('sendMessage', { chat_id: chat, text: `${index}` })).status)
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429])
    expect(await call('sendMessage', { chat_id: chat, text: 'a' })).toMatchObject({ body: { parameters: { retry_after: 1 } } })
    clock += 1_000
    expect((await call('sendMessage', { chat_id: chat, text: 'a' })).status).toBe(200)
  })

  test('keeps polling and webhook apart, and two pollers', async () => {
    await startWithChat()
    await call('setWebhook', { url: served.webhookUrl })
    expect(await call('getUpdates')).toMatchObject({ status: 409 })
    await call('deleteWebhook')
    const first = call('getUpdates', { timeout: 5 })
    await new Promise(done => setTimeout(done, 50))
    const second = call('getUpdates', { timeout: 5 })
    expect(await first).toMatchObject({ status: 409, body: { description: expect.stringContaining('terminated by other getUpdates') } })
    await served.simulator.act(customer, { act: 'start' })
    expect(await second).toMatchObject({ status: 200, body: { result: [{ message: { text: '/start' } }] } })
  })

  test('confirms updates below the offset and drops them after a day', async () => {
    await startWithChat()
    await served.simulator.act(customer, { act: 'start' })
    await served.simulator.act(customer, { act: 'write', text: 'Two' })
    const { body } = await call('getUpdates')
    const [first, second] = body.result as { update_id: number }[]
    expect(second!.update_id).toBe(first!.update_id + 1)
    expect((await call('getUpdates', { offset: second!.update_id })).body.result).toHaveLength(1)
    clock += 86_400_001
    expect((await call('getUpdates')).body.result).toEqual([])
  })

  test('posts again until a webhook is taken, in order', async () => {
    await startWithChat()
    let failures = 1
    served.answerWebhook = () => ({ status: failures-- > 0 ? 500 : 200 })
    await call('setWebhook', { url: served.webhookUrl, secret_token: 's3cret' })
    await served.simulator.act(customer, { act: 'start' })
    await served.simulator.act(customer, { act: 'write', text: 'Second' })
    const webhooks = await served.waitForWebhooks(3)
    const texts = webhooks.map(
      webhook => (JSON.parse(new TextDecoder().decode(webhook.body)) as { message: { text: string } }).message.text,
    )
    expect(texts).toEqual(['/start', '/start', 'Second'])
    expect(webhooks[0]!.headers['x-telegram-bot-api-secret-token']).toBe('s3cret')
    expect((await call('getWebhookInfo')).body.result).toMatchObject({ last_error_message: 'Wrong response from the webhook: 500' })
  })

  test('sends reactions only to those who asked for them by name', async () => {
    await startWithChat()
    await served.simulator.act(customer, { act: 'start' })
    await served.simulator.act(customer, { act: 'react', messageId: '1', emoji: '👍' })
    expect((await call('getUpdates', { allowed_updates: ['message', 'message_reaction'] })).body.result).toHaveLength(1)
    await served.simulator.act(customer, { act: 'react', messageId: '1', emoji: '🔥' })
    expect((await call('getUpdates')).body.result).toHaveLength(2)
  })

  test('deletes within 48 hours only, and edits without a limit', async () => {
    await startWithChat()
    await served.simulator.act(customer, { act: 'start' })
    await call('sendMessage', { chat_id: chat, text: 'Old' })
    clock += 48 * 3_600_000 + 1
    expect(await call('deleteMessage', { chat_id: chat, message_id: 2 })).toMatchObject({ status: 400 })
    expect(await call('editMessageText', { chat_id: chat, message_id: 2, text: 'New' })).toMatchObject({
      status: 200,
      body: { result: { text: 'New' } },
    })
    expect(await call('editMessageText', { chat_id: chat, message_id: 2, text: 'New' })).toMatchObject({
      status: 400,
      body: { description: expect.stringContaining('message is not modified') },
    })
  })

  test('goes on where it was saved', async () => {
    await startWithChat()
    await served.simulator.act(customer, { act: 'start', payload: 'promo' })
    const saved: unknown = JSON.parse(JSON.stringify(served.simulator.save()))
    await served.close()
    await start(saved)
    expect(served.simulator.phones()[0]!.messages[0]!.body.content).toMatchObject({ text: { text: '/start promo' } })
    expect((await call('getUpdates')).body.result).toMatchObject([{ message: { text: '/start promo' } }])
    expect((await call('sendMessage', { chat_id: chat, text: 'Still here' })).body.result).toMatchObject({ message_id: 2 })
  })

  test('starts anew from a state that cannot be read', async () => {
    await start('nonsense')
    expect(served.simulator.accounts()).toEqual([])
  })

  test('shows no token in its log', async () => {
    await startWithChat()
    await call('getMe')
    expect(JSON.stringify(served.log)).not.toContain(token)
    expect(served.log[0]!.what).toContain('/bot…/getMe')
  })
})
