/** Where the page may show a medium from. Always holds: the simulators keep every file themselves; other addresses are not asked for. */
import type { Media } from '@dragoman/core'

/** An address of this hub, or undefined where the bytes are somewhere else. */
export function linkOf(media: Media): string | undefined {
  if (media.ref.from !== 'link') return undefined
  const { url } = media.ref
  if (url.startsWith('/') && !url.startsWith('//')) return url
  return URL.canParse(url) && new URL(url).origin === location.origin ? url : undefined
}
