/**
 * What becomes of a message that the business sends: shown on the phone, echoed to the app itself, told as delivered and read.
 * Always holds: an echo carries the app's id and the metadata; receipts come as far as the messenger gives them and the customer lets it.
 */
import { arrayAt, objectAt, stringAt, textAt } from '@dragoman/channel-kit'
import { post } from './inbound.ts'
import { phoneBody } from './phone-body.ts'
import type { World } from './rules.ts'
import type { BusinessAccount, Customer, StoredMessage } from './state.ts'

const echoedAfterMs = 60
const deliveredAfterMs = 300
const typingMs = 20_000

/** Accepts a checked message and answers as the platform does. */
export function acceptMessage(
  world: World,
  account: BusinessAccount,
  customer: Customer,
  body: Record<string, unknown>,
): Record<string, unknown> {
  const { environment, rules } = world
  const message = objectAt(body, 'message') ?? {}
  const id = rules.newMessageId(environment.random)
  const replyTo = textAt(body, 'reply_to', 'mid')
  const shown = phoneBody(message, world)
  const stored: StoredMessage = {
    id,
    from: 'business',
    at: environment.now(),
    body: shown,
    status: 'sent',
    reactions: [],
    receipts: [],
    ...(replyTo ? { replyTo } : {}),
  }
  customer.messages.push(stored)
  customer.typingUntil = 0
  customer.isRequest = false
  environment.changed()
  const metadata = textAt(message, 'metadata')
  environment.after(echoedAfterMs, () =>
    post(
      world,
      account,
      customer,
      rules.fields.echo,
      {
        timestamp: Math.round(stored.at),
        message: { mid: id, is_echo: true, app_id: world.state.app.id, ...(metadata ? { metadata } : {}), ...echoOf(message, world) },
      },
      'business',
    ),
  )
  if (rules.tellsDelivery) deliverLater(world, account, customer, stored)
  const attachmentId = textAt(message, 'attachment', 'payload', 'attachment_id')
  return {
    recipient_id: customer.personId,
    message_id: id,
    ...(attachmentId && objectAt(message, 'attachment', 'payload')?.is_reusable ? { attachment_id: attachmentId } : {}),
  }
}

/** Text as it was, files by their address, templates by their words. */
function echoOf(message: unknown, world: World): Record<string, unknown> {
  const text = stringAt(message, 'text')
  const attachment = objectAt(message, 'attachment')
  if (!attachment) return text === undefined ? {} : { text }
  const type = textAt(attachment, 'type') ?? 'fallback'
  const payload = objectAt(attachment, 'payload') ?? {}
  if (type === 'template') return { attachments: [{ type, payload }] }
  const file = world.state.files.find(entry => entry.id === textAt(payload, 'attachment_id'))
  return { attachments: [{ type, payload: { url: file?.url ?? textAt(payload, 'url') ?? '' } }] }
}

function deliverLater(world: World, account: BusinessAccount, customer: Customer, stored: StoredMessage): void {
  world.environment.after(deliveredAfterMs, () => {
    if (customer.blocked || stored.receipts.includes('delivered')) return
    stored.receipts.push('delivered')
    if (stored.status === 'sent') stored.status = 'delivered'
    world.environment.changed()
    post(world, account, customer, world.rules.fields.delivery, { delivery: { mids: [stored.id], watermark: Math.round(stored.at) } })
  })
}

/** Goes on after a restart: what was accepted and not delivered yet is delivered now. */
export function resumeDeliveries(world: World): void {
  if (!world.rules.tellsDelivery) return
  for (const customer of world.state.customers) {
    const account = world.state.accounts.find(entry => entry.id === customer.accountId)
    for (const message of customer.messages)
      if (account && message.from === 'business' && message.receipts.length === 0) deliverLater(world, account, customer, message)
  }
}

/** The customer has the chat open: what was not read yet is, and the business is told unless receipts are hidden. */
export function openChat(world: World, account: BusinessAccount, customer: Customer): void {
  const unread = customer.messages.filter(message => message.from === 'business' && !message.receipts.includes('read'))
  const last = unread.at(-1)
  if (!last) return
  for (const message of unread) {
    message.receipts.push('read')
    if (!customer.hidesReceipts) message.status = 'read'
  }
  if (customer.hidesReceipts || customer.blocked) return
  const read = world.rules.readBy === 'message' ? { mid: last.id } : { watermark: Math.round(last.at) }
  post(world, account, customer, world.rules.fields.read, { read })
}

/** Typing, read marks and reactions of the business. False: there is no such message. */
export function performAction(world: World, customer: Customer, body: Record<string, unknown>): boolean {
  const action = textAt(body, 'sender_action')
  world.environment.changed()
  switch (action) {
    case 'typing_on':
      customer.typingUntil = world.environment.now() + typingMs
      world.environment.after(typingMs, () => world.environment.changed())
      return true
    case 'typing_off':
      customer.typingUntil = 0
      return true
    case 'mark_seen':
      for (const message of customer.messages) if (message.from === 'customer') message.status = 'read'
      return true
    default: {
      const target = customer.messages.find(message => message.id === textAt(body, 'payload', 'message_id'))
      if (!target) return false
      const others = target.reactions.filter(reaction => reaction.by !== 'business')
      const said = textAt(body, 'payload', 'reaction')
      target.reactions = action === 'react' && said ? [...others, { by: 'business', emoji: said === 'love' ? '❤️' : said }] : others
      return true
    }
  }
}

/** How many attachments a message has; pictures can come together. */
export function attachmentsOf(message: unknown): readonly unknown[] {
  const one = objectAt(message, 'attachment')
  return one ? [one] : arrayAt(message, 'attachments')
}
