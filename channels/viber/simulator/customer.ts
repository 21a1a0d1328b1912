/** What a person does on the phone, and what the firm is told of it. */
import type { ActionResult, CustomerAction, Upload } from '@dragoman/channel-kit/simulator'
import { jsonOf } from '@dragoman/channel-kit/simulator'
import type { Content, MessageBody } from '@dragoman/core'
import { deliver } from './api.ts'
import { reportInbound, reportSeen } from './business.ts'
import { checkMessage, plainText, textOf } from './check.ts'
import { limits } from './limits.ts'
import {
  type Account,
  addMessage,
  type Chat,
  type Json,
  newToken,
  type Person,
  storeFile,
  type WireButton,
  type World,
  wirePerson,
} from './state.ts'

export function act(world: World, account: Account, person: Person, chat: Chat, action: CustomerAction): ActionResult {
  const { environment } = world
  switch (action.act) {
    case 'start':
      return open(action.payload)
    case 'write': {
      if (action.text.trim() === '') return no('There is nothing to send')
      if (action.text.length > limits.text) return no(`At most ${limits.text} characters`)
      return say({ content: { kind: 'text', text: { text: action.text } } }, { type: 'text', text: action.text })
    }
    case 'send':
      return sendContent(action.content, action.uploads)
    case 'press_key': {
      const key = chat.keyboard?.[action.row]?.[action.column]
      return key ? press(key) : no('There is no such key')
    }
    case 'press': {
      const message = chat.messages.find(known => known.id === action.messageId)
      const button = (message?.actions ?? chat.keyboard)?.[action.row]?.[action.column]
      if (!message) return no('There is no such message')
      if (!button) return message.body.keyboard ? { ok: true } : no('There is no such button')
      return press(button)
    }
    case 'block': {
      if (chat.blocked) return no('The chat is off already')
      chat.blocked = true
      chat.subscribed = false
      world.tell(account, { event: 'unsubscribed', user_id: person.id }, newToken(world.state))
      return changed()
    }
    case 'unblock': {
      if (!chat.blocked) return no('The chat is on already')
      chat.blocked = false
      chat.subscribed = true
      world.tell(account, { event: 'subscribed', user: wirePerson(person) }, newToken(world.state))
      return changed()
    }
    case 'hide_receipts':
      chat.hidesReceipts = action.on
      return changed()
    case 'read':
      return read()
    case 'typing':
    case 'react':
    case 'edit':
    case 'delete':
    case 'vote':
    case 'comment':
    case 'mention':
    case 'edit_comment':
    case 'delete_comment':
    case 'choose_entrance':
      return no('On Viber a business is told nothing of this')
  }

  /** Opening the chat for the first time, or by a link. */
  function open(context: string | undefined): ActionResult {
    if (account.kind === 'business') return no('Business Messages have no chat to open')
    chat.blocked = false
    chat.welcomeUntil = environment.now() + limits.welcomeMs
    const callback = {
      event: 'conversation_started',
      type: 'open',
      ...(context ? { context } : {}),
      user: wirePerson(person),
      subscribed: chat.subscribed,
    }
    world.tell(account, callback, newToken(world.state), welcome)
    return changed()
  }

  /** One message may stand in the answer, without a receiver; the official library leaves out the sender too. */
  function welcome(answer: string): void {
    const value = jsonOf(answer) as Json | undefined
    if (typeof value !== 'object' || value === null || typeof value.type !== 'string') return
    if (environment.now() > chat.welcomeUntil || checkMessage(value, () => undefined, 'chat')) return
    if (!chat.subscribed) chat.welcomeUntil = 0
    deliver(world, account, chat, value, newToken(world.state))
  }

  function sendContent(content: Content, uploads: Upload[]): ActionResult {
    switch (content.kind) {
      case 'image':
      case 'video':
      case 'file':
      case 'sticker': {
        const [upload] = uploads
        if (!upload) return no('The file is missing')
        const { id, file } = storeFile(world, upload)
        const url = `${environment.origin}/media/${id}${/\.[a-z0-9]+$/i.exec(file.name)?.[0] ?? ''}`
        const caption = 'caption' in content ? content.caption : undefined
        const media = { ref: { from: 'link' as const, url: file.url }, mimeType: file.mimeType, name: file.name, sizeBytes: file.sizeBytes }
        const shown = { content: { kind: content.kind, media, ...(caption ? { caption } : {}) } as Content }
        if (account.kind === 'business') {
          if (content.kind === 'video' || content.kind === 'sticker') return no('People answer with words or files here')
          return say(shown, { type: 'FILE', url, fileName: file.name, ...(caption ? { text: caption.text } : {}) })
        }
        const named = { media: url, file_name: file.name, size: file.sizeBytes }
        if (content.kind === 'sticker') return say(shown, { type: 'sticker', sticker_id: 40_100, media: url })
        if (content.kind === 'file') return say(shown, { type: 'file', ...named })
        const words = caption ? { text: caption.text } : {}
        const picture = content.kind === 'image' ? { type: 'picture', thumbnail: url } : { type: 'video', thumbnail: url, duration: 3 }
        return say(shown, { ...picture, ...named, ...words })
      }
      case 'location': {
        const { latitude, longitude, address } = content
        return say({ content }, { type: 'location', location: { lat: latitude, lon: longitude, ...(address ? { address } : {}) } })
      }
      case 'contact_card': {
        const [contact] = content.contacts
        if (!contact) return no('There is no contact')
        return say({ content }, { type: 'contact', contact: { name: contact.name, phone_number: contact.phones[0] ?? '' } })
      }
      case 'text':
        return say({ content }, { type: 'text', text: content.text.text })
      default:
        return no('This phone cannot send that to a business')
    }
  }

  function press(button: WireButton): ActionResult {
    const words = textOf(button.ActionBody) || plainText(textOf(button.Text))
    switch (button.ActionType ?? 'reply') {
      case 'share-phone':
        return sendContent({ kind: 'contact_card', contacts: [{ name: person.name, phones: [person.phone] }] }, [])
      case 'location-picker':
        return sendContent({ kind: 'location', latitude: 53.9, longitude: 27.56 }, [])
      case 'reply': {
        if (account.kind === 'business') delete chat.keyboard
        return say({ content: { kind: 'text', text: { text: words } } }, { type: 'text', text: words }, button.Silent === true)
      }
      default:
        return { ok: true }
    }
  }

  /** The first message subscribes, without a word of it; any message ends the count of unanswered ones. */
  function say(body: MessageBody, message: Json, silent = false): ActionResult {
    if (chat.blocked) return no(account.kind === 'business' ? 'The sender is blocked' : 'Messages of this bot are off')
    const token = newToken(world.state)
    const id = silent ? undefined : addMessage(world, chat, { id: token, from: 'customer', body, status: 'sent' }).id
    chat.subscribed = true
    chat.unansweredAt = []
    chat.lastInboundAt = environment.now()
    if (account.kind === 'business') {
      const wire = message.type === 'text' ? { type: 'TEXT', text: message.text } : message
      reportInbound(world, account, chat, token, wire)
    } else {
      const tracking = chat.tracking === undefined ? {} : { tracking_data: chat.tracking }
      world.tell(account, { event: 'message', sender: wirePerson(person), message: { ...message, ...tracking }, silent }, token)
    }
    return id === undefined ? { ok: true } : { ok: true, messageId: id }
  }

  function read(): ActionResult {
    for (const message of chat.messages) {
      if (message.from !== 'business' || message.status === 'read') continue
      message.status = 'read'
      if (chat.hidesReceipts) continue
      if (account.kind === 'business') reportSeen(world, account, chat, message.id)
      else world.tell(account, { event: 'seen', user_id: person.id }, message.id)
    }
    return changed()
  }

  function changed(): ActionResult {
    environment.changed()
    return { ok: true }
  }
}

function no(reason: string): ActionResult {
  return { ok: false, reason }
}
