/** What the simulated platform enforces beside the bot's own chats: a person's account, channel and group, what stands before the first word. */
import { type ServedSimulator, serveSimulator } from '@dragoman/channel-kit/simulator'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { telegramSimulator } from './index.ts'

let served: ServedSimulator
let clock = 0
let account = { id: '', config: {} as Record<string, string> }
let nina = { id: '', chat: 0 }
let olga = { id: '', chat: 0 }

async function call(method: string, parameters: object = {}): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${served.origin}/bot${account.config.token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(parameters),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const refusal = (description: string) => ({ status: 400, body: { ok: false, description: `Bad Request: ${description}` } })
const updates = async () => (await call('getUpdates')).body.result as Record<string, Record<string, unknown>>[]

function control(id: string, values: Record<string, string>): string {
  const result = served.simulator.control!(account.id, id, values)
  return result.ok ? (result.messageId ?? '') : `refused: ${result.reason}`
}

function person(name: string): { id: string; chat: number } {
  const view = served.simulator.newCustomer(account.id, { name, language: 'en' })
  return { id: view.customerId, chat: Number(view.customerId.split(':')[1]) }
}

beforeEach(async () => {
  clock = Date.now()
  served = await serveSimulator(telegramSimulator, { now: () => clock })
  account = served.simulator.newAccount('Shop')
  nina = person('Nina')
  olga = person('Olga')
})
afterEach(() => served.close())

describe('a person’s account', () => {
  const connect = (rights: string) => control('connect_person', { person: olga.id, rights })

  test('is written from only by a connection of its own, with the right, to whom it hands over, within a day', async () => {
    const message = { chat_id: nina.chat, text: 'Hello' }
    expect(await call('sendMessage', { ...message, business_connection_id: 'nothing' })).toMatchObject(
      refusal('business connection not found'),
    )
    const connection = connect('')
    const named = { ...message, business_connection_id: connection }
    expect(await call('sendMessage', named)).toMatchObject(refusal('BOT_ACCESS_FORBIDDEN'))
    connect('can_reply')
    expect(await call('sendMessage', named)).toMatchObject(refusal('BUSINESS_PEER_INVALID'))
    const chat = control('chat_with_person', { connection, customer: nina.id })
    expect(await call('sendMessage', named), 'nobody writes first').toMatchObject(refusal('BUSINESS_PEER_USAGE_MISSING'))
    await served.simulator.act(chat, { act: 'write', text: 'Are you there?' })
    expect(await call('sendMessage', named)).toMatchObject({
      status: 200,
      body: { result: { business_connection_id: connection, from: { first_name: 'Olga' }, sender_business_bot: { is_bot: true } } },
    })
    clock += 24 * 3_600_000 + 1
    expect(await call('sendMessage', named)).toMatchObject(refusal('BUSINESS_PEER_USAGE_MISSING'))
    control('disconnect_person', { connection })
    expect(await call('sendMessage', named)).toMatchObject(refusal('BUSINESS_CONNECTION_INVALID'))
  })

  test('numbers its messages over all of its chats, and deletes by number alone', async () => {
    const connection = connect('can_reply can_delete_sent_messages')
    const boris = person('Boris')
    const ids: number[] = []
    for (const customer of [nina, boris]) {
      const chat = control('chat_with_person', { connection, customer: customer.id })
      const written = await served.simulator.act(chat, { act: 'write', text: 'Hello' })
      ids.push(Number(written.ok && written.messageId))
      const { body } = await call('sendMessage', { business_connection_id: connection, chat_id: customer.chat, text: 'Yes' })
      ids.push((body.result as { message_id: number }).message_id)
    }
    expect(ids).toEqual([101, 102, 103, 104])
    expect(await call('deleteBusinessMessages', { business_connection_id: connection, message_ids: [102, 104] })).toMatchObject({
      status: 200,
    })
    expect(await call('deleteBusinessMessages', { business_connection_id: connection, message_ids: [101] })).toMatchObject(
      refusal('BOT_ACCESS_FORBIDDEN'),
    )
    expect(await call('deleteBusinessMessages', { business_connection_id: connection, message_ids: [] })).toMatchObject({ status: 400 })
  })

  test('takes no keyboard, and an answer to what is gone all the same', async () => {
    const connection = connect('can_reply')
    const chat = control('chat_with_person', { connection, customer: nina.id })
    await served.simulator.act(chat, { act: 'write', text: 'Hello' })
    const message = { business_connection_id: connection, chat_id: nina.chat, text: 'Yes' }
    expect(await call('sendMessage', { ...message, reply_markup: { keyboard: [[{ text: 'Yes' }]] } })).toMatchObject({ status: 400 })
    expect(await call('sendMessage', { ...message, reply_parameters: { message_id: 77 } })).toMatchObject({ status: 200 })
  })

  test('goes on where it was saved', async () => {
    const connection = connect('can_reply')
    const chat = control('chat_with_person', { connection, customer: nina.id })
    await served.simulator.act(chat, { act: 'write', text: 'Hello' })
    const saved: unknown = JSON.parse(JSON.stringify(served.simulator.save()))
    await served.close()
    served = await serveSimulator(telegramSimulator, { now: () => clock, saved })
    expect(served.simulator.phones().map(phone => phone.accountName)).toEqual(['Shop', 'Shop', 'Olga'])
    expect(await call('sendMessage', { business_connection_id: connection, chat_id: nina.chat, text: 'Yes' })).toMatchObject({
      status: 200,
    })
  })
})

describe('channel and group', () => {
  test('a post is copied into the group, comments carry its number, and its author is the channel', async () => {
    const postId = served.simulator.newPost!(account.id, 'New teas')
    await served.simulator.act(nina.id, { act: 'comment', postId, text: 'How much?' })
    const [post, copy, comment] = await updates()
    expect(post).toMatchObject({ channel_post: { text: 'New teas', sender_chat: { type: 'channel' } } })
    expect(copy).toMatchObject({ message: { is_automatic_forward: true, message_id: Number(postId), forward_origin: { type: 'channel' } } })
    expect(comment).toMatchObject({
      message: { message_thread_id: Number(postId), reply_to_message: { is_automatic_forward: true }, from: { first_name: 'Nina' } },
    })
  })

  test('a plain member hears only what is meant for it, and deletes nothing of others', async () => {
    control('rights_supergroup', { rights: '' })
    await updates()
    const postId = served.simulator.newPost!(account.id, 'New teas')
    await served.simulator.act(nina.id, { act: 'comment', postId, text: 'Just talk' })
    await served.simulator.act(nina.id, { act: 'mention', text: 'for you' })
    const texts = (await updates()).flatMap(update => update.message?.text ?? [])
    expect(texts).toEqual([expect.stringContaining('for you')])
    const discussion = Number(account.config.discussion)
    expect(await call('deleteMessage', { chat_id: discussion, message_id: 2 })).toMatchObject(refusal("message can't be deleted"))
    const deleted = await served.simulator.act(olga.id, { act: 'delete_comment', commentId: '2' })
    expect(deleted).toMatchObject({ ok: false })
  })

  test('takes twenty messages a minute to the group, posts of administrators only, and no foreign chats', async () => {
    const discussion = Number(account.config.discussion)
    const statuses: number[] = []
    for (let index = 0; index < 21; index++) statuses.push((await call('sendMessage', { chat_id: discussion, text: `${index}` })).status)
    expect(statuses.lastIndexOf(200)).toBe(19)
    expect(statuses.at(-1)).toBe(429)
    expect(await call('sendMessage', { chat_id: -100_500, text: 'a' })).toMatchObject(refusal('chat not found'))
    expect(await call('sendMessage', { chat_id: account.config.channel, text: 'A post' })).toMatchObject({ status: 200 })
    control('rights_channel', { rights: '' })
    expect(await call('sendMessage', { chat_id: account.config.channel, text: 'A post' })).toMatchObject(
      refusal('need administrator rights in the channel chat'),
    )
  })
})

describe('before the first word', () => {
  test('lengths and names are checked', async () => {
    expect(await call('setMyDescription', { description: 'x'.repeat(512) })).toMatchObject({ status: 200 })
    expect(await call('setMyDescription', { description: 'x'.repeat(513) })).toMatchObject({ status: 400 })
    expect(await call('setMyDescription', { description: 'x', language_code: 'eng' })).toMatchObject({ status: 400 })
    const commands = (count: number) => Array.from({ length: count }, (_, index) => ({ command: `c${index}`, description: 'd' }))
    expect(await call('setMyCommands', { commands: commands(100) })).toMatchObject({ status: 200 })
    expect(await call('setMyCommands', { commands: commands(101) })).toMatchObject(refusal('BOT_COMMANDS_TOO_MUCH'))
    expect(await call('setMyCommands', { commands: [{ command: 'Up', description: 'd' }] })).toMatchObject(refusal('BOT_COMMAND_INVALID'))
    expect(await call('setMyCommands', { commands: [{ command: 'up', description: '' }] })).toMatchObject({ status: 400 })
    const page = (url: string) => ({ menu_button: { type: 'web_app', text: 'Shop', web_app: { url } } })
    expect(await call('setChatMenuButton', page('http://shop.example/'))).toMatchObject({ status: 400 })
    expect(await call('setChatMenuButton', page('https://shop.example/'))).toMatchObject({ status: 200 })
  })
})
