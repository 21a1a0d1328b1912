/**
 * What a message says: words, a place, attachments, forwarded messages. Each attachment becomes a content of its own; the first has the words.
 * Always holds: total; at least one content comes out; what VK sends and we cannot show is named. https://dev.vk.com/ru/reference/objects/message
 */
import { arrayAt, compact, idAt, type JsonObject, numberAt, objectAt, stringAt, textAt } from '@dragoman/channel-kit'
import type { Content, Entity, Media, RichText } from '@dragoman/core'
import { moneyOf } from './frame.ts'
import { messageKey } from './ids.ts'

interface ReadContent {
  content: Content
  forwarded?: boolean
}

export interface ReadContents {
  contents: ReadContent[]
  replyTo?: string
  /** Several media stand together. */
  groupId: boolean
}

/** Forwarded messages may hold forwarded messages; deeper ones are not looked for. */
const deepest = 3
/** A message may carry a hundred forwarded ones. */
const mostForwarded = 100

export function readContents(message: JsonObject, peerId: string, depth = 0): ReadContents {
  const words = stringAt(message, 'text') ?? ''
  const made = [...placeIn(message), ...arrayAt(message, 'attachments').flatMap(attachment => contentOf(attachment, words))]
  const forwards =
    depth >= deepest
      ? []
      : arrayAt(message, 'fwd_messages')
          .slice(0, mostForwarded)
          .flatMap(forward =>
            readContents(objectAt(forward) ?? {}, peerId, depth + 1).contents.map(({ content }) => ({ content, forwarded: true })),
          )
  const replied = idAt(message, 'reply_message', 'conversation_message_id')
  const rest = {
    groupId: made.filter(content => 'media' in content).length > 1,
    ...(replied === undefined ? {} : { replyTo: messageKey(peerId, replied) }),
  }
  const own = withWords(made, words)
  const contents = [...own.map(content => ({ content })), ...forwards]
  return { contents: contents.length > 0 ? contents : [{ content: { kind: 'unsupported', type: 'empty' } }], ...rest }
}

function withWords(made: readonly Content[], words: string): Content[] {
  if (words === '') return [...made]
  const [first, ...others] = made
  if (first && (first.kind === 'image' || first.kind === 'file' || first.kind === 'audio'))
    return [{ ...first, caption: readWords(words) }, ...others]
  return [{ kind: 'text', text: readWords(words) }, ...made]
}

/** People and communities are named as `[id1|Name]`: shown by the name, known by the number. */
export function readWords(words: string): RichText {
  let text = ''
  let place = 0
  const entities: Entity[] = []
  for (const match of words.matchAll(/\[((?:id|club|public|event)\d{1,15})\|([^\][|]{1,200})\]/g)) {
    text += words.slice(place, match.index)
    entities.push({ kind: 'mention', offset: text.length, length: match[2]!.length, id: match[1]! })
    text += match[2]!
    place = match.index + match[0].length
  }
  text += words.slice(place)
  return entities.length > 0 ? { text, entities } : { text }
}

function placeIn(message: JsonObject): Content[] {
  const latitude = numberAt(message, 'geo', 'coordinates', 'latitude')
  const longitude = numberAt(message, 'geo', 'coordinates', 'longitude')
  if (latitude === undefined || longitude === undefined) return []
  return [
    compact({
      kind: 'location' as const,
      latitude,
      longitude,
      name: textAt(message, 'geo', 'place', 'title'),
      address: textAt(message, 'geo', 'place', 'address'),
    }),
  ]
}

function contentOf(attachment: unknown, words: string): Content[] {
  const type = textAt(attachment, 'type')
  const item = type === undefined ? undefined : objectAt(attachment, type)
  if (type === undefined) return []
  const read = Object.hasOwn(readers, type) ? readers[type] : undefined
  if (type === 'link') return linkOf(item, words)
  return [(item && read?.(item)) ?? { kind: 'unsupported', type, ...detail(item, type) }]
}

const readers: Record<string, (item: JsonObject) => Content | undefined> = {
  photo: item => {
    const size = largest(arrayAt(item, 'sizes')) ?? objectAt(item, 'orig_photo')
    const url = textAt(size, 'url')
    if (url === undefined) return undefined
    return {
      kind: 'image',
      media: compact<Media>({ ref: platform('photo', item, url), width: numberAt(size, 'width'), height: numberAt(size, 'height') }),
    }
  },
  doc: item => {
    const url = textAt(item, 'url')
    if (url === undefined) return undefined
    return {
      kind: 'file',
      media: compact<Media>({ ref: platform('doc', item, url), name: nameOf(item), sizeBytes: numberAt(item, 'size') }),
    }
  },
  audio_message: item => {
    const ogg = textAt(item, 'link_ogg')
    const url = ogg ?? textAt(item, 'link_mp3')
    if (url === undefined) return undefined
    const seconds = numberAt(item, 'duration')
    const waveform = arrayAt(item, 'waveform').filter(level => typeof level === 'number' && level >= 0) as number[]
    const peak = Math.max(1, ...waveform)
    return {
      kind: 'voice',
      media: compact<Media>({
        ref: platform('audio_message', item, url),
        mimeType: ogg === undefined ? 'audio/mpeg' : 'audio/ogg',
        durationMs: seconds === undefined ? undefined : seconds * 1000,
        waveform: waveform.length > 0 ? waveform.slice(0, 128).map(level => Math.round((level / peak) * 255)) : undefined,
      }),
    }
  },
  audio: item => {
    const url = textAt(item, 'url')
    if (url === undefined) return undefined
    const media: Media = { ref: { from: 'platform', url } }
    return compact({ kind: 'audio' as const, media, title: textAt(item, 'title'), performer: textAt(item, 'artist') })
  },
  sticker: item => {
    const size = largest(arrayAt(item, 'images'))
    const url = textAt(size, 'url')
    if (url === undefined) return undefined
    return {
      kind: 'sticker',
      media: compact<Media>({ ref: { from: 'platform', url }, width: numberAt(size, 'width'), height: numberAt(size, 'height') }),
    }
  },
  graffiti: item => {
    const url = textAt(item, 'url')
    if (url === undefined) return undefined
    return {
      kind: 'sticker',
      media: compact<Media>({ ref: { from: 'platform', url }, width: numberAt(item, 'width'), height: numberAt(item, 'height') }),
    }
  },
  market: item => {
    const id = idAt(item, 'id')
    if (id === undefined) return undefined
    return compact({
      kind: 'product' as const,
      productId: id,
      catalogId: idAt(item, 'owner_id'),
      name: textAt(item, 'title'),
      price: moneyOf(objectAt(item, 'price')),
    })
  },
  poll: item => {
    const question = textAt(item, 'question')
    if (question === undefined) return undefined
    const options = arrayAt(item, 'answers').map(answer =>
      compact({ text: textAt(answer, 'text') ?? '', votes: numberAt(answer, 'votes') }),
    )
    return { kind: 'poll', question, options, ...(item.multiple === true ? { multiple: true } : {}) }
  },
  call: item => {
    const seconds = numberAt(item, 'duration')
    return compact({
      kind: 'call' as const,
      direction: 'in' as const,
      video: item.video === true || undefined,
      answered: stringAt(item, 'state') === 'reached',
      durationMs: seconds === undefined ? undefined : seconds * 1000,
    })
  },
}

/** VK adds a preview of every address in the words; only one that is not there says something. */
function linkOf(item: JsonObject | undefined, words: string): Content[] {
  const url = textAt(item, 'url')
  if (url === undefined) return words === '' ? [{ kind: 'unsupported', type: 'link' }] : []
  if (words.includes(url.replace(/^https?:\/\/(m\.)?/, '').replace(/\/$/, ''))) return []
  return [{ kind: 'text', text: { text: [textAt(item, 'title'), url].filter(Boolean).join('\n') } }]
}

/** What can be said of it: its title and where it can be seen. */
function detail(item: JsonObject | undefined, type: string): { detail?: string } {
  const ownerId = idAt(item, 'owner_id') ?? idAt(item, 'from_id')
  const id = idAt(item, 'id')
  const pages: Record<string, string> = { video: 'video', wall: 'wall', story: 'story', podcast: 'podcast' }
  const page =
    ownerId !== undefined && id !== undefined && Object.hasOwn(pages, type) ? `https://vk.com/${pages[type]}${ownerId}_${id}` : undefined
  const words = [textAt(item, 'title') ?? textAt(item, 'text')?.slice(0, 200), page].filter(Boolean).join('\n')
  return words ? { detail: words } : {}
}

function platform(type: string, item: JsonObject, url: string): Media['ref'] {
  const ownerId = idAt(item, 'owner_id')
  const id = idAt(item, 'id')
  const key = textAt(item, 'access_key')
  if (ownerId === undefined || id === undefined) return { from: 'platform', url }
  return { from: 'platform', id: `${type}${ownerId}_${id}${key === undefined ? '' : `_${key}`}`, url }
}

function nameOf(item: JsonObject): string | undefined {
  const title = textAt(item, 'title')
  const extension = textAt(item, 'ext')
  if (title === undefined) return extension === undefined ? undefined : `file.${extension}`
  return extension === undefined || title.toLowerCase().endsWith(`.${extension.toLowerCase()}`) ? title : `${title}.${extension}`
}

function largest(sizes: readonly unknown[]): JsonObject | undefined {
  let best: JsonObject | undefined
  for (const size of sizes) {
    const object = objectAt(size)
    if (object && textAt(object, 'url') !== undefined && (!best || (numberAt(object, 'width') ?? 0) > (numberAt(best, 'width') ?? 0)))
      best = object
  }
  return best
}
