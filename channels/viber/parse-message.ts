/**
 * The content of a message that a person sent to a bot. Always holds: every message has a content; what cannot be shown is `unsupported`, named, with
 * what words it has. Viber's files are known by address, and the address is good for about an hour.
 */
import { compact, idAt, type JsonObject, numericAt, objectAt, stringAt, textAt } from '@dragoman/channel-kit'
import { type Content, type Media, noPlatformTime } from '@dragoman/core'
import { readPress } from './keyboard.ts'

/** How long an address of a file is good; `general knowledge` in the fact sheet. */
const addressLifeMs = 60 * 60_000
const audioName = /\.(mp3|m4a|aac|ogg|oga|opus|wav|amr|3ga|flac)$/i

export type ReadMessage = { kind: 'content'; content: Content } | { kind: 'press'; title: string; payload: string }

export function readMessage(message: JsonObject, at: number): ReadMessage {
  const type = textAt(message, 'type') ?? ''
  const text = stringAt(message, 'text') ?? ''
  if (type === 'text') {
    const press = readPress(text)
    if (press) return { kind: 'press', ...press }
  }
  return { kind: 'content', content: contentOf(type, text, message, at) }
}

function contentOf(type: string, text: string, message: JsonObject, at: number): Content {
  const media = mediaIn(message, at)
  const caption = text === '' ? {} : { caption: { text } }
  switch (type) {
    case 'text':
      return { kind: 'text', text: { text } }
    case 'picture':
      if (media) return { kind: 'image', media, ...caption }
      break
    case 'video':
      if (media) return { kind: 'video', media, ...caption }
      break
    case 'file':
      // There is no type for voice notes and songs: the name tells.
      if (media) return { kind: audioName.test(media.name ?? '') ? 'audio' : 'file', media, ...caption }
      break
    case 'sticker': {
      const id = idAt(message, 'sticker_id')
      if (media || id !== undefined) {
        const url = media?.ref.from === 'platform' ? media.ref.url : undefined
        return { kind: 'sticker', media: { ref: compact({ from: 'platform' as const, id, url }) } }
      }
      break
    }
    case 'contact': {
      const phone = textAt(message, 'contact', 'phone_number')
      const name = textAt(message, 'contact', 'name')
      if (phone !== undefined || name !== undefined)
        return { kind: 'contact_card', contacts: [{ name: name ?? phone ?? '', phones: phone === undefined ? [] : [phone] }] }
      break
    }
    case 'location': {
      const place = objectAt(message, 'location')
      const latitude = numericAt(place, 'lat')
      const longitude = numericAt(place, 'lon')
      const address = textAt(place, 'address')
      if (latitude !== undefined && longitude !== undefined && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)
        return compact({ kind: 'location' as const, latitude, longitude, address })
      break
    }
    case 'url': {
      const url = textAt(message, 'media')
      if (url !== undefined) {
        const words = text === '' || text === url ? url : `${text}\n${url}`
        return { kind: 'text', text: { text: words, entities: [{ kind: 'url', offset: words.length - url.length, length: url.length }] } }
      }
      break
    }
  }
  const detail = text || textAt(message, 'media')
  return compact({ kind: 'unsupported' as const, type: type || 'message', detail })
}

function mediaIn(message: JsonObject, at: number): Media | undefined {
  const url = textAt(message, 'media')
  if (url === undefined) return undefined
  const seconds = numericAt(message, 'duration')
  const size = numericAt(message, 'size')
  return compact({
    ref: compact({ from: 'platform' as const, url, expiresAt: at === noPlatformTime ? undefined : at + addressLifeMs }),
    name: textAt(message, 'file_name'),
    sizeBytes: size !== undefined && size > 0 ? size : undefined,
    durationMs: seconds !== undefined && seconds > 0 ? Math.round(seconds * 1000) : undefined,
  })
}
