/**
 * Rich text → the markup of Business Messages: `*bold*`, `_italic_`, `~struck~`, and a fence for code. A bot's text has no documented markup: its
 * capabilities name no such entities, so that none arrive here.
 * Always holds: markers hug the words and stay within a line; a marker that a person typed cannot be escaped. The length counts the markup.
 */
import { type Entity, type EntityKind, type FormattedText, measure, type RichText } from '@dragoman/core'

const markers: Partial<Record<EntityKind, string>> = { bold: '*', italic: '_', strikethrough: '~', code: '```', pre: '```' }

/** What Business Messages show as such. */
export const styledEntities: EntityKind[] = ['bold', 'italic', 'strikethrough', 'code', 'pre', 'url', 'email', 'phone']
/** What the app finds by itself in a bot's plain text. */
export const foundEntities: EntityKind[] = ['url', 'email', 'phone']

interface Span {
  from: number
  to: number
  marker: string
}

export function formatText(rich: RichText): FormattedText {
  const spans = (rich.entities ?? []).flatMap(entity => spansOf(rich.text, entity)).toSorted((a, b) => a.from - b.from || b.to - a.to)
  const kept: Span[] = []
  // Spans that cross cannot be written with markers that pair up; the later one is left out.
  for (const span of spans) if (kept.every(other => span.from >= other.to || span.to <= other.to)) kept.push(span)
  const body = write(rich.text, kept)
  return { body, length: measure(body, 'utf16') }
}

function write(text: string, spans: readonly Span[]): string {
  const opened: Span[] = []
  let body = ''
  let waiting = 0
  for (let place = 0; place <= text.length; place++) {
    while (opened.at(-1)?.to === place) body += opened.pop()!.marker
    for (; waiting < spans.length && spans[waiting]!.from === place; waiting++) {
      opened.push(spans[waiting]!)
      body += spans[waiting]!.marker
    }
    body += text[place] ?? ''
  }
  return body
}

function spansOf(text: string, entity: Entity): Span[] {
  const marker = markers[entity.kind]
  const end = Math.min(text.length, entity.offset + entity.length)
  if (marker === undefined || !Number.isInteger(entity.offset) || !Number.isInteger(end) || entity.offset < 0) return []
  const spans: Span[] = []
  let from = entity.offset
  while (from < end) {
    const newline = text.indexOf('\n', from)
    const lineEnd = newline < 0 || newline > end ? end : newline
    const line = text.slice(from, lineEnd)
    const start = from + (line.length - line.trimStart().length)
    const stop = start + line.trim().length
    if (stop > start) spans.push({ from: start, to: stop, marker })
    from = lineEnd + 1
  }
  return spans
}
