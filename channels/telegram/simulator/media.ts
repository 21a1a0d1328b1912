/** Media as the simulated Telegram keeps and describes them: sizes checked, one description per kind. */
import type { UploadedPart } from '@dragoman/channel-kit/simulator'
import type { Content, Media, RichText } from '@dragoman/core'
import { limits } from './limits.ts'
import { badRequest, type Call, no, type Reply } from './reply.ts'
import { type Json, type StoredFile, storeFile, type World } from './state.ts'

export type FileKind = 'photo' | 'video' | 'animation' | 'video_note' | 'audio' | 'voice' | 'document' | 'sticker'

/** The file that a parameter names: an upload, a known id, or an address. */
export function takeFile(world: World, call: Call, kind: FileKind, value: unknown, field: string): StoredFile | { refusal: Reply } {
  const part = partOf(call, value, field)
  if (part) {
    const refusal = refuseUpload(part, kind)
    return refusal ? { refusal } : storeFile(world, kind, { bytes: part.bytes, mimeType: part.mimeType, name: part.fileName ?? 'file' })
  }
  if (typeof value !== 'string' || value === '') return { refusal: badRequest(`there is no ${kind.replace('_', ' ')} in the request`) }
  if (/^https?:\/\//i.test(value))
    return kind === 'video_note'
      ? { refusal: badRequest('wrong file identifier/HTTP URL specified') }
      : storeFile(world, kind, { url: value })
  const known = world.state.files[value]
  if (!known || known.kind !== kind) return { refusal: badRequest('wrong file_id or the file is temporarily unavailable') }
  return known
}

function partOf(call: Call, value: unknown, field: string): UploadedPart | undefined {
  const name =
    typeof value === 'string' && value.startsWith('attach://') ? value.slice('attach://'.length) : value === undefined ? field : undefined
  return call.files.find(part => part.name === name)
}

function refuseUpload(part: UploadedPart, kind: FileKind): Reply | undefined {
  if (part.bytes.length === 0) return badRequest('file must be non-empty')
  if (part.bytes.length > (kind === 'photo' ? limits.photoBytes : limits.uploadBytes)) return no(413, 'Request Entity Too Large')
  if (kind !== 'photo') return undefined
  const size = pictureSize(part.bytes)
  if (!size) return badRequest('IMAGE_PROCESS_FAILED')
  const { width, height } = size
  if (width + height > limits.photoSides || Math.max(width, height) / Math.min(width, height) > limits.photoRatio)
    return badRequest('PHOTO_INVALID_DIMENSIONS')
  return undefined
}

/** Width and height of a PNG, JPEG or WEBP; undefined for anything else. */
export function pictureSize(bytes: Uint8Array): { width: number; height: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length > 24 && view.getUint32(0) === 0x89504e47) return { width: view.getUint32(16), height: view.getUint32(20) }
  if (bytes.length > 30 && view.getUint32(0) === 0x52494646 && view.getUint32(8) === 0x57454250) {
    if (bytes[15] === 0x4c)
      return { width: 1 + (view.getUint16(21, true) & 0x3fff), height: 1 + ((view.getUint32(21, true) >> 14) & 0x3fff) }
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
  }
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined
  for (let place = 2; place + 9 < bytes.length && bytes[place] === 0xff; place += 2 + view.getUint16(place + 2)) {
    const marker = bytes[place + 1]!
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { width: view.getUint16(place + 7), height: view.getUint16(place + 5) }
  }
  return undefined
}

export interface MediaNotes {
  durationSeconds?: number
  width?: number
  height?: number
  title?: string
  performer?: string
  emoji?: string
}

/** The members of a message that describe a file of this kind. */
export function wireMedia(world: World, kind: FileKind, file: StoredFile, notes: MediaNotes = {}): Json {
  const base = { file_id: file.id, file_unique_id: file.uniqueId, file_size: file.sizeBytes }
  const named = { ...base, ...(file.name ? { file_name: file.name } : {}), ...(file.mimeType ? { mime_type: file.mimeType } : {}) }
  const seconds = notes.durationSeconds ?? 3
  switch (kind) {
    case 'photo': {
      const kept = file.keptId === undefined ? undefined : world.environment.kept(file.keptId)
      const size = (kept && pictureSize(kept.bytes)) ?? { width: 800, height: 600 }
      const small = Math.min(1, 90 / Math.max(size.width, size.height))
      const preview = { width: Math.max(1, Math.round(size.width * small)), height: Math.max(1, Math.round(size.height * small)) }
      return {
        photo: [
          { ...base, file_unique_id: `${file.uniqueId}s`, ...preview },
          { ...base, ...size },
        ],
      }
    }
    case 'video':
      return { video: { ...named, width: notes.width ?? 640, height: notes.height ?? 360, duration: seconds } }
    case 'animation': {
      const animation = { ...named, width: notes.width ?? 320, height: notes.height ?? 240, duration: seconds }
      return { animation, document: named }
    }
    case 'video_note':
      return { video_note: { ...base, length: notes.width ?? 240, duration: seconds } }
    case 'audio':
      return {
        audio: {
          ...named,
          duration: seconds,
          ...(notes.title ? { title: notes.title } : {}),
          ...(notes.performer ? { performer: notes.performer } : {}),
        },
      }
    case 'voice':
      return { voice: { ...base, duration: seconds, mime_type: file.mimeType || 'audio/ogg' } }
    case 'document':
      return { document: named }
    case 'sticker': {
      const animated = file.mimeType === 'application/x-tgsticker'
      const video = file.mimeType === 'video/webm'
      const look = { type: 'regular', width: 512, height: 512, is_animated: animated, is_video: video }
      return { sticker: { ...base, ...look, ...(notes.emoji ? { emoji: notes.emoji } : {}) } }
    }
  }
}

/** The content that a phone shows for a file of this kind. */
export function shownMedia(kind: FileKind, file: StoredFile, notes: MediaNotes, caption: RichText | undefined): Content {
  const media: Media = {
    ref: { from: 'link', url: file.url },
    ...(file.mimeType ? { mimeType: file.mimeType } : {}),
    ...(file.name ? { name: file.name } : {}),
    ...(file.sizeBytes ? { sizeBytes: file.sizeBytes } : {}),
    ...(notes.durationSeconds === undefined ? {} : { durationMs: notes.durationSeconds * 1000 }),
  }
  const words = caption && caption.text !== '' ? { caption } : {}
  switch (kind) {
    case 'photo':
      return { kind: 'image', media, ...words }
    case 'video':
      return { kind: 'video', media, ...words }
    case 'animation':
      return { kind: 'video', media, style: 'animation', ...words }
    case 'video_note':
      return { kind: 'video', media, style: 'note' }
    case 'audio':
      return {
        kind: 'audio',
        media,
        ...words,
        ...(notes.title ? { title: notes.title } : {}),
        ...(notes.performer ? { performer: notes.performer } : {}),
      }
    case 'voice':
      return { kind: 'voice', media, ...words }
    case 'document':
      return { kind: 'file', media, ...words }
    case 'sticker':
      return { kind: 'sticker', media, ...(notes.emoji ? { emoji: notes.emoji } : {}) }
  }
}
