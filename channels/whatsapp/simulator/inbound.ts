/**
 * What a customer does on the phone → webhooks, in both regimes of ids (with a number, and business-scoped only).
 * Always holds: whatever the customer sends opens the 24 hours and means that the chat is open, so that earlier messages are read.
 */
import { createHash } from 'node:crypto'
import type { ActionResult, CustomerAction, Upload } from '@dragoman/channel-kit/simulator'
import type { Content } from '@dragoman/core'
import { openChat } from './outbound.ts'
import type { BusinessNumber, Customer, StoredMessage } from './state.ts'
import { contactEntry, customerOf, newMessageId, numberOf, seconds, type World, windowMs } from './world.ts'

const editWithinMs = 15 * 60_000
const deleteWithinMs = 2 * 24 * 60 * 60_000
/** Ids of files in webhooks live a week. */
const inboundFileLifeMs = 7 * 24 * 60 * 60_000

const no = (reason: string): ActionResult => ({ ok: false, reason })

/** Does what the customer did. */
export function act(world: World, customerId: string, action: CustomerAction): ActionResult {
  const customer = customerOf(world, customerId)
  const number = customer && numberOf(world, customer.numberId)
  if (!customer || !number) return no('There is no such customer')
  const result = perform(world, number, customer, action)
  world.environment.changed()
  return result
}

function perform(world: World, number: BusinessNumber, customer: Customer, action: CustomerAction): ActionResult {
  switch (action.act) {
    case 'block':
      customer.blocked = true
      return { ok: true }
    case 'unblock':
      customer.blocked = false
      return { ok: true }
    case 'hide_receipts':
      customer.hidesReceipts = action.on
      return { ok: true }
    case 'typing':
    case 'press_key':
    case 'comment':
    case 'mention':
    case 'edit_comment':
    case 'delete_comment':
    case 'vote':
      return no('WhatsApp has no such thing in chats with a business')
    case 'read':
      openChat(world, number, customer)
      return { ok: true }
    default:
      if (customer.blocked) return no('You have blocked this business')
      openChat(world, number, customer)
      return say(world, number, customer, action)
  }
}

type Saying = Extract<CustomerAction, { act: 'start' | 'write' | 'send' | 'press' | 'react' | 'edit' | 'delete' | 'choose_entrance' }>

function say(world: World, number: BusinessNumber, customer: Customer, action: Saying): ActionResult {
  switch (action.act) {
    case 'start':
      return arriveByAd(world, number, customer, action.payload)
    case 'choose_entrance': {
      // What is tapped is written, nothing more: the business sees an ordinary text.
      const { prompts = [], commands = [] } = number.entrance ?? {}
      const isCommand = commands.some(row => row.command_name === action.payload)
      if (!isCommand && !prompts.includes(action.payload)) return no('There is no such question or command')
      const words = isCommand ? `/${action.payload}` : action.payload
      return send(world, number, customer, { kind: 'text', text: { text: words } }, { type: 'text', text: { body: words } }, undefined)
    }
    case 'write':
      return send(
        world,
        number,
        customer,
        { kind: 'text', text: { text: action.text } },
        { type: 'text', text: { body: action.text } },
        action.replyTo,
      )
    case 'send':
      return sendContent(world, number, customer, action.content, action.uploads, action.replyTo)
    case 'press':
      return press(world, number, customer, action.messageId, action.row, action.column)
    case 'react':
      return react(world, number, customer, action.messageId, action.emoji)
    case 'edit':
    case 'delete':
      return change(world, number, customer, action)
  }
}

/** Posts a message of the customer and remembers it on the phone. */
function send(
  world: World,
  number: BusinessNumber,
  customer: Customer,
  content: Content,
  wire: Record<string, unknown>,
  replyTo?: string,
  context?: Record<string, unknown>,
): ActionResult {
  const now = world.environment.now()
  const id = newMessageId(world)
  const message: StoredMessage = { id, from: 'customer', at: now, body: { content }, status: 'delivered', reactions: [], receipts: [] }
  if (replyTo) message.replyTo = replyTo
  customer.messages.push(message)
  customer.windowUntil = now + windowMs
  post(world, number, customer, id, { ...quoteOf(number, customer, replyTo), ...(context ? { context } : {}), ...wire })
  return { ok: true, messageId: id }
}

function post(world: World, number: BusinessNumber, customer: Customer, id: string, wire: Record<string, unknown>): void {
  world.outbox.send(number, customer.id, {
    contacts: [contactEntry(customer)],
    messages: [
      {
        ...(customer.phone ? { from: customer.phone } : {}),
        from_user_id: customer.bsuid,
        id,
        timestamp: seconds(world.environment.now()),
        ...wire,
      },
    ],
  })
}

function quoteOf(number: BusinessNumber, customer: Customer, replyTo: string | undefined): Record<string, unknown> {
  if (!replyTo) return {}
  const quoted = customer.messages.find(message => message.id === replyTo)
  const from = quoted?.from === 'customer' ? customer.phone : number.displayNumber
  return { context: { ...(from ? { from } : {}), id: replyTo } }
}

function arriveByAd(world: World, number: BusinessNumber, customer: Customer, payload: string | undefined): ActionResult {
  const words = 'Hello! May I learn more about this?'
  customer.cameByAdAt = world.environment.now()
  return send(
    world,
    number,
    customer,
    { kind: 'text', text: { text: words } },
    {
      type: 'text',
      text: { body: words },
      referral: {
        source_url: 'https://fb.me/tealad',
        source_id: payload ?? '120220001',
        source_type: 'ad',
        headline: 'Chat with us',
        body: 'Fresh tea',
        media_type: 'image',
        image_url: 'https://scontent.example/i.jpg',
        ctwa_clid: 'AfTEALclick',
      },
    },
  )
}

function sendContent(
  world: World,
  number: BusinessNumber,
  customer: Customer,
  content: Content,
  uploads: readonly Upload[],
  replyTo: string | undefined,
): ActionResult {
  switch (content.kind) {
    case 'text':
      return send(world, number, customer, content, { type: 'text', text: { body: content.text.text } }, replyTo)
    case 'image':
    case 'video':
    case 'audio':
    case 'voice':
    case 'file':
    case 'sticker':
      return sendFile(world, number, customer, content, uploads[0], replyTo)
    case 'album': {
      // The app shows an album, the platform posts its pictures one by one.
      let last: ActionResult = no('The album is empty')
      for (const [index, item] of content.items.entries()) last = sendFile(world, number, customer, item, uploads[index], replyTo)
      return last
    }
    case 'location': {
      const { latitude, longitude, name, address } = content
      const wire = { latitude, longitude, ...(name ? { name } : {}), ...(address ? { address } : {}) }
      return send(world, number, customer, content, { type: 'location', location: wire }, replyTo)
    }
    case 'contact_card': {
      const contacts = content.contacts.map(contact => ({
        name: { formatted_name: contact.name, first_name: contact.name.split(' ')[0] ?? contact.name },
        phones: contact.phones.map(phone => ({ phone, wa_id: phone.replace(/[^0-9]/g, ''), type: 'CELL' })),
      }))
      return send(world, number, customer, content, { type: 'contacts', contacts }, replyTo)
    }
    case 'order': {
      const items = content.items.map(item => ({
        product_retailer_id: item.productId,
        quantity: item.quantity,
        item_price: (item.price?.amountMinor ?? 0) / 100,
        currency: item.price?.currency ?? 'EUR',
      }))
      const order = { catalog_id: content.catalogId ?? '330044005500', text: content.text?.text ?? '', product_items: items }
      return send(world, number, customer, content, { type: 'order', order }, replyTo)
    }
    case 'poll':
      return sendUnsupported(world, number, customer, content, 'poll')
    case 'unsupported':
      return sendUnsupported(world, number, customer, content, content.type)
    default:
      return no(`Nobody can send ${content.kind} here`)
  }
}

function sendUnsupported(world: World, number: BusinessNumber, customer: Customer, content: Content, type: string): ActionResult {
  const title = 'Message type unknown'
  return send(world, number, customer, content, {
    type: 'unsupported',
    errors: [{ code: 131051, title, message: title, error_data: { details: 'Message type is currently not supported.' } }],
    unsupported: { type },
  })
}

type FileContent = Extract<Content, { kind: 'image' | 'video' | 'audio' | 'voice' | 'file' | 'sticker' }>

function sendFile(
  world: World,
  number: BusinessNumber,
  customer: Customer,
  content: FileContent,
  upload: Upload | undefined,
  replyTo: string | undefined,
): ActionResult {
  if (!upload) return no('There is no file')
  const { environment, state } = world
  const kept = environment.keep(upload.bytes, upload.mimeType, upload.name)
  const file = {
    id: String(510_020_003_000_000 + ++state.counter),
    fileId: kept.fileId,
    url: kept.url,
    mimeType: upload.mimeType,
    name: upload.name,
    sizeBytes: upload.bytes.length,
    sha256: createHash('sha256').update(upload.bytes).digest('base64'),
    numberId: number.id,
    expiresAt: environment.now() + inboundFileLifeMs,
  }
  state.files.push(file)
  const type = content.kind === 'file' ? 'document' : content.kind === 'voice' ? 'audio' : content.kind
  const caption = 'caption' in content && content.caption && type !== 'audio' ? { caption: content.caption.text } : {}
  const wire = {
    mime_type: content.kind === 'voice' ? 'audio/ogg; codecs=opus' : file.mimeType,
    sha256: file.sha256,
    id: file.id,
    url: attachmentUrl(world, file.id),
    ...caption,
    ...(type === 'document' ? { filename: upload.name } : {}),
    ...(type === 'audio' ? { voice: content.kind === 'voice' } : {}),
    ...(type === 'sticker' ? { animated: false } : {}),
  }
  const media = { ...content.media, ref: { from: 'link' as const, url: kept.url }, mimeType: upload.mimeType, name: upload.name }
  return send(
    world,
    number,
    customer,
    { ...content, media, ...('caption' in content ? { caption: content.caption } : {}) },
    { type, [type]: wire },
    replyTo,
  )
}

/** A link to a file, good for five minutes. */
export function attachmentUrl({ environment, state }: World, id: string): string {
  const until = seconds(environment.now() + 5 * 60_000)
  const hash = createHash('sha256').update(`${id}:${until}:${state.app.secret}`).digest('hex').slice(0, 24)
  return `${environment.origin}/whatsapp_business/attachments/?mid=${id}&ext=${until}&hash=${hash}`
}

function press(world: World, number: BusinessNumber, customer: Customer, messageId: string, row: number, column: number): ActionResult {
  const message = customer.messages.find(entry => entry.id === messageId)
  const keyboard = message?.body.keyboard
  if (!message || !keyboard) return no('There is nothing to press')
  const context = { from: number.displayNumber, id: message.id }
  if (keyboard.kind === 'list') {
    const item = keyboard.sections[row]?.rows[column] ?? keyboard.sections.flatMap(section => section.rows)[row]
    if (!item) return no('There is no such row')
    const reply = { id: item.payload, title: item.title, ...(item.description ? { description: item.description } : {}) }
    const choice: Content = { kind: 'choice', title: item.title, payload: item.payload }
    return send(
      world,
      number,
      customer,
      choice,
      { type: 'interactive', interactive: { type: 'list_reply', list_reply: reply } },
      undefined,
      context,
    )
  }
  const button = keyboard.rows[row]?.[column]
  if (!button) return no('There is no such button')
  // Links and numbers open on the phone; the business hears nothing of it.
  if (button.kind !== 'reply') return { ok: true }
  const choice: Content = { kind: 'choice', title: button.title, payload: button.payload }
  if (message.category !== undefined && message.category !== 'service') {
    const isStop = /^(stop|стоп)/i.test(button.title)
    if (isStop && message.category === 'marketing') stopMarketing(world, number, customer)
    return send(
      world,
      number,
      customer,
      choice,
      { type: 'button', button: { payload: button.payload, text: button.title } },
      undefined,
      context,
    )
  }
  const reply = { id: button.payload, title: button.title }
  return send(
    world,
    number,
    customer,
    choice,
    { type: 'interactive', interactive: { type: 'button_reply', button_reply: reply } },
    undefined,
    context,
  )
}

function stopMarketing(world: World, number: BusinessNumber, customer: Customer): void {
  customer.stoppedMarketing = true
  const preference = {
    ...(customer.phone ? { wa_id: customer.phone } : {}),
    user_id: customer.bsuid,
    detail: 'User requested to stop marketing messages',
    category: 'marketing_messages',
    value: 'stop',
    timestamp: Math.floor(world.environment.now() / 1000),
  }
  world.outbox.send(number, customer.id, { contacts: [contactEntry(customer)], user_preferences: [preference] }, 'user_preferences')
}

function react(world: World, number: BusinessNumber, customer: Customer, messageId: string, emoji: string | null): ActionResult {
  const message = customer.messages.find(entry => entry.id === messageId)
  if (!message) return no('There is no such message')
  message.reactions = [
    ...message.reactions.filter(reaction => reaction.by !== 'customer'),
    ...(emoji ? [{ by: 'customer' as const, emoji }] : []),
  ]
  customer.windowUntil = world.environment.now() + windowMs
  // Taking back is told by an empty or missing emoji; both occur.
  post(world, number, customer, newMessageId(world), { type: 'reaction', reaction: { message_id: messageId, emoji: emoji ?? '' } })
  return { ok: true }
}

/** Editing and taking back reach the business only on numbers that live in the WhatsApp Business app too; simulated ones do. */
function change(
  world: World,
  number: BusinessNumber,
  customer: Customer,
  action: Extract<Saying, { act: 'edit' | 'delete' }>,
): ActionResult {
  const message = customer.messages.find(entry => entry.id === action.messageId && entry.from === 'customer' && !entry.deleted)
  if (!message) return no('Only your own messages can be changed')
  const age = world.environment.now() - message.at
  if (action.act === 'delete') {
    if (age > deleteWithinMs) return no('Messages can be taken back for two days')
    message.deleted = true
    post(world, number, customer, newMessageId(world), { type: 'revoke', revoke: { original_message_id: message.id } })
    return { ok: true }
  }
  if (age > editWithinMs) return no('Messages can be changed for 15 minutes')
  if (message.body.content.kind !== 'text') return no('Only text can be changed')
  message.body = { content: { kind: 'text', text: { text: action.text } } }
  message.edited = true
  const changed = { type: 'text', text: { body: action.text } }
  post(world, number, customer, newMessageId(world), { type: 'edit', edit: { original_message_id: message.id, message: changed } })
  return { ok: true }
}
