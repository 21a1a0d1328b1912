/** What all readers of updates share: keys, times, people, and the event for what is passed over. */
import { compact, idAt, type JsonObject, numberAt, stringAt, textAt } from '@dragoman/channel-kit'
import { type AccountView, type IdentityFacts, type InboundEvent, noPlatformTime } from '@dragoman/core'

/** What every event of an update shares. */
export interface Update {
  id: string
  note: string | undefined
  account: AccountView
}

/** The chat that a member of an update speaks of. */
export type Place = { kind: 'private'; chatId: string; chat: JsonObject } | { kind: 'group' | 'channel' | 'malformed' }

export function placeOf(chat: JsonObject | undefined): Place {
  const chatId = idAt(chat, 'id')
  if (!chat || chatId === undefined) return { kind: 'malformed' }
  const type = stringAt(chat, 'type')
  if (type === 'channel') return { kind: 'channel' }
  // Ids of people are positive, of groups negative; the type may be missing in what is old or odd.
  if (type === 'group' || type === 'supergroup' || chatId.startsWith('-')) return { kind: 'group' }
  return { kind: 'private', chatId, chat }
}

/** In a private chat the chat has the person's id, so that a message without an author still has one. */
export function identityOf(person: JsonObject, chatId?: string): IdentityFacts {
  const id = idAt(person, 'id') ?? chatId
  return compact({
    externalIds: id === undefined ? [] : [`user:${id}`],
    name: nameOf(person),
    username: textAt(person, 'username'),
    language: textAt(person, 'language_code'),
  })
}

export function nameOf(person: unknown): string | undefined {
  return [textAt(person, 'first_name'), textAt(person, 'last_name')].filter(Boolean).join(' ') || undefined
}

export function ignored(about: Update, reason: string, type: string, at: number): InboundEvent {
  return { kind: 'ignored', externalId: updateKey(about), at, reason, type, ...noted(about) }
}

export function updateKey(about: Update): string {
  return `update:${about.id}`
}

/** What had to be cleaned or guessed, ours and the reader's. */
export function noted(about: Update, more?: string): { parseNote?: string } {
  const parseNote = [about.note, more].filter(Boolean).join('; ')
  return parseNote ? { parseNote } : {}
}

export function dateIn(member: unknown): number {
  return secondsAt(numberAt(member, 'date')) ?? noPlatformTime
}

/** Telegram's seconds to ms; what no date can hold is no time. */
export function secondsAt(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 && value * 1000 <= noPlatformTime ? Math.round(value * 1000) : undefined
}

/** Whose bot this account is; empty before the first check. */
export function botIdOf(account: AccountView): string {
  return account.externalId
}
