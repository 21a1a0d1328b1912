/** The rules that the simulated Connector keeps, asked as any program would ask it. */
import { type ServedSimulator, serveSimulator } from '@dragoman/channel-kit/simulator'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { botframeworkSimulator } from './index.ts'

/** What a test looks at in an answer. */
interface Answer {
  id?: string
  access_token?: string
}

let served: ServedSimulator
let config: Record<string, string>
let conversation: string
let customerId: string
let token: string
let time = 1_795_380_000_000

async function ask(method: string, path: string, body?: unknown, authorization = `Bearer ${token}`) {
  const response = await fetch(`${served.origin}${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer }
}

async function login(changes: Record<string, string> = {}, tenant = config.tenantId) {
  const form = {
    grant_type: 'client_credentials',
    client_id: config.appId!,
    client_secret: config.appSecret!,
    scope: 'https://api.botframework.com/.default',
    ...changes,
  }
  const response = await fetch(`${served.origin}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams(form) })
  return { status: response.status, body: (await response.json()) as Answer }
}

const activities = () => `/emea/v3/conversations/${encodeURIComponent(conversation)}/activities`
const message = (more: object = {}) => ({ type: 'message', text: 'hello', ...more })

beforeEach(async () => {
  time = 1_795_380_000_000
  served = await serveSimulator(botframeworkSimulator, { now: () => time })
  const account = served.simulator.newAccount('Shop')
  config = account.config
  await served.simulator.setWebhook!(account.id, served.webhookUrl, {})
  customerId = served.simulator.newCustomer(account.id, { name: 'Anna', language: 'en' }).customerId
  const [first] = await served.waitForWebhooks(1)
  conversation = JSON.parse(new TextDecoder().decode(first!.body)).conversation.id
  token = (await login()).body.access_token!
})
afterEach(() => served.close())

describe('tokens', () => {
  test('are given for the right secret of the right tenant only', async () => {
    expect((await login()).body).toMatchObject({ token_type: 'Bearer', expires_in: 86_399 })
    expect(await login({ client_secret: 'wrong' })).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    expect(await login({ scope: 'https://graph.microsoft.com/.default' })).toMatchObject({ status: 400, body: { error: 'invalid_scope' } })
    expect(await login({}, '99999999-9999-9999-9999-999999999999')).toMatchObject({ status: 400 })
  })
  test('end after a day', async () => {
    time += 86_400_000
    expect(await ask('POST', activities(), message())).toMatchObject({ status: 401, body: { message: expect.stringContaining('denied') } })
    expect((await ask('POST', activities(), message(), 'Bearer wrong')).status).toBe(401)
  })
})

describe('activities', () => {
  test('need words or an attachment, and at most about 100 KB', async () => {
    expect(await ask('POST', activities(), message({ text: '' }))).toMatchObject({ status: 400, body: { error: { code: 'BadSyntax' } } })
    expect(await ask('POST', activities(), message({ text: 'a'.repeat(52_000) }))).toMatchObject({
      status: 413,
      body: { error: { code: 'MessageSizeTooBig' } },
    })
    expect(await ask('POST', activities(), message())).toMatchObject({ status: 201, body: { id: expect.stringMatching(/^\d{13}$/) } })
  })

  test('hold known attachments, with content or an address but not both', async () => {
    const bad = [
      { contentType: 'application/pdf', contentUrl: 'https://a.example/x.pdf' },
      { contentType: 'image/png', contentUrl: 'https://a.example/x.png', content: {} },
      { contentType: 'image/webp', contentUrl: 'https://a.example/x.webp' },
      { contentType: 'application/vnd.microsoft.card.adaptive', content: { type: 'AdaptiveCard' } },
      {
        contentType: 'application/vnd.microsoft.card.hero',
        content: { buttons: Array.from({ length: 7 }, () => ({ type: 'imBack', title: 'a', value: 'a' })) },
      },
    ]
    for (const attachment of bad)
      expect(await ask('POST', activities(), message({ attachments: [attachment] })), attachment.contentType).toMatchObject({
        status: 400,
        body: { error: { code: 'BadArgument' } },
      })
  })

  test('are slowed down above seven a second in a conversation', async () => {
    for (let count = 0; count < 7; count++) expect((await ask('POST', activities(), message())).status).toBe(201)
    const refused = await ask('POST', activities(), message())
    expect(refused).toMatchObject({ status: 429, body: { error: { code: 'Throttled' } } })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    time += 2_000
    expect((await ask('POST', activities(), message())).status).toBe(201)
  })

  test('can be changed and deleted by the bot that wrote them', async () => {
    const { body } = await ask('POST', activities(), message())
    expect((await ask('PUT', `${activities()}/${body.id}`, message({ text: 'better' }))).status).toBe(200)
    expect(served.simulator.phones()[0]!.messages.at(-1)).toMatchObject({ edited: true, body: { content: { text: { text: 'better' } } } })
    expect((await ask('DELETE', `${activities()}/${body.id}`)).status).toBe(200)
    expect(await ask('DELETE', `${activities()}/${body.id}`)).toMatchObject({
      status: 404,
      body: { error: { code: 'ActivityNotFoundInConversation' } },
    })
  })

  test('go nowhere once the app is taken away, or to a conversation of others', async () => {
    await served.simulator.act(customerId, { act: 'block' })
    expect(await ask('POST', activities(), message())).toMatchObject({
      status: 403,
      body: { error: { code: 'BotNotInConversationRoster' } },
    })
    conversation = 'a:unknown'
    expect(await ask('POST', activities(), message())).toMatchObject({ status: 404, body: { error: { code: 'ConversationNotFound' } } })
  })
})

test('read receipts come unless the person hides them', async () => {
  await ask('POST', activities(), message())
  const before = served.webhooks.length
  await served.simulator.act(customerId, { act: 'hide_receipts', on: true })
  await served.simulator.act(customerId, { act: 'read' })
  await served.simulator.act(customerId, { act: 'hide_receipts', on: false })
  await served.simulator.act(customerId, { act: 'read' })
  const came = (await served.waitForWebhooks(before + 1)).slice(before).map(hook => JSON.parse(new TextDecoder().decode(hook.body)))
  expect(came).toMatchObject([{ type: 'event', name: 'application/vnd.microsoft.readReceipt' }])
})

test('what a messenger lacks is refused in a plain sentence', async () => {
  const refused = [
    { act: 'start' },
    { act: 'comment', postId: '1', text: 'a' },
    { act: 'mention', text: 'a' },
    { act: 'edit_comment', commentId: '1', text: 'a' },
    { act: 'delete_comment', commentId: '1' },
    { act: 'choose_entrance', payload: 'a' },
    { act: 'vote', messageId: '1', options: [0] },
  ] as const
  for (const action of refused)
    expect(await served.simulator.act(customerId, action as never), action.act).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/ /),
    })
})

test('state survives a restart', async () => {
  await ask('POST', activities(), message())
  const again = await serveSimulator(botframeworkSimulator, { saved: served.simulator.save() })
  expect(again.simulator.phones()[0]!.messages).toHaveLength(1)
  await again.close()
})
