/**
 * What every use case needs, as one plain value: database, seals, channels, the clock, the bell. Made once by the server (or a test).
 * Always holds: nothing in it that another process would miss; what several processes must know is in the database.
 */
import type { Channels } from '@dragoman/core'
import type { Bell } from './database/bell.ts'
import type { Pools } from './database/pools.ts'
import type { Storage } from './files/storage.ts'
import type { Mail } from './people/invitation-mail.ts'
import type { Presence } from './presence/presence.ts'
import type { Codec } from './sealing/codec.ts'
import type { Signals } from './signals.ts'
import type { Transport } from './transport.ts'

export interface Logger {
  debug(fields: object, message?: string): void
  info(fields: object, message?: string): void
  warn(fields: object, message?: string): void
  error(fields: object, message?: string): void
}

export interface Hub {
  pools: Pools
  codec: Codec
  channels: Channels
  bell: Bell
  presence: Presence
  /** Members who have the inbox before their eyes: a tab that is visible. */
  watching: Presence
  transport: Transport
  storage: Storage
  /** What sends mail; undefined where none is set up. */
  mail: Mail | undefined
  log: Logger
  /** How long this process lately took to accept a webhook, ms: applying gives way to accepting. 0 where it accepts none. */
  acceptingTookMs(): number
  /** How many webhooks this process stores each second, lately. */
  acceptedPerSecond(): number
  /** Who measures what is done here. */
  signals: Signals
  nodeId: string
  /** ms since the epoch. */
  now(): number
  /** Our address as platforms reach it; undefined on a laptop. */
  publicUrl: string | undefined
  /** Our address as a browser on this machine reaches it. */
  localUrl: string
  /** Origins of simulated accounts by channel, where the simulator runs. */
  simulatorOrigins(channel: string): Readonly<Record<string, string>> | undefined
}

/** The channel of an id that came from the database. Throws when a channel was removed from the program while accounts of it exist. */
export function channelOf(hub: Pick<Hub, 'channels'>, id: string) {
  const channel = hub.channels.get(id)
  if (!channel) throw new Error(`This version has no channel “${id}”`)
  return channel
}

/** Whether who writes there are visitors of our own chat. */
export function isVisitorChannel(hub: Pick<Hub, 'channels'>, id: string): boolean {
  return hub.channels.get(id)?.config.ways.includes('visitor') ?? false
}

/** The same hub for background work: its transactions use connections of their own. What the hub learns later (its address) is asked of the hub itself. */
export function forWork(hub: Hub): Hub {
  return Object.create(hub, { pools: { value: { ...hub.pools, app: hub.pools.work }, enumerable: true } }) as Hub
}
