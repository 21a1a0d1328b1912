/** The phone of one customer, as the simulator page draws it. */
import type { PhoneAbilities, PhoneMessage, PhoneView } from '@dragoman/channel-kit/simulator'
import { reactions } from './limits.ts'
import { postsOf } from './public.ts'
import { type Bot, type Chat, chatKey, type Person, type StoredMessage, type World } from './state.ts'

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
  comment: true,
  mention: true,
}

/** In a chat with a person there is no bot to start or to block, and no keyboard of its. */
const businessAbilities: PhoneAbilities = { ...abilities, block: false, start: false, shareContact: false, comment: false, mention: false }

export function phoneOf(world: World, bot: Bot, person: Person, chat: Chat): PhoneView {
  const connection = chat.connection === undefined ? undefined : world.state.connections[chat.connection]
  const entrance = connection ? undefined : entranceOf(world, bot, person)
  return {
    customerId: chatKey(bot.id, person.id, chat.connection),
    accountId: String(bot.id),
    customerName: person.firstName,
    ...(person.phone ? { customerPhone: person.phone } : {}),
    accountName: connection ? (world.state.people[connection.personId]?.firstName ?? '') : bot.name,
    started: chat.started,
    blocked: chat.blocked,
    hidesReceipts: false,
    businessTyping: chat.typingUntil > world.environment.now(),
    messages: chat.messages.map(shown),
    abilities: connection ? businessAbilities : abilities,
    ...(connection ? {} : { posts: postsOf(world, bot, person) }),
    ...(entrance ? { entrance } : {}),
    ...(chat.keyboard ? { keyboard: { rows: chat.keyboard.map(row => row.map(keyOf)) } } : {}),
  }
}

/** Description and commands in the person's language, else in everybody's. */
export function entranceOf(world: World, bot: Bot, person: Person): PhoneView['entrance'] {
  const set = world.state.entrances[String(bot.id)]
  if (!set) return undefined
  const greeting = set.descriptions[person.language] ?? set.descriptions['']
  const commands = set.commands[person.language] ?? set.commands[''] ?? []
  return {
    ...(greeting ? { greeting } : {}),
    starters: [],
    menu: [
      ...commands.map(row => ({ title: row.description, payload: row.command })),
      ...(set.button ? [{ title: set.button.text, url: set.button.url }] : []),
    ],
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
    // A bot never reads: the customer's own messages keep one tick for good. In a person's chat it may.
    ...(message.from === 'customer' ? { status: message.read ? ('read' as const) : ('sent' as const) } : {}),
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
