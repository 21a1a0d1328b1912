/**
 * What a message of the envelope says → canonical content: text, files, shared posts, templates that the business sent.
 * Always holds: never throws and never gives nothing; what cannot be shown is `unsupported` with its type. Addresses of files are Meta's own
 * signed links, which die after a while: they are references to be fetched at once, not to be kept.
 */
import { arrayAt, compact, idAt, numericAt, objectAt, stringAt, textAt } from '@dragoman/channel-kit'
import type { AlbumItem, Button, Card, Content, Media, RichText } from '@dragoman/core'
import { timeOf } from './envelope.ts'

export interface AttachmentReader {
  audioKind(url: string | undefined): 'audio' | 'voice'
  attachment?(attachment: unknown): Content | undefined
}

/** The contents of one message, in reading order; usually one. */
export function contentsOf(message: unknown, reader: AttachmentReader): Content[] {
  const text = stringAt(message, 'text')
  const words: RichText | undefined = text?.trim() ? { text } : undefined
  const attachments = arrayAt(message, 'attachments')
  const read = attachments.map(attachment => reader.attachment?.(attachment) ?? contentOf(attachment, reader, words !== undefined))
  const contents = joined(read.filter(content => content !== undefined))
  if (contents.length === 0) return [words ? { kind: 'text', text: words } : unsupportedMessage(message)]
  if (!words) return contents
  const [first, ...others] = contents as [Content, ...Content[]]
  const captioned = withWords(first, words)
  return captioned ? [captioned, ...others] : [{ kind: 'text', text: words }, ...contents]
}

function contentOf(attachment: unknown, reader: AttachmentReader, hasWords: boolean): Content | undefined {
  const type = textAt(attachment, 'type') ?? 'unknown'
  const payload = objectAt(attachment, 'payload')
  const url = textAt(payload, 'url') ?? textAt(attachment, 'url')
  const media = url === undefined ? undefined : mediaOf(url)
  switch (type) {
    case 'image':
      // Until 30 August 2026 stickers came as pictures with the sticker's id.
      if (media && idAt(payload, 'sticker_id')) return { kind: 'sticker', media }
      return media ? { kind: 'image', media } : unsupported(type)
    case 'sticker':
      return media ? { kind: 'sticker', media } : unsupported(type)
    case 'video':
      return media ? { kind: 'video', media } : unsupported(type)
    case 'audio':
      return media ? { kind: reader.audioKind(url), media } : unsupported(type)
    case 'file':
      return media ? { kind: 'file', media } : unsupported(type)
    case 'location':
      return locationOf(attachment) ?? unsupported(type)
    case 'reel':
    case 'ig_reel':
      return media ? compact<Content>({ kind: 'video', media, caption: captionOf(titleOf(attachment)) }) : shareOf(attachment, type)
    case 'share':
    case 'post':
    case 'ig_post':
      return shareOf(attachment, type)
    case 'fallback': {
      const place = locationOf(attachment)
      if (place) return place
      // A link in the words comes once more as a preview of its page.
      if (hasWords) return undefined
      const lines = [titleOf(attachment), url].filter(Boolean).join('\n')
      return lines ? { kind: 'text', text: { text: lines } } : unsupported(type)
    }
    case 'template':
      return templateOf(payload) ?? unsupported(type, titleOf(attachment))
    case 'appointment_booking':
      return bookingOf(payload)
    default:
      return unsupported(type, titleOf(attachment))
  }
}

/** A card, a carousel, a product or words that the business sent as a template. */
function templateOf(payload: unknown): Content | undefined {
  const products = arrayAt(payload, 'product', 'elements')
  const [product] = products
  if (product && idAt(product, 'id'))
    return compact<Content>({ kind: 'product', productId: idAt(product, 'id') ?? '', name: textAt(product, 'title') })
  const elements = [...arrayAt(payload, 'elements'), ...arrayAt(payload, 'generic', 'elements')]
  if (textAt(payload, 'template_type') === 'product') {
    const productId = idAt(elements[0], 'id')
    return productId ? { kind: 'product', productId } : undefined
  }
  const cards = elements.flatMap(element => cardOf(element) ?? [])
  if (cards.length > 1) return { kind: 'carousel', cards }
  if (cards[0]) return { kind: 'card', card: cards[0] }
  const text = textAt(payload, 'text') ?? textAt(payload, 'button', 'text') ?? textAt(payload, 'title')
  return text ? { kind: 'text', text: { text } } : undefined
}

function cardOf(element: unknown): Card | undefined {
  const picture = textAt(element, 'image_url')
  const title = textAt(element, 'title')
  if (!title && !picture) return undefined
  const buttons = arrayAt(element, 'buttons').flatMap((button): Button[] => {
    const name = textAt(button, 'title')
    const url = textAt(button, 'url')
    const payload = textAt(button, 'payload')
    if (!name) return []
    if (url) return [{ kind: 'url', title: name, url }]
    return payload ? [{ kind: 'reply', title: name, payload }] : []
  })
  return compact<Card>({
    title: title ?? '',
    text: textAt(element, 'subtitle'),
    media: picture ? { ref: { from: 'link', url: picture } } : undefined,
    buttons: buttons.length ? buttons : undefined,
  })
}

/** A post that somebody passed on: its title and where it can be seen. */
function shareOf(attachment: unknown, type: string): Content {
  const url = textAt(attachment, 'payload', 'url') ?? textAt(attachment, 'url')
  const title = titleOf(attachment)
  if (!url && !title) return unsupported(type)
  const buttons: Button[] = url ? [{ kind: 'url', title: hostOf(url), url }] : []
  return { kind: 'card', card: compact<Card>({ title: title ?? hostOf(url ?? ''), buttons: buttons.length ? buttons : undefined }) }
}

function bookingOf(payload: unknown): Content {
  const startsAt = timeOf(numericAt(payload, 'start_time') ?? dateAt(payload, 'start_time'))
  const endsAt = timeOf(numericAt(payload, 'end_time') ?? dateAt(payload, 'end_time'))
  return compact<Content>({
    kind: 'booking',
    title: ['Appointment', textAt(payload, 'status')?.toLowerCase()].filter(Boolean).join(', '),
    startsAt,
    endsAt: endsAt || undefined,
    reference: idAt(payload, 'booking_id'),
  })
}

function dateAt(payload: unknown, key: string): number | undefined {
  const ms = Date.parse(stringAt(payload, key) ?? '')
  return Number.isFinite(ms) ? ms : undefined
}

function locationOf(attachment: unknown): Content | undefined {
  const latitude = numericAt(attachment, 'payload', 'coordinates', 'lat')
  const longitude = numericAt(attachment, 'payload', 'coordinates', 'long')
  if (latitude === undefined || longitude === undefined || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return undefined
  return compact<Content>({ kind: 'location', latitude, longitude, name: titleOf(attachment) })
}

/** Pictures and files of one message stand together; anything else stays by itself. */
function joined(contents: readonly Content[]): Content[] {
  const items = contents.flatMap((content): AlbumItem[] =>
    content.kind === 'image' || content.kind === 'video' || content.kind === 'audio' || content.kind === 'file'
      ? [{ kind: content.kind, media: content.media }]
      : [],
  )
  return items.length === contents.length && items.length > 1 ? [{ kind: 'album', items }] : [...contents]
}

/** The same content with the message's words under it; undefined where none can stand there. */
function withWords(content: Content, words: RichText): Content | undefined {
  switch (content.kind) {
    case 'image':
    case 'video':
    case 'audio':
    case 'voice':
    case 'file':
      return { ...content, caption: words }
    case 'album': {
      const [first, ...others] = content.items
      return first ? { ...content, items: [{ ...first, caption: words }, ...others] } : undefined
    }
    case 'story_reply':
      return { ...content, text: words }
    default:
      return undefined
  }
}

function unsupportedMessage(message: unknown): Content {
  if (objectAt(message)?.is_unsupported === true) return unsupported('unsupported')
  const known = new Set(['mid', 'seq', 'is_echo', 'app_id', 'metadata', 'text', 'attachments', 'reply_to', 'referral'])
  const extra = Object.keys(objectAt(message) ?? {}).filter(key => !known.has(key))
  return unsupported(extra[0] ?? 'empty')
}

/** What the platform sent and we cannot show. */
export function unsupported(type: string, detail?: string): Content {
  return compact<Content>({ kind: 'unsupported', type, detail })
}

/** A file at the platform, by its signed link; the name is the last piece of its path where that looks like one. */
export function mediaOf(url: string): Media {
  const name = nameIn(url)
  return { ref: { from: 'platform', url }, ...(name ? { name } : {}) }
}

function nameIn(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  const last = new URL(url).pathname.split('/').at(-1) ?? ''
  if (!/\.[A-Za-z0-9]{2,5}$/.test(last)) return undefined
  try {
    return decodeURIComponent(last).replaceAll('\u0000', '').toWellFormed()
  } catch {
    return last
  }
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host || url : url
}

function titleOf(attachment: unknown): string | undefined {
  return textAt(attachment, 'payload', 'title') ?? textAt(attachment, 'title')
}

function captionOf(text: string | undefined): RichText | undefined {
  return text === undefined ? undefined : { text }
}
