/**
 * HTML of letters, cut into tags and text. Letters hold any HTML there is, and much that is none.
 * Always holds: never throws, takes time in proportion to the length, runs nothing and fetches nothing; what looks like no tag is text.
 */
import { entryOf } from '@dragoman/channel-kit'

export type Token =
  | { kind: 'text'; text: string }
  | { kind: 'open'; name: string; attributes: Readonly<Record<string, string>>; isEmpty: boolean }
  | { kind: 'close'; name: string }

/** Elements whose text is not for reading. */
const unread = new Set(['style', 'script', 'head', 'title', 'template', 'noscript', 'svg', 'object', 'iframe', 'select', 'textarea'])
const empty = new Set(['br', 'hr', 'img', 'input', 'meta', 'link', 'col', 'area', 'base', 'wbr', 'source'])
const mostTokens = 200_000

export function tokensOf(html: string): Token[] {
  const tokens: Token[] = []
  let place = 0
  while (place < html.length && tokens.length < mostTokens) {
    const start = html.indexOf('<', place)
    if (start < 0) {
      tokens.push(textToken(html.slice(place)))
      break
    }
    if (start > place) tokens.push(textToken(html.slice(place, start)))
    if (html.startsWith('<!--', start)) {
      const end = html.indexOf('-->', start + 4)
      place = end < 0 ? html.length : end + 3
      continue
    }
    if (!/^<[a-z!?/]/i.test(html.slice(start, start + 2))) {
      tokens.push({ kind: 'text', text: '<' })
      place = start + 1
      continue
    }
    const end = endOfTag(html, start)
    place = end + 1
    const token = tagToken(html.slice(start + 1, end))
    if (!token) continue
    if (token.kind === 'open' && unread.has(token.name) && !token.isEmpty) {
      place = afterElement(html, token.name, place)
      continue
    }
    tokens.push(token)
  }
  return tokens
}

/** Where the tag ends: a `>` outside of quotes, or the end of it all. */
function endOfTag(html: string, start: number): number {
  let quote = ''
  for (let place = start + 1; place < html.length && place < start + 20_000; place++) {
    const character = html[place]!
    if (quote !== '') {
      if (character === quote) quote = ''
    } else if ((character === '"' || character === "'") && html[place - 1] === '=') quote = character
    else if (character === '>') return place
  }
  const plain = html.indexOf('>', start)
  return plain < 0 ? html.length : plain
}

function afterElement(html: string, name: string, from: number): number {
  const end = new RegExp(`</${name}\\b[^>]*>`, 'gi')
  end.lastIndex = from
  const match = end.exec(html)
  return match ? match.index + match[0].length : name === 'head' ? from : html.length
}

function tagToken(inside: string): Token | undefined {
  const match = /^(\/?)([a-z][a-z0-9:-]*)/i.exec(inside)
  if (!match) return undefined
  const name = match[2]!.toLowerCase()
  if (match[1] === '/') return { kind: 'close', name }
  const rest = inside.slice(match[0].length)
  const attributes: Record<string, string> = {}
  for (const [, key, double, single, bare] of rest.matchAll(/([a-z][\w:-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/gi)) {
    if (['class', 'id', 'href', 'src', 'alt', 'type', 'style', 'cite', 'hidden'].includes(key!.toLowerCase()))
      attributes[key!.toLowerCase()] ??= decodeEntities(double ?? single ?? bare ?? '')
  }
  return { kind: 'open', name, attributes, isEmpty: empty.has(name) || /\/\s*$/.test(rest) }
}

function textToken(text: string): Token {
  return { kind: 'text', text: decodeEntities(text) }
}

const named: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  copy: '©',
  reg: '®',
  trade: '™',
  euro: '€',
  pound: '£',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  laquo: '«',
  raquo: '»',
  ldquo: '“',
  rdquo: '”',
  lsquo: '‘',
  rsquo: '’',
  bdquo: '„',
  bull: '•',
  middot: '·',
  times: '×',
  deg: '°',
  sect: '§',
  para: '¶',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  Auml: 'Ä',
  Ouml: 'Ö',
  Uuml: 'Ü',
  szlig: 'ß',
  eacute: 'é',
  egrave: 'è',
  agrave: 'à',
  ccedil: 'ç',
  ntilde: 'ñ',
  zwnj: '',
  zwj: '\u200d',
  shy: '',
}

export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z][a-z0-9]{1,30});?/gi, (whole, entity: string) => {
    if (!entity.startsWith('#')) return entryOf(named, entity) ?? entryOf(named, entity.toLowerCase()) ?? whole
    const code = /^#x/i.test(entity) ? Number.parseInt(entity.slice(2), 16) : Number.parseInt(entity.slice(1), 10)
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : '\ufffd'
  })
}
