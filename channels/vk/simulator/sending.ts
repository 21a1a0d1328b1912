/** `messages.send` and `messages.edit`: who may be written to, what a message may hold, and that the same number sends nothing twice. */
import { jsonOf } from '@dragoman/channel-kit/simulator'
import type { Content, MessageBody } from '@dragoman/core'
import { fileNamed, shownFile, wireFile } from './attachments.ts'
import { tell } from './events.ts'
import { readCarousel, readKeyboard, shownButton, shownCard } from './keyboards.ts'
import { limits } from './limits.ts'
import { no, ok, type Reply } from './reply.ts'
import { addMessage, type Chat, chatKey, type Group, type Json, type World, wireMessage } from './state.ts'

type Values = Readonly<Record<string, unknown>>

/** To several peers at once, each with an answer of its own. */
export function sendMessages(world: World, group: Group, values: Values): Reply {
  if (!/^-?\d+$/.test(String(values.random_id ?? '')))
    return no(100, 'One of the parameters specified was missing or invalid: random_id is a required parameter')
  const many = values.peer_ids !== undefined
  const peers = String(values.peer_ids ?? values.peer_id ?? values.user_id ?? '')
    .split(',')
    .filter(Boolean)
  if (peers.length === 0 || peers.length > 100)
    return no(100, 'One of the parameters specified was missing or invalid: you should specify peer_id')
  const items = peers.map(peer => {
    const reply = sendOne(world, group, Number(peer), values)
    if ('response' in reply) return reply.response as Json
    return {
      peer_id: Number(peer),
      message_id: 0,
      conversation_message_id: 0,
      error: { code: reply.code, description: reply.message },
      reply,
    }
  })
  const [first] = items
  // What is wrong with the message itself is said at once; whom it cannot reach is said in the list.
  const whole = items
    .map(item => item.reply as { code: number; message: string } | undefined)
    .find(reply => reply && ![900, 901, 902].includes(reply.code))
  if (whole) return whole
  if (!many) return first!.reply ? (first!.reply as Reply) : ok(first!.message_id)
  return ok(items.map(({ reply: _reply, ...item }) => item))
}

function sendOne(world: World, group: Group, peerId: number, values: Values): Reply {
  const { environment, state } = world
  const chat = state.chats[chatKey(group.id, peerId)]
  if (!chat) return no(901, "Can't send messages for users without permission")
  const key = `${peerId} ${values.random_id}`
  const before = group.sent[key]
  if (before && String(values.random_id) !== '0' && environment.now() - before.at < limits.randomIdMs) return ok(before.item)
  if (!chat.allowed) return no(901, "Can't send messages for users without permission")
  const made = readMessage(world, chat, values)
  if ('code' in made) return made
  if (String(values.payload ?? '').length > limits.messagePayload)
    return no(100, 'One of the parameters specified was missing or invalid: payload is too long')
  const replied = repliedNumber(values.forward, peerId)
  const message = addMessage(world, chat, {
    from: 'business',
    ...made.message,
    wire: { ...made.message.wire, random_id: Number(values.random_id), ...(values.payload ? { payload: String(values.payload) } : {}) },
    ...(replied === undefined ? {} : { replyTo: replied }),
  })
  if (made.keyboard) {
    if (made.keyboard.length > 0) chat.keyboard = made.keyboard
    else delete chat.keyboard
    chat.oneTime = made.oneTime
  }
  chat.typingUntil = 0
  tell(world, group, 'message_reply', wireMessage(chat, message), String(peerId))
  const item = { peer_id: peerId, message_id: message.id, conversation_message_id: message.number }
  group.sent[key] = { at: environment.now(), item }
  return ok(item)
}

export function editMessage(world: World, group: Group, values: Values): Reply {
  const chat = world.state.chats[chatKey(group.id, Number(values.peer_id))]
  const message = chat?.messages.find(one => one.number === Number(values.cmid) && one.from === 'business' && !one.deleted)
  if (!chat || !message) return no(100, 'One of the parameters specified was missing or invalid: cmid')
  if (world.environment.now() - message.at > limits.editMs) return no(909, "Can't edit this message, because it's too old")
  const made = readMessage(world, chat, values)
  if ('code' in made) return made
  Object.assign(message, made.message, { edited: true })
  world.environment.changed()
  return ok(1)
}

interface Made {
  message: { bodies: MessageBody[]; wire: Json; buttons: Json[][] }
  keyboard?: Json[][]
  oneTime?: boolean
}

function readMessage(world: World, chat: Chat, values: Values): Made | Extract<Reply, { code: number }> {
  const refuse = (code: number, message: string) => no(code, message) as Extract<Reply, { code: number }>
  const text = String(values.message ?? '')
  if (text.length > limits.text) return refuse(914, 'Message is too long')
  const keyboard = readKeyboard(values.keyboard)
  if (keyboard === 'refused') return refuse(911, 'Keyboard format is invalid')
  const carousel = readCarousel(values.template)
  if (carousel === 'refused') return refuse(100, 'One of the parameters specified was missing or invalid: template')
  const names = String(values.attachment ?? '')
    .split(',')
    .filter(Boolean)
  if (names.length > limits.attachments) return refuse(100, 'One of the parameters specified was missing or invalid: too many attachments')
  const contents: Content[] = []
  const attachments: Json[] = []
  for (const name of names) {
    const market = /^market(-?\d+)_(\d+)$/.exec(name)
    if (market) {
      contents.push({ kind: 'product', productId: market[2]!, catalogId: market[1]! })
      attachments.push({ type: 'market', market: { id: Number(market[2]), owner_id: Number(market[1]), title: 'Product' } })
      continue
    }
    const file = fileNamed(world, name)
    if (!file) return refuse(100, 'One of the parameters specified was missing or invalid: attachment')
    contents.push(shownFile(file))
    attachments.push(wireFile(file))
  }
  const hasPlace = values.lat !== undefined && values.long !== undefined
  if (text === '' && contents.length === 0 && !hasPlace)
    return refuse(100, 'One of the parameters specified was missing or invalid: message is empty or invalid')
  if (hasPlace)
    contents.push({
      kind: 'location',
      latitude: Number(values.lat),
      longitude: Number(values.long),
      ...(text ? { name: text.split('\n')[0] } : {}),
    })
  if (carousel) {
    const picture = (element: Json) =>
      Object.values(world.state.files).find(file => `${file.ownerId}_${file.id}` === String(element.photo_id))?.url
    contents.push({ kind: 'carousel', text: { text }, cards: carousel.elements.map(element => shownCard(element, picture(element))) })
  }
  const buttons = [
    ...(carousel?.elements.map(element => (element.buttons ?? []) as Json[]) ?? []),
    ...(keyboard?.inline ? keyboard.rows : []),
  ]
  const bodies = bodiesOf(contents, text)
  if (keyboard?.inline) bodies.at(-1)!.keyboard = { kind: 'buttons', rows: keyboard.rows.map(row => row.map(shownButton)) }
  const geo = hasPlace ? { geo: { type: 'point', coordinates: { latitude: Number(values.lat), longitude: Number(values.long) } } } : {}
  void chat
  return {
    message: { bodies, wire: { text, attachments, ...geo }, buttons },
    ...(keyboard && !keyboard.inline ? { keyboard: keyboard.rows, oneTime: keyboard.oneTime } : {}),
  }
}

/** One body for each file; the words stand under the first. */
function bodiesOf(contents: readonly Content[], text: string): MessageBody[] {
  const [first, ...rest] = contents
  if (!first) return [{ content: { kind: 'text', text: { text } } }]
  if (text !== '' && (first.kind === 'image' || first.kind === 'file' || first.kind === 'voice'))
    return [{ content: { ...first, caption: { text } } }, ...rest.map(content => ({ content }))]
  if (text !== '' && first.kind === 'product') return [{ content: { ...first, text: { text } } }, ...rest.map(content => ({ content }))]
  return contents.map(content => ({ content }))
}

function repliedNumber(forward: unknown, peerId: number): number | undefined {
  const value = typeof forward === 'string' ? (jsonOf(forward) as Json | undefined) : undefined
  if (value?.is_reply !== true || Number(value.peer_id) !== peerId) return undefined
  const [number] = (value.conversation_message_ids ?? value.cmids ?? []) as unknown[]
  return typeof number === 'number' ? number : undefined
}
