/**
 * People who let the bot answer for them: how they connect it, who writes to them, and what the bot may do in their chats.
 * Always holds: the bot writes only with `can_reply`, only to chats with an incoming message of the last 24 hours, and only while it is connected;
 * the refusals are the ones of https://core.telegram.org/method/messages.sendMessage. What is assumed: the refusal for a missing right
 * (BOT_ACCESS_FORBIDDEN, documented for the other operations) and for a connection that ended (BUSINESS_CONNECTION_INVALID).
 */
import { type ActionResult, randomText } from '@dragoman/channel-kit/simulator'
import { findEntities, shownText } from './markup.ts'
import { badRequest, type Call, jsonOf, numberOf, ok, type Reply, textOf } from './reply.ts'
import {
  addMessage,
  type Bot,
  type Chat,
  type Connection,
  chatKey,
  type Json,
  type Person,
  type World,
  wireChat,
  wireMessage,
  wirePerson,
} from './state.ts'

export const businessRights = ['can_reply', 'can_read_messages', 'can_delete_sent_messages', 'can_delete_all_messages']

const activeMs = 24 * 3_600_000

export function connectionsOf(world: World, bot: Bot): Connection[] {
  return Object.values(world.state.connections).filter(connection => connection.botId === bot.id)
}

/** The person connects the bot, changes its rights, or takes it off (no rights given and `enabled` false). */
export function connect(world: World, bot: Bot, person: Person, rights: string[], enabled: boolean): Connection {
  const { environment, state } = world
  const known = connectionsOf(world, bot).find(connection => connection.personId === person.id)
  const connection: Connection = known ?? {
    id: `BC${randomText(environment.random, 14)}`,
    botId: bot.id,
    personId: person.id,
    rights: [],
    enabled: false,
    at: environment.now(),
    nextMessageId: 101,
  }
  connection.rights = rights
  connection.enabled = enabled
  state.connections[connection.id] = connection
  world.tell(bot, 'business_connection', wireConnection(world, connection), `business ${person.id}`)
  environment.changed()
  return connection
}

/** A customer opens the chat with the person; the key of the new phone. */
export function openChat(world: World, connection: Connection, customer: Person): string {
  const key = chatKey(connection.botId, customer.id, connection.id)
  world.state.chats[key] ??= {
    botId: connection.botId,
    personId: customer.id,
    connection: connection.id,
    started: true,
    blocked: false,
    typingUntil: 0,
    messages: [],
    pace: { tokens: 5, at: world.environment.now() },
  }
  world.environment.changed()
  return key
}

/** The person writes in the own app. */
export function writeAsPerson(world: World, bot: Bot, chat: Chat, text: string): ActionResult {
  if (text.trim() === '') return { ok: false, reason: 'There is nothing to send' }
  const entities = findEntities(text)
  const message = addMessage(world, chat, {
    from: 'business',
    byPerson: true,
    wire: entities.length > 0 ? { text, entities } : { text },
    body: { content: { kind: 'text', text: shownText(text, entities) } },
  })
  tellBusiness(world, bot, chat, 'business_message', wireMessage(world, chat, message))
  return { ok: true, messageId: String(message.id) }
}

/** Told only while the bot is connected. */
export function tellBusiness(world: World, bot: Bot, chat: Chat, kind: string, member: Json): void {
  if (chat.connection === undefined || !world.state.connections[chat.connection]?.enabled) return
  world.tell(bot, kind, member, `business chat ${chat.personId}`)
}

/** The chat that a call in the name of a person is for, or the refusal. */
export function businessChat(world: World, bot: Bot, call: Call, right: string): Chat | { refusal: Reply } {
  const held = holderOf(world, bot, call, right)
  if ('refusal' in held) return held
  const chat = world.state.chats[chatKey(bot.id, Number(textOf(call, 'chat_id')), held.id)]
  if (!chat) return { refusal: badRequest('BUSINESS_PEER_INVALID') }
  const lastIn = chat.messages.findLast(message => message.from === 'customer')
  if (!lastIn || world.environment.now() - lastIn.at > activeMs) return { refusal: badRequest('BUSINESS_PEER_USAGE_MISSING') }
  return chat
}

function holderOf(world: World, bot: Bot, call: Call, right: string): Connection | { refusal: Reply } {
  const connection = world.state.connections[textOf(call, 'business_connection_id') ?? '']
  if (!connection || connection.botId !== bot.id) return { refusal: badRequest('business connection not found') }
  if (!connection.enabled) return { refusal: badRequest('BUSINESS_CONNECTION_INVALID') }
  return connection.rights.includes(right) ? connection : { refusal: badRequest('BOT_ACCESS_FORBIDDEN') }
}

export const businessMethods: Record<string, (world: World, bot: Bot, call: Call) => Reply> = {
  readbusinessmessage(world, bot, call) {
    const chat = businessChat(world, bot, call, 'can_read_messages')
    if ('refusal' in chat) return chat.refusal
    const message = chat.messages.find(candidate => candidate.id === numberOf(call, 'message_id') && candidate.from === 'customer')
    if (!message) return badRequest('MESSAGE_ID_INVALID')
    for (const earlier of chat.messages) if (earlier.from === 'customer' && earlier.id <= message.id) earlier.read = true
    world.environment.changed()
    return ok(true)
  },
  deletebusinessmessages(world, bot, call) {
    const ids = jsonOf(call, 'message_ids')
    if (!Array.isArray(ids) || ids.length === 0) return badRequest('message identifiers are not specified')
    if (ids.length > 100) return badRequest('too many message identifiers specified')
    const chats = Object.values(world.state.chats).filter(chat => chat.connection === textOf(call, 'business_connection_id'))
    const messages = chats.flatMap(chat => chat.messages).filter(message => ids.includes(message.id) && !message.deleted)
    const isOwn = messages.every(message => message.from === 'business' && !message.byPerson)
    const allowed = ['can_delete_all_messages', ...(isOwn ? ['can_delete_sent_messages'] : [])]
    const held = allowed.map(right => holderOf(world, bot, call, right))
    const granted = held.find(holder => !('refusal' in holder))
    if (!granted) return (held[0] as { refusal: Reply }).refusal
    for (const message of messages) message.deleted = true
    world.environment.changed()
    return ok(true)
  },
  getbusinessconnection(world, bot, call) {
    const connection = world.state.connections[textOf(call, 'business_connection_id') ?? '']
    return connection?.botId === bot.id ? ok(wireConnection(world, connection)) : badRequest('business connection not found')
  },
}

function wireConnection(world: World, connection: Connection): Json {
  const person = wirePerson(world.state.people[connection.personId]!)
  const rights = Object.fromEntries(connection.rights.map(right => [right, true]))
  return {
    id: connection.id,
    user: { ...person, is_premium: true },
    user_chat_id: connection.personId,
    date: Math.floor(connection.at / 1000),
    ...(connection.enabled ? { rights } : {}),
    is_enabled: connection.enabled,
  }
}

/** What the bot is told when a customer deletes. */
export function deletion(world: World, chat: Chat, messageId: number): Json {
  return { business_connection_id: chat.connection, chat: wireChat(world.state, chat), message_ids: [messageId] }
}
