/** How the app draws the markup of Business Messages: plain characters with entities beside them. Written from the partners' pages. */
import type { Entity, EntityKind, RichText } from '@dragoman/core'

const styles: [RegExp, EntityKind][] = [
  [/```([^\n]+?)```/, 'code'],
  [/(?<![\p{L}\p{N}*])\*(\S(?:[^\n*]*\S)?)\*(?![\p{L}\p{N}*])/u, 'bold'],
  [/(?<![\p{L}\p{N}_])_(\S(?:[^\n_]*\S)?)_(?![\p{L}\p{N}_])/u, 'italic'],
  [/(?<![\p{L}\p{N}~])~(\S(?:[^\n~]*\S)?)~(?![\p{L}\p{N}~])/u, 'strikethrough'],
]

export function readMarkup(source: string): RichText {
  let text = source
  const entities: Entity[] = []
  for (const [pattern, kind] of styles) {
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
      const words = match[1] ?? ''
      const marker = (match[0].length - words.length) / 2
      const { index } = match
      text = text.slice(0, index) + words + text.slice(index + match[0].length)
      // What was found before moves along.
      for (const entity of entities) {
        if (entity.offset >= index + words.length) entity.offset -= marker * 2
        else if (entity.offset > index) entity.offset -= marker
      }
      entities.push({ kind, offset: index, length: words.length })
    }
  }
  return entities.length > 0 ? { text, entities: entities.toSorted((a, b) => a.offset - b.offset) } : { text }
}
