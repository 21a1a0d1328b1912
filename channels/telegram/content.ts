/**
 * The content of a Telegram message: which member says what it is, and how that is said in Dragoman's words.
 * Always holds: every message has a content; what cannot be shown is `unsupported`, named and with what words it has.
 * https://core.telegram.org/bots/api#message
 */
import { arrayAt, booleanAt, compact, idAt, type JsonObject, numberAt, objectAt, stringAt, textAt } from '@dragoman/channel-kit'
import type { Content, Entity, EntityKind, InboundMessage, Media, RichText } from '@dragoman/core'
import { messageKey } from './ids.ts'

export interface ReadMessage {
  message: InboundMessage
  note?: string
  /** The sender's own number, confirmed by Telegram; E.164. */
  ownPhone?: string
}

/** Members that tell of an event in the chat, not of something said. */
const services = [
  'write_access_allowed',
  'connected_website',
  'pinned_message',
  'message_auto_delete_timer_changed',
  'chat_background_set',
  'new_chat_title',
  'new_chat_photo',
  'delete_chat_photo',
  'new_chat_members',
  'left_chat_member',
  'group_chat_created',
  'supergroup_chat_created',
  'channel_chat_created',
  'migrate_to_chat_id',
  'migrate_from_chat_id',
  'proximity_alert_triggered',
  'boost_added',
  'forum_topic_created',
  'forum_topic_edited',
  'forum_topic_closed',
  'forum_topic_reopened',
  'general_forum_topic_hidden',
  'general_forum_topic_unhidden',
  'giveaway_created',
  'giveaway_completed',
  'video_chat_scheduled',
  'video_chat_started',
  'video_chat_ended',
  'video_chat_participants_invited',
  'direct_message_price_changed',
  'paid_message_price_changed',
  'managed_bot_created',
  'chat_owner_left',
  'chat_owner_changed',
  'poll_option_added',
  'poll_option_deleted',
  'checklist_tasks_done',
  'checklist_tasks_added',
  'suggested_post_approved',
  'suggested_post_approval_failed',
  'suggested_post_declined',
  'suggested_post_paid',
  'suggested_post_refunded',
]

/** The service that a message reports, or undefined where a person said something. */
export function isService(message: JsonObject): string | undefined {
  return services.find(name => Object.hasOwn(message, name))
}

/** Everything that a message says. */
export function readMessage(message: JsonObject, chatId: string, connection?: string): ReadMessage {
  const { content, note } = readContent(message)
  const repliedTo = idAt(message, 'reply_to_message', 'message_id')
  const repliedChat = idAt(message, 'reply_to_message', 'chat', 'id') ?? chatId
  const ownPhone = content.kind === 'contact_card' && content.contacts[0]?.own ? content.contacts[0].phones[0] : undefined
  return compact({
    message: compact({
      content,
      replyTo: repliedTo === undefined ? undefined : messageKey(repliedChat, repliedTo, connection),
      quote: textAt(message, 'quote', 'text'),
      forwarded: objectAt(message, 'forward_origin') || numberAt(message, 'forward_date') !== undefined ? true : undefined,
      groupId: textAt(message, 'media_group_id'),
    }),
    note,
    ownPhone,
  })
}

function readContent(message: JsonObject): { content: Content; note?: string } {
  const caption = richText(textAt(message, 'caption'), arrayAt(message, 'caption_entities'))
  if (objectAt(message, 'reply_to_story'))
    return {
      content: compact({ kind: 'story_reply' as const, text: richText(textAt(message, 'text'), arrayAt(message, 'entities')) ?? caption }),
    }
  const text = richText(textAt(message, 'text'), arrayAt(message, 'entities'))
  if (text) return { content: { kind: 'text', text } }
  // An animation comes with a document, and a live photo with a photo: the first of these names wins.
  for (const [name, read] of Object.entries<MediaReader>(mediaReaders)) {
    const member = name === 'photo' ? largest(arrayAt(message, 'photo')) : objectAt(message, name)
    if (!member) continue
    const content = read(member, caption, message)
    if (content) return { content }
  }
  const venue = objectAt(message, 'venue')
  const location = objectAt(venue, 'location') ?? objectAt(message, 'location')
  const latitude = numberAt(location, 'latitude')
  const longitude = numberAt(location, 'longitude')
  if (latitude !== undefined && longitude !== undefined) {
    return {
      content: compact({
        kind: 'location' as const,
        latitude,
        longitude,
        name: textAt(venue, 'title'),
        address: textAt(venue, 'address'),
        liveUntil: liveUntil(message, location),
      }),
    }
  }
  const contact = objectAt(message, 'contact')
  if (contact) return { content: readContact(contact, idAt(message, 'from', 'id')) }
  const poll = objectAt(message, 'poll')
  if (poll) return { content: readPoll(poll) }
  const dice = objectAt(message, 'dice')
  if (dice)
    return {
      content: { kind: 'text', text: { text: `${textAt(dice, 'emoji') ?? '🎲'} ${numberAt(dice, 'value') ?? ''}`.trim() } },
      note: 'dice',
    }
  const webApp = objectAt(message, 'web_app_data')
  if (webApp)
    return {
      content: compact({ kind: 'choice' as const, title: textAt(webApp, 'button_text') ?? '', payload: stringAt(webApp, 'data') }),
      note: 'web_app_data',
    }
  const rich = plainOfBlocks(arrayAt(message, 'rich_message', 'blocks'))
  if (rich !== '') return { content: { kind: 'text', text: { text: rich } }, note: 'rich_message' }
  return { content: unsupported(message, caption) }
}

type MediaReader = (member: JsonObject, caption: RichText | undefined, message: JsonObject) => Content | undefined

const mediaReaders: Record<string, MediaReader> = {
  animation: (member, caption) =>
    withMedia(member, media => compact({ kind: 'video' as const, media, caption, style: 'animation' as const }), 'video/mp4'),
  photo: (member, caption) => withMedia(member, media => compact({ kind: 'image' as const, media, caption }), 'image/jpeg'),
  video: (member, caption) => withMedia(member, media => compact({ kind: 'video' as const, media, caption }), 'video/mp4'),
  video_note: member =>
    withMedia(
      member,
      media => {
        const side = numberAt(member, 'length')
        return { kind: 'video', media: compact({ ...media, width: side, height: side }), style: 'note' }
      },
      'video/mp4',
    ),
  audio: (member, caption) =>
    withMedia(
      member,
      media => compact({ kind: 'audio' as const, media, caption, title: textAt(member, 'title'), performer: textAt(member, 'performer') }),
      'audio/mpeg',
    ),
  voice: (member, caption) => withMedia(member, media => compact({ kind: 'voice' as const, media, caption }), 'audio/ogg'),
  sticker: member =>
    withMedia(member, media => compact({ kind: 'sticker' as const, media, emoji: textAt(member, 'emoji') }), stickerType(member)),
  document: (member, caption) => withMedia(member, media => compact({ kind: 'file' as const, media, caption }), undefined),
}

function withMedia(member: JsonObject, make: (media: Media) => Content, mimeType: string | undefined): Content | undefined {
  const id = textAt(member, 'file_id')
  if (id === undefined) return undefined
  const duration = numberAt(member, 'duration')
  return make(
    compact({
      ref: { from: 'platform' as const, id },
      mimeType: textAt(member, 'mime_type') ?? mimeType,
      sizeBytes: numberAt(member, 'file_size'),
      name: textAt(member, 'file_name'),
      width: numberAt(member, 'width'),
      height: numberAt(member, 'height'),
      durationMs: duration === undefined ? undefined : Math.round(duration * 1000),
    }),
  )
}

/** Photos come in several sizes, smallest first. */
function largest(sizes: readonly unknown[]): JsonObject | undefined {
  return sizes
    .flatMap((size): JsonObject[] => {
      const known = objectAt(size)
      return known ? [known] : []
    })
    .toSorted(
      (a, b) => (numberAt(a, 'width') ?? 0) * (numberAt(a, 'height') ?? 0) - (numberAt(b, 'width') ?? 0) * (numberAt(b, 'height') ?? 0),
    )
    .at(-1)
}

function stickerType(sticker: JsonObject): string {
  if (booleanAt(sticker, 'is_animated')) return 'application/x-tgsticker'
  return booleanAt(sticker, 'is_video') ? 'video/webm' : 'image/webp'
}

/** 0x7FFFFFFF seconds: until the customer stops it. */
const endless = 0x7fffffff

function liveUntil(message: JsonObject, location: JsonObject | undefined): number | undefined {
  const period = numberAt(location, 'live_period')
  const date = numberAt(message, 'date')
  if (period === undefined || date === undefined || period <= 0) return undefined
  return Math.min((date + Math.min(period, endless)) * 1000, 8_640_000_000_000_000)
}

/** A number counts as the sender's own only where Telegram itself says whose it is. */
function readContact(contact: JsonObject, senderId: string | undefined): Content {
  const phone = textAt(contact, 'phone_number')
  const own = senderId !== undefined && idAt(contact, 'user_id') === senderId
  const digits = phone?.replace(/\D/g, '') ?? ''
  const card = vcardFields(textAt(contact, 'vcard') ?? '')
  return {
    kind: 'contact_card',
    contacts: [
      compact({
        name: [textAt(contact, 'first_name'), textAt(contact, 'last_name')].filter(Boolean).join(' '),
        phones: digits === '' ? [] : [`+${digits}`],
        emails: card.emails.length > 0 ? card.emails : undefined,
        organization: card.organization,
        own: own && digits !== '' ? true : undefined,
      }),
    ],
  }
}

function vcardFields(vcard: string): { emails: string[]; organization: string | undefined } {
  const lines = vcard.split(/\r?\n/)
  const values = (name: string) =>
    lines.filter(line => new RegExp(`^(?:item\\d+\\.)?${name}[;:]`, 'i').test(line)).map(line => line.slice(line.indexOf(':') + 1).trim())
  return { emails: values('EMAIL').filter(Boolean), organization: values('ORG')[0]?.replace(/;+$/, '') || undefined }
}

function readPoll(poll: JsonObject): Content {
  return compact({
    kind: 'poll' as const,
    question: textAt(poll, 'question') ?? '',
    options: arrayAt(poll, 'options').map(option =>
      compact({ text: textAt(option, 'text') ?? '', votes: numberAt(option, 'voter_count') }),
    ),
    multiple: booleanAt(poll, 'allows_multiple_answers') || undefined,
    anonymous: booleanAt(poll, 'is_anonymous') || undefined,
  })
}

/** Members that every message has and that say nothing of its kind. */
const frame = new Set([
  'message_id',
  'message_thread_id',
  'from',
  'sender_chat',
  'date',
  'chat',
  'forward_origin',
  'is_topic_message',
  'reply_to_message',
  'external_reply',
  'quote',
  'via_bot',
  'edit_date',
  'has_protected_content',
  'is_from_offline',
  'media_group_id',
  'author_signature',
  'link_preview_options',
  'effect_id',
  'caption',
  'caption_entities',
  'show_caption_above_media',
  'has_media_spoiler',
  'reply_markup',
  'entities',
])

function unsupported(message: JsonObject, caption: RichText | undefined): Content {
  const type = Object.keys(message).find(name => !frame.has(name)) ?? 'empty'
  const detail = wordsOf(objectAt(message, type)) || caption?.text
  return compact({ kind: 'unsupported' as const, type, detail: detail || undefined })
}

/** The words of a member that people would want to read. */
function wordsOf(member: JsonObject | undefined): string {
  const amount = numberAt(member, 'total_amount')
  const currency = textAt(member, 'currency')
  const price = amount !== undefined && currency !== undefined ? `${currency === 'XTR' ? amount : amount / 100} ${currency}` : undefined
  const tasks = arrayAt(member, 'tasks').map(task => textAt(task, 'text'))
  const people = arrayAt(member, 'users').map(user => textAt(user, 'first_name') ?? idAt(user, 'user_id'))
  return [textAt(member, 'title'), textAt(member, 'description'), price, textAt(member, 'invoice_payload'), ...tasks, ...people]
    .filter(Boolean)
    .join(' · ')
}

/** The plain words of a rich message, block by block. */
function plainOfBlocks(blocks: readonly unknown[]): string {
  return blocks.map(plainOf).filter(Boolean).join('\n')
}

function plainOf(node: unknown): string {
  if (typeof node === 'string') return node
  if (Array.isArray(node)) return node.map(plainOf).join('')
  const block = objectAt(node)
  if (!block) return ''
  return ['text', 'title', 'summary', 'caption', 'blocks', 'items', 'children']
    .map(name => plainOf(block[name]))
    .filter(Boolean)
    .join('\n')
}

const entityKinds: Record<string, EntityKind> = {
  bold: 'bold',
  italic: 'italic',
  underline: 'underline',
  strikethrough: 'strikethrough',
  spoiler: 'spoiler',
  code: 'code',
  pre: 'pre',
  blockquote: 'quote',
  expandable_blockquote: 'quote',
  text_link: 'link',
  url: 'url',
  mention: 'mention',
  text_mention: 'mention',
  hashtag: 'hashtag',
  cashtag: 'hashtag',
  bot_command: 'command',
  email: 'email',
  phone_number: 'phone',
  custom_emoji: 'custom_emoji',
}

/** Text with its entities; both sides count UTF-16 units. */
export function richText(text: string | undefined, entities: readonly unknown[]): RichText | undefined {
  if (text === undefined) return undefined
  const read = entities.flatMap((entity): Entity[] => {
    const kind = Object.hasOwn(entityKinds, stringAt(entity, 'type') ?? '') ? entityKinds[stringAt(entity, 'type')!] : undefined
    const offset = numberAt(entity, 'offset')
    const length = numberAt(entity, 'length')
    if (!kind || offset === undefined || length === undefined || offset < 0 || length <= 0 || offset + length > text.length) return []
    return [
      compact({
        kind,
        offset,
        length,
        url: kind === 'link' ? textAt(entity, 'url') : undefined,
        language: textAt(entity, 'language'),
        id: idAt(entity, 'custom_emoji_id') ?? idAt(entity, 'user', 'id'),
      }),
    ]
  })
  return read.length > 0 ? { text, entities: read } : { text }
}
