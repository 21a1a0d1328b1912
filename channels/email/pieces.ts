/**
 * A letter's words sorted: what the writer says now, what is quoted, what is only a signature.
 * Always holds: every word of the letter is either in the main text or folded, never lost; where nothing would be left of the main text, nothing is folded.
 */
import { type Entity, type FoldedText, joinRichText, type RichText } from '@dragoman/core'

export type PieceKind = 'own' | 'quote' | 'signature'

export interface Piece {
  kind: PieceKind
  text: string
  entities: Entity[]
  /** Content ids of the pictures that stand here. */
  pictures: string[]
}

export interface Sorted {
  main: RichText
  folded: FoldedText[]
  /** Pictures that stand in what is folded only: logos, mostly. */
  foldedPictures: string[]
}

/** Lines by which mail programs introduce a quote, in the languages that come most. */
const introductions = [
  /^On .{5,200} wrote:$/is,
  /^(Am|Le|El|Il|Op|W dniu) .{5,200}(schrieb|a écrit|escribió|ha scritto|schreef|pisze)\b.{0,120}:$/is,
  /^.{3,200}(пишет|писал\(?а?\)?|написал\(?а?\)?)\s*:$/is,
  /^\S.{3,160}<\S+@\S+>\s*:$/is,
]
const dividers =
  /^\s*(-{2,}\s*(Original Message|Forwarded message|Ursprüngliche Nachricht|Исходное сообщение|Пересланное сообщение|Пересылаемое сообщение)\s*-{2,}|_{20,})\s*$/i
const outlookHead = /^\*?(From|Von|От|De)\*?:.+$/i
const outlookNext = /^\*?(Sent|Date|Gesendet|Datum|Отправлено|Дата|Envoyé)\*?:.+$/i
const sentFrom =
  /^(Sent from (my|Mail|Outlook|Yahoo|Proton)\b.{0,60}|Get Outlook for .{0,40}|Отправлено (с|из) .{1,60}|Von meinem .{1,40} gesendet.?|Envoyé de mon .{1,40})$/i

/** The pieces of a plain text letter. RFC 3676: `-- ` begins a signature, `>` a quote. */
export function piecesOfText(text: string): Piece[] {
  const lines = text.replace(/\r\n?/g, '\n').split('\n')
  const kinds: PieceKind[] = lines.map(line => (/^\s?>/.test(line) ? 'quote' : 'own'))
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!
    const isHead = outlookHead.test(line.trim()) && lines.slice(index + 1, index + 4).some(next => outlookNext.test(next.trim()))
    if (dividers.test(line) || isHead) {
      kinds.fill('quote', index)
      break
    }
  }
  const end = kinds.indexOf('quote')
  // A signature ends where a quote begins; below it answers may stand again.
  const dash = lines.findIndex((line, index) => /^-- ?$/.test(line) && kinds[index] === 'own')
  if (dash >= 0) {
    const next = kinds.findIndex((kind, index) => index > dash && kind === 'quote')
    kinds.fill('signature', dash, next < 0 ? lines.length : Math.max(introducedAt(lines, next), dash + 1))
  }
  for (let index = 0; index < lines.length; index++) {
    if (kinds[index] !== 'quote' || (index > 0 && kinds[index - 1] === 'quote')) continue
    kinds.fill('quote', introducedAt(lines, index), index)
  }
  const lastOwn = kinds.lastIndexOf('own', end < 0 ? lines.length : end)
  for (let index = lastOwn; index >= 0 && kinds[index] === 'own'; index--) {
    if (lines[index]!.trim() === '') continue
    if (sentFrom.test(lines[index]!.trim())) kinds[index] = 'signature'
    break
  }
  const pieces: Piece[] = []
  for (const [index, line] of lines.entries()) {
    const last = pieces.at(-1)
    if (last && last.kind === kinds[index]) last.text += `\n${line}`
    else pieces.push({ kind: kinds[index]!, text: line, entities: [], pictures: [] })
  }
  return pieces.map(piece => ({ ...piece, text: piece.text.trim() })).filter(piece => piece.text !== '')
}

/** The first line of the words that introduce a quote; the quote's own line where there are none. They may run over three lines. */
function introducedAt(lines: readonly string[], quote: number): number {
  let last = quote - 1
  while (last >= 0 && lines[last]!.trim() === '') last--
  for (let first = last; first >= 0 && first > last - 3; first--) {
    const words = lines
      .slice(first, last + 1)
      .join(' ')
      .trim()
    if (words !== '' && introductions.some(pattern => pattern.test(words))) return first
  }
  return quote
}

/** Folds what surrounds the writer's words. Where answers stand between quotes, the quotes are needed to understand them and stay. */
export function sortPieces(pieces: readonly Piece[]): Sorted {
  const firstOwn = pieces.findIndex(piece => piece.kind === 'own')
  if (firstOwn < 0) {
    const quoted = pieces.filter(piece => piece.kind === 'quote')
    const shown = quoted.length > 0 ? quoted : pieces
    return result(
      shown.map(piece => ({ ...piece, kind: 'own' as const })),
      pieces.filter(piece => !shown.includes(piece)),
    )
  }
  const lastOwn = pieces.findLastIndex(piece => piece.kind === 'own')
  const hasAnswersBetween = pieces.some((piece, index) => piece.kind === 'quote' && index > firstOwn && index < lastOwn)
  const main = pieces.filter((piece, index) => piece.kind === 'own' || (piece.kind === 'quote' && hasAnswersBetween && index < lastOwn))
  return result(
    main,
    pieces.filter(piece => !main.includes(piece)),
  )
}

function result(main: readonly Piece[], aside: readonly Piece[]): Sorted {
  const mainPictures = new Set(main.flatMap(piece => piece.pictures))
  return {
    main: joinRichText(main.filter(piece => piece.text !== '').map(asRichText), '\n\n'),
    folded: aside
      .filter(piece => piece.text !== '')
      .map(({ kind, text }) => ({ kind: kind === 'signature' ? ('signature' as const) : ('quote' as const), text })),
    foldedPictures: [...new Set(aside.flatMap(piece => piece.pictures))].filter(id => !mainPictures.has(id)),
  }
}

function asRichText({ kind, text, entities }: Piece): RichText {
  const bare = kind === 'quote' ? text.replace(/^\s?> ?/gm, '') : text
  const all: Entity[] = [
    ...(kind === 'quote' ? [{ kind: 'quote' as const, offset: 0, length: bare.length }] : []),
    ...(bare === text ? entities : []),
  ]
  return all.length > 0 ? { text: bare, entities: all } : { text: bare }
}
