/**
 * The bot's channel and the group that is linked to it: posts, their copies in the group, and what people write below them.
 * Always holds: a post is copied into the group as a message of its own, and comments are replies there; a bot that is a plain member hears only
 * what names it, answers it or is a command for it; nobody tells bots of deletions. https://core.telegram.org/bots/features#privacy-mode
 */
import type { ActionResult, CustomerAction, PhonePost } from '@dragoman/channel-kit/simulator'
import { findEntities, shownText } from './markup.ts'
import {
  addMessage,
  type Bot,
  type Chat,
  chatKey,
  type Json,
  type Person,
  type PublicChat,
  publicChat,
  type StoredMessage,
  type World,
  wireBot,
  wireGroup,
  wireMessage,
} from './state.ts'

type Group = Chat & { group: PublicChat }
type PublicAction = Extract<CustomerAction, { act: 'comment' | 'mention' | 'edit_comment' | 'delete_comment' }>

/** The owner has a channel with a group for comments and has made the bot an administrator of both. */
export function openPublicPlaces(world: World, bot: Bot): void {
  const digits = String(1_000_000_000 + bot.id)
  const places: PublicChat[] = [
    { id: Number(`-100${digits}1`), kind: 'channel', title: `${bot.name} news`, username: `news_${bot.id}`, rights: ['can_post_messages'] },
    { id: Number(`-100${digits}2`), kind: 'supergroup', title: `${bot.name} talk`, rights: ['can_delete_messages'] },
  ]
  for (const group of places) {
    world.state.chats[chatKey(bot.id, group.id)] = {
      botId: bot.id,
      personId: 0,
      group,
      started: true,
      blocked: false,
      typingUntil: 0,
      messages: [],
      pace: { tokens: 20, at: world.environment.now() },
    }
  }
}

/** A post by the channel's people; gives its id. */
export function postByPeople(world: World, bot: Bot, text: string): string {
  const channel = publicChat(world.state, bot.id, 'channel')
  if (!channel) throw new Error('The bot has no channel')
  const post = addMessage(world, channel, { from: 'business', ...textOf(text) })
  world.tell(bot, 'channel_post', wireMessage(world, channel, post), `chat ${channel.group.id}`)
  return copyPost(world, bot, post)
}

/** Brings a post over into the group, where people comment; the id of the copy. */
export function copyPost(world: World, bot: Bot, post: StoredMessage): string {
  const group = publicChat(world.state, bot.id, 'supergroup')
  if (!group) return ''
  const copy = addMessage(world, group, { from: 'business', wire: post.wire, body: post.body, postOf: post.id })
  if (group.group.rights.length > 0) world.tell(bot, 'message', wireMessage(world, group, copy), `chat ${group.group.id}`)
  return String(copy.id)
}

/** What a person does in public. */
export function actInPublic(world: World, bot: Bot, person: Person, action: PublicAction): ActionResult {
  const group = publicChat(world.state, bot.id, 'supergroup')
  if (!group) return no('There is no group')
  const find = (id: string | undefined) => group.messages.find(message => String(message.id) === id && !message.deleted)
  const own = (id: string) => {
    const message = find(id)
    return message?.authorId === person.id ? message : undefined
  }
  switch (action.act) {
    case 'comment': {
      const post = find(action.postId)
      if (post?.postOf === undefined) return no('There is no such post')
      const replied = action.replyTo === undefined ? post : find(action.replyTo)
      if (!replied || (replied !== post && replied.threadId !== post.id)) return no('There is no such comment')
      return say(action.text, { replyTo: replied.id, threadId: post.id })
    }
    case 'mention':
      return say(action.text.includes(`@${bot.username}`) ? action.text : `@${bot.username} ${action.text}`, {})
    case 'edit_comment': {
      const message = own(action.commentId)
      if (!message) return no('Only own comments can be edited')
      Object.assign(message, textOf(action.text), { editedAt: world.environment.now() })
      tell('edited_message', message)
      world.environment.changed()
      return { ok: true, messageId: action.commentId }
    }
    case 'delete_comment': {
      const message = own(action.commentId)
      if (!message) return no('Only own comments can be deleted')
      message.deleted = true
      world.environment.changed()
      return { ok: true, messageId: action.commentId }
    }
  }

  function say(text: string, more: Partial<StoredMessage>): ActionResult {
    if (text.trim() === '') return no('There is nothing to send')
    const message = addMessage(world, group!, { from: 'customer', authorId: person.id, ...textOf(text), ...more })
    tell('message', message)
    return { ok: true, messageId: String(message.id) }
  }

  function tell(kind: string, message: StoredMessage): void {
    if (hears(bot, group!, message)) world.tell(bot, kind, wireMessage(world, group!, message), `chat ${group!.group.id}`)
  }
}

/** A bot in privacy mode, unless it is an administrator. */
function hears(bot: Bot, group: Group, message: StoredMessage): boolean {
  if (group.group.rights.length > 0) return true
  const replied = group.messages.find(other => other.id === message.replyTo)
  return String(message.wire.text ?? '').includes(`@${bot.username}`) || (replied?.from === 'business' && replied.postOf === undefined)
}

/** The owner changes what the bot may do there. */
export function setGroupRights(world: World, bot: Bot, kind: PublicChat['kind'], rights: string[]): void {
  const place = publicChat(world.state, bot.id, kind)
  if (!place) return
  const member = (held: string[]): Json =>
    held.length === 0 ? { user: wireBot(bot), status: 'member' } : { user: wireBot(bot), ...administrator(held) }
  const change = {
    chat: wireGroup(place.group),
    from: { id: 4_440_000, is_bot: false, first_name: 'Owner' },
    date: Math.floor(world.environment.now() / 1000),
    old_chat_member: member(place.group.rights),
    new_chat_member: member(rights),
  }
  place.group.rights = rights
  world.tell(bot, 'my_chat_member', change, `membership ${place.group.id}`)
  world.environment.changed()
}

function administrator(rights: readonly string[]): Json {
  const always = ['can_manage_video_chats', 'can_restrict_members', 'can_promote_members', 'can_change_info', 'can_invite_users']
  const stories = ['can_post_stories', 'can_edit_stories', 'can_delete_stories']
  return {
    status: 'administrator',
    can_be_edited: false,
    is_anonymous: false,
    can_manage_chat: true,
    can_delete_messages: rights.includes('can_delete_messages'),
    ...(rights.includes('can_post_messages') ? { can_post_messages: true } : {}),
    ...Object.fromEntries([...always, ...stories].map(name => [name, false])),
  }
}

/** The posts as a phone shows them, newest first. */
export function postsOf(world: World, bot: Bot, person: Person): PhonePost[] {
  const group = publicChat(world.state, bot.id, 'supergroup')
  const posts = group?.messages.filter(message => message.postOf !== undefined && !message.deleted) ?? []
  return posts.toReversed().map(post => ({
    id: String(post.id),
    at: post.at,
    text: String(post.wire.text ?? post.wire.caption ?? ''),
    comments: group!.messages
      .filter(message => message.threadId === post.id)
      .map(message => ({
        id: String(message.id),
        author: message.authorId === undefined ? bot.name : (world.state.people[message.authorId]?.firstName ?? ''),
        from: message.from,
        mine: message.authorId === person.id,
        at: message.at,
        body: message.body,
        ...(message.replyTo === undefined || message.replyTo === post.id ? {} : { replyTo: String(message.replyTo) }),
        ...(message.deleted ? { deleted: true } : {}),
      })),
  }))
}

function textOf(text: string): Pick<StoredMessage, 'wire' | 'body'> {
  const entities = findEntities(text)
  return {
    wire: entities.length > 0 ? { text, entities } : { text },
    body: { content: { kind: 'text', text: shownText(text, entities) } },
  }
}

function no(reason: string): ActionResult {
  return { ok: false, reason }
}
