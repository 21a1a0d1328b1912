/**
 * What lies in a composer, and the message it makes. Pure.
 * Always holds: `composeOf(bodyOf(x))` gives the same message again, so a draft survives the server; only uploaded files enter a body.
 */
import {
  type Content,
  type Entity,
  type Keyboard,
  type MediaKind,
  type MessageBody,
  measure,
  type RichText,
  type TextUnit,
} from '@dragoman/api'
import { trimRichText } from '../text/entities.ts'

export type AttachmentKind = MediaKind

export interface Attachment {
  localId: string
  name: string
  sizeBytes: number
  mimeType: string
  kind: AttachmentKind
  state: 'waiting' | 'uploading' | 'ready' | 'refused' | 'failed'
  /** 0 to 1. */
  progress: number
  fileId?: string
  /** Why it was refused or failed, in words of the screen. */
  reason?: string
}

export interface Compose {
  text: string
  entities: Entity[]
  attachments: Attachment[]
  keyboard?: Keyboard
  /** A location, contact or poll that goes instead of text. */
  special?: Extract<Content, { kind: 'location' | 'contact_card' | 'poll' }>
  /** Of a letter. */
  subject?: string
  replyToId: string | null
  /** The saved reply that was put in last: sending counts its use. */
  savedReplyId?: string
}

export const emptyCompose: Compose = { text: '', entities: [], attachments: [], replyToId: null }

export function isEmpty(compose: Compose): boolean {
  return compose.text.trim() === '' && compose.attachments.length === 0 && compose.special === undefined
}

/** The message, or null where there is nothing to say. Files still on their way are left out. */
export function bodyOf(compose: Compose, trim = true): MessageBody | null {
  const rich: RichText = trim
    ? trimRichText({ text: compose.text, entities: compose.entities })
    : { text: compose.text, entities: compose.entities.length ? compose.entities : undefined }
  const words = rich.text === '' ? undefined : rich
  const ready = compose.attachments.filter(attachment => attachment.fileId && attachment.state === 'ready')
  const content = compose.special ?? contentOf(ready, words)
  if (!content) return null
  const subject = compose.subject?.trim()
  return { content, ...(compose.keyboard ? { keyboard: compose.keyboard } : {}), ...(subject ? { subject } : {}) }
}

function contentOf(attachments: readonly Attachment[], words: RichText | undefined): Content | undefined {
  const [only, ...more] = attachments
  if (!only) return words ? { kind: 'text', text: words } : undefined
  const media = (attachment: Attachment) => ({
    ref: { from: 'file' as const, fileId: attachment.fileId ?? '' },
    mimeType: attachment.mimeType,
    sizeBytes: attachment.sizeBytes,
    name: attachment.name,
  })
  if (more.length === 0) {
    if (only.kind === 'sticker') return { kind: 'image', media: media(only), caption: words }
    return { kind: only.kind, media: media(only), caption: words }
  }
  return {
    kind: 'album',
    items: attachments.map((attachment, index) => {
      const kind = attachment.kind === 'sticker' ? 'image' : attachment.kind === 'voice' ? 'audio' : attachment.kind
      return { kind, media: media(attachment), caption: index === 0 ? words : undefined }
    }),
  }
}

/** A composer that makes this message. */
export function composeOf(body: MessageBody | null, replyToId: string | null): Compose {
  if (!body) return { ...emptyCompose, replyToId }
  const { content, keyboard, subject } = body
  const base = { ...emptyCompose, replyToId, keyboard, ...(subject ? { subject } : {}) }
  const withText = (rich: RichText | undefined) => ({ text: rich?.text ?? '', entities: rich?.entities ?? [] })
  switch (content.kind) {
    case 'text':
      return { ...base, ...withText(content.text) }
    case 'image':
    case 'video':
    case 'audio':
    case 'voice':
    case 'file':
      return { ...base, ...withText(content.caption), attachments: [attachmentOf(content.kind, content.media, 0)] }
    case 'album':
      return {
        ...base,
        ...withText(content.items[0]?.caption),
        attachments: content.items.map((item, index) => attachmentOf(item.kind, item.media, index)),
      }
    case 'location':
    case 'contact_card':
    case 'poll':
      return { ...base, special: content }
    default:
      return base
  }
}

function attachmentOf(kind: AttachmentKind, media: Extract<Content, { kind: 'image' }>['media'], index: number): Attachment {
  return {
    localId: `kept-${index}`,
    name: media.name ?? '',
    sizeBytes: media.sizeBytes ?? 0,
    mimeType: media.mimeType ?? '',
    kind,
    state: 'ready',
    progress: 1,
    fileId: media.ref.from === 'file' ? media.ref.fileId : undefined,
  }
}

/** Whether a message can lie in a composer whole, so that «Edit» loses nothing. */
export function canCompose(content: Content): boolean {
  return ['text', 'image', 'video', 'audio', 'voice', 'file', 'album', 'location', 'contact_card', 'poll'].includes(content.kind)
}

export interface TextCount {
  used: number
  max: number
  parts: number
  /** Worth showing: near the limit or over it. */
  shown: boolean
  over: boolean
}

/** The counter beside «Send», at once and from data; the exact split comes from the hub's `fit`. */
export function countText(text: string, limit: { max: number; unit: TextUnit }): TextCount {
  const used = measure(text.trim(), limit.unit)
  return { used, max: limit.max, parts: Math.max(1, Math.ceil(used / limit.max)), shown: used > limit.max * 0.8, over: used > limit.max }
}

export function kindOfFile(mimeType: string): AttachmentKind {
  if (/^image\/(jpeg|png|webp|gif|avif|heic|heif|bmp)/.test(mimeType)) return 'image'
  if (mimeType.startsWith('video/')) return 'video'
  if (mimeType.startsWith('audio/')) return 'audio'
  return 'file'
}

export function typeAllowed(mimeType: string, allowed: readonly string[]): boolean {
  if (allowed.length === 0) return true
  const plain = mimeType.split(';')[0]?.trim().toLowerCase() ?? ''
  return allowed.some(pattern =>
    pattern.endsWith('/*') ? plain.startsWith(pattern.slice(0, -1)) : plain === pattern.split(';')[0]?.trim().toLowerCase(),
  )
}
