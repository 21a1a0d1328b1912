/**
 * Ids as Dragoman keeps them. A conversation is `msteams/<conversation id>`; a message `<conversation>#<activity id>` (activity ids are unique in
 * their conversation only); a person `user:<id>` and `aad:<directory id>`.
 * Where a person is reached is kept beside the person: `via:<origin's name><path>|<user id>`, the newest first, because the service address may change
 * from one activity to the next while the conversation stays.
 * Always holds: an address is put together only of a listed origin and a plain path, so that no activity can lead a token elsewhere.
 */
import { entryOf } from '@dragoman/channel-kit'
import type { AccountView, Recipient } from '@dragoman/core'
import { originOf } from './config.ts'

export const serviceNames = ['service', 'directLine'] as const
export type ServiceName = (typeof serviceNames)[number]

export interface Service {
  name: ServiceName
  /** Begins and ends with a slash. */
  path: string
}

export interface Thread {
  channelId: string
  conversationId: string
}

/** Where a channel is reached when nothing better is known. */
const defaultServices: Record<string, Service> = {
  msteams: { name: 'service', path: '/teams/' },
  skype: { name: 'service', path: '/apis/' },
  directline: { name: 'directLine', path: '/' },
}

const plainPath = /^\/(?:[A-Za-z0-9_~-][A-Za-z0-9_.~-]*\/){0,6}$/

export function threadKey(channelId: string, conversationId: string): string {
  return `${channelId}/${conversationId}`
}

/** What has no channel in front is taken for one of Teams. */
export function readThread(threadId: string): Thread {
  const match = /^(msteams|skype|directline)\/(.*)$/s.exec(threadId)
  return match ? { channelId: match[1]!, conversationId: match[2]! } : { channelId: 'msteams', conversationId: threadId }
}

export function messageKey(threadId: string, activityId: string): string {
  return `${threadId}#${activityId}`
}

/** The activity of a message; several pictures of one activity are told apart by `~2`, `~3` … */
export function readMessageKey(externalId: string): (Thread & { activityId: string }) | undefined {
  const match = /^(.+)#([^#]+?)(?:~\d{1,2})?$/s.exec(externalId)
  return match ? { ...readThread(match[1]!), activityId: match[2]! } : undefined
}

export function userIdOf(to: Recipient): string | undefined {
  return to.externalIds.find(id => id.startsWith('user:'))?.slice(5) || undefined
}

/** The listed origin and the path of a service address, or undefined where it is none of ours. */
export function readServiceUrl(url: string, account: AccountView): Service | undefined {
  for (const name of serviceNames) {
    const origin = originOf(account, name)
    if (!url.startsWith(`${origin}/`) && url !== origin) continue
    const path = `${url.slice(origin.length).replace(/\/+$/, '')}/`
    if (plainPath.test(path)) return { name, path }
  }
  return undefined
}

export function viaKey(service: Service, userId: string): string {
  return `via:${service.name}${service.path}|${userId}`
}

/** The address below which a conversation is reached, with a slash at its end. */
export function serviceUrlOf(to: Recipient, channelId: string, account: AccountView): string {
  for (const id of to.externalIds) {
    const match = /^via:(service|directLine)(\/[^|]*)\|/.exec(id)
    if (match && plainPath.test(match[2]!)) return `${originOf(account, match[1] as ServiceName)}${match[2]}`
  }
  const { name, path } = entryOf(defaultServices, channelId) ?? defaultServices.msteams!
  return `${originOf(account, name)}${path}`
}
