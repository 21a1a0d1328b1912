/**
 * What the simulated Viber remembers: accounts of both kinds, people, chats, files, posts. Plain JSON, so that it can be saved and restored.
 * Always holds: message tokens are larger than 2^53 and are written as numbers, so that a reader who loses digits is found out.
 */
import { type Faults, noFaults, randomText, type SimulatorEnvironment } from '@dragoman/channel-kit/simulator'
import type { MessageBody } from '@dragoman/core'

export type Json = Record<string, unknown>

export interface Account {
  id: string
  kind: 'bot' | 'business'
  name: string
  uri: string
  /** Of a bot. */
  token: string
  webhook?: { url: string; events: string[] | undefined }
  /** Of the firm's channel, to post in it. */
  channelToken: string
  adminId: string
  posts: { id: string; at: number; text: string }[]
  /** Of the partner's account. */
  key: string
  portal?: { url: string; secret: string }
}

export interface Person {
  id: string
  name: string
  language: string
  phone: string
  avatar: string
}

/** A button as it was sent. */
export type WireButton = Json & { Columns?: number; Rows?: number; ActionType?: string; ActionBody?: string; Text?: string; Image?: string }

export interface StoredMessage {
  id: string
  from: 'customer' | 'business'
  at: number
  body: MessageBody
  status?: 'sent' | 'delivered' | 'read' | 'failed'
  /** What can be pressed in a carousel, row by row. */
  actions?: WireButton[][]
  /** Business Messages: when it is given up, and what the partner was told to send back. */
  expiresAt?: number
  callbackData?: string
}

export interface Chat {
  accountId: string
  personId: string
  /** Wrote, or pressed Subscribe. */
  subscribed: boolean
  blocked: boolean
  hidesReceipts: boolean
  /** A welcome may be sent until then. */
  welcomeUntil: number
  messages: StoredMessage[]
  keyboard?: WireButton[][]
  /** Comes back with the person's next messages. */
  tracking?: string
  /** When messages went out since the person last wrote. */
  unansweredAt: number[]
  lastInboundAt: number
  detailsAskedAt: number[]
}

export interface StoredFile {
  keptId: string
  url: string
  name: string
  mimeType: string
  sizeBytes: number
  at: number
}

export interface State {
  accounts: Record<string, Account>
  people: Record<string, Person>
  chats: Record<string, Chat>
  files: Record<string, StoredFile>
  /** Decimal digits. */
  nextToken: string
  nextAccount: number
  nextPerson: number
}

export interface World {
  environment: SimulatorEnvironment
  state: State
  faults: Faults
  /** Tells a bot what happened, signed by its token. */
  tell(account: Account, callback: Json & { event: string }, token: string, answered?: (body: string) => void): void
  /** Tells the firm of a business account what happened, as its portal is set. */
  report(account: Account, body: Json): void
}

export function newState(): State {
  return { accounts: {}, people: {}, chats: {}, files: {}, nextToken: '5801000000000000001', nextAccount: 1, nextPerson: 1 }
}

/** The state of an earlier run, or a new one where it cannot be read. */
export function restoreState(saved: unknown): State {
  if (typeof saved !== 'object' || saved === null || !('accounts' in saved)) return newState()
  return { ...newState(), ...(structuredClone(saved) as State) }
}

export function startFaults(): Faults {
  return noFaults()
}

export function chatKey(accountId: string, personId: string): string {
  return `${accountId}|${personId}`
}

export function newToken(state: State): string {
  const token = state.nextToken
  state.nextToken = String(BigInt(token) + 1n)
  return token
}

/** JSON in which the token stands as a number of its full length. */
export function withToken(value: Json, token: string | undefined): string {
  const text = JSON.stringify({ ...value, ...(token === undefined ? {} : { message_token: '\u0001' }) })
  return token === undefined ? text : text.replace(JSON.stringify('\u0001'), token)
}

/** Takes bytes from a phone into storage, under an address that is good for an hour. */
export function storeFile(world: World, file: { bytes: Uint8Array; mimeType: string; name: string }): { id: string; file: StoredFile } {
  const { environment, state } = world
  const kept = environment.keep(file.bytes, file.mimeType, file.name)
  const id = `${randomText(environment.random, 24)}`
  const stored: StoredFile = {
    keptId: kept.fileId,
    url: kept.url,
    name: file.name,
    mimeType: file.mimeType,
    sizeBytes: file.bytes.length,
    at: environment.now(),
  }
  state.files[id] = stored
  return { id, file: stored }
}

export function addMessage(world: World, chat: Chat, message: Omit<StoredMessage, 'at'>): StoredMessage {
  const stored: StoredMessage = { ...message, at: world.environment.now() }
  chat.messages.push(stored)
  world.environment.changed()
  return stored
}

/** How a person is described to a bot. */
export function wirePerson(person: Person): Json {
  return { id: person.id, name: person.name, avatar: person.avatar, country: 'BY', language: person.language, api_version: 10 }
}
