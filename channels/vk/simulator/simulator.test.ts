/** The rules that the simulated VK keeps, asked as any program would ask it. */
import { type ServedSimulator, serveSimulator } from '@dragoman/channel-kit/simulator'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { vkSimulator } from './index.ts'

/** What a test looks at in an answer. */
interface Answer {
  response?: unknown
  error?: { error_code: number }
}

let served: ServedSimulator
let config: Record<string, string>
let groupId: string
let customerId: string
let peer: string
let time = 0
let number = 1

async function ask(method: string, parameters: Record<string, string> = {}, token = config.token!) {
  const form = new URLSearchParams({ ...parameters, v: '5.199', access_token: token })
  const answered = await fetch(`${served.origin}/method/${method}`, { method: 'POST', body: form })
  expect(answered.status).toBe(200)
  const body = (await answered.json()) as Answer
  return body.error?.error_code ?? body.response
}

const send = (more: Record<string, string> = {}) =>
  ask('messages.send', { peer_ids: peer, random_id: String(number++), message: 'hello', ...more })
const refusedItem = (code: number) => [expect.objectContaining({ message_id: 0, error: expect.objectContaining({ code }) })]

beforeEach(async () => {
  time = 1_795_380_000_000
  served = await serveSimulator(vkSimulator, { now: () => time })
  const account = served.simulator.newAccount('Shop')
  config = account.config
  groupId = account.id
  customerId = served.simulator.newCustomer(account.id, { name: 'Anna', language: 'en' }).customerId
  peer = customerId.split(':')[1]!
})
afterEach(() => served.close())

describe('the envelope', () => {
  test('names its errors with HTTP 200', async () => {
    expect(await ask('messages.send', {}, 'wrong')).toBe(5)
    expect(await ask('no.method')).toBe(3)
    expect(await send({ random_id: '' })).toBe(100)
  })
  test('slows down above twenty calls a second', async () => {
    for (let count = 0; count < 20; count++) expect(await ask('groups.getById')).not.toBe(6)
    expect(await ask('groups.getById')).toBe(6)
    time += 1_000
    expect(await ask('groups.getById')).not.toBe(6)
  })
})

describe('messages', () => {
  test('go only to whom has written or allowed it, and stop when that is forbidden', async () => {
    expect(await send()).toEqual(refusedItem(901))
    await served.simulator.act(customerId, { act: 'write', text: 'Hi' })
    expect(await send()).toEqual([{ peer_id: Number(peer), message_id: expect.any(Number), conversation_message_id: 2 }])
    await served.simulator.act(customerId, { act: 'block' })
    expect(await send()).toEqual(refusedItem(901))
    await served.simulator.act(customerId, { act: 'unblock' })
    expect(await send()).toEqual([expect.objectContaining({ conversation_message_id: 3 })])
  })

  test('with the same number are sent once', async () => {
    await served.simulator.act(customerId, { act: 'write', text: 'Hi' })
    expect(await send({ random_id: '77' })).toEqual(await send({ random_id: '77' }))
    expect(await send({ random_id: '0' })).not.toEqual(await send({ random_id: '0' }))
  })

  test.each([
    ['a text above 4096', { message: 'a'.repeat(4097) }, 914],
    ['nothing', { message: '' }, 100],
    ['an unknown file', { attachment: 'photo1_2' }, 100],
    ['eleven files', { attachment: Array.from({ length: 11 }, () => 'market1_2').join(',') }, 100],
    ['broken keys', { keyboard: '{' }, 911],
    ['a label above 40', { keyboard: keys(1, { label: 'a'.repeat(41) }) }, 911],
    ['a payload above 255', { keyboard: keys(1, { payload: JSON.stringify('a'.repeat(254)) }) }, 911],
    ['a payload that is no JSON', { keyboard: keys(1, { payload: 'a' }) }, 911],
    ['eleven buttons under a message', { keyboard: keys(11) }, 911],
    ['a carousel without cards', { template: '{"type":"carousel","elements":[]}' }, 100],
    [
      'a card with four buttons',
      { template: JSON.stringify({ type: 'carousel', elements: [{ title: 'a', buttons: Array.from({ length: 4 }, () => key()) }] }) },
      100,
    ],
  ])('with %s are refused', async (_, parameters, code) => {
    await served.simulator.act(customerId, { act: 'write', text: 'Hi' })
    expect(await send(parameters as Record<string, string>)).toBe(code)
  })

  test('are changed and deleted for a day', async () => {
    await served.simulator.act(customerId, { act: 'write', text: 'Hi' })
    await send()
    time += 86_400_001
    expect(await ask('messages.edit', { peer_id: peer, cmid: '2', message: 'b' })).toBe(909)
    expect(await ask('messages.delete', { peer_id: peer, cmids: '2', delete_for_all: '1' })).toEqual([
      expect.objectContaining({ response: 0, error: expect.objectContaining({ code: 924 }) }),
    ])
  })
})

describe('the Callback API', () => {
  test('takes an address only with the right string, and repeats what was not answered with ok', async () => {
    served.answerWebhook = () => ({ status: 200, body: 'no' })
    expect(await served.simulator.setWebhook!(groupId, served.webhookUrl, { webhookSecret: 's' })).toMatchObject({ ok: false })
    let answers = 0
    served.answerWebhook = hook => {
      const { type } = JSON.parse(new TextDecoder().decode(hook.body)) as { type: string }
      if (type === 'confirmation') return { status: 200, body: config.confirmation! }
      return { status: 200, body: answers++ === 0 ? 'OK?' : 'ok' }
    }
    expect(await served.simulator.setWebhook!(groupId, served.webhookUrl, { webhookSecret: 's' })).toEqual({ ok: true })
    const before = served.webhooks.length
    await served.simulator.act(customerId, { act: 'write', text: 'Hi' })
    const came = (await served.waitForWebhooks(before + 2, 5_000))
      .slice(before)
      .map(hook => JSON.parse(new TextDecoder().decode(hook.body)) as Record<string, unknown>)
    expect(came[0]).toMatchObject({ type: 'message_new', secret: 's', v: '5.199' })
    expect(came[1]!.event_id).toBe(came[0]!.event_id)
  })
})

test('an upload server takes what it is for', async () => {
  await served.simulator.act(customerId, { act: 'write', text: 'Hi' })
  const where = (await ask('docs.getMessagesUploadServer', { type: 'doc', peer_id: peer })) as { upload_url: string }
  const upload = async (name: string, type: string, field = 'file') => {
    const form = new FormData()
    form.set(field, new Blob(['abc'], { type }), name)
    return (await (await fetch(where.upload_url, { method: 'POST', body: form })).json()) as Record<string, unknown>
  }
  expect(await upload('song.mp3', 'audio/mpeg')).toMatchObject({ error: 'wrong_ext' })
  expect(await upload('a.pdf', 'application/pdf', 'photo')).toMatchObject({ error: 'no_file' })
  const { file } = await upload('a.pdf', 'application/pdf')
  expect(await ask('docs.save', { file: String(file), title: 'a.pdf' })).toMatchObject({ type: 'doc', doc: { title: 'a.pdf', ext: 'pdf' } })
  expect(await ask('docs.save', { file: String(file) })).toBe(105)
})

test('what a messenger lacks is refused in a plain sentence', async () => {
  const refused = [
    { act: 'vote', messageId: '1', options: [0] },
    { act: 'hide_receipts', on: true },
    { act: 'choose_entrance', payload: 'a' },
  ] as const
  for (const action of refused)
    expect(await served.simulator.act(customerId, action as never), action.act).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/ /),
    })
})

test('state survives a restart', async () => {
  await served.simulator.act(customerId, { act: 'write', text: 'Hi' })
  served.simulator.newPost!(groupId, 'New')
  const again = await serveSimulator(vkSimulator, { saved: served.simulator.save() })
  expect(again.simulator.phones()[0]).toMatchObject({ messages: [{ body: { content: { kind: 'text' } } }], posts: [{ text: 'New' }] })
  await again.close()
})

function key(change: object = {}): object {
  return { action: { type: 'callback', label: 'a', payload: '{}', ...change } }
}

function keys(count: number, change: object = {}): string {
  const all = Array.from({ length: count }, () => key(change))
  const rows = []
  for (let place = 0; place < all.length; place += 5) rows.push(all.slice(place, place + 5))
  return JSON.stringify({ inline: true, buttons: rows })
}
