/**
 * From a part to the calls that send it: which method, with which parameters and files.
 * Always holds: nothing is cut; what Telegram has no method for is a failure, not a call. A handle is bound to the kind that it was uploaded as.
 */
import { compact } from '@dragoman/channel-kit'
import type { AlbumItem, Content, Failure, Media, OutboundPart, RichText } from '@dragoman/core'
import { wireEntities } from './format.ts'
import { chatIdOf, connectionOf, readMessageKey, readThread } from './ids.ts'
import { markupOf } from './keyboard.ts'
import type { UploadField, WireInputMedia, WireReplyParameters } from './wire.ts'

/** What is tried instead after a refusal. */
export interface Variant {
  /** Upload anew instead of naming a handle that Telegram no longer takes. */
  fresh?: boolean
  /** Send a picture as a file where it is too long and thin for a photo. */
  asDocument?: boolean
  /** The chat's new number, after a group became a supergroup. */
  chatId?: string
}

/** Where in the answer the platform's handle of one of our files stands. */
export interface Learning {
  fileId: string
  wire: WireKind
}

export interface Plan {
  method: string
  parameters: Record<string, unknown>
  uploads: UploadField[]
  /** One entry per message of the answer, in order; undefined where there is nothing to learn. */
  learning: (Learning | undefined)[]
  usesHandle: boolean
  isPhoto: boolean
}

/** Telegram's names of what a medium can be sent as. */
export type WireKind = 'photo' | 'video' | 'animation' | 'video_note' | 'audio' | 'voice' | 'document' | 'sticker'

const methods: Record<WireKind, string> = {
  photo: 'sendPhoto',
  video: 'sendVideo',
  animation: 'sendAnimation',
  video_note: 'sendVideoNote',
  audio: 'sendAudio',
  voice: 'sendVoice',
  document: 'sendDocument',
  sticker: 'sendSticker',
}

/** The calls of a part, in order: one, except where several contacts are sent. */
export function planOf(part: OutboundPart, variant: Variant, now: number): Plan[] | Failure {
  const { content } = part.body
  const frame = frameOf(part, variant)
  const simple = (method: string, parameters: Record<string, unknown>): Plan => ({
    method,
    parameters: compact({ ...frame, ...parameters }),
    uploads: [],
    learning: [],
    usesHandle: false,
    isPhoto: false,
  })
  switch (content.kind) {
    case 'text':
      return [simple('sendMessage', textParameters('text', 'entities', content.text))]
    case 'image':
    case 'video':
    case 'audio':
    case 'voice':
    case 'file':
    case 'sticker':
      return mediaPlan(content, part, variant, frame)
    case 'album':
      return albumPlan(content.items ?? [], part, variant, frame)
    case 'location':
      return [locationPlan(content, simple, now)]
    case 'contact_card':
      return (content.contacts ?? []).map(contact => simple('sendContact', contactParameters(contact)))
    case 'poll':
      return [
        simple('sendPoll', {
          question: content.question,
          options: content.options?.map(option => ({ text: option.text })),
          // Only of a poll that is not anonymous Telegram tells who voted what.
          is_anonymous: content.anonymous ?? false,
          allows_multiple_answers: content.multiple,
        }),
      ]
    default:
      return unsupported(content.kind)
  }
}

/** Chat, reply and keyboard: what every call has. */
function frameOf(part: OutboundPart, variant: Variant): Record<string, unknown> {
  return compact({
    business_connection_id: connectionOf(part.to),
    chat_id: variant.chatId === undefined ? chatIdOf(part.to) : Number(variant.chatId),
    reply_parameters: replyOf(part),
    reply_markup: markupOf(part.body.keyboard),
  })
}

/**
 * In a chat the answer matters more than what it stands under. In public it would stand nowhere: there it answers the comment, the
 * author's last one where none was chosen, or else the post itself, and fails where that is gone.
 */
function replyOf(part: OutboundPart): WireReplyParameters | undefined {
  const thread = readThread(part.to.threadId)
  const answered = part.replyTo ?? (thread.kind === 'public' ? part.answers?.externalId : undefined)
  const replied = answered === undefined ? undefined : readMessageKey(answered)
  if (thread.kind === 'public') return { message_id: replied?.messageId ?? Number(thread.root) }
  return replied && { message_id: replied.messageId, allow_sending_without_reply: true }
}

type MediaContent = Extract<Content, { kind: 'image' | 'video' | 'audio' | 'voice' | 'file' | 'sticker' }>

/** What Telegram calls a medium of ours. */
export function wireKindOf(content: MediaContent): WireKind {
  switch (content.kind) {
    case 'image':
      return 'photo'
    case 'file':
      return 'document'
    case 'video':
      return content.style === 'note' ? 'video_note' : content.style === 'animation' ? 'animation' : 'video'
    default:
      return content.kind
  }
}

function mediaPlan(content: MediaContent, part: OutboundPart, variant: Variant, frame: Record<string, unknown>): Plan[] | Failure {
  const photo = content.kind === 'image'
  const wire = photo && variant.asDocument ? 'document' : wireKindOf(content)
  const input = inputOf(content.media, wire, part, variant, wire)
  if ('kind' in input) return input
  const caption = 'caption' in content && wire !== 'video_note' ? textParameters('caption', 'caption_entities', content.caption) : {}
  const parameters = { ...frame, [wire]: input.value, ...caption, ...describe(content, part, wire) }
  return [
    {
      method: methods[wire],
      parameters: compact(parameters),
      uploads: input.upload ? [{ ...input.upload, name: wire }] : [],
      learning: [input.upload ? { fileId: input.upload.fileId, wire } : undefined],
      usesHandle: input.usesHandle,
      isPhoto: wire === 'photo',
    },
  ]
}

/** Length, size and names, where we know them: they spare the customer a wait. */
function describe(content: MediaContent, part: OutboundPart, wire: WireKind): Record<string, unknown> {
  const source = content.media.ref.from === 'file' ? part.media[content.media.ref.fileId] : undefined
  const { width, height, durationMs } = {
    ...content.media,
    ...compact({ width: source?.width, height: source?.height, durationMs: source?.durationMs }),
  }
  const duration = durationMs === undefined ? undefined : Math.max(1, Math.round(durationMs / 1000))
  switch (wire) {
    case 'video':
      return { duration, width, height, supports_streaming: true }
    case 'animation':
      return { duration, width, height }
    case 'video_note':
      return { duration, length: width !== undefined && width === height ? width : undefined }
    case 'audio':
      return content.kind === 'audio' ? { duration, title: content.title, performer: content.performer } : { duration }
    case 'voice':
      return { duration }
    case 'sticker':
      return content.kind === 'sticker' && content.media.ref.from === 'file' ? { emoji: content.emoji } : {}
    default:
      return {}
  }
}

function albumPlan(items: readonly AlbumItem[], part: OutboundPart, variant: Variant, frame: Record<string, unknown>): Plan[] | Failure {
  if (part.body.keyboard)
    return { kind: 'permanent', reason: 'unsupported', code: 'album_with_buttons', detail: 'An album takes no buttons' }
  const media: WireInputMedia[] = []
  const uploads: UploadField[] = []
  const learning: Plan['learning'] = []
  let usesHandle = false
  for (const [index, item] of items.entries()) {
    const wire = wireKindOf(item)
    const input = inputOf(item.media, wire, part, variant, `file${index}`)
    if ('kind' in input) return input
    if (input.upload) uploads.push({ ...input.upload, name: `file${index}` })
    learning.push(input.upload ? { fileId: input.upload.fileId, wire } : undefined)
    usesHandle ||= input.usesHandle
    const value = input.value ?? `attach://file${index}`
    media.push({ type: wire as WireInputMedia['type'], media: value, ...textParameters('caption', 'caption_entities', item.caption) })
  }
  return [{ method: 'sendMediaGroup', parameters: { ...frame, media }, uploads, learning, usesHandle, isPhoto: false }]
}

interface Input {
  /** Undefined where the file itself goes along. */
  value: string | undefined
  upload?: UploadField
  usesHandle: boolean
}

function inputOf(media: Media | undefined, wire: WireKind, part: OutboundPart, variant: Variant, name: string): Input | Failure {
  const ref = media?.ref
  if (ref?.from === 'link') return { value: ref.url, usesHandle: false }
  if (ref?.from === 'platform' && ref.id !== undefined) return { value: ref.id, usesHandle: false }
  const source = ref?.from === 'file' ? part.media[ref.fileId] : undefined
  if (ref?.from !== 'file' || !source)
    return { kind: 'permanent', reason: 'media_unavailable', code: 'no_file', detail: 'The file is not there' }
  const handle = source.handle?.startsWith(`${wire}:`) ? source.handle.slice(wire.length + 1) : undefined
  if (handle && !variant.fresh) return { value: handle, usesHandle: true }
  return {
    value: undefined,
    upload: { name, fileId: ref.fileId, fileName: source.name || 'file', mimeType: source.mimeType },
    usesHandle: false,
  }
}

type Simple = (method: string, parameters: Record<string, unknown>) => Plan

/** Live places last a minute at least and a day at most; both from the method's description. */
const shortestLive = 60
const longestLive = 86_400

function locationPlan(content: Extract<Content, { kind: 'location' }>, simple: Simple, now: number): Plan {
  const place = { latitude: content.latitude, longitude: content.longitude }
  if (content.name || content.address) {
    const coordinates = `${content.latitude}, ${content.longitude}`
    const title = content.name || content.address
    return simple('sendVenue', { ...place, title, address: content.name ? content.address || coordinates : coordinates })
  }
  const left = content.liveUntil === undefined ? 0 : Math.round((content.liveUntil - now) / 1000)
  return simple('sendLocation', { ...place, live_period: left >= shortestLive ? Math.min(left, longestLive) : undefined })
}

function contactParameters(contact: Extract<Content, { kind: 'contact_card' }>['contacts'][number]): Record<string, unknown> {
  const [first, ...more] = contact.phones ?? []
  const escaped = (value: string) => value.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n')
  const lines = [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `FN:${escaped(contact.name)}`,
    `N:;${escaped(contact.name)};;;`,
    ...(contact.organization ? [`ORG:${escaped(contact.organization)}`] : []),
    ...[first, ...more].filter(phone => phone !== undefined).map(phone => `TEL:${phone}`),
    ...(contact.emails ?? []).map(email => `EMAIL:${escaped(email)}`),
    'END:VCARD',
  ]
  const needsCard = more.length > 0 || contact.organization || (contact.emails?.length ?? 0) > 0
  return { phone_number: first ?? '', first_name: contact.name, vcard: needsCard ? lines.join('\n') : undefined }
}

function textParameters<T extends string, E extends string>(
  textName: T,
  entitiesName: E,
  text: RichText | undefined,
): Record<string, unknown> {
  if (!text) return {}
  const entities = wireEntities(text)
  return entities.length > 0 ? { [textName]: text.text, [entitiesName]: entities } : { [textName]: text.text }
}

function unsupported(kind: string): Failure {
  return { kind: 'permanent', reason: 'unsupported', code: 'content_not_supported', detail: `Telegram has no message of the kind ${kind}` }
}
