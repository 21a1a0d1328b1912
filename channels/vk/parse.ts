/**
 * Events of the Callback API and of Bots Long Poll to events. One body is one event.
 * Always holds: total – at least one event comes out, `ignored` with a reason if nothing else; texts are cleaned of what PostgreSQL refuses.
 * https://dev.vk.com/ru/api/community-events/json-schema
 */
import { compact, idAt, type JsonObject, numberAt, objectAt, readCleanJson, sha256Hex, stringAt, textAt } from '@dragoman/channel-kit'
import { type AccountView, type InboundEvent, noPlatformTime } from '@dragoman/core'
import { groupIdOf } from './config.ts'
import { readContents } from './content.ts'
import { baseOf, type Frame, ignored, moneyOf, personOf, timeOf } from './frame.ts'
import { firstChat, messageKey } from './ids.ts'
import { readPayload, readRef } from './keyboard.ts'
import { readComment, readDeletedComment, readPost } from './parse-wall.ts'
import { emojiOf } from './reactions.ts'

/** Events that a desk has no use for, and why. */
const passedOver: [RegExp, string][] = [
  [/^confirmation$/, 'confirmation'],
  [/^group_(join|leave)$/, 'membership'],
  [/^(group_|user_(un)?block)/, 'management'],
  [/^(photo|video|market|board)_(comment|post)_/, 'other_comments'],
  [/^(photo|video|audio)_new$|^like_|^wall_(repost|schedule)|^lead_forms/, 'community_life'],
  [/^poll_vote_new$/, 'not_our_poll'],
  [/^(donut_|vkpay_|app_payload)/, 'payment'],
  [/^market_order_edit$/, 'order_changed'],
]

export function parse(body: Uint8Array, account: AccountView): InboundEvent[] {
  const { value, note } = readCleanJson(body)
  const event = objectAt(value)
  const hash = sha256Hex(body)
  if (!event) return [{ kind: 'ignored', externalId: `body:${hash}`, at: noPlatformTime, reason: 'malformed', type: 'body' }]
  const type = textAt(event, 'type') ?? 'event'
  const frame: Frame = {
    id: textAt(event, 'event_id') ?? hash,
    type,
    object: objectAt(event, 'object') ?? {},
    groupId: idAt(event, 'group_id') ?? groupIdOf(account),
    note,
  }
  const read = Object.hasOwn(readers, type) ? readers[type] : undefined
  if (read) return read(frame)
  return [ignored(frame, passedOver.find(([pattern]) => pattern.test(type))?.[1] ?? 'unknown_event')]
}

const readers: Record<string, (frame: Frame) => InboundEvent[]> = {
  message_new: readNew,
  message_reply: readReply,
  message_edit: readEdit,
  message_event: readPress,
  message_read: readRead,
  message_typing_state: readTyping,
  message_allow: readAllow,
  message_deny: readDeny,
  message_reaction_event: readReaction,
  market_order_new: readOrder,
  wall_reply_new: frame => readComment(frame, 'new'),
  wall_reply_edit: frame => readComment(frame, 'edit'),
  wall_reply_restore: frame => readComment(frame, 'edit'),
  wall_reply_delete: readDeletedComment,
  wall_post_new: readPost,
}

interface Place {
  peerId: string
  number: string
  fromId: string
  at: number
}

/** Where a message stands; or why it is not for a desk of two. */
function placeOf(message: JsonObject | undefined): Place | string {
  const peerId = idAt(message, 'peer_id')
  const fromId = idAt(message, 'from_id')
  const number = idAt(message, 'conversation_message_id')
  if (!message || peerId === undefined || fromId === undefined || number === undefined) return 'malformed'
  if (Number(peerId) >= firstChat) return 'group'
  // Other communities write too, and cannot be answered.
  if (Number(peerId) <= 0) return 'community'
  if (message.action !== undefined && message.action !== null) return 'service_message'
  return { peerId, number, fromId, at: timeOf(message) }
}

function readNew(frame: Frame): InboundEvent[] {
  // Before version 5.103 the message itself was the object.
  const message = objectAt(frame.object, 'message') ?? frame.object
  const place = placeOf(message)
  if (typeof place === 'string') return [ignored(frame, place, timeOf(message))]
  if (place.fromId.startsWith('-')) return readOwn(frame, message, place)
  const language = languageOf(numberAt(frame.object, 'client_info', 'lang_id'))
  const identity = personOf(place.fromId, language === undefined ? {} : { language })
  const base = { ...baseOf(frame, place.at), threadId: place.peerId, identity }
  const { command } = readPayload(message.payload)
  const ref = textAt(message, 'ref')
  const referral = ref === undefined ? undefined : compact({ source: textAt(message, 'ref_source') ?? 'deep_link', payload: ref })
  const key = messageKey(place.peerId, place.number)
  const { contents, replyTo, groupId } = readContents(message, place.peerId)
  const events: InboundEvent[] = []
  if (command === 'start' || referral) events.push({ ...base, kind: 'contact.subscribed', ...(referral ? { referral } : {}) })
  for (const [index, { content, forwarded }] of contents.entries()) {
    events.push({
      ...base,
      externalId: index === 0 ? key : `${key}~${index + 1}`,
      tie: Number(place.number),
      kind: 'message.received',
      message: compact({
        content: index === 0 ? pressed(content, message.payload) : content,
        replyTo,
        forwarded: forwarded || undefined,
        groupId: groupId && 'media' in content ? key : undefined,
        referral: index === 0 ? referral : undefined,
      }),
    })
  }
  return events
}

/** A key in place of the keyboard sends its title as a message, with what it carries beside it. */
function pressed(content: ReturnType<typeof readContents>['contents'][number]['content'], payload: unknown) {
  if (content.kind !== 'text' || payload === undefined || payload === null) return content
  const read = readPayload(payload)
  return read.command === 'start' ? content : compact({ kind: 'choice' as const, title: content.text.text, payload: read.payload })
}

/** Written by the community: by its people in VK, by another program, or by us. */
function readReply(frame: Frame): InboundEvent[] {
  const message = objectAt(frame.object, 'message') ?? frame.object
  const place = placeOf(message)
  if (typeof place === 'string') return [ignored(frame, place, timeOf(message))]
  return readOwn(frame, message, place)
}

function readOwn(frame: Frame, message: JsonObject, place: Place): InboundEvent[] {
  const { contents, replyTo, groupId } = readContents(message, place.peerId)
  const key = messageKey(place.peerId, place.number)
  const ref = readRef(message.payload)
  return contents.map(({ content, forwarded }, index) => ({
    ...baseOf(frame, place.at),
    externalId: index === 0 ? key : `${key}~${index + 1}`,
    threadId: place.peerId,
    identity: personOf(place.peerId),
    tie: Number(place.number),
    ...(ref === undefined ? {} : { ref }),
    kind: 'message.echoed' as const,
    message: compact({ content, replyTo, forwarded: forwarded || undefined, groupId: groupId && 'media' in content ? key : undefined }),
  }))
}

function readEdit(frame: Frame): InboundEvent[] {
  const message = objectAt(frame.object, 'message') ?? frame.object
  const place = placeOf(message)
  if (typeof place === 'string') return [ignored(frame, place, timeOf(message))]
  const edited = timeOf(message, 'update_time')
  const { contents, replyTo } = readContents(message, place.peerId)
  return [
    {
      ...baseOf(frame, edited === noPlatformTime ? place.at : edited),
      threadId: place.peerId,
      identity: personOf(place.peerId),
      kind: 'message.edited',
      of: messageKey(place.peerId, place.number),
      message: compact({ content: contents[0]!.content, replyTo }),
    },
  ]
}

/** A press on a button under a message; it must be answered within a minute. VK names neither time nor title. */
function readPress(frame: Frame): InboundEvent[] {
  const { object } = frame
  const userId = idAt(object, 'user_id')
  const peerId = idAt(object, 'peer_id')
  const eventId = textAt(object, 'event_id')
  if (userId === undefined || peerId === undefined || eventId === undefined) return [ignored(frame, 'malformed')]
  if (Number(peerId) >= firstChat) return [ignored(frame, 'group')]
  const number = idAt(object, 'conversation_message_id')
  const { payload, title } = readPayload(object.payload)
  return [
    compact({
      ...baseOf(frame),
      externalId: `press:${peerId}:${eventId}`,
      threadId: peerId,
      identity: personOf(userId),
      kind: 'action.chosen' as const,
      of: number === undefined ? undefined : messageKey(peerId, number),
      title: title ?? payload ?? '',
      payload,
      acknowledge: `${eventId}|${userId}|${peerId}`,
    }),
  ]
}

/** Messages of ours before the one that is named were read as well; VK names only the last. */
const readBefore = 10

function readRead(frame: Frame): InboundEvent[] {
  const peerId = idAt(frame.object, 'peer_id') ?? idAt(frame.object, 'from_id')
  const number = numberAt(frame.object, 'conversation_message_id')
  if (peerId === undefined || number === undefined || number < 1 || !Number.isSafeInteger(number)) return [ignored(frame, 'malformed')]
  const count = Math.min(readBefore, number)
  const externalIds = Array.from({ length: count }, (_, index) => messageKey(peerId, String(number - index)))
  return [
    { ...baseOf(frame), threadId: peerId, identity: personOf(peerId), kind: 'delivery.updated', receipt: 'read', of: { externalIds } },
  ]
}

function readTyping(frame: Frame): InboundEvent[] {
  const fromId = idAt(frame.object, 'from_id')
  if (fromId === undefined) return [ignored(frame, 'malformed')]
  if (fromId.startsWith('-')) return [ignored(frame, 'own_typing')]
  return [{ ...baseOf(frame), threadId: fromId, identity: personOf(fromId), kind: 'typing', on: true }]
}

function readAllow(frame: Frame): InboundEvent[] {
  const userId = idAt(frame.object, 'user_id')
  if (userId === undefined) return [ignored(frame, 'malformed')]
  const key = textAt(frame.object, 'key')
  const referral = key === undefined ? {} : { referral: { source: 'allowed_messages', payload: key } }
  return [{ ...baseOf(frame), threadId: userId, identity: personOf(userId), kind: 'contact.subscribed', ...referral }]
}

function readDeny(frame: Frame): InboundEvent[] {
  const userId = idAt(frame.object, 'user_id')
  if (userId === undefined) return [ignored(frame, 'malformed')]
  return [
    { ...baseOf(frame), threadId: userId, identity: personOf(userId), kind: 'contact.opted_out', scope: 'all', reason: 'denied_messages' },
  ]
}

/** One reaction per person; without a number it was taken back. */
function readReaction(frame: Frame): InboundEvent[] {
  const userId = idAt(frame.object, 'reacted_id')
  const peerId = idAt(frame.object, 'peer_id')
  const number = idAt(frame.object, 'cmid')
  if (userId === undefined || peerId === undefined || number === undefined) return [ignored(frame, 'malformed')]
  if (Number(peerId) >= firstChat) return [ignored(frame, 'group')]
  if (userId.startsWith('-')) return [ignored(frame, 'own_reaction')]
  const reactionId = idAt(frame.object, 'reaction_id')
  return [
    {
      ...baseOf(frame),
      threadId: peerId,
      identity: personOf(userId),
      kind: 'reaction.changed',
      of: messageKey(peerId, number),
      emojis: reactionId === undefined || reactionId === '0' ? [] : [emojiOf(reactionId)],
    },
  ]
}

/** An order in the community's shop. */
function readOrder(frame: Frame): InboundEvent[] {
  const { object } = frame
  const userId = idAt(object, 'user_id')
  const orderId = idAt(object, 'id')
  const lines = Array.isArray(object.preview_order_items) ? object.preview_order_items : []
  if (userId === undefined || orderId === undefined) return [ignored(frame, 'malformed', timeOf(object))]
  const phone = textAt(object, 'recipient', 'phone')?.replace(/[\s()-]/g, '')
  return [
    {
      ...baseOf(frame, timeOf(object)),
      externalId: `order:${userId}_${orderId}`,
      threadId: userId,
      identity: personOf(
        userId,
        compact({ name: textAt(object, 'recipient', 'name'), phone: /^\+\d{6,15}$/.test(phone ?? '') ? phone : undefined }),
      ),
      kind: 'order.placed',
      message: {
        content: compact({
          kind: 'order' as const,
          items: lines.map(line =>
            compact({
              productId: idAt(line, 'item_id') ?? '',
              name: textAt(line, 'title'),
              quantity: Math.max(1, numberAt(line, 'quantity') ?? 1),
              price: moneyOf(objectAt(line, 'price')),
            }),
          ),
          text: stringAt(object, 'comment') ? { text: stringAt(object, 'comment')! } : undefined,
          total: moneyOf(objectAt(object, 'total_price')),
        }),
      },
    },
  ]
}

/** The first ones of VK's list of languages: https://dev.vk.com/ru/api/api-requests */
const languages = ['ru', 'uk', 'be', 'en', 'es', 'fi', 'de', 'it']

function languageOf(id: number | undefined): string | undefined {
  return id === undefined ? undefined : languages[id]
}
