/** What the simulated VK remembers: communities, people, conversations, files, walls. Always holds: plain JSON, so that it can be saved. */
import type { Faults, SimulatorEnvironment, WebhookQueue } from '@dragoman/channel-kit/simulator'
import type { MessageBody } from '@dragoman/core'

export type Json = Record<string, unknown>

export interface Group {
  id: number
  name: string
  screenName: string
  token: string
  confirmation: string
  callback?: { url: string; secret: string }
  /** Bots Long Poll: the newest event's number and what may still be asked for. */
  ts: number
  events: { ts: number; event: Json }[]
  pollKey: string
  posts: Post[]
  nextComment: number
  /** Times of the latest calls, ms. */
  calls: number[]
  /** What was sent under a number, and when. */
  sent: Record<string, { at: number; item: Json }>
  guids: Record<string, number>
}

export interface Post {
  id: number
  fromId: number
  at: number
  text: string
  comments: Comment[]
}

export interface Comment {
  id: number
  fromId: number
  at: number
  text: string
  /** The first comment of its thread, and the one that it answers. */
  first: number
  replyTo?: number
  deleted?: boolean
}

export interface Person {
  id: number
  name: string
  language: string
}

export interface StoredMessage {
  /** Counted within the conversation. */
  number: number
  id: number
  from: 'customer' | 'business'
  at: number
  /** One for each picture or file that the phone shows apart. */
  bodies: MessageBody[]
  /** What VK says of it, without frame. */
  wire: Json
  buttons: Json[][]
  edited?: boolean
  deleted?: boolean
  read?: boolean
  replyTo?: number
  reactions: { customer?: string; business?: string }
}

export interface Chat {
  groupId: number
  personId: number
  allowed: boolean
  typingUntil: number
  messages: StoredMessage[]
  keyboard?: Json[][]
  oneTime?: boolean
  /** Of a link that was opened; goes along with the next message. */
  ref?: string
}

export interface StoredFile {
  name: string
  type: 'photo' | 'doc' | 'audio_message'
  ownerId: number
  id: number
  key: string
  keptId: string
  url: string
  title: string
  sizeBytes: number
}

export interface State {
  groups: Record<string, Group>
  people: Record<string, Person>
  chats: Record<string, Chat>
  files: Record<string, StoredFile>
  /** Uploads that wait to be saved, by the word that the upload server gave. */
  waiting: Record<string, { keptId: string; url: string; name: string; sizeBytes: number; type: StoredFile['type'] }>
  presses: Record<string, { groupId: number; at: number }>
  next: number
}

export interface World {
  environment: SimulatorEnvironment
  state: State
  faults: Faults
  queue: WebhookQueue
  /** Those who wait at the long poll, by community. */
  waiters: Map<number, Set<() => void>>
}

export function restoreState(saved: unknown): State {
  const fresh: State = { groups: {}, people: {}, chats: {}, files: {}, waiting: {}, presses: {}, next: 1 }
  if (typeof saved !== 'object' || saved === null || !('groups' in saved)) return fresh
  return { ...fresh, ...(structuredClone(saved) as State) }
}

export function chatKey(groupId: number, personId: number): string {
  return `${groupId}:${personId}`
}

/** Seconds, as VK writes times. */
export function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}

/** Adds a message to a conversation under its next number. */
export function addMessage(world: World, chat: Chat, message: Omit<StoredMessage, 'number' | 'id' | 'at' | 'reactions'>): StoredMessage {
  const stored: StoredMessage = {
    ...message,
    number: (chat.messages.at(-1)?.number ?? 0) + 1,
    id: world.state.next++,
    at: world.environment.now(),
    reactions: {},
  }
  chat.messages.push(stored)
  world.environment.changed()
  return stored
}

/** A message as VK writes it in events. */
export function wireMessage(chat: Chat, message: StoredMessage): Json {
  const replied =
    message.replyTo === undefined ? undefined : chat.messages.find(other => other.number === message.replyTo && !other.deleted)
  return {
    id: message.id,
    date: seconds(message.at),
    peer_id: chat.personId,
    from_id: message.from === 'customer' ? chat.personId : -chat.groupId,
    out: message.from === 'customer' ? 0 : 1,
    version: 10_000 + message.id,
    conversation_message_id: message.number,
    important: false,
    is_hidden: false,
    attachments: [],
    fwd_messages: [],
    text: '',
    ...message.wire,
    ...(replied
      ? {
          reply_message: {
            id: replied.id,
            date: seconds(replied.at),
            from_id: replied.from === 'customer' ? chat.personId : -chat.groupId,
            peer_id: chat.personId,
            conversation_message_id: replied.number,
            text: String(replied.wire.text ?? ''),
            attachments: [],
          },
        }
      : {}),
  }
}
