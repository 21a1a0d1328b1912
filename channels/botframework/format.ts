/**
 * Text to Teams': plain where nothing is styled, else the small HTML that `textFormat: xml` takes, so that nothing a person types is markup.
 * Always holds: every character of the text is escaped; tags are properly nested, however entities overlap.
 * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages
 */
import type { Entity, EntityKind, FormattedText, RichText } from '@dragoman/core'

const tags: Partial<Record<EntityKind, string>> = {
  bold: 'b',
  italic: 'i',
  underline: 'u',
  strikethrough: 's',
  code: 'code',
  pre: 'pre',
  quote: 'blockquote',
  link: 'a',
}

/** What Teams shows; addresses in plain text become links by themselves. */
export const shownEntities: EntityKind[] = ['bold', 'italic', 'underline', 'strikethrough', 'code', 'pre', 'quote', 'link', 'url']

export function formatText(text: RichText): FormattedText {
  const { body } = markup(text)
  return { body, length: body.length }
}

/** The text as it is sent, and in which format. */
export function markup({ text, entities = [] }: RichText): { body: string; format: 'plain' | 'xml' } {
  const spans = entities
    .filter(entity => tags[entity.kind] !== undefined && (entity.kind !== 'link' || /^https?:\/\//i.test(entity.url ?? '')))
    .map(entity => ({
      entity,
      from: Math.max(0, Math.trunc(entity.offset)),
      to: Math.min(text.length, Math.trunc(entity.offset + entity.length)),
    }))
    .filter(span => span.to > span.from)
    .toSorted((a, b) => a.from - b.from || b.to - a.to)
  return spans.length === 0 ? { body: text, format: 'plain' } : { body: render(text, 0, text.length, spans, false), format: 'xml' }
}

interface Span {
  entity: Entity
  from: number
  to: number
}

function render(text: string, from: number, to: number, spans: readonly Span[], isPre: boolean): string {
  let out = ''
  let place = from
  let left = [...spans]
  while (left.length > 0) {
    const span = left.shift()!
    const start = Math.max(span.from, place)
    const end = Math.min(span.to, to)
    if (end <= start) continue
    const inner = left.filter(other => other.from < end).map(other => ({ ...other, to: Math.min(other.to, end) }))
    // What reaches beyond the end of this one goes on after it, in a tag of its own.
    left = left.filter(other => other.to > end).map(other => ({ ...other, from: Math.max(other.from, end) }))
    out += escaped(text.slice(place, start), isPre)
    const tag = tags[span.entity.kind]!
    const pre = isPre || span.entity.kind === 'pre'
    out += `<${tag}${span.entity.kind === 'link' ? ` href="${escapeAttribute(span.entity.url ?? '')}"` : ''}>${render(text, start, end, inner, pre)}</${tag}>`
    place = end
  }
  return out + escaped(text.slice(place, to), isPre)
}

function escaped(text: string, isPre: boolean): string {
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return isPre ? safe : safe.replaceAll('\n', '<br/>')
}

function escapeAttribute(text: string): string {
  return escaped(text, true).replaceAll('"', '&quot;')
}
