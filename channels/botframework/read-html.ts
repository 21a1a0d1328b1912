/**
 * The `text/html` attachment that repeats a Teams message with its styles, read to plain text and entities; and the quote in it.
 * Always holds: total; what is not known is read as its text; nothing is ever taken over as markup.
 */
import { entryOf } from '@dragoman/channel-kit'
import type { Entity, EntityKind, RichText } from '@dragoman/core'

export interface ReadHtml {
  text: RichText
  /** The activity that is answered, and the passage of it that is shown. */
  replyTo?: string
  quote?: string
}

const kinds: Record<string, EntityKind> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  code: 'code',
  pre: 'pre',
  codeblock: 'pre',
  blockquote: 'quote',
  a: 'link',
}
const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }
/** Longer than any message may be; what lies beyond is not walked through. */
const longest = 200_000
/** Nobody sees marks within marks deeper than this. */
const deepest = 100

export function readHtml(html: string): ReadHtml {
  const source = html.slice(0, longest)
  const reply = replyIn(source)
  if (!reply) return { text: readText(source) }
  const text = readText(source.slice(0, reply.from) + source.slice(reply.to))
  const replyTo = attribute(reply.tag, 'itemid')
  const preview = between(reply.inside, /itemprop="(?:preview|copy)"[^<>]*>/gi, /<\/p>/gi)
  const quote = preview === undefined ? '' : readText(preview).text
  return { text, ...(replyTo ? { replyTo } : {}), ...(quote ? { quote } : {}) }
}

/** The quotation that a reply begins with. Each expression looks at every character once, whatever was sent. */
function replyIn(source: string): { from: number; to: number; tag: string; inside: string } | undefined {
  for (const { 0: whole, 1: tag = '', index } of source.matchAll(/<blockquote\b([^<>]*)>/gi)) {
    if (!/schema\.skype\.com\/Reply/i.test(tag)) continue
    const end = /<\/blockquote>/gi
    end.lastIndex = index + whole.length
    const closing = end.exec(source)
    if (!closing) return undefined
    return { from: index, to: end.lastIndex, tag, inside: source.slice(index + whole.length, closing.index) }
  }
  return undefined
}

function between(source: string, opening: RegExp, closing: RegExp): string | undefined {
  if (!opening.exec(source)) return undefined
  closing.lastIndex = opening.lastIndex
  const end = closing.exec(source)
  return end ? source.slice(opening.lastIndex, end.index) : undefined
}

function readText(html: string): RichText {
  let text = ''
  let isLineStart = true
  const add = (more: string) => {
    if (more === '') return
    text += more
    isLineStart = more.endsWith('\n')
  }
  const entities: Entity[] = []
  const open: { tag: string; offset: number; kind: EntityKind; url?: string }[] = []
  const breakLine = () => {
    if (!isLineStart) add('\n')
  }
  for (const [, tagged, plain] of html.matchAll(/<([^<>]*)>|([^<]+|<)/g)) {
    if (plain !== undefined) {
      add(decode(open.some(one => one.kind === 'pre') ? plain : plain.replace(/[\r\n]+/g, ' ')))
      continue
    }
    const match = /^(\/?)([a-zA-Z][a-zA-Z0-9]*)([\s\S]*)$/.exec(tagged ?? '')
    if (!match) continue
    const tag = match[2]!.toLowerCase()
    if (tag === 'br') add('\n')
    else if (['p', 'div', 'li', 'ul', 'ol', 'tr'].includes(tag)) breakLine()
    if (tag === 'blockquote' || tag === 'pre') breakLine()
    const kind = entryOf(kinds, tag)
    if (!kind) continue
    if (match[1] === '/') close(tag)
    else if (open.length < deepest) {
      const url = kind === 'link' ? attribute(match[3]!, 'href') : undefined
      open.push({ tag, offset: text.length, kind, ...(url === undefined ? {} : { url }) })
    }
  }
  while (open.length > 0) close(open.at(-1)!.tag)
  return trimmed(text, entities)

  function close(tag: string): void {
    const place = open.findLastIndex(one => one.tag === tag)
    if (place < 0) return
    const [one] = open.splice(place, 1)
    const length = text.length - one!.offset
    if (length <= 0) return
    // A link that shows its own address is found by itself.
    const { url } = one!
    if (one!.kind === 'link' && (url === undefined || (length === url.length && text.slice(one!.offset) === url))) return
    entities.push({ kind: one!.kind, offset: one!.offset, length, ...(one!.url === undefined ? {} : { url: one!.url }) })
  }
}

function trimmed(text: string, entities: Entity[]): RichText {
  const start = text.length - text.trimStart().length
  const shown = text.trim()
  const kept = entities
    .map(entity => {
      const offset = Math.max(0, entity.offset - start)
      return { ...entity, offset, length: Math.min(shown.length, entity.offset - start + entity.length) - offset }
    })
    .filter(entity => entity.length > 0)
    .toSorted((a, b) => a.offset - b.offset || b.length - a.length)
  return kept.length > 0 ? { text: shown, entities: kept } : { text: shown }
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(tag)?.[1]
  return value ? decode(value) : undefined
}

function decode(text: string): string {
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]+);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return entryOf(named, name.toLowerCase()) ?? whole
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : whole
  })
}
