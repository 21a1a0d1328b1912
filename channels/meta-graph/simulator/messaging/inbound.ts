/**
 * What a customer does on the phone → webhooks.
 * Always holds: whatever the customer says opens the reply windows and means that the chat is open, so that earlier messages are read; while another
 * app holds the conversation, the same items come as copies to standby, without the payloads of presses.
 */
import type { ActionResult, CustomerAction, Upload } from '@dragoman/channel-kit/simulator'
import type { Content, Media } from '@dragoman/core'
import { changeComment, comment, mention } from './feed.ts'
import { openChat } from './outbound.ts'
import { accountOf, customerOf, day, isHeldElsewhere, type World } from './rules.ts'
import type { BusinessAccount, Customer, StoredMessage } from './state.ts'

const editWithinMs = 15 * 60_000
const mostEdits = 5
/** Links to files of webhooks are signed for this long. */
const linkLifeMs = day

const no = (reason: string): ActionResult => ({ ok: false, reason })

/** Does what the customer did. */
export function act(world: World, customerId: string, action: CustomerAction): ActionResult {
  const customer = customerOf(world, customerId)
  const account = customer && accountOf(world, customer.accountId)
  if (!customer || !account) return no('There is no such customer')
  const result = perform(world, account, customer, action)
  world.environment.changed()
  return result
}

function perform(world: World, account: BusinessAccount, customer: Customer, action: CustomerAction): ActionResult {
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
      return no('The business is not told that you are typing')
    case 'press_key':
      return no('There is no keyboard in place of the composer here')
    case 'vote':
      return no('There are no polls in chats with a business')
    case 'read':
      openChat(world, account, customer)
      return { ok: true }
    case 'comment':
      return comment(world, account, customer, action)
    case 'mention':
      return mention(world, account, customer, action.text)
    case 'edit_comment':
      return changeComment(world, account, customer, action.commentId, action.text)
    case 'delete_comment':
      return changeComment(world, account, customer, action.commentId, undefined)
    default:
      if (customer.blocked) return no('You have blocked this business')
      openChat(world, account, customer)
      return say(world, account, customer, action)
  }
}

type Saying = Extract<CustomerAction, { act: 'start' | 'write' | 'send' | 'press' | 'react' | 'edit' | 'delete' | 'choose_entrance' }>

function say(world: World, account: BusinessAccount, customer: Customer, action: Saying): ActionResult {
  switch (action.act) {
    case 'start':
      return arrive(world, account, customer, action.payload)
    case 'write':
      return write(world, account, customer, { kind: 'text', text: { text: action.text } }, { text: action.text }, action.replyTo)
    case 'send':
      return sendContent(world, account, customer, action.content, action.uploads, action.replyTo)
    case 'press':
      return press(world, account, customer, action.messageId, action.row, action.column)
    case 'choose_entrance':
      return chooseEntrance(world, account, customer, action.payload)
    case 'react':
      return react(world, account, customer, action.messageId, action.emoji)
    case 'edit':
      return edit(world, account, customer, action.messageId, action.text)
    case 'delete':
      return takeBack(world, account, customer, action.messageId)
  }
}

/** Posts an item about a conversation: to standby, as a copy, where another app holds it. */
export function post(
  world: World,
  account: BusinessAccount,
  customer: Customer,
  field: string,
  item: Record<string, unknown>,
  from: 'customer' | 'business' = 'customer',
): void {
  const [sender, recipient] = from === 'customer' ? [customer.personId, account.id] : [account.id, customer.personId]
  const full = { sender: { id: sender }, recipient: { id: recipient }, timestamp: Math.round(world.environment.now()), ...item }
  const isCopy = isHeldElsewhere(world, customer)
  if (isCopy && 'postback' in full) delete (full.postback as { payload?: unknown }).payload
  world.send(account, customer.id, isCopy ? 'standby' : 'messaging', isCopy ? world.rules.fields.standby : field, full)
}

/** The moment from which the reply windows count; a new chat begins as a request where there are requests. */
function touch(world: World, customer: Customer): void {
  if (world.rules.hasRequests && customer.messages.length === 0) customer.isRequest = true
  // Asked before the clock is set anew: after a day of silence it had fallen back already.
  isHeldElsewhere(world, customer)
  customer.lastAt = world.environment.now()
}

/** Posts a message of the customer and remembers it on the phone. */
function write(
  world: World,
  account: BusinessAccount,
  customer: Customer,
  content: Content,
  wire: Record<string, unknown>,
  replyTo?: string,
): ActionResult {
  touch(world, customer)
  const id = world.rules.newMessageId(world.environment.random)
  const message: StoredMessage = {
    id,
    from: 'customer',
    at: world.environment.now(),
    body: { content },
    status: 'delivered',
    reactions: [],
    receipts: [],
    ...(replyTo ? { replyTo } : {}),
  }
  customer.messages.push(message)
  post(world, account, customer, world.rules.fields.message, {
    message: { mid: id, ...wire, ...(replyTo ? { reply_to: { mid: replyTo } } : {}) },
  })
  return { ok: true, messageId: id }
}

/** By a link with a payload, or by an advertisement (`ad:…`). A new chat begins with the Get Started button where the account has one. */
function arrive(world: World, account: BusinessAccount, customer: Customer, payload: string | undefined): ActionResult {
  const isNew = customer.messages.length === 0 && customer.lastAt === 0
  const isAd = payload?.startsWith('ad:') === true
  const referral = isAd
    ? {
        ref: payload,
        ad_id: payload.slice(3),
        source: 'ADS',
        type: 'OPEN_THREAD',
        ads_context_data: { ad_title: 'Fresh tea', photo_url: 'https://scontent.example/ad.jpg' },
      }
    : { ref: payload ?? '', source: world.rules.referralSource, type: 'OPEN_THREAD' }
  if (isAd) {
    const words = 'Hello! May I learn more about this?'
    return write(world, account, customer, { kind: 'text', text: { text: words } }, { text: words, referral })
  }
  const { getStarted } = account.entrance
  touch(world, customer)
  if (isNew && getStarted !== undefined) {
    const mid = world.rules.newMessageId(world.environment.random)
    post(world, account, customer, world.rules.fields.postback, {
      postback: { mid, title: 'Get Started', payload: getStarted, ...(payload ? { referral } : {}) },
    })
  } else post(world, account, customer, world.rules.fields.referral, { referral })
  return { ok: true }
}

function chooseEntrance(world: World, account: BusinessAccount, customer: Customer, payload: string): ActionResult {
  const { iceBreakers, menu } = account.entrance
  const row = [
    ...iceBreakers.flatMap(entry => entry.questions.map(({ question, payload }) => ({ title: question, payload }))),
    ...menu.flatMap(entry => entry.rows),
  ].find(entry => entry.payload === payload)
  if (!row) return no('There is no such question and no such row of the menu')
  touch(world, customer)
  const mid = world.rules.newMessageId(world.environment.random)
  const content: Content = { kind: 'choice', title: row.title, payload }
  customer.messages.push({
    id: mid,
    from: 'customer',
    at: world.environment.now(),
    body: { content },
    status: 'delivered',
    reactions: [],
    receipts: [],
  })
  post(world, account, customer, world.rules.fields.postback, { postback: { mid, title: row.title, payload } })
  return { ok: true, messageId: mid }
}

function sendContent(
  world: World,
  account: BusinessAccount,
  customer: Customer,
  content: Content,
  uploads: readonly Upload[],
  replyTo: string | undefined,
): ActionResult {
  if (content.kind !== 'album' && !world.rules.abilities.kinds.includes(content.kind)) return no(`Nobody can send ${content.kind} here`)
  switch (content.kind) {
    case 'text':
      return write(world, account, customer, content, { text: content.text.text }, replyTo)
    case 'image':
    case 'video':
    case 'audio':
    case 'voice':
    case 'file':
    case 'sticker': {
      const [upload] = uploads
      if (!upload) return no('There is no file')
      const { attachment, media } = attach(world, content.kind, upload)
      const caption = 'caption' in content ? content.caption : undefined
      return write(
        world,
        account,
        customer,
        { ...content, media },
        { ...(caption ? { text: caption.text } : {}), attachments: [attachment] },
        replyTo,
      )
    }
    case 'album': {
      const made = content.items.flatMap((item, index) => {
        const upload = uploads[index]
        return upload ? [{ item, ...attach(world, item.kind, upload) }] : []
      })
      if (made.length === 0) return no('The album is empty')
      const shown: Content = { kind: 'album', items: made.map(({ item, media }) => ({ ...item, media })) }
      return write(world, account, customer, shown, { attachments: made.map(({ attachment }) => attachment) }, replyTo)
    }
    case 'location': {
      const payload = { coordinates: { lat: content.latitude, long: content.longitude } }
      return write(
        world,
        account,
        customer,
        content,
        { attachments: [{ type: 'location', title: content.name ?? 'Location', payload }] },
        replyTo,
      )
    }
    case 'product': {
      const words = content.text?.text ?? 'Is this still available?'
      return write(world, account, customer, content, { text: words, referral: { product: { id: content.productId } } }, replyTo)
    }
    case 'story_reply': {
      const story = {
        id: `179${customer.messages.length + 1}`,
        url: content.storyUrl ?? 'https://lookaside.fbsbx.com/ig_messaging_cdn/?story=1',
      }
      if (content.mention)
        return write(world, account, customer, content, { attachments: [{ type: 'story_mention', payload: { url: story.url } }] })
      return write(world, account, customer, content, { text: content.text?.text ?? 'Nice', reply_to: { story } })
    }
    case 'order': {
      touch(world, customer)
      const products = content.items.map(item => ({
        id: item.productId,
        retailer_id: item.productId,
        name: item.name ?? item.productId,
        unit_price: (item.price?.amountMinor ?? 0) / 100,
        currency: item.price?.currency ?? 'EUR',
        quantity: item.quantity,
      }))
      customer.messages.push({
        id: `order-${world.environment.now()}`,
        from: 'customer',
        at: world.environment.now(),
        body: { content },
        status: 'delivered',
        reactions: [],
        receipts: [],
      })
      post(world, account, customer, world.rules.fields.order, { order: { products, note: content.text?.text ?? '' } })
      return { ok: true }
    }
    case 'unsupported':
      return write(world, account, customer, content, { is_unsupported: true }, replyTo)
    default:
      return no(`Nobody can send ${content.kind} here`)
  }
}

const attachmentTypes: Readonly<Record<string, string>> = { voice: 'audio' }
const voiceName = 'audioclip-1795340000000-4000.mp4'

function attach(world: World, kind: string, upload: Upload): { attachment: Record<string, unknown>; media: Media } {
  const { environment } = world
  const kept = environment.keep(upload.bytes, upload.mimeType, upload.name)
  const until = Math.floor((environment.now() + linkLifeMs) / 1000)
  const name = kind === 'voice' ? voiceName : encodeURIComponent(upload.name)
  const url = `${environment.origin}/messaging_cdn/${kept.fileId}/${name}?oe=${until}`
  const sticker = kind === 'sticker' ? { sticker_id: '369239263222822' } : {}
  const media: Media = { ref: { from: 'link', url: kept.url }, mimeType: upload.mimeType, name: upload.name }
  return { attachment: { type: attachmentTypes[kind] ?? kind, payload: { url, ...sticker } }, media }
}

function press(world: World, account: BusinessAccount, customer: Customer, messageId: string, row: number, column: number): ActionResult {
  const message = customer.messages.find(entry => entry.id === messageId)
  const keyboard = message?.body.keyboard
  if (!message || !keyboard || keyboard.kind === 'list') return no('There is nothing to press')
  const button = keyboard.rows[row]?.[column]
  if (!button) return no('There is no such button')
  if (keyboard.kind === 'quick_replies') {
    const title = button.kind === 'share_contact' ? '+15550100' : button.title
    const payload = button.kind === 'reply' ? button.payload : title
    // They are gone once one was used.
    message.body = { content: message.body.content }
    return write(world, account, customer, { kind: 'choice', title, payload }, { text: title, quick_reply: { payload } })
  }
  // Links and numbers open on the phone; the business hears nothing of it.
  if (button.kind !== 'reply') return { ok: true }
  touch(world, customer)
  const mid = world.rules.newMessageId(world.environment.random)
  const content: Content = { kind: 'choice', title: button.title, payload: button.payload }
  customer.messages.push({
    id: mid,
    from: 'customer',
    at: world.environment.now(),
    body: { content },
    status: 'delivered',
    reactions: [],
    receipts: [],
  })
  post(world, account, customer, world.rules.fields.postback, { postback: { mid, title: button.title, payload: button.payload } })
  return { ok: true, messageId: mid }
}

/** The names that Meta gives to the usual reactions. */
const reactionNames: Readonly<Record<string, string>> = {
  '❤️': 'love',
  '👍': 'like',
  '😆': 'smile',
  '😮': 'wow',
  '😢': 'sad',
  '😠': 'angry',
  '👎': 'dislike',
}

function react(world: World, account: BusinessAccount, customer: Customer, messageId: string, emoji: string | null): ActionResult {
  const message = customer.messages.find(entry => entry.id === messageId)
  if (!message) return no('There is no such message')
  const others = message.reactions.filter(reaction => reaction.by !== 'customer')
  message.reactions = emoji === null ? others : [...others, { by: 'customer', emoji }]
  if (emoji !== null) touch(world, customer)
  const reaction =
    emoji === null
      ? { mid: messageId, action: 'unreact' }
      : { mid: messageId, action: 'react', reaction: reactionNames[emoji] ?? 'other', emoji }
  post(world, account, customer, world.rules.fields.reaction, { reaction })
  return { ok: true }
}

function edit(world: World, account: BusinessAccount, customer: Customer, messageId: string, text: string): ActionResult {
  const message = customer.messages.find(entry => entry.id === messageId && entry.from === 'customer' && !entry.deleted)
  if (message?.body.content.kind !== 'text') return no('Only text of your own can be changed')
  if (world.environment.now() - message.at > editWithinMs) return no('Messages can be changed for 15 minutes')
  const edits = (message.edits ?? 0) + 1
  if (edits > mostEdits) return no('A message can be changed five times')
  message.edits = edits
  message.edited = true
  message.body = { content: { kind: 'text', text: { text } } }
  post(world, account, customer, world.rules.fields.edit, { message_edit: { mid: messageId, text, num_edit: edits } })
  return { ok: true }
}

function takeBack(world: World, account: BusinessAccount, customer: Customer, messageId: string): ActionResult {
  const message = customer.messages.find(entry => entry.id === messageId && entry.from === 'customer' && !entry.deleted)
  if (!message) return no('Only your own messages can be taken back')
  message.deleted = true
  if (world.rules.tellsDeletes)
    post(world, account, customer, world.rules.fields.message, { message: { mid: messageId, is_deleted: true } })
  return { ok: true }
}

/** The id of the file in an address of ours. */
export function fileIdInPath(path: string): string | undefined {
  return /^\/messaging_cdn\/([^/]+)\//.exec(path)?.[1]
}
