/**
 * A person's own account that the bot answers for: its connection, what is written in its chats by either side, and what is deleted there.
 * Always holds: such a chat is a thread of its own, `business:connection:chat`, though its customer is the same person as in the bot's chat;
 * what the person (or any bot) wrote there is `message.echoed`, never received. https://core.telegram.org/bots/api#businessconnection
 */
import { arrayAt, booleanAt, idAt, type JsonObject, numberAt, objectAt, textAt } from '@dragoman/channel-kit'
import { type InboundEvent, noPlatformTime } from '@dragoman/core'
import { isService, readMessage } from './content.ts'
import { businessThread, connectionPrefix, messageKey } from './ids.ts'
import { dateIn, identityOf, ignored, nameOf, noted, placeOf, secondsAt, type Update, updateKey } from './parse-shared.ts'
import { businessWindowMs } from './policy.ts'

/** Rights that matter to a desk, by our names: https://core.telegram.org/bots/api#businessbotrights */
const rights = {
  canReply: 'can_reply',
  canRead: 'can_read_messages',
  canDeleteSent: 'can_delete_sent_messages',
  canDeleteAll: 'can_delete_all_messages',
} as const

/**
 * A person connected the bot, changed its rights, or took it off. The update names no chat, and which chats there are only the hub knows: so it
 * is a change of the account that names the threads by their beginning, and says where they stand now.
 */
export function readConnection(connection: JsonObject, about: Update): InboundEvent[] {
  const id = textAt(connection, 'id')
  if (id === undefined) return [ignored(about, 'malformed', 'business_connection', noPlatformTime)]
  const person = objectAt(connection, 'user')
  const connected = booleanAt(connection, 'is_enabled') === true
  const holder = objectAt(connection, 'rights')
  const granted = Object.fromEntries(Object.entries(rights).map(([name, right]) => [name, connected && booleanAt(holder, right) === true]))
  // Before Bot API 9.0 the one right stood on the connection itself.
  if (!holder && connected) granted.canReply = booleanAt(connection, 'can_reply') === true
  const who = (person && nameOf(person)) ?? idAt(person, 'id') ?? 'somebody'
  const named = Object.entries(rights).flatMap(([name, right]) => (granted[name] ? [right] : []))
  return [
    {
      kind: 'account.changed',
      externalId: updateKey(about),
      // The date is that of the first connecting, not of this change.
      at: noPlatformTime,
      change: {
        what: 'permissions',
        detail: `business connection of ${who}: ${connected ? `connected, rights: ${named.join(', ') || 'none'}` : 'ended'}`,
        facts: { connection: id, person: who, personId: idAt(person, 'id') ?? '', connected, ...granted },
        threads: { begin: connectionPrefix(id), standing: granted.canReply ? 'open' : 'elsewhere' },
      },
      ...noted(about),
    },
  ]
}

export function readBusinessMessage(message: JsonObject, about: Update): InboundEvent[] {
  const where = chatOf(message)
  const messageId = idAt(message, 'message_id')
  if (!where || messageId === undefined) return [ignored(about, 'malformed', 'business_message', dateIn(message))]
  const service = isService(message)
  if (service !== undefined) return [ignored(about, 'service_message', service, dateIn(message))]
  const { connection, chatId, threadId, chat } = where
  const read = readMessage(message, chatId, connection)
  const at = dateIn(message)
  const common = {
    externalId: messageKey(chatId, messageId, connection),
    at,
    threadId,
    tie: Number(messageId),
    message: read.message,
    ...noted(about, read.note),
  }
  if (!isCustomers(message, chatId)) return [{ ...common, kind: 'message.echoed', identity: identityOf(chat, chatId) }]
  const identity = identityOf(objectAt(message, 'from') ?? chat, chatId)
  return [
    {
      ...common,
      kind: 'message.received',
      identity: read.ownPhone === undefined ? identity : { ...identity, phone: read.ownPhone },
      ...(at < noPlatformTime ? { opens: [{ window: 'business', until: at + businessWindowMs }] } : {}),
    },
  ]
}

export function readBusinessEdit(message: JsonObject, about: Update): InboundEvent[] {
  const where = chatOf(message)
  const messageId = idAt(message, 'message_id')
  if (!where || messageId === undefined) return [ignored(about, 'malformed', 'edited_business_message', dateIn(message))]
  const { connection, chatId, threadId, chat } = where
  return [
    {
      kind: 'message.edited',
      externalId: updateKey(about),
      at: secondsAt(numberAt(message, 'edit_date')) ?? dateIn(message),
      threadId,
      identity: identityOf(isCustomers(message, chatId) ? (objectAt(message, 'from') ?? chat) : chat, chatId),
      of: messageKey(chatId, messageId, connection),
      message: readMessage(message, chatId, connection).message,
      ...noted(about),
    },
  ]
}

export function readBusinessDeletion(deletion: JsonObject, about: Update): InboundEvent[] {
  const where = chatOf(deletion)
  const messageIds = arrayAt(deletion, 'message_ids').flatMap(id => idAt({ id }, 'id') ?? [])
  if (!where || messageIds.length === 0) return [ignored(about, 'malformed', 'deleted_business_messages', noPlatformTime)]
  const { connection, chatId, threadId, chat } = where
  return [
    {
      kind: 'message.deleted',
      externalId: updateKey(about),
      at: noPlatformTime,
      threadId,
      identity: identityOf(chat, chatId),
      of: messageIds.map(messageId => messageKey(chatId, messageId, connection)),
      ...noted(about),
    },
  ]
}

/** The chat, by its connection. Only chats of two people are handed to a bot. */
export function chatOf(holder: JsonObject): { connection: string; chatId: string; threadId: string; chat: JsonObject } | undefined {
  const connection = textAt(holder, 'business_connection_id')
  const place = placeOf(objectAt(holder, 'chat'))
  if (connection === undefined || place.kind !== 'private') return undefined
  return { connection, chatId: place.chatId, threadId: businessThread(connection, place.chatId), chat: place.chat }
}

/** The chat has the customer's id; whatever another one or a bot wrote there stands on the person's side. */
function isCustomers(message: JsonObject, chatId: string): boolean {
  return !objectAt(message, 'sender_business_bot') && (idAt(message, 'from', 'id') ?? chatId) === chatId
}
