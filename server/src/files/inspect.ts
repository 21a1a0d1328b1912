/** What a file is, by its bytes [mechanics 20]. Always holds: a type that could run as a page (SVG, HTML) is never shown inline; what is unknown is download only. */
import type { FileInspection, Storage } from '@dragoman/hub'
import { fileTypeFromBuffer } from 'file-type'
import sharp from 'sharp'

/** Types that a browser may show by itself. */
const inline =
  /^(image\/(jpeg|png|webp|gif)|video\/(mp4|webm|quicktime|3gpp)|audio\/(mpeg|ogg|mp4|aac|amr|wav|x-wav|webm|x-m4a|flac)|application\/pdf)$/

export function isShownInline(mimeType: string): boolean {
  return inline.test(mimeType)
}

/** Finds out type and size of a stored file from its first bytes (and, for pictures, its head). */
export function createInspector(storage: Storage) {
  return async (head: Buffer, name: string | undefined, declaredType: string | undefined, storageKey: string): Promise<FileInspection> => {
    const sniffed = await fileTypeFromBuffer(head).catch(() => undefined)
    const declared = (declaredType ?? '').split(';')[0]!.trim().toLowerCase()
    const mimeType = typeOf(sniffed?.mime, declared, name)
    const size = mimeType.startsWith('image/') ? await pictureSize(storage, storageKey) : undefined
    return { mimeType, width: size?.width ?? null, height: size?.height ?? null, durationMs: null }
  }
}

function typeOf(sniffed: string | undefined, declared: string, name: string | undefined): string {
  // Office files are ZIP archives to a sniffer; containers of sound and video share one form: there the finer word of the sender counts.
  if (sniffed === 'application/zip' && /^application\/vnd\./.test(declared)) return declared
  if (sniffed === 'video/mp4' && declared === 'audio/mp4') return declared
  if (
    (sniffed === 'audio/opus' || sniffed === 'audio/ogg; codecs=opus' || sniffed === 'application/ogg' || sniffed === 'video/ogg') &&
    (declared.startsWith('audio/') || /\.(ogg|oga|opus)$/i.test(name ?? ''))
  )
    return 'audio/ogg'
  if (sniffed === 'audio/opus') return 'audio/ogg'
  if (sniffed === 'audio/vnd.wave') return 'audio/wav'
  if (sniffed) return sniffed.split(';')[0]!
  // Text formats cannot be sniffed; nothing that a browser would run or draw is believed on its word.
  if (/^text\/(plain|csv)$/.test(declared)) return declared
  return 'application/octet-stream'
}

async function pictureSize(storage: Storage, key: string): Promise<{ width: number; height: number } | undefined> {
  try {
    const { stream } = await storage.get(key)
    const pipeline = sharp({ limitInputPixels: 100_000_000, failOn: 'error' })
    stream.on('error', () => pipeline.destroy())
    const { width, height, orientation } = await stream.pipe(pipeline).metadata()
    if (!width || !height) return undefined
    return (orientation ?? 1) >= 5 ? { width: height, height: width } : { width, height }
  } catch {
    return undefined
  }
}
