/**
 * Files as Viber takes them: there is no upload, Viber and the customers' apps fetch a public address.
 * Always holds: an address ends as the file's type does, for Viber judges by the ending; where a link of ours has none, it is added as a query that
 * our server passes over.
 */
import { entryOf } from '@dragoman/channel-kit'
import type { Failure, Media, OutboundPart } from '@dragoman/core'

const endings: Record<string, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'video/mp4': 'mp4',
}
const wanted = { image: /\.(jpe?g|png|gif)$/i, video: /\.mp4$/i, file: /\.[A-Za-z0-9]{1,8}$/ }

/** The address of a medium, or why there is none. */
export function addressOfMedia(media: Media | undefined, part: Pick<OutboundPart, 'media'>, kind: keyof typeof wanted): string | Failure {
  const ref = media?.ref
  if (ref?.from === 'link') return ref.url
  if (ref?.from === 'platform' && ref.url !== undefined) return ref.url
  const source = ref?.from === 'file' ? part.media?.[ref.fileId] : undefined
  if (!source) return missing('no_file', 'The file is not there')
  if (source.url === undefined) return missing('no_public_url', 'The file has no public address for Viber to fetch: PUBLIC_URL is not set')
  if (wanted[kind].test(source.url)) return source.url
  const ending = entryOf(endings, source.mimeType) ?? /\.([A-Za-z0-9]{1,8})$/.exec(source.name)?.[1] ?? 'bin'
  return `${source.url}${source.url.includes('?') ? '&' : '?'}name=file.${ending}`
}

/** Size and name of a medium, as far as they are known. */
export function notesOf(media: Media | undefined, part: Pick<OutboundPart, 'media'>): { size?: number; name?: string; seconds?: number } {
  const source = media?.ref?.from === 'file' ? part.media?.[media.ref.fileId] : undefined
  const durationMs = source?.durationMs ?? media?.durationMs
  const size = source?.sizeBytes ?? media?.sizeBytes
  const name = source?.name || media?.name
  return {
    ...(size === undefined ? {} : { size }),
    ...(name ? { name } : {}),
    ...(durationMs === undefined ? {} : { seconds: Math.max(1, Math.round(durationMs / 1000)) }),
  }
}

function missing(code: string, detail: string): Failure {
  return { kind: 'permanent', reason: 'media_unavailable', code, detail }
}
