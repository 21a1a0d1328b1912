/**
 * Text to a letter's two bodies: plain, and HTML with the simplest tags, which every mail program shows alike.
 * Always holds: nothing that a person types is taken for markup; tags are closed in the order in which they were opened; links lead to http, https,
 * mailto and tel only.
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

export const shownEntities: EntityKind[] = [
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'code',
  'pre',
  'quote',
  'link',
  'url',
  'email',
  'phone',
]

export function formatText(text: RichText): FormattedText {
  const body = plainBody(text)
  return { body, length: body.length }
}

/** Plain text; a link's address stands behind its words. */
export function plainBody({ text, entities = [] }: RichText): string {
  let plain = text
  for (const entity of whole({ text, entities }).toSorted((a, b) => b.offset - a.offset)) {
    if (entity.kind !== 'link' || !entity.url || !isSafe(entity.url)) continue
    const end = entity.offset + entity.length
    if (text.slice(entity.offset, end).trim() !== entity.url) plain = `${plain.slice(0, end)} <${entity.url}>${plain.slice(end)}`
  }
  return plain
}

export function htmlBody(rich: RichText): string {
  const entities = whole(rich).filter(entity => tags[entity.kind] && (entity.kind !== 'link' || isSafe(entity.url ?? '')))
  const edges = [...new Set([0, rich.text.length, ...entities.flatMap(entity => [entity.offset, entity.offset + entity.length])])].toSorted(
    (a, b) => a - b,
  )
  let html = ''
  const open: Entity[] = []
  for (const [index, edge] of edges.entries()) {
    // What ends here is closed, with all that was opened inside it; what goes on is opened again.
    const ending = open.findIndex(entity => entity.offset + entity.length <= edge)
    const again = ending < 0 ? [] : open.splice(ending).toReversed()
    for (const entity of again) html += `</${tags[entity.kind]}>`
    const starting = entities.filter(entity => entity.offset === edge)
    const toOpen = [...again.toReversed().filter(entity => entity.offset + entity.length > edge), ...starting].toSorted(
      (a, b) => b.offset + b.length - (a.offset + a.length),
    )
    for (const entity of toOpen) {
      html += opening(entity)
      open.push(entity)
    }
    html += escapeHtml(rich.text.slice(edge, edges[index + 1] ?? edge)).replaceAll('\n', '<br>\n')
  }
  return html
}

function opening(entity: Entity): string {
  if (entity.kind === 'link') return `<a href="${escapeHtml(entity.url ?? '')}">`
  if (entity.kind === 'quote') return '<blockquote style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">'
  return `<${tags[entity.kind]}>`
}

/** Entities inside the text and longer than nothing. */
function whole({ text, entities = [] }: RichText): Entity[] {
  return entities.flatMap(entity => {
    const offset = Math.max(0, Math.trunc(entity.offset))
    const length = Math.min(text.length, Math.trunc(entity.offset) + Math.trunc(entity.length)) - offset
    return length > 0 ? [{ ...entity, offset, length }] : []
  })
}

export function isSafe(url: string): boolean {
  return /^(https?:\/\/|mailto:|tel:)/i.test(url)
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
