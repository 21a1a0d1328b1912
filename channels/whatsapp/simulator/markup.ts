/** How the app on a phone draws WhatsApp's markup: plain characters with entities beside them. Written from the vendor's help pages. */
import type { Entity, RichText } from '@dragoman/core'

const styles = { '*': 'bold', _: 'italic', '~': 'strikethrough', '`': 'code' } as const
type Marker = keyof typeof styles

/** What the phone shows for a body. */
export function readMarkup(source: string): RichText {
  let text = ''
  const entities: Entity[] = []
  for (const [index, piece] of source.split('```').entries()) {
    const isFence = index % 2 === 1 && source.split('```').length > index + 1
    if (isFence && piece.length > 0) {
      entities.push({ kind: 'pre', offset: text.length, length: piece.length })
      text += piece
    } else readLines(piece)
  }
  return entities.length ? { text, entities } : { text }

  function readLines(piece: string): void {
    for (const [number, line] of piece.split('\n').entries()) {
      if (number > 0) text += '\n'
      const isQuote = line.startsWith('> ')
      const start = text.length
      readInline(isQuote ? line.slice(2) : line)
      if (isQuote && text.length > start) entities.push({ kind: 'quote', offset: start, length: text.length - start })
    }
  }

  function readInline(line: string): void {
    const open: { marker: Marker; at: number }[] = []
    let place = 0
    while (place < line.length) {
      const character = line[place] ?? ''
      if (!(character in styles)) {
        text += character
        place++
        continue
      }
      const marker = character as Marker
      const started = open.findLastIndex(entry => entry.marker === marker)
      if (started >= 0) {
        const entry = open.splice(started)[0]
        if (entry) entities.push({ kind: styles[marker], offset: entry.at, length: text.length - entry.at })
      } else if (opens(line, place, marker)) open.push({ marker, at: text.length })
      else text += character
      place++
    }
  }
}

/** A marker opens where a word starts after it, none ends right before it, and its pair comes later in the line. */
function opens(line: string, place: number, marker: Marker): boolean {
  const before = line[place - 1] ?? ' '
  const after = line[place + 1] ?? ' '
  if (/[\p{L}\p{N}]/u.test(before) || /\s/.test(after) || after === marker) return false
  for (let end = line.indexOf(marker, place + 2); end !== -1; end = line.indexOf(marker, end + 1)) {
    if (!/\s/.test(line[end - 1] ?? ' ') && !/[\p{L}\p{N}]/u.test(line[end + 1] ?? ' ')) return true
  }
  return false
}
