/** The phone of one customer, as the simulator page draws it. */
import type { PhoneAbilities, PhoneMessage, PhoneView } from '@dragoman/channel-kit/simulator'
import { reactions } from './limits.ts'
import type { Bot, Chat, Person, StoredMessage, World } from './state.ts'

const abilities: PhoneAbilities = {
  kinds: ['text', 'image', 'video', 'audio', 'voice', 'file', 'sticker', 'location', 'contact_card', 'poll', 'album'],
  videoStyles: ['note', 'animation'],
  reply: true,
  react: reactions.slice(0, 24),
  edit: true,
  delete: true,
  block: true,
  hideReceipts: false,
  typing: false,
  start: true,
  shareContact: true,
}

export function phoneOf(world: World, bot: Bot, person: Person, chat: Chat): PhoneView {
  return {
    customerId: `${bot.id}:${person.id}`,
    accountId: String(bot.id),
    customerName: person.firstName,
    ...(person.phone ? { customerPhone: person.phone } : {}),
    accountName: bot.name,
    started: chat.started,
    blocked: chat.blocked,
    hidesReceipts: false,
    businessTyping: chat.typingUntil > world.environment.now(),
    messages: chat.messages.map(shown),
    abilities,
    ...(chat.keyboard ? { keyboard: { rows: chat.keyboard.map(row => row.map(keyOf)) } } : {}),
  }
}

function keyOf(key: NonNullable<Chat['keyboard']>[number][number]): { title: string; action: 'text' | 'share_contact' | 'share_location' } {
  return { title: key.text, action: key.request_contact ? 'share_contact' : key.request_location ? 'share_location' : 'text' }
}

function shown(message: StoredMessage): PhoneMessage {
  const { customer, business } = message.reactions
  return {
    id: String(message.id),
    from: message.from,
    at: message.at,
    body: message.body,
    // A bot never reads: the customer's own messages keep one tick for good.
    ...(message.from === 'customer' ? { status: 'sent' as const } : {}),
    ...(message.editedAt === undefined ? {} : { edited: true }),
    ...(message.deleted ? { deleted: true } : {}),
    ...(message.replyTo === undefined ? {} : { replyTo: String(message.replyTo) }),
    ...(message.groupId === undefined ? {} : { groupId: message.groupId }),
    reactions: [
      ...(customer ? [{ by: 'customer' as const, emoji: customer }] : []),
      ...(business ? [{ by: 'business' as const, emoji: business }] : []),
    ],
  }
}
