/** Attachments as VK names and describes them, and what a phone shows of each. */
import type { Content } from '@dragoman/core'
import type { Json, StoredFile, World } from './state.ts'

/** The file that a name like `photo-1_2_key` means; the key may be left out by its owner. */
export function fileNamed(world: World, name: string): StoredFile | undefined {
  const match = /^(photo|doc|audio_message)(-?\d+)_(\d+)(?:_(\w+))?$/.exec(name)
  if (!match) return undefined
  const file = world.state.files[`${match[2]}_${match[3]}`]
  return file && file.type === match[1] && (match[4] === undefined || match[4] === file.key) ? file : undefined
}

export function wireFile(file: StoredFile): Json {
  const frame = { owner_id: file.ownerId, id: file.id, access_key: file.key }
  switch (file.type) {
    case 'photo':
      return {
        type: 'photo',
        photo: { ...frame, album_id: -3, date: 1_795_380_000, text: '', sizes: [{ type: 'x', url: file.url, width: 96, height: 64 }] },
      }
    case 'audio_message':
      return {
        type: 'audio_message',
        audio_message: { ...frame, duration: 2, link_mp3: file.url, link_ogg: file.url, waveform: [0, 4, 12, 31, 8] },
      }
    case 'doc': {
      const ext = /\.(\w{1,8})$/.exec(file.title)?.[1] ?? ''
      return { type: 'doc', doc: { ...frame, title: file.title, size: file.sizeBytes, ext, url: file.url, date: 1_795_380_000, type: 1 } }
    }
  }
}

export function shownFile(file: StoredFile): Content {
  const media = { ref: { from: 'link' as const, url: file.url }, name: file.title }
  return file.type === 'photo' ? { kind: 'image', media } : file.type === 'doc' ? { kind: 'file', media } : { kind: 'voice', media }
}
