/** What a visitor can do in the chat, as events of the widget's protocol. */
import type { ActionResult, CustomerAction, PhoneMessage, SimulatorEnvironment, Upload } from '@dragoman/channel-kit/simulator'
import { type Content, type MessageBody, mapMedia } from '@dragoman/core'
import type { Visitor } from './state.ts'

export interface Doing {
  environment: SimulatorEnvironment
  visitor: Visitor
  /** Posts events, one body for each. */
  post(event: Record<string, unknown>): void
  /** Gives a file to the hub first; its id comes back. */
  upload(file: Upload): Promise<{ id: string } | { reason: string }>
  newId(): string
}

/** Does it, shows it on the phone, posts it. */
export async function act(doing: Doing, action: CustomerAction): Promise<ActionResult> {
  switch (action.act) {
    case 'start':
      return { ok: true }
    case 'write':
      return say(doing, { content: { kind: 'text', text: { text: action.text } } }, { type: 'message', text: action.text }, action.replyTo)
    case 'send':
      return send(doing, action)
    case 'press':
      return press(doing, action)
    case 'react': {
      const message = doing.visitor.messages.find(one => one.id === action.messageId)
      if (!message) return { ok: false, reason: 'There is no such message' }
      message.reactions = message.reactions.filter(reaction => reaction.by !== 'customer')
      if (action.emoji !== null) message.reactions.push({ by: 'customer', emoji: action.emoji })
      doing.post({ type: 'reaction', id: doing.newId(), of: action.messageId, emojis: action.emoji === null ? [] : [action.emoji] })
      return { ok: true }
    }
    case 'edit':
    case 'delete': {
      const message = doing.visitor.messages.find(one => one.id === action.messageId && one.from === 'customer' && !one.deleted)
      if (!message) return { ok: false, reason: 'Only messages of one’s own can be changed' }
      if (action.act === 'edit') {
        Object.assign(message, { edited: true, body: { content: { kind: 'text', text: { text: action.text } } } })
        doing.post({ type: 'edit', id: doing.newId(), of: message.id, text: action.text })
      } else {
        message.deleted = true
        doing.post({ type: 'delete', id: doing.newId(), of: message.id })
      }
      return { ok: true }
    }
    case 'typing':
      // With an id, or two bodies would be the same body, and the second one a repeat.
      doing.post({ type: 'typing', id: doing.newId(), on: true })
      return { ok: true }
    case 'read':
      doing.post({ type: 'read', until: doing.environment.now() })
      return { ok: true }
    case 'vote':
    case 'press_key':
    case 'block':
    case 'unblock':
    case 'comment':
    case 'mention':
    case 'edit_comment':
    case 'delete_comment':
    case 'choose_entrance':
    case 'hide_receipts':
      return { ok: false, reason: 'The chat has no such thing' }
  }
}

async function send(doing: Doing, action: Extract<CustomerAction, { act: 'send' }>): Promise<ActionResult> {
  const { content, uploads } = action
  if (content.kind === 'text') return say(doing, { content }, { type: 'message', text: content.text.text }, action.replyTo)
  if (content.kind === 'location') {
    return say(doing, { content }, { type: 'location', latitude: content.latitude, longitude: content.longitude }, action.replyTo)
  }
  const [file] = uploads
  const kind = fileKind(content)
  if (!file || !kind) return { ok: false, reason: 'The chat has no such thing' }
  const taken = await doing.upload(file)
  if ('reason' in taken) return { ok: false, reason: taken.reason }
  const facts = { id: taken.id, kind, name: file.name, mimeType: file.mimeType, sizeBytes: file.bytes.length }
  const caption = 'caption' in content && content.caption ? { caption: content.caption.text } : {}
  const url = doing.environment.keep(file.bytes, file.mimeType, file.name).url
  const shown = mapMedia(content, medium => ({ ...medium, ref: { from: 'link', url }, mimeType: file.mimeType, name: file.name }))
  return say(doing, { content: shown }, { type: 'file', file: facts, ...caption }, action.replyTo)
}

function fileKind(content: Content): string | undefined {
  return ['image', 'video', 'audio', 'voice', 'file'].includes(content.kind) ? content.kind : undefined
}

function press(doing: Doing, action: Extract<CustomerAction, { act: 'press' }>): ActionResult {
  const message = doing.visitor.messages.find(one => one.id === action.messageId)
  const button = message && buttonAt(message, action.row, action.column)
  if (!button) return { ok: false, reason: 'There is no such button' }
  const id = doing.newId()
  doing.post({ type: 'choice', id, n: ++doing.visitor.written, of: action.messageId, title: button.title, payload: button.payload })
  return { ok: true, messageId: id }
}

function buttonAt(message: PhoneMessage, row: number, column: number): { title: string; payload: string } | undefined {
  const { keyboard, content } = message.body
  if (keyboard?.kind === 'list') return keyboard.sections.flatMap(section => section.rows)[row]
  const cards = content.kind === 'card' ? [content.card] : content.kind === 'carousel' ? content.cards : []
  const rows = keyboard?.rows ?? cards.map(card => card.buttons ?? [])
  const button = rows[row]?.[column]
  return button?.kind === 'reply' ? button : undefined
}

function say(doing: Doing, body: MessageBody, event: Record<string, unknown>, replyTo: string | undefined): ActionResult {
  const { visitor, environment } = doing
  const id = doing.newId()
  visitor.messages.push({
    id: `${visitor.id}:${id}`,
    from: 'customer',
    at: environment.now(),
    body,
    status: 'sent',
    reactions: [],
    ...(replyTo ? { replyTo } : {}),
  })
  doing.post({ ...event, id, n: ++visitor.written, ...(replyTo ? { replyTo } : {}) })
  return { ok: true, messageId: `${visitor.id}:${id}` }
}
