/** Rich text → the plain characters of a messenger without markup. Always holds: where a link leads elsewhere than its words say, the address follows them. */
import { type FormattedText, measure, type RichText, type TextUnit } from '@dragoman/core'

/** The words as they travel, with their length in the messenger's unit. */
export function plainFormat(rich: RichText, unit: TextUnit): FormattedText {
  const body = wordsOf(rich)
  return { body, length: measure(body, unit) }
}

/** The words as they travel. */
export function wordsOf(rich: RichText): string {
  const links = (rich.entities ?? [])
    .filter(entity => entity.kind === 'link' && entity.url && entity.offset >= 0 && entity.length > 0)
    .map(entity => ({ end: Math.min(entity.offset + entity.length, rich.text.length), from: entity.offset, url: entity.url ?? '' }))
    .filter(({ end, from, url }) => rich.text.slice(from, end) !== url)
    .toSorted((a, b) => a.end - b.end)
  let words = ''
  let at = 0
  for (const { end, url } of links) {
    if (end < at) continue
    words += `${rich.text.slice(at, end)} (${url})`
    at = end
  }
  return words + rich.text.slice(at)
}
