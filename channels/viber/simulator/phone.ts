/** The phone of one person, as the simulator page draws it. */
import type { PhoneAbilities, PhoneMessage, PhoneView } from '@dragoman/channel-kit/simulator'
import { plainText, textOf } from './check.ts'
import type { Account, Chat, Person, StoredMessage, WireButton } from './state.ts'

const ofBot: PhoneAbilities = {
  kinds: ['text', 'image', 'video', 'file', 'sticker', 'location', 'contact_card'],
  videoStyles: [],
  reply: false,
  react: false,
  edit: false,
  delete: false,
  block: true,
  hideReceipts: true,
  typing: false,
  start: false,
  arrive: true,
  shareContact: true,
}

/** People answer a business sender with words and files; blocking is told to nobody but shows in refusals. */
const ofBusiness: PhoneAbilities = { ...ofBot, kinds: ['text', 'file'], arrive: false, shareContact: false }

export function phoneOf(account: Account, person: Person, chat: Chat): PhoneView {
  const isBot = account.kind === 'bot'
  return {
    customerId: `${account.id}|${person.id}`,
    accountId: account.id,
    customerName: person.name,
    customerPhone: person.phone,
    accountName: account.name,
    started: true,
    blocked: chat.blocked,
    hidesReceipts: chat.hidesReceipts,
    businessTyping: false,
    messages: chat.messages.map(shown),
    abilities: isBot ? ofBot : ofBusiness,
    ...(chat.keyboard ? { keyboard: { rows: chat.keyboard.map(row => row.map(keyOf)) } } : {}),
    ...(account.posts.length > 0 ? { posts: account.posts.map(post => ({ ...post, comments: [] })) } : {}),
  }
}

function keyOf(button: WireButton): { title: string; action: 'text' | 'share_contact' | 'share_location' } {
  const action = button.ActionType === 'share-phone' ? 'share_contact' : button.ActionType === 'location-picker' ? 'share_location' : 'text'
  return { title: plainText(textOf(button.Text)), action }
}

function shown(message: StoredMessage): PhoneMessage {
  return {
    id: message.id,
    from: message.from,
    at: message.at,
    body: message.body,
    ...(message.status && message.from === 'customer' ? { status: message.status } : {}),
    reactions: [],
  }
}
