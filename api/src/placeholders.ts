/**
 * Placeholders of saved replies and automatic answers: `{{customer.first_name}}`, with a fall-back `{{customer.first_name|there}}`. Pure; the same on
 * the server and on the screen. Always holds: entities keep standing on their words; what has no value stays as it was written.
 */
import type { Content, Entity, MessageBody, RichText } from '@dragoman/core'

export const placeholderNames = [
  'customer.name',
  'customer.first_name',
  'agent.name',
  'company.name',
  'case.number',
  'date.today',
  'hours.next_open',
  'reply_time',
] as const
export type PlaceholderValues = Readonly<Record<string, string>>

const pattern = /\{\{\s*([a-z_]+(?:\.[^{}|]{1,80})?)\s*(?:\|([^{}]{0,200}))?\}\}/giu

export interface FoundPlaceholder {
  name: string
  fallback: string | undefined
  offset: number
  length: number
}

/** Placeholders of a text that we know: those of the list, and `attribute.<name>`. */
export function placeholdersIn(text: string): FoundPlaceholder[] {
  return [...text.matchAll(pattern)].flatMap(match => {
    const name = nameOf(match[1]!)
    return isKnown(name) ? [{ name, fallback: match[2]?.trim() || undefined, offset: match.index, length: match[0].length }] : []
  })
}

function nameOf(written: string): string {
  const trimmed = written.trim()
  const dot = trimmed.indexOf('.')
  const head = dot < 0 ? trimmed : trimmed.slice(0, dot)
  // An attribute is called what the firm calls it.
  return head.toLowerCase() === 'attribute' ? `attribute${trimmed.slice(dot)}` : trimmed.toLowerCase()
}

function isKnown(name: string): boolean {
  return (placeholderNames as readonly string[]).includes(name) || /^attribute\../.test(name)
}

/** Begins a sentence where the placeholder stands at the beginning of one. */
const phrases = new Set(['hours.next_open', 'reply_time'])

/** The text with what is known filled in. `missing` are the placeholders that had neither value nor fall-back, and still stand there. */
export function fillText(rich: RichText, values: PlaceholderValues): { rich: RichText; missing: string[] } {
  const missing: string[] = []
  let text = ''
  let read = 0
  let entities: Entity[] = rich.entities ? [...rich.entities] : []
  for (const found of placeholdersIn(rich.text)) {
    text += rich.text.slice(read, found.offset)
    const value = values[found.name]?.trim() || found.fallback
    const written = rich.text.slice(found.offset, found.offset + found.length)
    if (!value) missing.push(found.name)
    const put = value ? (phrases.has(found.name) && beginsSentence(text) ? capitalized(value) : value) : written
    const at = text.length
    entities = entities.flatMap(entity => moved(entity, at, written.length, put.length))
    text += put
    read = found.offset + found.length
  }
  text += rich.text.slice(read)
  return { rich: entities.length > 0 ? { text, entities } : { text }, missing }
}

/** An entity after `length` letters at `at` became `now`. */
function moved(entity: Entity, at: number, length: number, now: number): Entity[] {
  const end = entity.offset + entity.length
  if (end <= at) return [entity]
  if (entity.offset >= at + length) return [{ ...entity, offset: entity.offset + now - length }]
  const from = Math.min(entity.offset, at)
  const to = Math.max(end, at + length) + now - length
  return to > from ? [{ ...entity, offset: from, length: to - from }] : []
}

function beginsSentence(before: string): boolean {
  return /(^|[.!?…\n])["«(]*\s*$/u.test(before)
}

function capitalized(text: string): string {
  const [first = '', ...rest] = text
  return first.toUpperCase() + rest.join('')
}

/** Without the sentences that hold an unfilled placeholder: a machine claims nothing that it does not know. */
export function withoutEmptySentences(text: string): string {
  return text
    .split(/(?<=[.!?…]["»)]*\s+)(?=\S)|(?<=\n)/u)
    .filter(sentence => placeholdersIn(sentence).length === 0)
    .join('')
    .trim()
}

/** Every text of a body changed by `change`; the rest as it is. */
export function mapTexts(body: MessageBody, change: (rich: RichText) => RichText): MessageBody {
  const { content } = body
  const inside = (rich: RichText | undefined) => (rich ? change(rich) : rich)
  const mapped = ((): Content => {
    switch (content.kind) {
      case 'text':
        return { ...content, text: change(content.text) }
      case 'image':
      case 'video':
      case 'audio':
      case 'voice':
      case 'file':
        return { ...content, caption: inside(content.caption) }
      case 'album':
        return { ...content, items: content.items.map(item => ({ ...item, caption: inside(item.caption) })) }
      case 'carousel':
      case 'product':
      case 'order':
      case 'story_reply':
        return { ...content, text: inside(content.text) }
      case 'card':
        return { ...content, card: { ...content.card, text: content.card.text && change({ text: content.card.text }).text } }
      default:
        return content
    }
  })()
  return { ...body, content: mapped }
}

/** A body with its placeholders filled, and what is missing. */
export function fillBody(body: MessageBody, values: PlaceholderValues): { body: MessageBody; missing: string[] } {
  const missing: string[] = []
  const filled = mapTexts(body, rich => {
    const result = fillText(rich, values)
    missing.push(...result.missing)
    return result.rich
  })
  return { body: filled, missing: [...new Set(missing)] }
}

/** Placeholders that still stand in a message: it must not leave like that. */
export function unfilledIn(body: MessageBody): string[] {
  const names: string[] = []
  mapTexts(body, rich => {
    names.push(...placeholdersIn(rich.text).map(found => found.name))
    return rich
  })
  return [...new Set(names)]
}

/** The language that a text is there in: the wished one, its main language, what the firm speaks first, English, anything. */
export function chooseLanguage(wish: string | null | undefined, there: readonly string[], first: readonly string[]): string | undefined {
  const wanted = (wish ?? '').toLowerCase()
  const main = wanted.split('-')[0]!
  return (
    there.find(tag => tag === wanted) ??
    there.find(tag => tag === main) ??
    there.find(tag => main !== '' && tag.split('-')[0] === main) ??
    first.find(tag => there.includes(tag)) ??
    (there.includes('en') ? 'en' : there[0])
  )
}
