/**
 * What becomes of a message that the business sends: accepted, shown on the phone, told in statuses; or failed a moment later.
 * Always holds: 200 means accepted only. Who blocked the number, has no WhatsApp, or whose 24 hours are over, is told by a `failed` status.
 */
import { idAt, objectAt, stringAt, textAt } from '@dragoman/channel-kit'
import type { Media } from '@dragoman/core'
import { phoneBody } from './phone-body.ts'
import { monthOf, type PriceCategory, pricingOf } from './pricing.ts'
import { mayReach, noteReached } from './standing.ts'
import type { BusinessNumber, Customer, StoredMessage } from './state.ts'
import { templateOf } from './validate.ts'
import { chatOf, contactEntry, entryPointMs, fileOf, newMessageId, seconds, type World, windowMs } from './world.ts'

const sentAfterMs = 120
const deliveredAfterMs = 450
const failedAfterMs = 200

interface AsyncError {
  code: number
  title: string
  details: string
}

/** Accepts a checked message and answers as the platform does. */
export function acceptMessage(world: World, number: BusinessNumber, message: Record<string, unknown>): Record<string, unknown> {
  const id = newMessageId(world)
  const chat = chatOf(world, number, message)
  const type = textAt(message, 'type') ?? 'text'
  const now = world.environment.now()
  const category: PriceCategory =
    type === 'template' ? ((templateOf(message, world.state)?.category.toLowerCase() as PriceCategory | undefined) ?? 'utility') : 'service'
  const error = asyncError(chat, type, category, now) ?? (chat && limitError(world, chat, now))
  const reference = textAt(message, 'biz_opaque_callback_data')
  if (error) {
    tellFailure(world, number, chat, message, id, reference, error)
  } else if (chat) {
    if (type === 'reaction') react(world, chat, message)
    else show(world, chat, message, id, category, reference)
    tellStatuses(world, number, chat, id, category, reference, type === 'reaction')
  }
  return {
    messaging_product: 'whatsapp',
    contacts: [contactOfAnswer(message, chat)],
    messages: [type === 'template' ? { id, message_status: 'accepted' } : { id }],
  }
}

function contactOfAnswer(message: Record<string, unknown>, chat: Customer | undefined): Record<string, unknown> {
  const to = textAt(message, 'to')
  if (!to) return { input: message.recipient, user_id: message.recipient }
  return { input: to, wa_id: chat?.phone ?? to.replace(/[^0-9]/g, ''), ...(message.recipient ? { user_id: message.recipient } : {}) }
}

function asyncError(chat: Customer | undefined, type: string, category: PriceCategory, now: number): AsyncError | undefined {
  if (!chat || chat.blocked) {
    return { code: 131026, title: 'Message undeliverable', details: 'Message Undeliverable.' }
  }
  if (type !== 'template' && chat.windowUntil <= now) {
    return {
      code: 131047,
      title: 'Re-engagement message',
      details: 'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
    }
  }
  if (category === 'marketing' && chat.stoppedMarketing) {
    return {
      code: 131050,
      title: 'User stopped marketing messages',
      details: 'The recipient has chosen to stop marketing messages from you.',
    }
  }
  if (category === 'marketing' && chat.phone?.startsWith('1') && chat.phone.length === 11) {
    return {
      code: 131049,
      title: 'Meta chose not to deliver',
      details: 'This message was not delivered to maintain healthy ecosystem engagement.',
    }
  }
  return undefined
}

/** Outside of an open window the message begins something, and beginnings are counted. */
function limitError(world: World, chat: Customer, now: number): AsyncError | undefined {
  if (chat.windowUntil > now) return undefined
  if (mayReach(world, chat.bsuid, now)) {
    noteReached(world, chat.bsuid, now)
    return undefined
  }
  return {
    code: 131048,
    title: 'Spam rate limit hit',
    details: 'Message failed to send because there are restrictions on how many messages can be sent from this phone number.',
  }
}

function show(
  world: World,
  chat: Customer,
  message: Record<string, unknown>,
  id: string,
  category: PriceCategory,
  reference: string | undefined,
): void {
  const now = world.environment.now()
  const replyTo = textAt(message, 'context', 'message_id')
  const body = phoneBody(message, pointer => shownFile(world, pointer), templateOf(message, world.state))
  const stored: StoredMessage = {
    id,
    from: 'business',
    at: now,
    body,
    status: 'sent',
    reactions: [],
    receipts: [],
    category,
    ...(reference ? { reference } : {}),
    ...(replyTo ? { replyTo } : {}),
    ...(body.content.kind === 'voice' ? { isVoice: true } : {}),
  }
  chat.messages.push(stored)
  chat.typingUntil = 0
  // An answer within a day to somebody who came by an advertisement opens the free entry point.
  if (chat.cameByAdAt !== undefined && now - chat.cameByAdAt <= windowMs) chat.freeUntil = now + entryPointMs
  chat.cameByAdAt = undefined
  world.environment.changed()
}

function react(world: World, chat: Customer, message: Record<string, unknown>): void {
  const target = chat.messages.find(entry => entry.id === textAt(message, 'reaction', 'message_id'))
  if (!target) return
  const emoji = stringAt(message, 'reaction', 'emoji')
  target.reactions = [
    ...target.reactions.filter(reaction => reaction.by !== 'business'),
    ...(emoji ? [{ by: 'business' as const, emoji }] : []),
  ]
  world.environment.changed()
}

function shownFile(world: World, pointer: unknown): Media {
  const file = fileOf(world, idAt(pointer, 'id') ?? '')
  if (!file) return { ref: { from: 'link', url: textAt(pointer, 'link') ?? '' } }
  return { ref: { from: 'link', url: file.url }, mimeType: file.mimeType, name: file.name, sizeBytes: file.sizeBytes }
}

function tellFailure(
  world: World,
  number: BusinessNumber,
  chat: Customer | undefined,
  message: Record<string, unknown>,
  id: string,
  reference: string | undefined,
  error: AsyncError,
): void {
  const recipient = chat?.phone ?? textAt(message, 'to')?.replace(/[^0-9]/g, '')
  world.environment.after(failedAfterMs, () =>
    world.outbox.send(number, chat?.id ?? id, {
      statuses: [
        {
          id,
          status: 'failed',
          timestamp: seconds(world.environment.now()),
          ...(recipient ? { recipient_id: recipient } : {}),
          ...(chat ? { recipient_user_id: chat.bsuid } : {}),
          ...(reference ? { biz_opaque_callback_data: reference } : {}),
          errors: [
            {
              code: error.code,
              title: error.title,
              message: error.title,
              error_data: { details: error.details },
              href: 'https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes',
            },
          ],
        },
      ],
    }),
  )
}

function tellStatuses(
  world: World,
  number: BusinessNumber,
  chat: Customer,
  id: string,
  category: PriceCategory,
  reference: string | undefined,
  onlySent: boolean,
): void {
  const now = world.environment.now()
  const month = monthOf(now)
  const deliveredBefore = number.deliveredInMonth[month] ?? 0
  const inEntryPoint = chat.freeUntil > now
  const pricing = pricingOf({ category, at: now, inWindow: chat.windowUntil > now, inEntryPoint, deliveredBefore })
  const conversation = inEntryPoint
    ? { conversation: { id: `free-${chat.id}`, expiration_timestamp: seconds(chat.freeUntil), origin: { type: 'referral_conversion' } } }
    : {}
  if (category === 'service' && !onlySent) number.deliveredInMonth[month] = deliveredBefore + 1
  world.environment.after(sentAfterMs, () => tell(world, number, chat, id, 'sent', reference, { ...conversation, pricing }))
  if (onlySent) return
  world.environment.after(deliveredAfterMs, () => {
    if (chat.blocked) return
    const stored = chat.messages.find(message => message.id === id)
    // Read before it was told as delivered: the platform then skips the step.
    if (stored?.receipts.includes('read') && !chat.hidesReceipts) return
    if (stored?.status === 'sent') stored.status = 'delivered'
    stored?.receipts.push('delivered')
    world.environment.changed()
    tell(world, number, chat, id, 'delivered', reference, { pricing })
  })
}

/** Goes on after a restart: what was accepted and not delivered yet is delivered now. */
export function resumeStatuses(world: World): void {
  for (const chat of world.state.customers) {
    const number = world.state.numbers.find(candidate => candidate.id === chat.numberId)
    for (const message of chat.messages) {
      if (!number || message.from !== 'business' || message.receipts.length > 0) continue
      world.environment.after(deliveredAfterMs, () => {
        if (chat.blocked || message.receipts.length > 0) return
        message.status = 'delivered'
        message.receipts.push('delivered')
        world.environment.changed()
        tell(world, number, chat, message.id, 'delivered', message.reference)
      })
    }
  }
}

/** Posts one status. */
export function tell(
  world: World,
  number: BusinessNumber,
  chat: Customer,
  id: string,
  status: string,
  reference: string | undefined,
  more: Record<string, unknown> = {},
): void {
  world.outbox.send(number, chat.id, {
    contacts: [contactEntry(chat)],
    statuses: [
      {
        id,
        status,
        timestamp: seconds(world.environment.now()),
        ...(chat.phone ? { recipient_id: chat.phone } : {}),
        recipient_user_id: chat.bsuid,
        ...(reference ? { biz_opaque_callback_data: reference } : {}),
        ...more,
      },
    ],
  })
}

/** The customer has the chat open: what was not read yet is, and the business is told unless receipts are hidden. */
export function openChat(world: World, number: BusinessNumber, chat: Customer): void {
  for (const message of chat.messages) {
    if (message.from !== 'business' || message.receipts.includes('read')) continue
    message.receipts.push('read')
    if (chat.hidesReceipts || chat.blocked) continue
    message.status = 'read'
    tell(world, number, chat, message.id, 'read', message.reference)
    if (message.isVoice) {
      world.environment.after(800, () => {
        message.receipts.push('played')
        tell(world, number, chat, message.id, 'played', message.reference)
      })
    }
  }
}

/** Mark as read, with or without typing: that message and all before it. */
export function markRead(world: World, found: { customer: Customer; message: StoredMessage }, message: Record<string, unknown>): void {
  const until = found.customer.messages.indexOf(found.message)
  for (const entry of found.customer.messages.slice(0, until + 1)) if (entry.from === 'customer') entry.status = 'read'
  if (objectAt(message, 'typing_indicator')) {
    // It lasts until the answer, 25 s at most.
    found.customer.typingUntil = world.environment.now() + 25_000
    world.environment.after(25_000, () => world.environment.changed())
  }
  world.environment.changed()
}
