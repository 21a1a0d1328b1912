/**
 * Text as a short message has it: plain characters, links written out, counted in pieces.
 * Always holds: `length` grows with the text and is the same for ten full pieces in either alphabet, so that one limit serves both; nothing is replaced by
 * a look-alike behind the writer's back.
 */
import type { FormattedText, RichText } from '@dragoman/core'
import { roomOf, segmentsOf } from './gsm.ts'

/** More pieces than these are another message: carriers join up to 255, phones show fewer well, and each is paid for. */
export const mostSegments = 10
/** In septets; UCS-2 counts in its own units, made comparable. */
export const longestText = mostSegments * roomOf.gsm7.joined

export function formatText(text: RichText): FormattedText {
  const body = plainBody(text)
  const { encoding, pieces, used, perSegment, left } = segmentsOf(body)
  const length =
    pieces.length === 1
      ? share(used, perSegment) * roomOf.gsm7.joined
      : (pieces.length - 1 + share(perSegment - left, perSegment)) * roomOf.gsm7.joined
  return { body, length: Math.ceil(length), segments: { count: pieces.length, encoding, used, perSegment, left } }
}

function share(used: number, room: number): number {
  return used / room
}

/** Line ends as phones know them; NUL and the escape are none of a text's. */
export function plainBody({ text, entities = [] }: RichText): string {
  let plain = text
  for (const entity of entities.toSorted((a, b) => b.offset - a.offset)) {
    const end = entity.offset + entity.length
    if (entity.kind !== 'link' || !entity.url || !(entity.offset >= 0) || !(end <= text.length) || !(entity.length > 0)) continue
    if (text.slice(entity.offset, end) !== entity.url) plain = `${plain.slice(0, end)} (${entity.url})${plain.slice(end)}`
  }
  return plain.replace(/\r\n?/g, '\n').replaceAll('\u001b', '').toWellFormed()
}
