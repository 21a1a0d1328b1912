/**
 * A letter's HTML made into rich text, in pieces: the writer's own words, quotes and signatures, in reading order.
 * Always holds: never throws; no HTML comes out; links keep their addresses; what mail programs hide (style sheets, invisible preheaders) is left out.
 */
import { entryOf } from '@dragoman/channel-kit'
import type { Entity, EntityKind } from '@dragoman/core'
import { isSafe } from './format.ts'
import { type Token, tokensOf } from './html-tokens.ts'
import type { Piece, PieceKind } from './pieces.ts'

const inline: Record<string, EntityKind> = {
  b: 'bold',
  strong: 'bold',
  h1: 'bold',
  h2: 'bold',
  h3: 'bold',
  h4: 'bold',
  i: 'italic',
  em: 'italic',
  cite: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  code: 'code',
  tt: 'code',
  pre: 'pre',
}
const blocks = new Set(
  'p div section article header footer main address table tr ul ol li dl dt dd blockquote pre h1 h2 h3 h4 h5 h6 hr center form fieldset body'.split(
    ' ',
  ),
)
const spaced = new Set(['p', 'blockquote', 'pre', 'h1', 'h2', 'h3', 'h4', 'ul', 'ol', 'table'])

/** What mail programs mark their quotes and signatures with. */
const quoteMarks =
  /(^|\s)(gmail_quote(_container)?|gmail_attr|moz-cite-prefix|yahoo_quoted\w*|protonmail_quote|zmail_extra|mail-quote-collapse)(\s|$)/
const quoteIds = /^(divRplyFwdMsg|appendonsend|mail-editor-reference-message-container|x_divRplyFwdMsg|reply-intro|OLK_SRC_BODY_SECTION)/i
const signatureMarks =
  /(^|\s)(gmail_signature(_prefix)?|moz-signature|protonmail_signature_block\S*|mail-signature|ms-outlook-mobile-signature)(\s|$)/
const signatureIds = /^(x_)?(ms-outlook-mobile-signature|signature|Signature|AppleMailSignature)$/

interface Open {
  name: string
  entity?: { kind: EntityKind; from: number; url?: string }
  zone?: PieceKind
  hidden?: boolean
  list?: { next: number | undefined }
}

/** The pieces of a letter, and the content ids of the pictures that stand in each. */
export function piecesOfHtml(html: string): Piece[] {
  const pieces: Piece[] = []
  const stack: Open[] = []
  let current: Piece = { kind: 'own', text: '', entities: [], pictures: [] }
  let pendingBreaks = 0
  let pendingSpace = false
  /** Whether the current text ends in white space. The text itself is not looked into while it grows: that would copy it each time. */
  let endsInSpace = false
  /** After some marks all that follows is the earlier letter. */
  let isRestQuoted = false

  const zone = (): PieceKind => (isRestQuoted ? 'quote' : (stack.findLast(open => open.zone)?.zone ?? 'own'))
  const turn = () => {
    const kind = zone()
    if (current.kind === kind) return
    closeEntities()
    pieces.push(current)
    current = { kind, text: '', entities: [], pictures: [] }
    pendingBreaks = 0
    pendingSpace = false
    for (const open of stack) if (open.entity) open.entity.from = 0
  }
  const put = (text: string) => {
    if (pendingBreaks > 0 && current.text !== '') current.text += '\n'.repeat(Math.min(2, pendingBreaks))
    else if (pendingSpace && current.text !== '' && !endsInSpace) current.text += ' '
    if (pendingBreaks > 0 || pendingSpace) endsInSpace = true
    pendingBreaks = 0
    pendingSpace = false
    current.text += text
    if (text !== '') endsInSpace = /\s/.test(text.at(-1)!)
  }
  const breakLine = (count: number) => {
    pendingBreaks = Math.max(pendingBreaks, count)
  }
  const closeEntities = () => {
    for (const open of stack) if (open.entity) addEntity(open.entity)
  }
  const addEntity = ({ kind, from, url }: NonNullable<Open['entity']>) => {
    const length = current.text.length - from
    if (length > 0) current.entities.push({ kind, offset: from, length, ...(url === undefined ? {} : { url }) } as Entity)
  }

  for (const token of tokensOf(html)) {
    if (token.kind === 'text') {
      if (stack.some(open => open.hidden)) continue
      const isPre = stack.some(open => open.name === 'pre')
      const text = isPre ? token.text.replace(/\r\n?/g, '\n') : token.text.replace(/[\t\n\r\f ]+/g, ' ').replaceAll('\u00a0', ' ')
      if (text.trim() === '' && !isPre) {
        if (text !== '') pendingSpace = true
        continue
      }
      turn()
      if (!isPre && /^\s/.test(text)) pendingSpace = true
      put(isPre ? text : text.trim())
      if (!isPre && /\s$/.test(text)) pendingSpace = true
    } else if (token.kind === 'open') open(token)
    else close(token.name)
  }
  closeEntities()
  pieces.push(current)
  return pieces.filter(piece => piece.text.trim() !== '' || piece.pictures.length > 0).map(trimmed)

  function open(token: Extract<Token, { kind: 'open' }>): void {
    const { name, attributes } = token
    if (name === 'br') {
      pendingBreaks = Math.min(2, pendingBreaks + 1)
      return
    }
    if (name === 'img') {
      const id = /^cid:(.+)$/i.exec(attributes.src ?? '')?.[1]
      turn()
      if (id) current.pictures.push(safeDecode(id))
      return
    }
    if (quoteIds.test(attributes.id ?? '')) isRestQuoted = true
    if (blocks.has(name)) breakLine(spaced.has(name) ? 2 : 1)
    if (name === 'td' || name === 'th') pendingSpace = true
    if (token.isEmpty) return
    const opened: Open = { name, ...marksOf(name, attributes) }
    if (opened.zone) {
      stack.push(opened)
      turn()
      stack.pop()
    }
    if (name === 'li') {
      const list = stack.findLast(one => one.list)?.list
      turn()
      put(list?.next === undefined ? '• ' : `${list.next++}. `)
    }
    const kind = entryOf(inline, name) ?? (name === 'a' && isSafe(attributes.href?.trim() ?? '') ? 'link' : undefined)
    if (kind) {
      turn()
      // What waits to be put before the words is put before the entity, or it would begin with a blank.
      if (pendingBreaks > 0 || pendingSpace) put('')
      opened.entity = { kind, from: current.text.length, ...(kind === 'link' ? { url: attributes.href!.trim() } : {}) }
    }
    if (stack.length < 500) stack.push(opened)
  }

  function close(name: string): void {
    const index = stack.findLastIndex(one => one.name === name)
    if (index < 0) return
    const closed = stack[index]!
    for (const one of stack.slice(index)) if (one.entity) addEntity(one.entity)
    stack.splice(index)
    if (blocks.has(name)) breakLine(spaced.has(name) ? 2 : 1)
    if (closed.zone) turn()
  }
}

function marksOf(name: string, attributes: Readonly<Record<string, string>>): Partial<Open> {
  const { class: classes = '', id = '', type, style = '' } = attributes
  const hidden = attributes.hidden !== undefined || /display\s*:\s*none|mso-hide\s*:\s*all/i.test(style)
  const isQuote = quoteMarks.test(classes) || (name === 'blockquote' && (type === 'cite' || attributes.cite !== undefined))
  const isSignature = signatureMarks.test(classes) || signatureIds.test(id)
  return {
    ...(isQuote ? { zone: 'quote' as const } : isSignature ? { zone: 'signature' as const } : {}),
    ...(hidden ? { hidden } : {}),
    ...(name === 'ol' ? { list: { next: 1 } } : name === 'ul' ? { list: { next: undefined } } : {}),
    ...(name === 'blockquote' && !isQuote ? { entity: { kind: 'quote' as const, from: 0 } } : {}),
  }
}

/** Without white space at either end, nor at the beginning of an entity. */
function trimmed(piece: Piece): Piece {
  const start = piece.text.length - piece.text.trimStart().length
  const text = piece.text.trim()
  const entities = piece.entities.flatMap(entity => {
    const end = entity.offset + entity.length
    let from = Math.max(start, entity.offset)
    while (from < end && /\s/.test(piece.text[from]!)) from++
    const offset = from - start
    const length = Math.min(text.length, end - start) - offset
    return length > 0 ? [{ ...entity, offset, length }] : []
  })
  return { ...piece, text, entities }
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
