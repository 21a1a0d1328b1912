/**
 * What is written in public: comments under a channel's posts (they live in the group that is linked to the channel) and the bot named in a group.
 * Always holds: everything is a `public` thread with its place; who only talks in a group and not to us is passed over. Telegram names the first
 * message of a comment's thread, never the comment that an answer's answer goes back to: so a thread is what one author writes below one post.
 * https://core.telegram.org/bots/api#message
 */
import { arrayAt, booleanAt, compact, idAt, type JsonObject, numberAt, objectAt, stringAt, textAt } from '@dragoman/channel-kit'
import type { AccountView, IdentityFacts, InboundEvent, PublicPlace } from '@dragoman/core'
import { isService, readMessage } from './content.ts'
import { messageKey, publicThread } from './ids.ts'
import { botIdOf, dateIn, identityOf, ignored, noted, secondsAt, type Update, updateKey } from './parse-shared.ts'

/** As many characters of a post as help to know it again. */
const titleLength = 120

interface Public {
  threadId: string
  place: PublicPlace
  identity: IdentityFacts
  /** Written in the name of the group or of its channel: by the business itself. */
  isOwn: boolean
  /** Answers the post itself: the place names it, no reply does. */
  isFirst: boolean
}

export function readGroupMessage(message: JsonObject, about: Update): InboundEvent[] {
  const messageId = idAt(message, 'message_id')
  const chatId = idAt(message, 'chat', 'id')
  const at = dateIn(message)
  if (messageId === undefined || chatId === undefined) return [ignored(about, 'malformed', 'message', at)]
  const found = publicOf(message, chatId, messageId, about.account)
  if (typeof found === 'string') return [ignored(about, found, 'message', at)]
  const read = readMessage(message, chatId)
  const { replyTo, ...said } = read.message
  return [
    {
      kind: found.isOwn ? 'message.echoed' : 'message.received',
      externalId: messageKey(chatId, messageId),
      at,
      threadId: found.threadId,
      place: found.place,
      identity: found.identity,
      tie: Number(messageId),
      message: found.isFirst || replyTo === undefined ? said : { ...said, replyTo },
      ...noted(about, read.note),
    },
  ]
}

export function readGroupEdit(message: JsonObject, about: Update): InboundEvent[] {
  const messageId = idAt(message, 'message_id')
  const chatId = idAt(message, 'chat', 'id')
  const at = secondsAt(numberAt(message, 'edit_date')) ?? dateIn(message)
  if (messageId === undefined || chatId === undefined) return [ignored(about, 'malformed', 'edited_message', at)]
  const found = publicOf(message, chatId, messageId, about.account)
  if (typeof found === 'string') return [ignored(about, found, 'edited_message', at)]
  const { replyTo, ...said } = readMessage(message, chatId).message
  return [
    {
      kind: 'message.edited',
      externalId: updateKey(about),
      at,
      threadId: found.threadId,
      place: found.place,
      identity: found.identity,
      of: messageKey(chatId, messageId),
      message: found.isFirst || replyTo === undefined ? said : { ...said, replyTo },
      ...noted(about),
    },
  ]
}

/** The bot was made a member or administrator somewhere, or is no longer: what it may do there, and the number that the settings ask for. */
export function readGroupMembership(change: JsonObject, about: Update): InboundEvent[] {
  const chat = objectAt(change, 'chat')
  const id = idAt(chat, 'id')
  const status = stringAt(change, 'new_chat_member', 'status')
  if (id === undefined || status === undefined) return [ignored(about, 'malformed', 'my_chat_member', dateIn(change))]
  const type = stringAt(chat, 'type') ?? 'group'
  const title = textAt(chat, 'title') ?? id
  const member = objectAt(change, 'new_chat_member')
  const facts = {
    chat: id,
    title,
    type,
    status,
    canPost: booleanAt(member, 'can_post_messages') === true,
    canDelete: booleanAt(member, 'can_delete_messages') === true,
  }
  return [
    {
      kind: 'account.changed',
      externalId: updateKey(about),
      at: dateIn(change),
      change: { what: 'permissions', detail: `${type} ${title} (${id}): ${status}`, facts },
      ...noted(about),
    },
  ]
}

/** Where a message of a group belongs, or why it is none of ours. */
function publicOf(message: JsonObject, chatId: string, messageId: string, account: AccountView): Public | string {
  if (booleanAt(message, 'is_automatic_forward')) return 'post_copy'
  const service = isService(message)
  if (service !== undefined) return 'service_message'
  const replied = objectAt(message, 'reply_to_message')
  const isFirst = booleanAt(replied, 'is_automatic_forward') === true
  const thread = idAt(message, 'message_thread_id') ?? (isFirst ? idAt(replied, 'message_id') : undefined)
  const isBelowPost = isFirst || (thread !== undefined && account.config.discussion === chatId)
  const answersUs = botIdOf(account) !== '' && idAt(replied, 'from', 'id') === botIdOf(account)
  if (!isBelowPost && !answersUs && !names(message, account)) return 'group'
  const isOwn = speaksForUs(message, chatId, replied, account)
  // The business's own word belongs to whom it answers; under the post itself it answers nobody.
  const author = isOwn ? (isFirst ? undefined : authorOf(replied)) : authorOf(message)
  if (!author) return isOwn ? 'own_comment' : 'malformed'
  const root = thread ?? messageId
  return {
    threadId: publicThread(chatId, root, author.id),
    place: placeAt(
      message,
      isBelowPost ? 'comments' : 'mention',
      chatId,
      root,
      isFirst ? replied : root === messageId ? message : undefined,
    ),
    identity: author.identity,
    isOwn,
    isFirst,
  }
}

/** An administrator who hides behind the group, or the channel itself. */
function speaksForUs(message: JsonObject, chatId: string, replied: JsonObject | undefined, account: AccountView): boolean {
  const sender = objectAt(message, 'sender_chat')
  const senderId = idAt(sender, 'id')
  if (senderId === undefined) return false
  const username = textAt(sender, 'username')
  const channel = (account.config.channel ?? '').replace(/^@/, '')
  return (
    senderId === chatId ||
    (booleanAt(replied, 'is_automatic_forward') === true && idAt(replied, 'sender_chat', 'id') === senderId) ||
    (channel !== '' && (channel === senderId || channel.toLowerCase() === username?.toLowerCase()))
  )
}

/** A person, or a channel in whose name somebody writes. */
function authorOf(message: JsonObject | undefined): { id: string; identity: IdentityFacts } | undefined {
  const sender = objectAt(message, 'sender_chat')
  const senderId = idAt(sender, 'id')
  if (senderId !== undefined) {
    const facts = { externalIds: [`chat:${senderId}`], name: textAt(sender, 'title'), username: textAt(sender, 'username') }
    return { id: senderId, identity: compact(facts) }
  }
  const person = objectAt(message, 'from')
  const id = idAt(person, 'id')
  return person && id !== undefined ? { id, identity: identityOf(person) } : undefined
}

/** `@the_bot`, a command for it, or a mention by id. */
function names(message: JsonObject, account: AccountView): boolean {
  const username = (account.config.username ?? '').replace(/^@/, '').toLowerCase()
  const text = stringAt(message, 'text') ?? stringAt(message, 'caption') ?? ''
  const entities = [...arrayAt(message, 'entities'), ...arrayAt(message, 'caption_entities')]
  return entities.some(entity => {
    const type = stringAt(entity, 'type')
    if (type === 'text_mention') return botIdOf(account) !== '' && idAt(entity, 'user', 'id') === botIdOf(account)
    if (username === '' || (type !== 'mention' && type !== 'bot_command')) return false
    const offset = numberAt(entity, 'offset') ?? 0
    const words = text.slice(offset, offset + (numberAt(entity, 'length') ?? 0)).toLowerCase()
    return type === 'mention' ? words === `@${username}` : words.endsWith(`@${username}`)
  })
}

function placeAt(message: JsonObject, kind: PublicPlace['kind'], chatId: string, root: string, post: JsonObject | undefined): PublicPlace {
  const origin = objectAt(post, 'forward_origin')
  const channel = objectAt(origin, 'chat') ?? objectAt(post, 'sender_chat')
  const postId = idAt(origin, 'message_id')
  const title = textAt(post, 'text') ?? textAt(post, 'caption')
  return compact({
    kind,
    postId: `${chatId}:${root}`,
    title: title === undefined ? undefined : [...title].slice(0, titleLength).join(''),
    url: postId === undefined ? addressOf(objectAt(message, 'chat'), chatId, root) : addressOf(channel, idAt(channel, 'id') ?? '', postId),
  })
}

/** Links to messages: by the public name, else for members only. https://core.telegram.org/api/links#message-links */
export function addressOf(chat: unknown, chatId: string, messageId: string): string | undefined {
  const username = textAt(chat, 'username')
  if (username !== undefined && /^[A-Za-z]\w{2,63}$/.test(username)) return `https://t.me/${username}/${messageId}`
  return chatId.startsWith('-100') ? `https://t.me/c/${chatId.slice(4)}/${messageId}` : undefined
}
