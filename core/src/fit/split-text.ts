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
    const whole = rest.text.length
    let fitting = longestFitting(rest, max, formatText)
    // What would be the last piece has less room.
    if (fitting === whole && lastMax < max) fitting = longestFitting(rest, lastMax, formatText)
    if (fitting === whole && formatText(rest).length <= lastMax) {
      pieces.push(rest)
      break
    }
    const at = breakBefore(rest, fitting)
    pieces.push(trimmed(sliceRichText(rest, 0, at)))
    rest = trimmed(sliceRichText(rest, at, rest.text.length))
  }
  return pieces
}

/** How long the longest prefix is that fits, at least 1. Looked for from short to long, so that a long text costs no more than its pieces. */
function longestFitting(rich: RichText, limit: number, formatText: (text: RichText) => FormattedText): number {
  const whole = rich.text.length
  const fits = (length: number) => formatText(length === whole ? rich : sliceRichText(rich, 0, length)).length <= limit
  let low = 0
  let high = Math.min(whole, Math.max(1, limit))
  while (fits(high)) {
    if (high === whole) return whole
    low = high
    high = Math.min(whole, high * 2)
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (fits(middle)) low = middle
    else high = middle
  }
  return Math.max(1, low)
}

/** The prefix of that length, moved back to a good place for a break. */
function breakBefore(rich: RichText, low: number): number {
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
