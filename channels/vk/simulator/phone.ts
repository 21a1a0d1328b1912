/** The phone of one person, as the simulator page draws it. */
import type { PhoneAbilities, PhoneMessage, PhonePost, PhoneView } from '@dragoman/channel-kit/simulator'
import { reactions } from './limits.ts'
import { type Chat, chatKey, type Group, type Json, type Person, type StoredMessage, type World } from './state.ts'

const abilities: PhoneAbilities = {
  kinds: ['text', 'image', 'file', 'voice', 'sticker', 'location', 'album'],
  videoStyles: [],
  reply: true,
  react: reactions,
  edit: true,
  delete: true,
  block: true,
  hideReceipts: false,
  typing: true,
  start: false,
  arrive: true,
  shareContact: false,
  comment: true,
  mention: true,
}

export function phoneOf(world: World, group: Group, person: Person, chat: Chat): PhoneView {
  return {
    customerId: chatKey(group.id, person.id),
    accountId: String(group.id),
    customerName: person.name,
    accountName: group.name,
    started: true,
    blocked: !chat.allowed && chat.messages.length > 0,
    hidesReceipts: false,
    businessTyping: chat.typingUntil > world.environment.now(),
    messages: chat.messages.flatMap(shown),
    abilities,
    ...(chat.keyboard ? { keyboard: { rows: chat.keyboard.map(row => row.map(keyOf)) } } : {}),
    posts: group.posts.toReversed().map(post => shownPost(world, post, person)),
  }
}

function keyOf(button: Json): { title: string; action: 'text' | 'share_location' } {
  const action = button.action as Json
  return action.type === 'location' ? { title: '📍', action: 'share_location' } : { title: String(action.label ?? ''), action: 'text' }
}

function shown(message: StoredMessage): PhoneMessage[] {
  const { customer, business } = message.reactions
  return message.bodies.map((body, index) => ({
    id: index === 0 ? String(message.number) : `${message.number}~${index + 1}`,
    from: message.from,
    at: message.at,
    body,
    status: message.read ? ('read' as const) : ('sent' as const),
    ...(message.edited ? { edited: true } : {}),
    ...(message.deleted ? { deleted: true } : {}),
    ...(message.replyTo === undefined ? {} : { replyTo: String(message.replyTo) }),
    ...(message.bodies.length > 1 ? { groupId: String(message.number) } : {}),
    reactions: [
      ...(customer ? [{ by: 'customer' as const, emoji: customer }] : []),
      ...(business ? [{ by: 'business' as const, emoji: business }] : []),
    ],
  }))
}

function shownPost(world: World, post: Group['posts'][number], owner: Person): PhonePost {
  return {
    id: String(post.id),
    at: post.at,
    text: post.text,
    ...(post.fromId === owner.id ? { mine: true } : {}),
    comments: post.comments.map(comment => ({
      id: String(comment.id),
      author: comment.fromId < 0 ? '' : (world.state.people[String(comment.fromId)]?.name ?? ''),
      from: comment.fromId < 0 ? ('business' as const) : ('customer' as const),
      mine: comment.fromId === owner.id,
      at: comment.at,
      body: { content: { kind: 'text', text: { text: comment.text } } },
      ...(comment.replyTo === undefined ? {} : { replyTo: String(comment.replyTo) }),
      ...(comment.deleted ? { deleted: true } : {}),
    })),
  }
}
