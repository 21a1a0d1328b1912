/** The screen of one person, as the simulator page draws it. */
import type { PhoneAbilities, PhoneMessage, PhoneView } from '@dragoman/channel-kit/simulator'
import { reactions } from './limits.ts'
import type { Bot, Chat, Person, StoredMessage, World } from './state.ts'

const teams: PhoneAbilities = {
  kinds: ['text', 'image', 'file', 'album'],
  videoStyles: [],
  reply: true,
  react: Object.keys(reactions),
  edit: true,
  delete: true,
  block: true,
  hideReceipts: true,
  typing: true,
  start: false,
  shareContact: false,
}
const skype: PhoneAbilities = {
  ...teams,
  kinds: ['text', 'image', 'file', 'location'],
  reply: false,
  react: false,
  edit: false,
  delete: false,
  hideReceipts: false,
}

export function phoneOf(world: World, bot: Bot, person: Person, chat: Chat): PhoneView {
  return {
    customerId: `${bot.appId} ${person.id}`,
    accountId: bot.appId,
    customerName: person.name,
    accountName: bot.name,
    started: true,
    blocked: !chat.installed,
    hidesReceipts: chat.hidesReceipts,
    businessTyping: chat.typingUntil > world.environment.now(),
    messages: chat.messages.map(shown),
    abilities: bot.messenger === 'skype' ? skype : teams,
    ...(chat.suggested ? { keyboard: { rows: rowsOf(chat.suggested) } } : {}),
  }
}

function rowsOf(titles: readonly string[]): { title: string; action: 'text' }[][] {
  const rows: { title: string; action: 'text' }[][] = []
  for (let place = 0; place < titles.length; place += 6)
    rows.push(titles.slice(place, place + 6).map(title => ({ title, action: 'text' as const })))
  return rows
}

function shown(message: StoredMessage): PhoneMessage {
  return {
    id: message.id,
    from: message.from,
    at: message.at,
    body: message.body,
    ...(message.from === 'customer' ? { status: 'delivered' as const } : message.read ? { status: 'read' as const } : {}),
    ...(message.edited ? { edited: true } : {}),
    ...(message.deleted ? { deleted: true } : {}),
    ...(message.replyTo === undefined ? {} : { replyTo: message.replyTo }),
    reactions: message.reaction ? [{ by: 'customer', emoji: message.reaction }] : [],
  }
}
