/**
 * Splits long text where a reader would: between paragraphs, then lines, then words, and only then inside a word, never inside a character.
 * Always holds: every piece fits by its *encoded* length; put together again, only white space at the joints is missing.
 */
import { type FormattedText, type RichText, sliceRichText } from '../rich-text.ts'

/** Pieces of at most `max` each; the last at most `lastMax`. Lengths are those that `formatText` reports. */
export function splitText(rich: RichText, max: number, lastMax: number, formatText: (text: RichText) => FormattedText): RichText[] {
  const pieces: RichText[] = []
  let rest = trimmed(rich)
  while (rest.text.length > 0) {
    const limit = formatText(rest).length <= max ? lastMax : max
    if (formatText(rest).length <= limit) {
      pieces.push(rest)
      break
    }
    const at = breakBefore(rest, limit, formatText)
    pieces.push(trimmed(sliceRichText(rest, 0, at)))
    rest = trimmed(sliceRichText(rest, at, rest.text.length))
  }
  return pieces
}

/** The longest prefix that fits, moved back to a good place for a break. */
function breakBefore(rich: RichText, limit: number, formatText: (text: RichText) => FormattedText): number {
  let low = 1
  let high = rich.text.length
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (formatText(sliceRichText(rich, 0, middle)).length <= limit) low = middle
    else high = middle - 1
  }
  const prefix = rich.text.slice(0, low)
  // A break too early would make many small pieces: the latter half is good enough for paragraphs and lines.
  for (const mark of ['\n\n', '\n']) {
    const at = prefix.lastIndexOf(mark)
    if (at > low / 2) return at
  }
  const space = prefix.search(/\s\S*$/)
  if (space > 0) return space
  return wholeCharacter(rich.text, low)
}

/** `at`, or the start of the character (as a reader sees it) that it would cut in two. */
function wholeCharacter(text: string, at: number): number {
  const from = Math.max(0, at - 64)
  let start = from
  for (const { index, segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text.slice(from, at + 64))) {
    start = from + index
    if (start + segment.length > at) break
    start += segment.length
  }
  if (start > 0) return Math.min(start, at)
  // One character alone is longer than the limit: keep surrogate pairs whole at least.
  const code = text.charCodeAt(at - 1)
  return at > 1 && code >= 0xd800 && code <= 0xdbff ? at - 1 : Math.max(1, at)
}

function trimmed(rich: RichText): RichText {
  const start = rich.text.length - rich.text.trimStart().length
  const end = rich.text.trimEnd().length
  return start === 0 && end === rich.text.length ? rich : sliceRichText(rich, start, Math.max(start, end))
}
