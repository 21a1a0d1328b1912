/**
 * Updates of the MAX Bot API to events. One body is one update.
 * Always holds: total – whatever comes in, at least one event comes out; updates have no number of their own, so a repeat is known by what it tells
 * of; `seq` is larger than JavaScript's numbers and only its last bits break ties. https://dev.max.ru/docs-api/objects/Update
 */
import {
  arrayAt,
  compact,
  entryOf,
  idAt,
  type JsonObject,
  numberAt,
  objectAt,
  readCleanJson,
  sha256Hex,
  stringAt,
  textAt,
} from '@dragoman/channel-kit'
import { type AccountView, type IdentityFacts, type InboundEvent, noPlatformTime } from '@dragoman/core'
import { readMessage } from './parse-content.ts'

interface About {
  hash: string
  note: string | undefined
}

/** Updates that a one-to-one desk has no use for, and why. */
const passedOver: Record<string, string> = {
  bot_added: 'group',
  bot_removed: 'group',
  user_added: 'group',
  user_removed: 'group',
  chat_title_changed: 'group',
  message_chat_created: 'group',
  dialog_muted: 'dialog_setting',
  dialog_unmuted: 'dialog_setting',
  dialog_cleared: 'dialog_setting',
  dialog_removed: 'dialog_setting',
}

export function parse(body: Uint8Array, account: AccountView): InboundEvent[] {
  const { value, note } = readCleanJson(body)
  const about: About = { hash: sha256Hex(body), note }
  const update = objectAt(value)
  if (!update) return [ignored(about, 'malformed', 'body', noPlatformTime)]
  const type = textAt(update, 'update_type') ?? ''
  const read = entryOf(readers, type)
  const at = timeIn(update)
  if (!read) return [ignored(about, entryOf(passedOver, type) ?? (type === '' ? 'empty' : 'unknown_update'), type || 'update', at)]
  return read(update, at, about, account)
}

type Reader = (update: JsonObject, at: number, about: About, account: AccountView) => InboundEvent[]

const readers: Record<string, Reader> = {
  message_created: readNew,
  message_edited: readEdited,
  message_removed: readRemoved,
  message_callback: readPress,
  bot_started: readStarted,
  bot_stopped: readStopped,
}

function readNew(update: JsonObject, at: number, about: About, account: AccountView): InboundEvent[] {
  const found = messageIn(update)
  if ('reason' in found) return [ignored(about, found.reason, 'message_created', at)]
  const { message, mid, threadId, sender } = found
  const base = { ...timed(message, at), threadId, externalId: mid, ...tied(message), ...noted(about) }
  const read = readMessage(message)
  // Written under the bot's name by another program.
  if (sender.id !== undefined && sender.id === account.externalId) return [{ ...base, kind: 'message.echoed', message: read.message }]
  const identity = identityOf(sender.person, sender.id, textAt(update, 'user_locale'))
  if (read.ownPhone !== undefined) identity.phone = read.ownPhone
  return [{ ...base, identity, kind: 'message.received', message: read.message }]
}

function readEdited(update: JsonObject, at: number, about: About): InboundEvent[] {
  const found = messageIn(update)
  if ('reason' in found) return [ignored(about, found.reason, 'message_edited', at)]
  const { message, mid, threadId, sender } = found
  return [
    {
      kind: 'message.edited',
      externalId: `edited:${mid}:${at === noPlatformTime ? about.hash : at}`,
      at,
      threadId,
      identity: identityOf(sender.person, sender.id, textAt(update, 'user_locale')),
      of: mid,
      message: readMessage(message).message,
      ...noted(about),
    },
  ]
}

function readRemoved(update: JsonObject, at: number, about: About): InboundEvent[] {
  const mid = textAt(update, 'message_id')
  const threadId = idAt(update, 'chat_id')
  const userId = idAt(update, 'user_id')
  if (mid === undefined) return [ignored(about, 'malformed', 'message_removed', at)]
  return [
    compact({
      kind: 'message.deleted' as const,
      externalId: `removed:${mid}`,
      at,
      threadId,
      identity: userId === undefined ? undefined : { externalIds: [`user:${userId}`] },
      of: [mid],
      ...noted(about),
    }),
  ]
}

/** A press on a button. Its message is missing where it was deleted meanwhile. */
function readPress(update: JsonObject, at: number, about: About): InboundEvent[] {
  const callback = objectAt(update, 'callback')
  const token = textAt(callback, 'callback_id')
  const userId = idAt(callback, 'user', 'user_id')
  if (!callback || token === undefined || userId === undefined) return [ignored(about, 'malformed', 'message_callback', at)]
  const message = objectAt(update, 'message')
  if (message && isGroup(message)) return [ignored(about, 'group', 'message_callback', at)]
  const payload = stringAt(callback, 'payload')
  return [
    compact({
      kind: 'action.chosen' as const,
      externalId: `press:${token}`,
      ...timed(callback, at),
      threadId: idAt(message, 'recipient', 'chat_id'),
      identity: identityOf(objectAt(callback, 'user'), userId, textAt(update, 'user_locale')),
      of: textAt(message, 'body', 'mid'),
      title: titleOf(message, payload) ?? payload ?? '',
      payload,
      acknowledge: token,
      ...noted(about),
    }),
  ]
}

function titleOf(message: JsonObject | undefined, payload: string | undefined): string | undefined {
  for (const attachment of arrayAt(message, 'body', 'attachments')) {
    for (const row of arrayAt(attachment, 'payload', 'buttons')) {
      for (const button of arrayAt(row)) if (payload !== undefined && stringAt(button, 'payload') === payload) return textAt(button, 'text')
    }
  }
  return undefined
}

function readStarted(update: JsonObject, at: number, about: About): InboundEvent[] {
  const base = dialogEvent(update, at, about)
  if (!base) return [ignored(about, 'malformed', 'bot_started', at)]
  const payload = textAt(update, 'payload')
  const referral = payload === undefined ? {} : { referral: { source: 'deep_link', payload } }
  return [{ ...base, kind: 'contact.subscribed', externalId: `started:${keyOf(base, about)}`, ...referral }]
}

function readStopped(update: JsonObject, at: number, about: About): InboundEvent[] {
  const base = dialogEvent(update, at, about)
  if (!base) return [ignored(about, 'malformed', 'bot_stopped', at)]
  return [{ ...base, kind: 'contact.opted_out', externalId: `stopped:${keyOf(base, about)}`, scope: 'all', reason: 'stopped' }]
}

function dialogEvent(update: JsonObject, at: number, about: About) {
  const threadId = idAt(update, 'chat_id')
  const userId = idAt(update, 'user', 'user_id')
  if (threadId === undefined || userId === undefined) return undefined
  return { at, threadId, identity: identityOf(objectAt(update, 'user'), userId, textAt(update, 'user_locale')), ...noted(about) }
}

/** Updates have no number: what happened in a dialog in one ms happened once. */
function keyOf({ threadId, at }: { threadId: string; at: number }, about: About): string {
  return at === noPlatformTime ? about.hash : `${threadId}:${at}`
}

interface Found {
  message: JsonObject
  mid: string
  threadId: string
  sender: { id: string | undefined; person: JsonObject | undefined }
}

function messageIn(update: JsonObject): Found | { reason: string } {
  const message = objectAt(update, 'message')
  const mid = textAt(message, 'body', 'mid')
  const threadId = idAt(message, 'recipient', 'chat_id')
  if (!message || mid === undefined || threadId === undefined) return { reason: 'malformed' }
  if (isGroup(message)) return { reason: stringAt(message, 'recipient', 'chat_type') === 'channel' ? 'channel' : 'group' }
  const person = objectAt(message, 'sender')
  return { message, mid, threadId, sender: { id: idAt(person, 'user_id'), person } }
}

/** The specification names only `chat`; one-to-one conversations come as `dialog`. */
function isGroup(message: JsonObject): boolean {
  const type = stringAt(message, 'recipient', 'chat_type')
  return type === 'chat' || type === 'channel'
}

function identityOf(person: JsonObject | undefined, userId: string | undefined, language: string | undefined): IdentityFacts {
  const parts = [textAt(person, 'first_name'), textAt(person, 'last_name')].filter(Boolean).join(' ')
  const avatar = textAt(person, 'full_avatar_url') ?? textAt(person, 'avatar_url')
  return compact({
    externalIds: userId === undefined ? [] : [`user:${userId}`],
    name: parts || textAt(person, 'name'),
    username: textAt(person, 'username'),
    language: language?.replace('_', '-'),
    avatar: avatar === undefined ? undefined : { url: avatar },
  })
}

function ignored(about: About, reason: string, type: string, at: number): InboundEvent {
  return { kind: 'ignored', externalId: `body:${about.hash}`, at, reason, type, ...noted(about) }
}

function noted(about: About): { parseNote?: string } {
  return about.note ? { parseNote: about.note } : {}
}

/** Within one ms: the last bits of `seq`, which is a time in ms with sixteen bits behind it. */
function tied(message: JsonObject): { tie?: number } {
  const seq = idAt(message, 'body', 'seq')
  return seq !== undefined && /^\d{1,19}$/.test(seq) ? { tie: Number(BigInt(seq) & 0xffffn) } : {}
}

function timed(member: JsonObject, otherwise: number): { at: number } {
  const at = timeIn(member)
  return { at: at === noPlatformTime ? otherwise : at }
}

/** Already ms; what no date can hold is no time. */
function timeIn(member: JsonObject): number {
  const time = numberAt(member, 'timestamp')
  return time !== undefined && time > 0 && time < noPlatformTime ? Math.round(time) : noPlatformTime
}
