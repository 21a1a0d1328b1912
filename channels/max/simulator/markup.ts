/** MAX's HTML as the app reads it: plain characters, and elements beside them. Written from the vendor's page; unknown tags are taken away. */
import type { EntityKind, RichText } from '@dragoman/core'
import type { Json } from './state.ts'

const names: Record<string, string> = {
  b: 'strong',
  strong: 'strong',
  i: 'emphasized',
  em: 'emphasized',
  s: 'strikethrough',
  del: 'strikethrough',
  u: 'underline',
  ins: 'underline',
  code: 'monospaced',
  pre: 'monospaced',
  mark: 'highlighted',
  h1: 'heading',
  a: 'link',
}

const kinds: Record<string, EntityKind> = {
  strong: 'bold',
  emphasized: 'italic',
  strikethrough: 'strikethrough',
  underline: 'underline',
  monospaced: 'code',
  highlighted: 'bold',
  heading: 'bold',
}

export function readHtml(source: string): { text: string; markup: Json[] } {
  let text = ''
  const markup: Json[] = []
  const open: { tag: string; from: number; href: string }[] = []
  for (const piece of source.split(/(<\/?[a-z][a-z0-9]*(?:\s[^<>]*)?>)/i)) {
    const tag = /^<(\/?)([a-z][a-z0-9]*)(?:\s([^<>]*))?>$/i.exec(piece)
    const name = tag?.[2]?.toLowerCase() ?? ''
    if (!tag) text += plain(piece)
    else if (!tag[1]) open.push({ tag: name, from: text.length, href: plain(/href="([^"]*)"/.exec(tag[3] ?? '')?.[1] ?? '') })
    else {
      const place = open.findLastIndex(entry => entry.tag === name)
      const entry = place >= 0 ? open.splice(place, 1)[0] : undefined
      if (entry && text.length > entry.from) markup.push(...elementOf(entry, text.length))
    }
  }
  return { text, markup: markup.toSorted((a, b) => Number(a.from) - Number(b.from)) }
}

function elementOf({ tag, from, href }: { tag: string; from: number; href: string }, to: number): Json[] {
  const type = names[tag]
  const place = { from, length: to - from }
  if (type === undefined) return []
  if (type !== 'link') return [{ type, ...place }]
  const userId = /^max:\/\/user\/(\d+)$/.exec(href)?.[1]
  return [userId === undefined ? { type, ...place, url: href } : { type: 'user_mention', ...place, user_id: Number(userId) }]
}

/** What the phone shows. */
export function shownText(text: string, markup: readonly Json[]): RichText {
  const entities = markup.flatMap(element => {
    const place = { offset: Number(element.from), length: Number(element.length) }
    if (element.type === 'link') return [{ kind: 'link' as const, ...place, url: String(element.url) }]
    const kind = kinds[String(element.type)]
    return kind ? [{ kind, ...place }] : []
  })
  return entities.length > 0 ? { text, entities } : { text }
}

function plain(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
}
