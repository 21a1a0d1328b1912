/**
 * WhatsApp's markup, as customers type it → plain characters and entities.
 * Always holds: what is not clearly markup stays as it is (`2*3*4`, `snake_case_name`, a lone star); code is not looked into.
 */
import type { Entity, EntityKind, RichText } from '@dragoman/core'

const kinds: Readonly<Record<string, EntityKind>> = { '*': 'bold', _: 'italic', '~': 'strikethrough', '`': 'code' }
const fence = /```([\s\S]+?)```/g
const wordy = /[\p{L}\p{N}]/u

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
    let done = 0
    for (const { from, to, kind } of markedIn(line)) {
      text += line.slice(done, from)
      const offset = text.length
      const inner = line.slice(from + 1, to)
      if (kind === 'code') text += inner
      else readInline(inner)
      if (text.length > offset) entities.push({ kind, offset, length: text.length - offset })
      done = to + 1
    }
    text += line.slice(done)
  }
}

/**
 * What is marked in a line, outermost only: a marker hugs its words and stands at a word's edge on the outside. Each character is looked at once, since one
 * expression that tries every opener to the line's end stands still for seconds over a long line of openers.
 */
function markedIn(line: string): { from: number; to: number; kind: EntityKind }[] {
  const closers = new Map<string, number[]>()
  for (let at = line.length - 1; at > 0; at--) {
    const marker = line[at]!
    if (!Object.hasOwn(kinds, marker) || /\s/.test(line[at - 1]!) || isWordAfter(line, at)) continue
    const list = closers.get(marker)
    if (list) list.push(at)
    else closers.set(marker, [at])
  }
  const found: { from: number; to: number; kind: EntityKind }[] = []
  for (let at = 0; at < line.length - 2; at++) {
    const marker = line[at]!
    const list = closers.get(marker)
    if (!list || line[at + 1] === marker || /\s/.test(line[at + 1]!) || isWordBefore(line, at)) continue
    // The nearest one is at the list's end.
    while (list.length > 0 && list.at(-1)! <= at + 1) list.pop()
    const to = list.at(-1)
    if (to === undefined) continue
    found.push({ from: at, to, kind: kinds[marker]! })
    at = to
  }
  return found
}

function isWordAfter(line: string, at: number): boolean {
  const code = line.codePointAt(at + 1)
  return code !== undefined && wordy.test(String.fromCodePoint(code))
}

function isWordBefore(line: string, at: number): boolean {
  const last = line.charCodeAt(at - 1)
  const code = last >= 0xdc00 && last <= 0xdfff && at > 1 ? line.codePointAt(at - 2) : last
  return at > 0 && wordy.test(String.fromCodePoint(code!))
}
