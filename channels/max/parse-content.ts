/**
 * The content of a MAX message: text with markup, and attachments. Always holds: every message has a content; several files make an album under one
 * message; what cannot be shown is `unsupported`, named, with what words it has. https://dev.max.ru/docs-api/objects/Message
 */
import { arrayAt, compact, idAt, type JsonObject, numberAt, objectAt, stringAt, textAt } from '@dragoman/channel-kit'
import type { AlbumItem, Content, Entity, EntityKind, InboundMessage, Media, RichText } from '@dragoman/core'

export interface ReadMessage {
  message: InboundMessage
  /** The sender's own number, E.164. */
  ownPhone?: string
}

const markup: Record<string, EntityKind> = {
  strong: 'bold',
  emphasized: 'italic',
  monospaced: 'code',
  strikethrough: 'strikethrough',
  underline: 'underline',
  quote: 'quote',
  heading: 'bold',
  highlighted: 'bold',
}

export function readMessage(message: JsonObject): ReadMessage {
  const link = objectAt(message, 'link')
  const linked = objectAt(link, 'message')
  const body = objectAt(message, 'body') ?? {}
  const isForward = stringAt(link, 'type') === 'forward'
  // A forwarded message is itself empty: what is said stands in the link.
  const said = isForward && isEmpty(body) && linked ? linked : body
  const content = contentOf(said, idAt(message, 'sender', 'user_id'))
  const replyTo = stringAt(link, 'type') === 'reply' ? textAt(linked, 'mid') : undefined
  const read: InboundMessage = compact({ content, replyTo, forwarded: isForward ? true : undefined })
  const own = content.kind === 'contact_card' ? content.contacts.find(contact => contact.own) : undefined
  const ownPhone = own?.phones[0]
  return ownPhone === undefined ? { message: read } : { message: read, ownPhone }
}

function isEmpty(body: JsonObject): boolean {
  return !textAt(body, 'text') && arrayAt(body, 'attachments').length === 0
}

function contentOf(body: JsonObject, senderId: string | undefined): Content {
  const text = richText(body)
  const attachments = arrayAt(body, 'attachments').filter(attachment => !/keyboard$/.test(textAt(attachment, 'type') ?? ''))
  const files = attachments.flatMap(attachment => fileOf(attachment))
  const [first] = attachments
  if (files.length > 1) {
    const items = files.map((file, index): AlbumItem => (index === 0 && text.text !== '' ? { ...file, caption: text } : file))
    return { kind: 'album', items }
  }
  if (files.length === 1) {
    const file = files[0]!
    const spoken = text.text === '' ? textAt(first, 'transcription') : undefined
    const caption = text.text !== '' ? text : spoken === undefined ? undefined : { text: spoken }
    return caption ? { ...file, caption } : file
  }
  const other = first === undefined ? undefined : otherContent(first, senderId)
  if (other && (other.kind !== 'text' || text.text === '')) return other
  if (text.text !== '') return { kind: 'text', text }
  const type = textAt(first, 'type') ?? 'message'
  return { kind: 'unsupported', type }
}

/** Pictures, videos, sound and files: known by their token, fetched from their address. */
function fileOf(attachment: unknown): AlbumItem[] {
  const type = stringAt(attachment, 'type')
  if (type !== 'image' && type !== 'video' && type !== 'audio' && type !== 'file') return []
  const token = textAt(attachment, 'payload', 'token')
  const url = textAt(attachment, 'payload', 'url')
  if (token === undefined && url === undefined) return []
  const seconds = numberAt(attachment, 'duration')
  const size = numberAt(attachment, 'size')
  const media: Media = compact({
    ref: compact({ from: 'platform' as const, id: token === undefined ? undefined : `${type}:${token}`, url }),
    name: textAt(attachment, 'filename'),
    sizeBytes: size !== undefined && size > 0 ? size : undefined,
    width: numberAt(attachment, 'width'),
    height: numberAt(attachment, 'height'),
    durationMs: seconds !== undefined && seconds > 0 ? Math.round(seconds * 1000) : undefined,
  })
  return [{ kind: type, media }]
}

function otherContent(attachment: unknown, senderId: string | undefined): Content | undefined {
  switch (stringAt(attachment, 'type')) {
    case 'sticker': {
      const id = textAt(attachment, 'payload', 'code')
      const url = textAt(attachment, 'payload', 'url')
      return id === undefined && url === undefined
        ? undefined
        : { kind: 'sticker', media: { ref: compact({ from: 'platform' as const, id, url }) } }
    }
    case 'location': {
      const latitude = numberAt(attachment, 'latitude')
      const longitude = numberAt(attachment, 'longitude')
      if (latitude === undefined || longitude === undefined || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return undefined
      return { kind: 'location', latitude, longitude }
    }
    case 'contact':
      return contactOf(attachment, senderId)
    case 'share': {
      const url = textAt(attachment, 'payload', 'url')
      return url === undefined
        ? undefined
        : { kind: 'text', text: { text: url, entities: [{ kind: 'url', offset: 0, length: url.length }] } }
    }
    default:
      return undefined
  }
}

/** Shared by the button, a contact names the sender's own account and carries a hash over the card. */
function contactOf(attachment: unknown, senderId: string | undefined): Content | undefined {
  const card = textAt(attachment, 'payload', 'vcf_info') ?? ''
  const person = objectAt(attachment, 'payload', 'max_info')
  const lines = card.split(/\r?\n/)
  const values = (name: string) =>
    lines.flatMap(line => {
      const match = /^(?:item\d+\.)?([A-Z]+)(?:;[^:]*)?:(.*)$/i.exec(line)
      return match?.[1]?.toUpperCase() === name && match[2] ? [match[2].replace(/\\([\\;,])/g, '$1').trim()] : []
    })
  const phones = values('TEL').map(phone => (/^\d{11,15}$/.test(phone) ? `+${phone}` : phone))
  const emails = values('EMAIL')
  const named = [textAt(person, 'first_name'), textAt(person, 'last_name')].filter(Boolean).join(' ')
  const name = values('FN')[0] || named || phones[0]
  if (name === undefined) return undefined
  const own =
    idAt(person, 'user_id') !== undefined && idAt(person, 'user_id') === senderId && textAt(attachment, 'payload', 'hash') !== undefined
  const organization = values('ORG')[0]
  return {
    kind: 'contact_card',
    contacts: [compact({ name, phones, emails: emails.length > 0 ? emails : undefined, organization, own: own ? true : undefined })],
  }
}

function richText(body: JsonObject): RichText {
  const text = stringAt(body, 'text') ?? ''
  const entities = arrayAt(body, 'markup').flatMap(element => entityOf(element, text.length))
  return entities.length > 0 ? { text, entities } : { text }
}

function entityOf(element: unknown, textLength: number): Entity[] {
  const offset = numberAt(element, 'from')
  const length = numberAt(element, 'length')
  if (offset === undefined || length === undefined || !Number.isInteger(offset) || !Number.isInteger(length)) return []
  if (offset < 0 || length <= 0 || offset + length > textLength) return []
  const type = stringAt(element, 'type') ?? ''
  const url = textAt(element, 'url')
  if (type === 'link') return url === undefined ? [] : [{ kind: 'link', offset, length, url }]
  if (type === 'user_mention') return [compact({ kind: 'mention' as const, offset, length, id: idAt(element, 'user_id') })]
  const kind = Object.hasOwn(markup, type) ? markup[type] : undefined
  return kind === undefined ? [] : [{ kind, offset, length }]
}
