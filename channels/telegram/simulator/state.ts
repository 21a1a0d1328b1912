/**
 * What the simulated Telegram remembers: bots, people, chats, files, polls. Plain JSON, so that it can be saved and restored as it is.
 * Always holds: message numbers count per chat from 1, so two chats have messages of the same number; only a person's own account has one count.
 */
import type { Faults, SimulatorEnvironment } from '@dragoman/channel-kit/simulator'
import { noFaults, randomDigits, randomText } from '@dragoman/channel-kit/simulator'
import type { MessageBody } from '@dragoman/core'

export type Json = Record<string, unknown>

export interface Bot {
  id: number
  token: string
  name: string
  username: string
  webhook?: { url: string; secret?: string; setAt: number; lastErrorAt?: number; lastError?: string }
  /** Kinds of update that are wanted; null: the default set. */
  allowed: string[] | null
  nextUpdateId: number
  updates: { update: Json & { update_id: number }; queue: string; expiresAt: number }[]
  pace: { tokens: number; at: number }
}

export interface Person {
  id: number
  firstName: string
  language: string
  username?: string
  phone?: string
  avatar?: string
}

export interface StoredMessage {
  id: number
  from: 'customer' | 'business'
  /** In a group: whose it is. Absent: the bot's. */
  authorId?: number
  /** In a person's chat: typed by the person, not sent by the bot. */
  byPerson?: boolean
  /** Of a customer's message in a person's chat. */
  read?: boolean
  /** In a group: the first message of the thread that it belongs to. */
  threadId?: number
  /** A copy of a channel's post under this number. */
  postOf?: number
  /** ms */
  at: number
  /** What the Bot API says of it, without frame (id, date, chat, author). */
  wire: Json
  body: MessageBody
  editedAt?: number
  deleted?: boolean
  replyTo?: number
  groupId?: string
  reactions: { customer?: string; business?: string }
}

/** A person's own account that the bot answers for. */
export interface Connection {
  id: string
  botId: number
  personId: number
  rights: string[]
  enabled: boolean
  at: number
  nextMessageId: number
}

/** The channel and its group, where people comment. */
export interface PublicChat {
  id: number
  kind: 'channel' | 'supergroup'
  title: string
  username?: string
  /** What the bot may do there, as an administrator; empty: a plain member. */
  rights: string[]
}

export interface Chat {
  botId: number
  /** 0 in public. */
  personId: number
  /** Through whose account the chat runs; absent in the bot's own. */
  connection?: string
  group?: PublicChat
  started: boolean
  blocked: boolean
  typingUntil: number
  messages: StoredMessage[]
  keyboard?: { text: string; request_contact?: boolean; request_location?: boolean }[][]
  oneTime?: boolean
  pace: { tokens: number; at: number }
}

export interface StoredFile {
  id: string
  uniqueId: string
  path: string
  kind: string
  sizeBytes: number
  mimeType: string
  name: string
  /** Under this id the host keeps the bytes; absent for a file that was named by its address. */
  keptId?: string
  url: string
}

export interface StoredPoll {
  id: string
  chat: string
  messageId: number
  votes: Record<string, number[]>
}

export interface State {
  bots: Record<string, Bot>
  people: Record<string, Person>
  chats: Record<string, Chat>
  files: Record<string, StoredFile>
  polls: Record<string, StoredPoll>
  presses: Record<string, { botId: number; at: number }>
  connections: Record<string, Connection>
  /** By bot: what is shown before the first word, by language code; '' is everybody's. */
  entrances: Record<string, Entrance>
  nextPersonId: number
  nextBotId: number
}

export interface Entrance {
  descriptions: Record<string, string>
  commands: Record<string, { command: string; description: string }[]>
  button?: { text: string; url: string }
}

/** Everything that the parts of the simulator work on. */
export interface World {
  environment: SimulatorEnvironment
  state: State
  faults: Faults
  /** Tells the bot, by webhook or at its next poll. */
  tell(bot: Bot, kind: string, member: Json, queue: string, lifeMs?: number): void
}

export function newState(): State {
  return {
    bots: {},
    people: {},
    chats: {},
    files: {},
    polls: {},
    presses: {},
    connections: {},
    entrances: {},
    nextPersonId: 5_550_001,
    nextBotId: 7_000_001,
  }
}

/** The state of an earlier run, or a new one where it cannot be read. */
export function restoreState(saved: unknown): State {
  const fresh = newState()
  if (typeof saved !== 'object' || saved === null || !('bots' in saved)) return fresh
  return { ...fresh, ...(structuredClone(saved) as State) }
}

export function startFaults(): Faults {
  return noFaults()
}

/** Also the customer's id on the simulator page. */
export function chatKey(botId: number, personId: number, connection?: string): string {
  return connection === undefined ? `${botId}:${personId}` : `${botId}:${personId}:${connection}`
}

export function chatOf(state: State, botId: number, personId: number, connection?: string): Chat | undefined {
  return state.chats[chatKey(botId, personId, connection)]
}

/** The bot's channel or the group of its comments. */
export function publicChat(state: State, botId: number, kind: PublicChat['kind']): (Chat & { group: PublicChat }) | undefined {
  return Object.values(state.chats).find((chat): chat is Chat & { group: PublicChat } => chat.botId === botId && chat.group?.kind === kind)
}

/** Takes bytes (or an address) into the platform's storage under a new file id. */
export function storeFile(
  world: World,
  kind: string,
  file: { bytes: Uint8Array; mimeType: string; name: string } | { url: string },
): StoredFile {
  const { random } = world.environment
  const number = Object.keys(world.state.files).length + 1
  const id = `${kind.slice(0, 3).toUpperCase()}-${randomText(random, 40)}`
  const kept = 'bytes' in file ? world.environment.keep(file.bytes, file.mimeType, file.name) : undefined
  const name = 'bytes' in file ? file.name : (file.url.split('/').at(-1) ?? 'file')
  const extension = /\.[A-Za-z0-9]{1,8}$/.exec(name)?.[0] ?? ''
  const stored: StoredFile = {
    id,
    uniqueId: `U${randomDigits(random, 12)}`,
    path: `${folders[kind] ?? 'documents'}/file_${number}${extension}`,
    kind,
    sizeBytes: 'bytes' in file ? file.bytes.length : 0,
    mimeType: 'bytes' in file ? file.mimeType : '',
    name,
    url: kept?.url ?? ('url' in file ? file.url : ''),
    ...(kept ? { keptId: kept.fileId } : {}),
  }
  world.state.files[id] = stored
  return stored
}

const folders: Record<string, string> = {
  photo: 'photos',
  video: 'videos',
  animation: 'animations',
  video_note: 'video_notes',
  audio: 'music',
  voice: 'voice',
  document: 'documents',
  sticker: 'stickers',
}

/** The frame of a message as the Bot API writes it, with its content. */
export function wireMessage(world: World, chat: Chat, message: StoredMessage, depth = 1): Json {
  const { state } = world
  const replied = message.replyTo === undefined ? undefined : chat.messages.find(other => other.id === message.replyTo && !other.deleted)
  return {
    message_id: message.id,
    ...(chat.connection === undefined ? {} : { business_connection_id: chat.connection }),
    ...(message.threadId === undefined ? {} : { message_thread_id: message.threadId }),
    ...authorOf(state, chat, message),
    chat: wireChat(state, chat),
    date: Math.floor(message.at / 1000),
    ...(message.editedAt === undefined ? {} : { edit_date: Math.floor(message.editedAt / 1000) }),
    ...(message.groupId === undefined ? {} : { media_group_id: message.groupId }),
    ...(replied && depth > 0 ? { reply_to_message: wireMessage(world, chat, replied, depth - 1) } : {}),
    ...message.wire,
  }
}

function authorOf(state: State, chat: Chat, message: StoredMessage): Json {
  const bot = state.bots[chat.botId]!
  const connection = chat.connection === undefined ? undefined : state.connections[chat.connection]
  if (chat.group?.kind === 'channel') return { sender_chat: wireGroup(chat.group) }
  if (message.postOf !== undefined) {
    const channel = wireGroup(publicChat(state, chat.botId, 'channel')!.group)
    return {
      // The account in whose name Telegram itself brings posts over: https://core.telegram.org/bots/api#message (from)
      from: { id: 777_000, is_bot: false, first_name: 'Telegram' },
      sender_chat: channel,
      is_automatic_forward: true,
      forward_origin: { type: 'channel', chat: channel, message_id: message.postOf, date: Math.floor(message.at / 1000) },
    }
  }
  if (message.from === 'customer') return { from: wirePerson(state.people[message.authorId ?? chat.personId]!) }
  if (!connection) return { from: wireBot(bot) }
  const person = wirePerson(state.people[connection.personId]!)
  return message.byPerson ? { from: person } : { from: person, sender_business_bot: wireBot(bot) }
}

export function wirePerson(person: Person): Json {
  return {
    id: person.id,
    is_bot: false,
    first_name: person.firstName,
    ...(person.username ? { username: person.username } : {}),
    language_code: person.language,
  }
}

export function wireBot(bot: Bot): Json {
  return { id: bot.id, is_bot: true, first_name: bot.name, username: bot.username }
}

export function wireChat(state: State, chat: Chat): Json {
  if (chat.group) return wireGroup(chat.group)
  const person = state.people[chat.personId]!
  return { id: person.id, first_name: person.firstName, ...(person.username ? { username: person.username } : {}), type: 'private' }
}

export function wireGroup(group: PublicChat): Json {
  return { id: group.id, title: group.title, ...(group.username ? { username: group.username } : {}), type: group.kind }
}

/** Adds a message to a chat under its next number. In a person's account all chats share one count. */
export function addMessage(world: World, chat: Chat, message: Omit<StoredMessage, 'id' | 'at' | 'reactions'>): StoredMessage {
  const connection = chat.connection === undefined ? undefined : world.state.connections[chat.connection]
  const id = connection ? connection.nextMessageId++ : (chat.messages.at(-1)?.id ?? 0) + 1
  const stored: StoredMessage = { ...message, id, at: world.environment.now(), reactions: {} }
  chat.messages.push(stored)
  world.environment.changed()
  return stored
}
