/**
 * Rich text → WhatsApp's markup: `*bold*`, `_italic_`, `~struck~`, `` `code` ``, a fence for `pre`, `> ` for a quote.
 * Always holds: markers hug the words (WhatsApp ignores `* bold *`) and never cross a line, or they would show as plain characters. There is
 * no way to escape a marker that a person typed. The length counts the markup: it is what travels.
 */
import type { Entity, EntityKind, FormattedText, RichText } from '@dragoman/core'

const markers: Partial<Record<EntityKind, string>> = { bold: '*', italic: '_', strikethrough: '~', code: '`' }

interface Mark {
  at: number
  /** Closing marks come before opening ones at the same place. */
  closes: boolean
  text: string
  /** Extent of its entity: the wider opens first and closes last. */
  extent: number
  order: number
}

/** The text as WhatsApp wants it in a `body` or `caption`. */
export function formatText(rich: RichText): FormattedText {
  const entities = (rich.entities ?? []).filter(entity => entity.length > 0 && entity.offset >= 0 && entity.offset < rich.text.length)
  const marks: Mark[] = []
  const fences = entities.filter(entity => entity.kind === 'pre')
  entities.forEach((entity, order) => {
    const end = Math.min(entity.offset + entity.length, rich.text.length)
    const insideFence = fences.some(fence => fence !== entity && fence.offset <= entity.offset && fence.offset + fence.length >= end)
    if (!insideFence) marks.push(...marksOf(rich.text, entity, end, order))
  })
  marks.sort((a, b) => a.at - b.at || compareAtSamePlace(a, b))
  let body = ''
  let from = 0
  for (const mark of marks) {
    body += rich.text.slice(from, mark.at) + mark.text
    from = mark.at
  }
  body += rich.text.slice(from)
  return { body, length: body.length }
}

function marksOf(text: string, entity: Entity, end: number, order: number): Mark[] {
  const place = { extent: end - entity.offset, order }
  switch (entity.kind) {
    case 'bold':
    case 'italic':
    case 'strikethrough':
    case 'code': {
      const marker = markers[entity.kind] ?? ''
      return linesOf(text, entity.offset, end).flatMap(line => [
        { at: line.from, closes: false, text: marker, ...place },
        { at: line.to, closes: true, text: marker, ...place },
      ])
    }
    case 'pre':
      return [
        { at: entity.offset, closes: false, text: '```', ...place },
        { at: end, closes: true, text: '```', ...place },
      ]
    case 'quote': {
      const starts = [lineStart(text, entity.offset)]
      for (let at = text.indexOf('\n', entity.offset); at !== -1 && at + 1 < end; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
      // A quote's mark stands before any other mark of its line.
      return starts.map(at => ({ at, closes: false, text: '> ', extent: Number.MAX_SAFE_INTEGER, order }))
    }
    case 'link':
      if (!entity.url || entity.url === text.slice(entity.offset, end)) return []
      return [{ at: end, closes: true, text: ` (${entity.url})`, extent: place.extent + 0.5, order }]
    default:
      return []
  }
}

/** The pieces of a range that lie on one line each, without the space around them. */
function linesOf(text: string, offset: number, end: number): { from: number; to: number }[] {
  const pieces: { from: number; to: number }[] = []
  let from = offset
  while (from < end) {
    const newline = text.indexOf('\n', from)
    const lineEnd = newline === -1 || newline > end ? end : newline
    let start = from
    let stop = lineEnd
    while (start < stop && /\s/.test(text[start] ?? '')) start++
    while (stop > start && /\s/.test(text[stop - 1] ?? '')) stop--
    if (stop > start) pieces.push({ from: start, to: stop })
    from = lineEnd + 1
  }
  return pieces
}

function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1
}

function compareAtSamePlace(a: Mark, b: Mark): number {
  if (a.closes !== b.closes) return a.closes ? -1 : 1
  // Inner ones close first; outer ones open first; equal extents nest in their order.
  if (a.closes) return a.extent - b.extent || b.order - a.order
  return b.extent - a.extent || a.order - b.order
}
