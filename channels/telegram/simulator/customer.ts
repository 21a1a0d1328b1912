/** What a customer does on the phone, and what the bot is told of it. */
import type { ActionResult, CustomerAction, Upload } from '@dragoman/channel-kit/simulator'
import { randomDigits } from '@dragoman/channel-kit/simulator'
import type { Content, MessageBody } from '@dragoman/core'
import { deletion, tellBusiness } from './business.ts'
import { limits, reactions } from './limits.ts'
import { findEntities, shownText } from './markup.ts'
import { type FileKind, type MediaNotes, shownMedia, wireMedia } from './media.ts'
import { entranceOf } from './phone.ts'
import { actInPublic } from './public.ts'
import {
  addMessage,
  type Bot,
  type Chat,
  chatKey,
  type Json,
  type Person,
  type StoredMessage,
  storeFile,
  type World,
  wireBot,
  wireChat,
  wireMessage,
  wirePerson,
} from './state.ts'

/** Everything that a phone of this messenger can do. */
export function act(world: World, bot: Bot, person: Person, chat: Chat, action: CustomerAction): ActionResult {
  const { environment } = world
  const queue = `chat ${person.id}`
  const isBusiness = chat.connection !== undefined
  switch (action.act) {
    case 'start': {
      if (isBusiness) return no('There is nothing to start in a chat with a person')
      if (chat.blocked) membership('kicked', 'member')
      chat.started = true
      chat.blocked = false
      return say({ kind: 'text', text: { text: action.payload ? `/start ${action.payload}` : '/start' } })
    }
    case 'write': {
      const refusal = closed()
      if (refusal) return refusal
      if (action.text.trim() === '') return no('There is nothing to send')
      if (action.text.length > limits.textLength) return no(`At most ${limits.textLength} characters`)
      return say({ kind: 'text', text: { text: action.text } }, action.replyTo)
    }
    case 'send':
      return closed() ?? sendContent(action.content, action.uploads, action.replyTo)
    case 'press_key': {
      const refusal = closed()
      if (refusal) return refusal
      const key = chat.keyboard?.[action.row]?.[action.column]
      if (!key) return no('There is no such key')
      if (chat.oneTime) delete chat.keyboard
      if (key.request_contact)
        return sendContent(
          { kind: 'contact_card', contacts: [{ name: person.firstName, phones: [person.phone ?? '+15550100'], own: true }] },
          [],
          undefined,
        )
      if (key.request_location) return sendContent({ kind: 'location', latitude: 55.7558, longitude: 37.6173 }, [], undefined)
      return say({ kind: 'text', text: { text: key.text } })
    }
    case 'press':
      return press(action.messageId, action.row, action.column)
    case 'react':
      return react(action.messageId, action.emoji)
    case 'edit': {
      const message = find(action.messageId)
      if (message?.from !== 'customer') return no('Only own messages can be edited')
      if (message.body.content.kind !== 'text') return no('Only text can be edited here')
      message.wire = textWire(action.text)
      message.body = { content: { kind: 'text', text: shownText(action.text, findEntities(action.text)) } }
      message.editedAt = environment.now()
      tell('edited_', message)
      return changed()
    }
    case 'delete': {
      const message = find(action.messageId)
      if (!message) return no('There is no such message')
      message.deleted = true
      // In its own chats a bot is told nothing.
      if (isBusiness) tellBusiness(world, bot, chat, 'deleted_business_messages', deletion(world, chat, message.id))
      return changed()
    }
    case 'vote':
      return vote(action.messageId, action.options)
    case 'block': {
      if (isBusiness) return no('The bot is told nothing of whom a person blocks')
      if (chat.blocked || !chat.started) return no('The bot is not running')
      chat.blocked = true
      membership('member', 'kicked')
      return changed()
    }
    case 'unblock': {
      if (!chat.blocked) return no('The bot is not blocked')
      chat.blocked = false
      membership('kicked', 'member')
      return changed()
    }
    case 'read':
      return { ok: true }
    case 'comment':
    case 'mention':
    case 'edit_comment':
    case 'delete_comment':
      return actInPublic(world, bot, person, action)
    case 'choose_entrance': {
      const command = entranceOf(world, bot, person)?.menu.find(row => row.payload === action.payload)
      return command ? (closed() ?? say({ kind: 'text', text: { text: `/${action.payload}` } })) : no('There is no such command')
    }
    case 'typing':
    case 'hide_receipts':
      return no('A Telegram bot is told nothing of this')
  }

  function closed(): ActionResult | undefined {
    if (!chat.started) return no('Press Start first')
    return chat.blocked ? no('The bot is blocked') : undefined
  }

  function say(content: Extract<Content, { kind: 'text' }>, replyTo?: string): ActionResult {
    const { text } = content.text
    return deliver(textWire(text), { content: { kind: 'text', text: shownText(text, findEntities(text)) } }, replyTo)
  }

  function sendContent(content: Content, uploads: Upload[], replyTo: string | undefined): ActionResult {
    if (content.kind === 'text') return say(content, replyTo)
    if (content.kind === 'album') {
      const groupId = randomDigits(environment.random, 17)
      let last: ActionResult = no('An album needs at least two pictures')
      if (content.items.length < limits.albumMin || content.items.length > limits.albumMax) return last
      for (const [index, item] of content.items.entries()) last = sendFile(item, uploads[index], undefined, groupId)
      return last
    }
    if ('media' in content && content.media && content.kind !== 'ticket' && content.kind !== 'story_reply')
      return sendFile(content, uploads[0], replyTo)
    switch (content.kind) {
      case 'location': {
        const { latitude, longitude, name, address, liveUntil } = content
        const period = liveUntil === undefined ? {} : { live_period: Math.max(60, Math.round((liveUntil - environment.now()) / 1000)) }
        const location = { latitude, longitude, ...period }
        const wire = name ? { location, venue: { location, title: name, address: address ?? '' } } : { location }
        return deliver(wire, { content }, replyTo)
      }
      case 'contact_card': {
        const [contact] = content.contacts
        if (!contact) return no('There is no contact')
        const wire = {
          phone_number: (contact.phones[0] ?? '').replace(/^\+/, ''),
          first_name: contact.name,
          ...(contact.own ? { user_id: person.id } : {}),
        }
        return deliver({ contact: wire }, { content }, replyTo)
      }
      case 'poll': {
        const id = randomDigits(environment.random, 16)
        const poll = {
          id,
          question: content.question,
          options: content.options.map((option, index) => ({ persistent_id: String(index), text: option.text, voter_count: 0 })),
          total_voter_count: 0,
          is_closed: false,
          is_anonymous: true,
          type: 'regular',
          allows_multiple_answers: content.multiple === true,
          allows_revoting: true,
          members_only: false,
        }
        return deliver({ poll }, { content }, replyTo)
      }
      default:
        return no('This phone cannot send that')
    }
  }

  function sendFile(content: Content, upload: Upload | undefined, replyTo: string | undefined, groupId?: string): ActionResult {
    if (!upload) return no('The file is missing')
    const kind = fileKindOf(content)
    if (!kind) return no('This phone cannot send that')
    const file = storeFile(world, kind, upload)
    const caption = 'caption' in content ? content.caption?.text : undefined
    const entities = findEntities(caption ?? '')
    const notes = notesOf(content)
    const shown = shownMedia(kind, file, notes, caption ? shownText(caption, entities) : undefined)
    const words = caption ? { caption, ...(entities.length > 0 ? { caption_entities: entities } : {}) } : {}
    return deliver({ ...wireMedia(world, kind, file, notes), ...words }, { content: shown }, replyTo, groupId)
  }

  function deliver(wire: Json, body: MessageBody, replyTo?: string, groupId?: string): ActionResult {
    const replied = replyTo === undefined ? undefined : find(replyTo)?.id
    const message = addMessage(world, chat, {
      from: 'customer',
      wire,
      body,
      ...(replied === undefined ? {} : { replyTo: replied }),
      ...(groupId === undefined ? {} : { groupId }),
    })
    tell('', message)
    return { ok: true, messageId: String(message.id) }
  }

  function tell(prefix: '' | 'edited_', message: StoredMessage): void {
    const member = wireMessage(world, chat, message)
    if (isBusiness) tellBusiness(world, bot, chat, `${prefix}business_message`, member)
    else world.tell(bot, `${prefix}message`, member, queue)
  }

  function press(messageId: string, row: number, column: number): ActionResult {
    const refusal = closed()
    if (refusal) return refusal
    const message = find(messageId)
    const rows = (message?.wire.reply_markup as { inline_keyboard?: Json[][] } | undefined)?.inline_keyboard
    const button = rows?.[row]?.[column]
    if (!message || !button) return no('There is no such button')
    if (button.callback_data === undefined) return { ok: true }
    const id = randomDigits(environment.random, 19)
    world.state.presses[id] = { botId: bot.id, at: environment.now() }
    const query = {
      id,
      from: wirePerson(person),
      message: wireMessage(world, chat, message),
      chat_instance: String(-person.id),
      data: button.callback_data,
    }
    world.tell(bot, 'callback_query', query, `presses ${person.id}`, limits.pressLifeMs)
    return { ok: true }
  }

  function react(messageId: string, emoji: string | null): ActionResult {
    const message = find(messageId)
    if (!message) return no('There is no such message')
    if (emoji !== null && !reactions.includes(emoji)) return no('This is no reaction')
    const old = message.reactions.customer
    if (emoji === null) delete message.reactions.customer
    else message.reactions.customer = emoji
    // Nobody tells a bot of reactions in a person's chats.
    if (isBusiness) return changed()
    const list = (value: string | undefined | null) => (value ? [{ type: 'emoji', emoji: value }] : [])
    const frame = {
      chat: wireChat(world.state, chat),
      message_id: message.id,
      user: wirePerson(person),
      date: Math.floor(environment.now() / 1000),
    }
    world.tell(bot, 'message_reaction', { ...frame, old_reaction: list(old), new_reaction: list(emoji) }, `reactions ${person.id}`)
    return changed()
  }

  function vote(messageId: string, options: number[]): ActionResult {
    const message = find(messageId)
    const poll = message?.wire.poll as { id: string; options: Json[]; is_anonymous: boolean; allows_multiple_answers: boolean } | undefined
    const stored = poll && world.state.polls[poll.id]
    if (!message || !poll || !stored || stored.chat !== chatKey(bot.id, person.id, chat.connection)) return no('There is no such poll')
    if (options.some(option => !poll.options[option]) || (options.length > 1 && !poll.allows_multiple_answers))
      return no('These options cannot be chosen')
    stored.votes[String(person.id)] = options
    const voters = Object.values(stored.votes)
    for (const [index, option] of poll.options.entries()) option.voter_count = voters.filter(chosen => chosen.includes(index)).length
    if (message.body.content.kind === 'poll') {
      for (const [index, option] of message.body.content.options.entries()) option.votes = Number(poll.options[index]?.voter_count ?? 0)
    }
    world.tell(bot, 'poll', { ...poll, total_voter_count: voters.filter(chosen => chosen.length > 0).length }, `poll ${poll.id}`)
    if (!poll.is_anonymous) {
      const answer = { poll_id: poll.id, user: wirePerson(person), option_ids: options, option_persistent_ids: options.map(String) }
      world.tell(bot, 'poll_answer', answer, `poll ${poll.id}`)
    }
    return changed()
  }

  function membership(from: 'member' | 'kicked', to: 'member' | 'kicked'): void {
    const status = (value: 'member' | 'kicked') => ({ user: wireBot(bot), status: value, ...(value === 'kicked' ? { until_date: 0 } : {}) })
    const frame = { chat: wireChat(world.state, chat), from: wirePerson(person), date: Math.floor(environment.now() / 1000) }
    world.tell(bot, 'my_chat_member', { ...frame, old_chat_member: status(from), new_chat_member: status(to) }, `membership ${person.id}`)
  }

  function find(messageId: string): StoredMessage | undefined {
    return chat.messages.find(message => String(message.id) === messageId && !message.deleted)
  }

  function changed(): ActionResult {
    environment.changed()
    return { ok: true }
  }
}

function textWire(text: string): Json {
  const entities = findEntities(text)
  return entities.length > 0 ? { text, entities } : { text }
}

function fileKindOf(content: Content): FileKind | undefined {
  switch (content.kind) {
    case 'image':
      return 'photo'
    case 'video':
      return content.style === 'note' ? 'video_note' : content.style === 'animation' ? 'animation' : 'video'
    case 'file':
      return 'document'
    case 'audio':
    case 'voice':
    case 'sticker':
      return content.kind
    default:
      return undefined
  }
}

function notesOf(content: Content): MediaNotes {
  const media = 'media' in content ? content.media : undefined
  return {
    ...(media?.durationMs === undefined ? {} : { durationSeconds: Math.max(1, Math.round(media.durationMs / 1000)) }),
    ...(content.kind === 'audio' && content.title ? { title: content.title } : {}),
    ...(content.kind === 'audio' && content.performer ? { performer: content.performer } : {}),
    ...(content.kind === 'sticker' && content.emoji ? { emoji: content.emoji } : {}),
  }
}

function no(reason: string): ActionResult {
  return { ok: false, reason }
}
