/**
 * Text as Dragoman keeps it: plain characters and entities beside them, never markup.
 * Always holds: an entity's `offset` and `length` count UTF-16 code units of `text` (as JavaScript strings do).
 */

export type EntityKind =
  | 'bold'
  | 'italic'
  | 'underline'
  | 'strikethrough'
  | 'spoiler'
  | 'code'
  | 'pre'
  | 'quote'
  | 'link'
  | 'url'
  | 'mention'
  | 'hashtag'
  | 'command'
  | 'email'
  | 'phone'
  | 'custom_emoji'

export interface Entity {
  kind: EntityKind
  offset: number
  length: number
  /** Target of a `link`. */
  url?: string
  /** Language of a `pre` block. */
  language?: string
  /** The platform's id of a custom emoji or a mentioned user. */
  id?: string
}

export interface RichText {
  text: string
  entities?: Entity[]
}

/** How a platform counts the length of text. */
export type TextUnit = 'utf16' | 'codepoint' | 'byte'

/** Text made ready for one platform: what goes into the request, and its length as that platform counts it. */
export interface FormattedText {
  body: string
  /** The platform's own entity objects, where it takes any. */
  entities?: readonly unknown[]
  length: number
  /** Where a text travels in several pieces that are paid for one by one: how many, how coded, and how much fits into the last. */
  segments?: { count: number; encoding: 'gsm7' | 'ucs2'; used: number; perSegment: number; left: number }
}

/** Length of `text` in the given unit; bytes are those of UTF-8. */
export function measure(text: string, unit: TextUnit): number {
  if (unit === 'utf16') return text.length
  if (unit === 'byte') return new TextEncoder().encode(text).length
  let count = 0
  for (const _ of text) count++
  return count
}

/** Removes what PostgreSQL refuses (NUL, lone surrogates). `changed` says whether anything had to go. */
export function cleanText(text: string): { text: string; changed: boolean } {
  if (!text.includes('\u0000') && text.isWellFormed()) return { text, changed: false }
  return { text: text.replaceAll('\u0000', '').toWellFormed(), changed: true }
}

/** The slice `[from, to)` of a rich text in UTF-16 units, its entities cut and shifted along. */
export function sliceRichText(rich: RichText, from: number, to: number): RichText {
  const text = rich.text.slice(from, to)
  const entities = (rich.entities ?? [])
    .map(entity => {
      const start = Math.max(entity.offset, from)
      const end = Math.min(entity.offset + entity.length, to)
      return { ...entity, offset: start - from, length: end - start }
    })
    .filter(entity => entity.length > 0)
  return entities.length ? { text, entities } : { text }
}

/** Joins rich texts with a separator between them. */
export function joinRichText(pieces: readonly RichText[], separator: string): RichText {
  let text = ''
  const entities: Entity[] = []
  for (const [index, piece] of pieces.entries()) {
    if (index > 0) text += separator
    for (const entity of piece.entities ?? []) entities.push({ ...entity, offset: entity.offset + text.length })
    text += piece.text
  }
  return entities.length ? { text, entities } : { text }
}
