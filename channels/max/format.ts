/**
 * Rich text → MAX's HTML; plain text stays plain, without a `format`. https://dev.max.ru/docs-api (Text formatting)
 * Always holds: what a person typed is escaped, so that nothing can be taken for markup; tags are closed in the order in which they were opened, also
 * where entities cross. The length counts the markup: MAX documents 4000 characters of `text`, and `text` is what is sent.
 */
import type { Entity, EntityKind, FormattedText, RichText } from '@dragoman/core'

const tags: Partial<Record<EntityKind, string>> = {
  bold: 'b',
  italic: 'i',
  underline: 'u',
  strikethrough: 's',
  code: 'code',
  pre: 'pre',
}

export const shownEntities: EntityKind[] = [
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'code',
  'pre',
  'link',
  'mention',
  'url',
  'hashtag',
  'email',
  'phone',
]

interface Span {
  from: number
  to: number
  open: string
  close: string
}

/** `body` is HTML where `isHtml` says so of the same text. */
export function formatText(text: RichText): FormattedText {
  const spans = spansOf(text)
  const body = spans.length === 0 ? text.text : write(text.text, spans)
  return { body, length: body.length }
}

/** Whether a text needs markup. */
export function isHtml(text: RichText): boolean {
  return spansOf(text).length > 0
}

function spansOf({ text, entities = [] }: RichText): Span[] {
  return entities
    .flatMap(entity => {
      const from = Math.max(0, Math.trunc(entity.offset))
      const to = Math.min(text.length, Math.trunc(entity.offset) + Math.trunc(entity.length))
      const marks = marksOf(entity)
      return marks && to > from ? [{ from, to, ...marks }] : []
    })
    .toSorted((a, b) => a.from - b.from || b.to - a.to)
}

function marksOf(entity: Entity): Pick<Span, 'open' | 'close'> | undefined {
  const tag = tags[entity.kind]
  if (tag !== undefined) return { open: `<${tag}>`, close: `</${tag}>` }
  if (entity.kind === 'link' && entity.url) return { open: `<a href="${escapeHtml(entity.url)}">`, close: '</a>' }
  // A person without a username is mentioned by the id.
  if (entity.kind === 'mention' && /^\d{1,19}$/.test(entity.id ?? '')) return { open: `<a href="max://user/${entity.id}">`, close: '</a>' }
  return undefined
}

/** At every border all tags that end are closed, with those inside of them, and what goes on is opened again. */
function write(text: string, spans: readonly Span[]): string {
  const borders = [...new Set([0, text.length, ...spans.flatMap(span => [span.from, span.to])])].toSorted((a, b) => a - b)
  let open: Span[] = []
  let body = ''
  for (const [index, place] of borders.entries()) {
    const first = open.findIndex(span => span.to <= place)
    const reopened = first < 0 ? [] : open.slice(first)
    for (const span of reopened.toReversed()) body += span.close
    if (first >= 0) open = open.slice(0, first)
    const opening = [...reopened.filter(span => span.to > place), ...spans.filter(span => span.from === place)]
    for (const span of opening) body += span.open
    open.push(...opening)
    const next = borders[index + 1]
    if (next !== undefined) body += escapeHtml(text.slice(place, next))
  }
  return body
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
