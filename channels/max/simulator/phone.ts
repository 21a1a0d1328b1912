/** The phone of one person, as the simulator page draws it. */
import type { PhoneAbilities, PhoneMessage, PhoneView } from '@dragoman/channel-kit/simulator'
import type { Bot, Dialog, Person, StoredMessage, World } from './state.ts'

const abilities: PhoneAbilities = {
  kinds: ['text', 'image', 'video', 'audio', 'file', 'sticker', 'location', 'contact_card'],
  videoStyles: [],
  reply: true,
  react: false,
  edit: true,
  delete: true,
  block: true,
  hideReceipts: false,
  typing: false,
  start: true,
  shareContact: true,
}

export function phoneOf(world: World, bot: Bot, person: Person, dialog: Dialog): PhoneView {
  return {
    customerId: `${bot.id}:${person.id}`,
    accountId: String(bot.id),
    customerName: person.firstName,
    customerPhone: person.phone,
    accountName: bot.name,
    started: dialog.started,
    blocked: dialog.stopped,
    hidesReceipts: false,
    businessTyping: dialog.typingUntil > world.environment.now(),
    messages: dialog.messages.map(shown),
    abilities,
  }
}

function shown(message: StoredMessage): PhoneMessage {
  return {
    id: message.mid,
    from: message.from,
    at: message.at,
    body: message.body,
    // A bot never reads: the person's own messages keep one tick for good.
    ...(message.from === 'customer' ? { status: 'sent' as const } : {}),
    ...(message.editedAt === undefined ? {} : { edited: true }),
    ...(message.deleted ? { deleted: true } : {}),
    ...(message.link?.type === 'reply' ? { replyTo: message.link.mid } : {}),
    reactions: [],
  }
}
