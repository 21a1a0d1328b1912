/**
 * Updates of the Bot API to events. One body is one update.
 * Always holds: total – whatever comes in, at least one event comes out, `ignored` with a reason if nothing else; texts are cleaned of what
 * PostgreSQL refuses. https://core.telegram.org/bots/api#update
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
import { type AccountView, type InboundEvent, noPlatformTime } from '@dragoman/core'
import { isService, readMessage } from './content.ts'
import { messageKey } from './ids.ts'
import { chatOf, readBusinessDeletion, readBusinessEdit, readBusinessMessage, readConnection } from './parse-business.ts'
import { readGroupEdit, readGroupMembership, readGroupMessage } from './parse-group.ts'
import { dateIn, identityOf, ignored, noted, placeOf, secondsAt, type Update, updateKey } from './parse-shared.ts'

/** Updates that a desk has no use for, and why. */
const passedOver: Record<string, string> = {
  channel_post: 'channel',
  edited_channel_post: 'channel',
  guest_message: 'group',
  message_reaction_count: 'channel',
  chat_member: 'group',
  chat_join_request: 'group',
  chat_boost: 'group',
  removed_chat_boost: 'group',
  inline_query: 'inline_mode',
  chosen_inline_result: 'inline_mode',
  shipping_query: 'payment',
  pre_checkout_query: 'payment',
  purchased_paid_media: 'payment',
  subscription: 'payment',
  poll: 'poll_totals',
  managed_bot: 'not_supported',
  stopped_message_generation: 'not_supported',
  widget_query: 'not_supported',
  shared_widget_query: 'not_supported',
}

export function parse(body: Uint8Array, account: AccountView): InboundEvent[] {
  const { value, note } = readCleanJson(body)
  const update = objectAt(value)
  if (!update) return [{ kind: 'ignored', externalId: `body:${sha256Hex(body)}`, at: noPlatformTime, reason: 'malformed', type: 'body' }]
  const about: Update = { id: idAt(update, 'update_id') ?? sha256Hex(body), note, account }
  for (const [type, read] of Object.entries(readers)) {
    const member = objectAt(update, type)
    if (member) return read(member, about)
  }
  const type = Object.keys(update).find(key => key !== 'update_id')
  return [
    ignored(
      about,
      entryOf(passedOver, type) ?? (type === undefined ? 'empty' : 'unknown_update'),
      type ?? 'update',
      dateIn(type ? update[type] : undefined),
    ),
  ]
}

const readers: Record<string, (member: JsonObject, about: Update) => InboundEvent[]> = {
  message: readNew,
  edited_message: readEdited,
  callback_query: readPress,
  message_reaction: readReaction,
  my_chat_member: readMembership,
  poll_answer: readVote,
  business_connection: readConnection,
  business_message: readBusinessMessage,
  edited_business_message: readBusinessEdit,
  deleted_business_messages: readBusinessDeletion,
}

function readNew(message: JsonObject, about: Update): InboundEvent[] {
  const place = placeOf(objectAt(message, 'chat'))
  if (place.kind === 'group') return readGroupMessage(message, about)
  if (place.kind !== 'private') return [ignored(about, place.kind, 'message', dateIn(message))]
  const messageId = idAt(message, 'message_id')
  if (messageId === undefined) return [ignored(about, 'malformed', 'message', dateIn(message))]
  const base = {
    at: dateIn(message),
    threadId: place.chatId,
    identity: identityOf(objectAt(message, 'from') ?? place.chat, place.chatId),
    ...noted(about),
  }
  const service = isService(message)
  if (service === 'write_access_allowed') {
    const payload = textAt(message, 'write_access_allowed', 'web_app_name')
    return [{ ...base, kind: 'contact.subscribed', externalId: updateKey(about), referral: compact({ source: 'mini_app', payload }) }]
  }
  if (service !== undefined) return [{ ...base, kind: 'ignored', externalId: updateKey(about), reason: 'service_message', type: service }]
  const start = /^\/start(?:@\w+)?(?:\s+(\S+))?\s*$/.exec(textAt(message, 'text') ?? '')
  const referral = start?.[1] === undefined ? undefined : { source: 'deep_link', payload: start[1] }
  const read = readMessage(message, place.chatId)
  const events: InboundEvent[] = []
  if (start) events.push({ ...base, kind: 'contact.subscribed', externalId: updateKey(about), ...(referral ? { referral } : {}) })
  if (read.ownPhone !== undefined) base.identity = { ...base.identity, phone: read.ownPhone }
  events.push({
    ...base,
    ...noted(about, read.note),
    kind: 'message.received',
    externalId: messageKey(place.chatId, messageId),
    tie: Number(messageId),
    message: referral ? { ...read.message, referral } : read.message,
  })
  return events
}

function readEdited(message: JsonObject, about: Update): InboundEvent[] {
  const place = placeOf(objectAt(message, 'chat'))
  if (place.kind === 'group') return readGroupEdit(message, about)
  if (place.kind !== 'private') return [ignored(about, place.kind, 'edited_message', dateIn(message))]
  const messageId = idAt(message, 'message_id')
  if (messageId === undefined) return [ignored(about, 'malformed', 'edited_message', dateIn(message))]
  const read = readMessage(message, place.chatId)
  return [
    {
      kind: 'message.edited',
      externalId: updateKey(about),
      at: secondsAt(numberAt(message, 'edit_date')) ?? dateIn(message),
      threadId: place.chatId,
      identity: identityOf(objectAt(message, 'from') ?? place.chat, place.chatId),
      of: messageKey(place.chatId, messageId),
      message: read.message,
      ...noted(about),
    },
  ]
}

/** A press on an inline button. The Bot API names no time for it. */
function readPress(query: JsonObject, about: Update): InboundEvent[] {
  const message = objectAt(query, 'message')
  const person = objectAt(query, 'from')
  const token = idAt(query, 'id')
  if (!message || !person || token === undefined) {
    return [ignored(about, textAt(query, 'inline_message_id') ? 'inline_mode' : 'malformed', 'callback_query', noPlatformTime)]
  }
  const place = placeOf(objectAt(message, 'chat'))
  if (place.kind !== 'private') return [ignored(about, place.kind, 'callback_query', noPlatformTime)]
  // Under a message that was sent from a person's own account.
  const business = chatOf(message)
  const messageId = idAt(message, 'message_id')
  const payload = stringAt(query, 'data')
  return [
    compact({
      kind: 'action.chosen' as const,
      externalId: `press:${token}`,
      at: noPlatformTime,
      threadId: business?.threadId ?? place.chatId,
      identity: identityOf(person, place.chatId),
      of: messageId === undefined ? undefined : messageKey(place.chatId, messageId, business?.connection),
      title: titleOf(message, payload) ?? payload ?? textAt(query, 'game_short_name') ?? '',
      payload,
      acknowledge: token,
      ...noted(about),
    }),
  ]
}

function titleOf(message: JsonObject, payload: string | undefined): string | undefined {
  for (const row of arrayAt(message, 'reply_markup', 'inline_keyboard')) {
    for (const button of arrayAt(row)) {
      if (payload !== undefined && stringAt(button, 'callback_data') === payload) return textAt(button, 'text')
    }
  }
  return undefined
}

function readReaction(reaction: JsonObject, about: Update): InboundEvent[] {
  const place = placeOf(objectAt(reaction, 'chat'))
  const messageId = idAt(reaction, 'message_id')
  if (place.kind !== 'private') return [ignored(about, place.kind, 'message_reaction', dateIn(reaction))]
  if (messageId === undefined) return [ignored(about, 'malformed', 'message_reaction', dateIn(reaction))]
  return [
    {
      kind: 'reaction.changed',
      externalId: updateKey(about),
      at: dateIn(reaction),
      threadId: place.chatId,
      identity: identityOf(objectAt(reaction, 'user') ?? place.chat, place.chatId),
      of: messageKey(place.chatId, messageId),
      emojis: arrayAt(reaction, 'new_reaction').flatMap(emojiOf),
      ...noted(about),
    },
  ]
}

/** A custom emoji is known by its id only; a paid reaction is a star. */
function emojiOf(reaction: unknown): string[] {
  const type = stringAt(reaction, 'type')
  if (type === 'paid') return ['⭐']
  const emoji = type === 'custom_emoji' ? idAt(reaction, 'custom_emoji_id') : textAt(reaction, 'emoji')
  if (emoji === undefined) return []
  return [type === 'custom_emoji' ? `custom:${emoji}` : emoji]
}

/** In a private chat: the customer has stopped the bot, or has started it (again). Elsewhere: what the bot may do there. */
function readMembership(change: JsonObject, about: Update): InboundEvent[] {
  const place = placeOf(objectAt(change, 'chat'))
  if (place.kind === 'group' || place.kind === 'channel') return readGroupMembership(change, about)
  if (place.kind !== 'private') return [ignored(about, place.kind, 'my_chat_member', dateIn(change))]
  const base = {
    externalId: updateKey(about),
    at: dateIn(change),
    threadId: place.chatId,
    identity: identityOf(objectAt(change, 'from') ?? place.chat, place.chatId),
    ...noted(about),
  }
  const status = stringAt(change, 'new_chat_member', 'status')
  if (status === 'kicked' || status === 'left') return [{ ...base, kind: 'contact.opted_out', scope: 'all', reason: 'blocked' }]
  if (status === 'member') return [{ ...base, kind: 'contact.subscribed' }]
  return [{ ...base, kind: 'ignored', reason: 'unknown_status', type: 'my_chat_member' }]
}

/** Names the poll, not its message; the poll's id is the second id of the message that carried it. */
function readVote(answer: JsonObject, about: Update): InboundEvent[] {
  const person = objectAt(answer, 'user')
  const pollId = idAt(answer, 'poll_id')
  const userId = idAt(person, 'id')
  if (pollId === undefined || !person || userId === undefined)
    return [ignored(about, person ? 'malformed' : 'group', 'poll_answer', noPlatformTime)]
  return [
    {
      kind: 'poll.voted',
      externalId: updateKey(about),
      at: noPlatformTime,
      threadId: userId,
      identity: identityOf(person),
      of: `poll:${pollId}`,
      options: arrayAt(answer, 'option_ids').filter(option => typeof option === 'number' && Number.isInteger(option)) as number[],
      ...noted(about),
    },
  ]
}
