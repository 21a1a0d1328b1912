/**
 * One item of `messaging[]` or `standby[]` → canonical events.
 * Always holds: one item gives at least one event; what a customer does opens the messenger's reply windows from the platform's own time; an item
 * that came to standby is shown all the same, and says besides that another program holds the conversation.
 */
import { arrayAt, booleanAt, compact, idAt, numberAt, numericAt, objectAt, stringAt, textAt } from '@dragoman/channel-kit'
import type { AccountView, InboundEvent, InboundMessage } from '@dragoman/core'
import { contentsOf } from './attachments.ts'
import { controlEvents } from './control.ts'
import type { MessagingDialect } from './dialect.ts'
import { ignoredItem, type MessagingItem, timeOf } from './envelope.ts'
import { identityOf, threadOf } from './identity.ts'
import { optEvents } from './opt-in.ts'
import { referralOf } from './referral.ts'
import { answersInWords, orderOf } from './structured.ts'

/** The payload of the Get Started button, as our entrance sets it. */
export const startPayload = 'dragoman:start'

export interface ItemContext {
  item: MessagingItem
  dialect: MessagingDialect
  account: AccountView
  /** The customer's id, whoever the item is from. */
  personId: string
  /** Written by the account itself. */
  isOwn: boolean
  at: number
  base: { at: number; threadId: string; identity: ReturnType<typeof identityOf>; parseNote?: string }
  /** Windows that a customer's deed opens; nothing where the time is unknown. */
  opens: { opens?: { window: string; until: number }[] }
}

/** The events of an item. */
export function parseItem(item: MessagingItem, dialect: MessagingDialect, account: AccountView): InboundEvent[] {
  const { value } = item
  const at = timeOf(numericAt(value, 'timestamp'))
  const enforcement = objectAt(value, 'policy_enforcement')
  if (enforcement) {
    const level = textAt(enforcement, 'action') ?? 'warning'
    const change = compact({ what: 'quality' as const, level, detail: textAt(enforcement, 'reason') })
    return [{ kind: 'account.changed', externalId: `policy:${at || item.fingerprint}:${level}`, at: at || item.entryAt, change }]
  }
  const own = dialect.ownIds(account)
  const senderId = idAt(value, 'sender', 'id')
  const recipientId = idAt(value, 'recipient', 'id')
  const isOwn = senderId !== undefined && own.includes(senderId)
  if (isOwn && recipientId !== undefined && own.includes(recipientId)) return [ignoredItem(item, 'to_oneself', kindOf(value), at)]
  const personId = isOwn ? recipientId : senderId
  if (!personId) return [ignoredItem(item, 'no_sender', kindOf(value), at)]
  const when = at || item.entryAt
  const context: ItemContext = {
    item,
    dialect,
    account,
    personId,
    isOwn,
    at: when,
    base: {
      at: when,
      threadId: threadOf(personId),
      identity: identityOf(personId),
      ...(at > 0 ? {} : { parseNote: 'no readable timestamp' }),
    },
    opens: when > 0 ? { opens: dialect.windows(account).map(({ window, lengthMs }) => ({ window, until: when + lengthMs })) } : {},
  }
  const events = eventsOf(context)
  if (events.length === 0) return [ignoredItem(item, 'unknown_item', kindOf(value), at)]
  if (item.standby) return [...events, standbyEvent(context)]
  return isOwn || dialect.appId(account) === undefined || !isFirstHand(value) ? events : [...events, heldEvent(context)]
}

/** What only the program that holds a conversation is told by itself, and not as a copy. */
function isFirstHand(value: unknown): boolean {
  return objectAt(value, 'message') !== undefined || objectAt(value, 'postback') !== undefined
}

function eventsOf(context: ItemContext): InboundEvent[] {
  const { value } = context.item
  if (objectAt(value, 'message')) return messageEvents(context)
  if (objectAt(value, 'postback')) return postbackEvents(context)
  if (objectAt(value, 'reaction')) return [reactionEvent(context)]
  if (objectAt(value, 'message_edit')) return [editEvent(context)]
  if (objectAt(value, 'delivery')) return deliveryEvents(context)
  if (objectAt(value, 'read')) return readEvents(context)
  if (objectAt(value, 'order')) return [orderEvent(context)]
  if (objectAt(value, 'referral')) return [arrivalEvent(context, context.opens)]
  if (objectAt(value, 'messaging_feedback')) return [answersEvent(context, 'messaging_feedback', 'Survey')]
  if (objectAt(value, 'messaging_customer_information')) return [answersEvent(context, 'messaging_customer_information', 'Form')]
  return [...optEvents(context), ...controlEvents(context)]
}

// ---- messages ----------------------------------------------------------------------------------------------------------------------------

function messageEvents(context: ItemContext): InboundEvent[] {
  const { item, base, isOwn, at } = context
  const message = objectAt(item.value, 'message')
  const mid = textAt(message, 'mid') ?? item.fingerprint
  if (booleanAt(message, 'is_self')) return [ignoredItem(item, 'to_oneself', 'message', at)]
  if (booleanAt(message, 'is_deleted')) return [{ ...base, kind: 'message.deleted', externalId: `${mid}:deleted`, of: [mid] }]
  const isEcho = isOwn || booleanAt(message, 'is_echo') === true
  const chosen = objectAt(message, 'quick_reply')
  if (chosen && !isEcho) return [choiceEvent(context, mid)]
  const about = compact<Omit<InboundMessage, 'content'>>({ replyTo: textAt(message, 'reply_to', 'mid'), referral: referralOf(message) })
  return contentsOf(message, context.dialect).map((content, index, all): InboundEvent => {
    const full: InboundMessage = {
      content: withStory(content, message),
      ...(index === 0 ? about : {}),
      ...(all.length > 1 ? { groupId: mid } : {}),
    }
    const externalId = index === 0 ? mid : `${mid}:${index + 1}`
    if (!isEcho) return { ...base, ...context.opens, kind: 'message.received', externalId, message: full }
    const ref = textAt(message, 'metadata')
    return { ...base, ...(ref ? { ref } : {}), kind: 'message.echoed', externalId, message: full }
  })
}

/** An answer to a story of ours carries the story beside its words. */
function withStory(content: InboundMessage['content'], message: unknown): InboundMessage['content'] {
  const story = objectAt(message, 'reply_to', 'story')
  if (!story) return content
  const storyUrl = textAt(story, 'url')
  if (content.kind === 'text') return compact({ kind: 'story_reply', text: content.text, storyUrl })
  if (content.kind === 'image') return compact({ kind: 'story_reply', text: content.caption, storyUrl, media: content.media })
  if (content.kind === 'story_reply') return compact({ ...content, storyUrl: content.storyUrl ?? storyUrl })
  return content
}

/** A quick reply. Asked for a phone or an address, the customer's own comes as the words and as the payload. */
function choiceEvent(context: ItemContext, mid: string): InboundEvent {
  const message = objectAt(context.item.value, 'message')
  const payload = stringAt(message, 'quick_reply', 'payload')
  const title = textAt(message, 'text') ?? payload ?? ''
  const told =
    payload && /^\+[0-9]{7,15}$/.test(payload)
      ? { phone: payload }
      : payload === title && /^\S+@\S+\.\S+$/.test(payload)
        ? { email: payload }
        : {}
  return compact<InboundEvent>({
    ...context.base,
    ...context.opens,
    identity: identityOf(context.personId, told),
    kind: 'action.chosen',
    externalId: mid,
    of: textAt(message, 'reply_to', 'mid'),
    title,
    payload,
  })
}

/** A press; whoever came by a link at the same time is said to have come, before it. */
function postbackEvents(context: ItemContext): InboundEvent[] {
  const { item, base, opens, at, personId } = context
  const postback = objectAt(item.value, 'postback')
  const payload = stringAt(postback, 'payload')
  const externalId = textAt(postback, 'mid') ?? `postback:${personId}:${at}:${payload ?? ''}`
  const arrival = { ...arrivalEvent(context, opens, postback), externalId }
  if (payload === startPayload) return [arrival]
  const press = compact<InboundEvent>({
    ...base,
    ...opens,
    kind: 'action.chosen',
    externalId,
    title: textAt(postback, 'title') ?? payload ?? '',
    // To standby the platform sends presses without what they carry.
    payload,
  })
  return referralOf(postback) ? [arrival, press] : [press]
}

/** Somebody came by a link, an advertisement or the Get Started button, without a word yet. */
function arrivalEvent(context: ItemContext, opens: ItemContext['opens'], holder: unknown = context.item.value): InboundEvent {
  return compact<InboundEvent>({
    ...context.base,
    ...opens,
    kind: 'contact.subscribed',
    externalId: `referral:${context.personId}:${context.at || context.item.fingerprint}`,
    referral: referralOf(holder),
  })
}

/** Names of reactions, where the emoji itself is missing. */
const namedReactions: Readonly<Record<string, string>> = {
  smile: '😆',
  laugh: '😆',
  angry: '😠',
  sad: '😢',
  wow: '😮',
  love: '❤️',
  like: '👍',
  dislike: '👎',
}

function reactionEvent(context: ItemContext): InboundEvent {
  const { item, base, opens, at, personId, isOwn } = context
  const reaction = objectAt(item.value, 'reaction')
  const of = textAt(reaction, 'mid')
  const action = textAt(reaction, 'action') ?? 'react'
  if (isOwn) return ignoredItem(item, 'own_reaction', 'reaction', at)
  if (!of) return ignoredItem(item, 'no_target', 'reaction', at)
  const name = textAt(reaction, 'reaction') ?? ''
  const emoji = textAt(reaction, 'emoji') ?? (Object.hasOwn(namedReactions, name) ? namedReactions[name] : undefined) ?? '❔'
  const isOn = action !== 'unreact'
  const externalId = `${of}:reaction:${personId}:${at}:${isOn ? emoji : ''}`
  return { ...base, ...(isOn ? opens : {}), kind: 'reaction.changed', externalId, of, emojis: isOn ? [emoji] : [] }
}

function editEvent(context: ItemContext): InboundEvent {
  const edit = objectAt(context.item.value, 'message_edit')
  const of = textAt(edit, 'mid')
  if (!of) return ignoredItem(context.item, 'no_target', 'message_edit', context.at)
  const count = numberAt(edit, 'num_edit')
  return {
    ...context.base,
    kind: 'message.edited',
    externalId: `${of}:edit:${count ?? context.at}`,
    of,
    message: { content: { kind: 'text', text: { text: stringAt(edit, 'text') ?? '' } } },
  }
}

// ---- receipts ----------------------------------------------------------------------------------------------------------------------------

/** Everything up to the watermark, and by name what is named: clocks of two houses differ by a little. */
function deliveryEvents(context: ItemContext): InboundEvent[] {
  const { item, base, personId } = context
  const watermark = timeOf(numericAt(item.value, 'delivery', 'watermark'))
  const mids = arrayAt(item.value, 'delivery', 'mids').filter((mid): mid is string => typeof mid === 'string' && mid !== '')
  const event = { ...base, at: base.at || watermark, kind: 'delivery.updated' as const, receipt: 'delivered' as const }
  const key = `delivered:${personId}:${watermark || item.fingerprint}`
  const events: InboundEvent[] = []
  if (mids.length > 0) events.push({ ...event, externalId: `${key}:${mids.join(',')}`, of: { externalIds: mids } })
  if (watermark > 0) events.push({ ...event, externalId: key, of: { watermark } })
  return events.length > 0 ? events : [ignoredItem(item, 'nothing_in_it', 'delivery', context.at)]
}

/** Up to the watermark; or by id, which means that message and whatever stands above it when it was seen. */
function readEvents(context: ItemContext): InboundEvent[] {
  const { item, base, personId, at } = context
  const mid = textAt(item.value, 'read', 'mid')
  const watermark = timeOf(numericAt(item.value, 'read', 'watermark')) || (mid ? at : 0)
  const event = { ...base, at: base.at || watermark, kind: 'delivery.updated' as const, receipt: 'read' as const }
  const events: InboundEvent[] = []
  if (mid) events.push({ ...event, externalId: `read:${mid}`, of: { externalIds: [mid] } })
  if (watermark > 0) events.push({ ...event, externalId: `read:${personId}:${watermark}`, of: { watermark } })
  return events.length > 0 ? events : [ignoredItem(item, 'nothing_in_it', 'read', at)]
}

// ---- the rest ----------------------------------------------------------------------------------------------------------------------------

function orderEvent(context: ItemContext): InboundEvent {
  const { item, base, opens, personId, at } = context
  const content = orderOf(objectAt(item.value, 'order'))
  return { ...base, ...opens, kind: 'order.placed', externalId: `order:${personId}:${at || item.fingerprint}`, message: { content } }
}

/** What was filled in: a survey, a form. Kept whole, and in words for people. */
function answersEvent(context: ItemContext, key: string, title: string): InboundEvent {
  const { item, base, opens, personId, at } = context
  const answers = objectAt(item.value, key)
  return compact<InboundEvent>({
    ...base,
    ...opens,
    kind: 'action.chosen',
    externalId: `${key}:${personId}:${at || item.fingerprint}`,
    title,
    description: answersInWords(answers),
    payload: JSON.stringify(answers),
  })
}

/** A copy for a listener: another program holds this conversation. */
function standbyEvent({ item, base }: ItemContext): InboundEvent {
  const app = idAt(item.value, 'message', 'app_id')
  return { ...base, kind: 'control.changed', externalId: `standby:${item.fingerprint}`, ours: false, ...(app ? { app } : {}) }
}

/**
 * Where several programs take turns, a word that comes first-hand says that the conversation is ours: after a day of silence nobody passes it,
 * it just comes. Told only where the settings name our app, for nobody else takes turns.
 */
function heldEvent({ item, base }: ItemContext): InboundEvent {
  return { ...base, kind: 'control.changed', externalId: `held:${item.fingerprint}`, ours: true }
}

/** What an item is about, for what is not used. */
function kindOf(value: unknown): string {
  const around = new Set(['sender', 'recipient', 'timestamp'])
  return Object.keys(objectAt(value) ?? {}).find(key => !around.has(key)) ?? 'item'
}
