/**
 * What the simulated MAX remembers: bots, people, dialogs, files. Plain JSON, so that it can be saved and restored as it is.
 * Always holds: `seq` is the time in ms with sixteen bits behind it, larger than 2^53, and is written as a number.
 */
import { type Faults, noFaults, randomText, type SimulatorEnvironment } from '@dragoman/channel-kit/simulator'
import type { MessageBody } from '@dragoman/core'

export type Json = Record<string, unknown>

export interface Bot {
  id: number
  token: string
  name: string
  username: string
  subscriptions: { url: string; secret?: string; types: string[] | null; time: number; failingSince?: number }[]
  updates: { marker: number; update: Json; at: number }[]
  nextMarker: number
  pace: { tokens: number; at: number }
}

export interface Person {
  id: number
  firstName: string
  language: string
  username: string
  phone: string
  avatar: string
}

export interface StoredMessage {
  mid: string
  /** Decimal digits. */
  seq: string
  from: 'customer' | 'business'
  at: number
  text: string
  markup: Json[]
  attachments: Json[]
  link?: { type: string; mid: string }
  body: MessageBody
  editedAt?: number
  deleted?: boolean
}

export interface Dialog {
  chatId: number
  botId: number
  personId: number
  started: boolean
  stopped: boolean
  typingUntil: number
  messages: StoredMessage[]
}

/** A file, by its token. */
export interface StoredFile {
  kind: string
  keptId: string
  url: string
  name: string
  mimeType: string
  sizeBytes: number
  /** How often "not ready" is still to be answered. */
  notReady: number
}

export interface Upload {
  kind: string
  token: string
  used: boolean
}

export interface State {
  bots: Record<string, Bot>
  people: Record<string, Person>
  dialogs: Record<string, Dialog>
  files: Record<string, StoredFile>
  uploads: Record<string, Upload>
  presses: Record<string, { botId: number }>
  nextBot: number
  nextPerson: number
  lastSeq: string
}

export interface World {
  environment: SimulatorEnvironment
  state: State
  faults: Faults
  /** Tells the bot, by its subscriptions or at its next poll. */
  tell(bot: Bot, dialog: Dialog, update: Json & { update_type: string }): void
}

export function newState(): State {
  return { bots: {}, people: {}, dialogs: {}, files: {}, uploads: {}, presses: {}, nextBot: 8_100_001, nextPerson: 6_600_001, lastSeq: '0' }
}

/** The state of an earlier run, or a new one where it cannot be read. */
export function restoreState(saved: unknown): State {
  if (typeof saved !== 'object' || saved === null || !('bots' in saved)) return newState()
  return { ...newState(), ...(structuredClone(saved) as State) }
}

export function startFaults(): Faults {
  return noFaults()
}

export function dialogKey(botId: number, personId: number): string {
  return `${botId}:${personId}`
}

/** JSON in which every `seq` stands as a number of its full length. */
export function toJson(value: unknown): string {
  return JSON.stringify(value).replace(/"seq":"(\d+)"/g, '"seq":$1')
}

export function storeFile(
  world: World,
  kind: string,
  file: { bytes: Uint8Array; mimeType: string; name: string },
  token = randomText(world.environment.random, 43),
  notReady = 0,
): { token: string; file: StoredFile } {
  const kept = world.environment.keep(file.bytes, file.mimeType, file.name)
  const stored: StoredFile = {
    kind,
    keptId: kept.fileId,
    url: kept.url,
    name: file.name,
    mimeType: file.mimeType,
    sizeBytes: file.bytes.length,
    notReady,
  }
  world.state.files[token] = stored
  return { token, file: stored }
}

/** Where the platform gives a file. */
export function fileAddress(world: World, token: string): string {
  return `${world.environment.origin}/files/${token}`
}

export function addMessage(world: World, dialog: Dialog, message: Omit<StoredMessage, 'mid' | 'seq' | 'at'>): StoredMessage {
  const at = world.environment.now()
  const least = BigInt(Math.floor(at)) << 16n
  const last = BigInt(world.state.lastSeq)
  const seq = last >= least ? last + 1n : least
  world.state.lastSeq = String(seq)
  const mid = `mid.${BigInt(dialog.chatId).toString(16).padStart(16, '0')}${seq.toString(16).padStart(16, '0')}`
  const stored: StoredMessage = { ...message, mid, seq: String(seq), at }
  dialog.messages.push(stored)
  world.environment.changed()
  return stored
}

export function wirePerson(person: Person, at: number): Json {
  return {
    user_id: person.id,
    first_name: person.firstName,
    last_name: '',
    username: person.username,
    is_bot: false,
    last_activity_time: Math.floor(at),
    name: person.firstName,
  }
}

export function wireBot(bot: Bot, at: number): Json {
  return {
    user_id: bot.id,
    first_name: bot.name,
    username: bot.username,
    is_bot: true,
    last_activity_time: Math.floor(at),
    name: bot.name,
  }
}

export function wireBody(message: StoredMessage): Json {
  return {
    mid: message.mid,
    seq: message.seq,
    text: message.text,
    ...(message.attachments.length > 0 ? { attachments: message.attachments } : {}),
    ...(message.markup.length > 0 ? { markup: message.markup } : {}),
  }
}

export function wireMessage(world: World, dialog: Dialog, message: StoredMessage): Json {
  const { state } = world
  const bot = state.bots[dialog.botId]!
  const person = state.people[dialog.personId]!
  const isOurs = message.from === 'business'
  const linked = message.link && dialog.messages.find(other => other.mid === message.link?.mid && !other.deleted)
  return {
    sender: isOurs ? wireBot(bot, message.at) : wirePerson(person, message.at),
    recipient: { chat_id: dialog.chatId, chat_type: 'dialog', user_id: isOurs ? person.id : bot.id },
    timestamp: Math.floor(message.at),
    ...(linked
      ? {
          link: {
            type: message.link!.type,
            sender: linked.from === 'business' ? wireBot(bot, linked.at) : wirePerson(person, linked.at),
            chat_id: dialog.chatId,
            message: wireBody(linked),
          },
        }
      : {}),
    body: wireBody(message),
  }
}
