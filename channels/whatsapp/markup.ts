/**
 * WhatsApp's markup, as customers type it → plain characters and entities.
 * Always holds: what is not clearly markup stays as it is (`2*3*4`, `snake_case_name`, a lone star); code is not looked into.
 */
import type { Entity, EntityKind, RichText } from '@dragoman/core'

const kinds: Readonly<Record<string, EntityKind>> = { '*': 'bold', _: 'italic', '~': 'strikethrough', '`': 'code' }
const fence = /```([\s\S]+?)```/g
/** A marker hugs its words, stands at a word's edge on the outside, and closes on the same line. */
const marked = /(?<![\p{L}\p{N}])([*_~`])(?!\1|\s)([^\n]*?)(?<!\s)\1(?![\p{L}\p{N}])/u

/** The text without its markup, and entities in its place. */
export function readMarkup(source: string): RichText {
  const entities: Entity[] = []
  let text = ''
  let from = 0
  for (const match of source.matchAll(fence)) {
    readLines(source.slice(from, match.index))
    const code = match[1] ?? ''
    entities.push({ kind: 'pre', offset: text.length, length: code.length })
    text += code
    from = match.index + match[0].length
  }
  readLines(source.slice(from))
  return entities.length > 0 ? { text, entities } : { text }

  function readLines(piece: string): void {
    for (const [index, line] of piece.split('\n').entries()) {
      if (index > 0) text += '\n'
      const quoted = line.startsWith('> ') && line.length > 2
      const start = text.length
      readInline(quoted ? line.slice(2) : line)
      if (quoted) entities.push({ kind: 'quote', offset: start, length: text.length - start })
    }
  }

  function readInline(line: string): void {
    let rest = line
    for (let match = marked.exec(rest); match; match = marked.exec(rest)) {
      const [whole, marker = '', inner = ''] = match
      text += rest.slice(0, match.index)
      const offset = text.length
      if (marker === '`') text += inner
      else readInline(inner)
      const kind = kinds[marker]
      if (kind && text.length > offset) entities.push({ kind, offset, length: text.length - offset })
      rest = rest.slice(match.index + whole.length)
    }
    text += rest
  }
}
