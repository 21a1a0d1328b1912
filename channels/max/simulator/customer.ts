/** What a person does in the app, and what the bot is told of it. */
import { createHash } from 'node:crypto'
import type { ActionResult, CustomerAction, Upload } from '@dragoman/channel-kit/simulator'
import { randomText } from '@dragoman/channel-kit/simulator'
import type { Content } from '@dragoman/core'
import { limits } from './limits.ts'
import { wireFile } from './message.ts'
import { textOf } from './reply.ts'
import {
  addMessage,
  type Bot,
  type Dialog,
  type Json,
  type Person,
  type StoredMessage,
  storeFile,
  type World,
  wireMessage,
  wirePerson,
} from './state.ts'

export function act(world: World, bot: Bot, person: Person, dialog: Dialog, action: CustomerAction): ActionResult {
  const { environment } = world
  const user = () => wirePerson(person, environment.now())
  switch (action.act) {
    case 'start':
    case 'unblock': {
      dialog.started = true
      dialog.stopped = false
      const payload =
        action.act === 'start' && action.payload && action.payload.length <= limits.startPayload ? { payload: action.payload } : {}
      world.tell(bot, dialog, {
        update_type: 'bot_started',
        chat_id: dialog.chatId,
        user: user(),
        ...payload,
        user_locale: person.language,
      })
      return changed()
    }
    case 'block': {
      if (dialog.stopped || !dialog.started) return no('The bot is not running')
      dialog.stopped = true
      world.tell(bot, dialog, { update_type: 'bot_stopped', chat_id: dialog.chatId, user: user(), user_locale: person.language })
      return changed()
    }
    case 'write': {
      if (action.text.trim() === '') return no('There is nothing to send')
      if (action.text.length > limits.text) return no(`At most ${limits.text} characters`)
      return say({ kind: 'text', text: { text: action.text } }, action.text, [], action.replyTo)
    }
    case 'send':
      return sendContent(action.content, action.uploads, action.replyTo)
    case 'press':
      return press(action.messageId, action.row, action.column)
    case 'edit': {
      const message = find(action.messageId)
      if (message?.from !== 'customer') return no('Only own messages can be edited')
      if (message.body.content.kind !== 'text') return no('Only text can be edited here')
      message.text = action.text
      message.body = { content: { kind: 'text', text: { text: action.text } } }
      message.editedAt = environment.now()
      world.tell(bot, dialog, { update_type: 'message_edited', message: wireMessage(world, dialog, message) })
      return changed()
    }
    case 'delete': {
      const message = find(action.messageId)
      if (!message) return no('There is no such message')
      message.deleted = true
      world.tell(bot, dialog, { update_type: 'message_removed', message_id: message.mid, chat_id: dialog.chatId, user_id: person.id })
      return changed()
    }
    case 'read':
      return { ok: true }
    case 'press_key':
    case 'react':
    case 'vote':
    case 'typing':
    case 'hide_receipts':
    case 'comment':
    case 'mention':
    case 'edit_comment':
    case 'delete_comment':
    case 'choose_entrance':
      return no('In MAX a bot is told nothing of this')
  }

  function sendContent(content: Content, uploads: Upload[], replyTo: string | undefined): ActionResult {
    switch (content.kind) {
      case 'text':
        return say(content, content.text.text, [], replyTo)
      case 'image':
      case 'video':
      case 'audio':
      case 'file': {
        const [upload] = uploads
        if (!upload) return no('The file is missing')
        const { token, file } = storeFile(world, content.kind, upload)
        const media = { ref: { from: 'link' as const, url: file.url }, mimeType: file.mimeType, name: file.name, sizeBytes: file.sizeBytes }
        const caption = content.caption ? { caption: content.caption } : {}
        return say({ kind: content.kind, media, ...caption } as Content, content.caption?.text ?? '', [wireFile(world, token)], replyTo)
      }
      case 'sticker': {
        const [upload] = uploads
        if (!upload) return no('The file is missing')
        const { token, file } = storeFile(world, 'sticker', upload)
        const wire = {
          type: 'sticker',
          payload: { url: `${environment.origin}/files/${token}`, code: token.slice(0, 12) },
          width: 512,
          height: 512,
        }
        return say({ ...content, media: { ref: { from: 'link', url: file.url }, mimeType: file.mimeType } }, '', [wire], replyTo)
      }
      case 'location':
        return say(content, '', [{ type: 'location', latitude: content.latitude, longitude: content.longitude }], replyTo)
      case 'contact_card': {
        const [contact] = content.contacts
        if (!contact) return no('There is no contact')
        const card = `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:${contact.name}\r\nTEL;TYPE=cell:${contact.phones[0] ?? ''}\r\nEND:VCARD`
        // The hash says that it is the number of the sender's own account.
        const own = contact.own ? { hash: createHash('sha256').update(card).digest('hex'), max_info: user() } : {}
        return say(content, '', [{ type: 'contact', payload: { vcf_info: card, ...own } }], replyTo)
      }
      default:
        return no('This phone cannot send that')
    }
  }

  function press(messageId: string, row: number, column: number): ActionResult {
    const message = find(messageId)
    const rows = (message?.attachments.find(one => one.type === 'inline_keyboard')?.payload as { buttons?: Json[][] } | undefined)?.buttons
    const button = rows?.[row]?.[column]
    if (!message || !button) return no('There is no such button')
    switch (button.type) {
      case 'callback': {
        const id = randomText(environment.random, 60)
        world.state.presses[id] = { botId: bot.id }
        const callback = { timestamp: Math.floor(environment.now()), callback_id: id, payload: button.payload, user: user() }
        world.tell(bot, dialog, {
          update_type: 'message_callback',
          callback,
          message: wireMessage(world, dialog, message),
          user_locale: person.language,
        })
        return { ok: true }
      }
      case 'message':
        return say({ kind: 'text', text: { text: textOf(button.text) } }, textOf(button.text), [], undefined)
      case 'request_contact':
        return sendContent(
          { kind: 'contact_card', contacts: [{ name: person.firstName, phones: [person.phone], own: true }] },
          [],
          undefined,
        )
      case 'request_geo_location':
        return sendContent({ kind: 'location', latitude: 55.7558, longitude: 37.6173 }, [], undefined)
      default:
        return { ok: true }
    }
  }

  function say(content: Content, text: string, attachments: Json[], replyTo: string | undefined): ActionResult {
    if (!dialog.started) return no('Press Start first')
    if (dialog.stopped) return no('The bot is stopped')
    const linked = replyTo === undefined ? undefined : find(replyTo)
    const link = linked ? { link: { type: 'reply', mid: linked.mid } } : {}
    const message = addMessage(world, dialog, { from: 'customer', text, markup: [], attachments, body: { content }, ...link })
    world.tell(bot, dialog, { update_type: 'message_created', message: wireMessage(world, dialog, message), user_locale: person.language })
    return { ok: true, messageId: message.mid }
  }

  function find(messageId: string): StoredMessage | undefined {
    return dialog.messages.find(message => message.mid === messageId && !message.deleted)
  }

  function changed(): ActionResult {
    environment.changed()
    return { ok: true }
  }
}

function no(reason: string): ActionResult {
  return { ok: false, reason }
}
