/**
 * The canonical model of what a message says. Every channel translates to and from it; nothing else knows a platform's shapes.
 * Always holds: plain JSON, tagged by `kind`; media are references, never bytes.
 */
import type { RichText } from './rich-text.ts'

/** Where the bytes of a medium are: still at the platform, in our own storage, or at a public address. */
export type MediaRef =
  | { from: 'platform'; id?: string; url?: string; expiresAt?: number }
  | { from: 'file'; fileId: string }
  | { from: 'link'; url: string }

export interface Media {
  ref: MediaRef
  mimeType?: string
  sizeBytes?: number
  name?: string
  width?: number
  height?: number
  durationMs?: number
  /** 0 to 255 each, about 64 of them: the shape of a voice note. */
  waveform?: number[]
}

/** `note` is a round video message, `animation` a silent loop (GIF). */
export type VideoStyle = 'note' | 'animation'

export interface Money {
  /** In minor units: cents, kopecks. */
  amountMinor: number
  /** ISO 4217. */
  currency: string
}

export interface ContactCardEntry {
  name: string
  phones: string[]
  emails?: string[]
  organization?: string
  /** The sender's own number, confirmed by the platform. */
  own?: boolean
}

export type Button =
  | { kind: 'reply'; title: string; payload: string }
  | { kind: 'url'; title: string; url: string }
  | { kind: 'phone'; title: string; phone: string }
  | { kind: 'share_contact'; title: string }
  | { kind: 'share_location'; title: string }

export interface ListRow {
  title: string
  description?: string
  payload: string
}
export interface ListSection {
  title?: string
  rows: ListRow[]
}

/** What can be pressed under a message: buttons on the message, one-time answers by the keyboard, or a list behind one button. */
export type Keyboard =
  | { kind: 'buttons'; rows: Button[][] }
  | { kind: 'quick_replies'; rows: Button[][] }
  | { kind: 'list'; button: string; sections: ListSection[] }

export interface Card {
  title: string
  text?: string
  media?: Media
  mediaKind?: 'image' | 'video'
  price?: Money
  buttons?: Button[]
}

export interface OrderItem {
  productId: string
  name?: string
  quantity: number
  price?: Money
}

export type AlbumItem =
  | { kind: 'image'; media: Media; caption?: RichText }
  | { kind: 'video'; media: Media; caption?: RichText }
  | { kind: 'audio'; media: Media; caption?: RichText }
  | { kind: 'file'; media: Media; caption?: RichText }

/** One filled slot of a template; `part` says where it stands, `index` counts from 1 within the part (or names the parameter). */
export interface TemplateValue {
  part: 'header' | 'body' | 'button'
  index: number
  name?: string
  text?: string
  media?: Media
  mediaKind?: 'image' | 'video' | 'file'
}

export type Content =
  | { kind: 'text'; text: RichText }
  | { kind: 'image'; media: Media; caption?: RichText }
  | { kind: 'video'; media: Media; caption?: RichText; style?: VideoStyle }
  | { kind: 'audio'; media: Media; caption?: RichText; title?: string; performer?: string }
  | { kind: 'voice'; media: Media; caption?: RichText }
  | { kind: 'file'; media: Media; caption?: RichText }
  | { kind: 'sticker'; media: Media; emoji?: string }
  | { kind: 'location'; latitude: number; longitude: number; name?: string; address?: string; liveUntil?: number }
  | { kind: 'contact_card'; contacts: ContactCardEntry[] }
  | { kind: 'choice'; title: string; payload?: string; description?: string }
  | { kind: 'poll'; question: string; options: { text: string; votes?: number }[]; multiple?: boolean; anonymous?: boolean }
  | { kind: 'card'; card: Card }
  | { kind: 'carousel'; text?: RichText; cards: Card[] }
  | { kind: 'product'; productId: string; catalogId?: string; name?: string; price?: Money; text?: RichText }
  | { kind: 'order'; items: OrderItem[]; text?: RichText; catalogId?: string; total?: Money }
  | { kind: 'booking'; title: string; startsAt: number; endsAt?: number; place?: string; reference?: string }
  | { kind: 'ticket'; title: string; reference: string; media?: Media; validAt?: number }
  | {
      kind: 'template'
      name: string
      language: string
      values: TemplateValue[] /** The text as the customer will read it. */
      preview?: string
    }
  | { kind: 'album'; items: AlbumItem[] }
  | { kind: 'story_reply'; text?: RichText; storyUrl?: string; media?: Media; mention?: boolean }
  | { kind: 'call'; direction: 'in' | 'out'; video?: boolean; durationMs?: number; answered: boolean }
  /** What the platform sent and we cannot show: kept, named, never lost. `detail` is for people. */
  | { kind: 'unsupported'; type: string; detail?: string }

export type ContentKind = Content['kind']

export const contentKinds = [
  'text',
  'image',
  'video',
  'audio',
  'voice',
  'file',
  'sticker',
  'location',
  'contact_card',
  'choice',
  'poll',
  'card',
  'carousel',
  'product',
  'order',
  'booking',
  'ticket',
  'template',
  'album',
  'story_reply',
  'call',
  'unsupported',
] as const satisfies readonly ContentKind[]

/** The kinds that consist of one medium. */
export type MediaKind = 'image' | 'video' | 'audio' | 'voice' | 'file' | 'sticker'
export const mediaKinds = ['image', 'video', 'audio', 'voice', 'file', 'sticker'] as const satisfies readonly MediaKind[]

/** What stands in a letter beside its own words: kept whole, shown on demand. */
export interface FoldedText {
  kind: 'quote' | 'signature'
  text: string
}

/** What a person wrote or chose, whole: content and what can be pressed under it. */
export interface MessageBody {
  content: Content
  keyboard?: Keyboard
  /** Of a letter. Channels without subjects leave it out. */
  subject?: string
  folded?: FoldedText[]
  /** Of what a customer's machine wrote and says so (an absence note, a list): nothing automatic may answer it. */
  automatic?: boolean
}

/** Every medium inside a content, in reading order. */
export function mediaOf(content: Content): Media[] {
  switch (content.kind) {
    case 'image':
    case 'video':
    case 'audio':
    case 'voice':
    case 'file':
    case 'sticker':
      return [content.media]
    case 'album':
      return content.items.map(item => item.media)
    case 'card':
      return content.card.media ? [content.card.media] : []
    case 'carousel':
      return content.cards.flatMap(card => (card.media ? [card.media] : []))
    case 'template':
      return content.values.flatMap(value => (value.media ? [value.media] : []))
    case 'ticket':
    case 'story_reply':
      return content.media ? [content.media] : []
    default:
      return []
  }
}

/** The same content with every medium replaced by `change(medium)`. */
export function mapMedia(content: Content, change: (media: Media) => Media): Content {
  switch (content.kind) {
    case 'image':
    case 'video':
    case 'audio':
    case 'voice':
    case 'file':
    case 'sticker':
      return { ...content, media: change(content.media) }
    case 'album':
      return { ...content, items: content.items.map(item => ({ ...item, media: change(item.media) })) }
    case 'card':
      return content.card.media ? { ...content, card: { ...content.card, media: change(content.card.media) } } : content
    case 'carousel':
      return { ...content, cards: content.cards.map(card => (card.media ? { ...card, media: change(card.media) } : card)) }
    case 'template':
      return { ...content, values: content.values.map(value => (value.media ? { ...value, media: change(value.media) } : value)) }
    case 'ticket':
    case 'story_reply':
      return content.media ? { ...content, media: change(content.media) } : content
    default:
      return content
  }
}

/** The words of a content, for search and for one-line previews; empty where it has none. */
export function plainText(content: Content): string {
  switch (content.kind) {
    case 'text':
      return content.text.text
    case 'image':
    case 'video':
    case 'audio':
    case 'voice':
    case 'file':
      return content.caption?.text ?? ''
    case 'location':
      return [content.name, content.address].filter(Boolean).join(', ')
    case 'contact_card':
      return content.contacts.map(contact => contact.name).join(', ')
    case 'choice':
      return content.title
    case 'poll':
      return content.question
    case 'card':
      return content.card.title
    case 'carousel':
      return content.text?.text ?? content.cards.map(card => card.title).join(', ')
    case 'product':
      return content.text?.text ?? content.name ?? ''
    case 'order':
      return content.text?.text ?? ''
    case 'booking':
    case 'ticket':
      return content.title
    case 'template':
      return content.preview ?? content.name
    case 'album':
      return content.items
        .map(item => item.caption?.text)
        .filter(Boolean)
        .join(' ')
    case 'story_reply':
      return content.text?.text ?? ''
    case 'sticker':
      return content.emoji ?? ''
    case 'call':
    case 'unsupported':
      return ''
  }
}
