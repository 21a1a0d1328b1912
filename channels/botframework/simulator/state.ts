/** What the simulated Connector remembers: bots, people, chats, files, its signing key. Always holds: plain JSON, so that it can be saved. */
import type { Faults, SimulatorEnvironment, WebhookQueue } from '@dragoman/channel-kit/simulator'
import type { MessageBody } from '@dragoman/core'

export type Json = Record<string, unknown>
export type Messenger = 'msteams' | 'skype'

export interface Bot {
  appId: string
  secret: string
  tenantId: string
  name: string
  messenger: Messenger
  webhookUrl?: string
  /** Until when each token is good, ms. */
  tokens: Record<string, number>
  /** No token is good before this time, ms. */
  deniedUntil?: number
}

export interface Person {
  id: string
  directoryId: string
  name: string
  language: string
  /** Which of the regional addresses speaks for this person. */
  region: string
}

export interface StoredMessage {
  id: string
  from: 'customer' | 'business'
  at: number
  body: MessageBody
  /** What the buttons under it carry, row by row. */
  actions: Json[][]
  edited?: boolean
  deleted?: boolean
  read?: boolean
  reaction?: string
  replyTo?: string
}

export interface Chat {
  conversationId: string
  appId: string
  personId: string
  installed: boolean
  hidesReceipts: boolean
  typingUntil: number
  messages: StoredMessage[]
  suggested?: string[]
  /** Times of the latest sends, ms. */
  sentAt: number[]
}

export interface State {
  bots: Record<string, Bot>
  people: Record<string, Person>
  chats: Record<string, Chat>
  files: Record<string, { keptId: string }>
  /** PEM of the key that signs, made when it is first needed. */
  privateKey?: string
  lastActivity: number
  next: number
}

export interface World {
  environment: SimulatorEnvironment
  state: State
  faults: Faults
  queue: WebhookQueue
}

export function restoreState(saved: unknown): State {
  const fresh: State = { bots: {}, people: {}, chats: {}, files: {}, lastActivity: 0, next: 1 }
  if (typeof saved !== 'object' || saved === null || !('bots' in saved)) return fresh
  return { ...fresh, ...(structuredClone(saved) as State) }
}

/** An id as Teams makes them: the time in ms, never the same twice. */
export function newActivityId(world: World): string {
  const { state, environment } = world
  state.lastActivity = Math.max(environment.now(), state.lastActivity + 1)
  return String(state.lastActivity)
}

export function serviceUrl(world: World, person: Person): string {
  return `${world.environment.origin}/${person.region}/`
}
