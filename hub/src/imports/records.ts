/**
 * Cuts a file of any length into records, with the byte after each: where to go on. Always holds: a record that is broken or endless costs itself (in a
 * table, its first line) and never the rest; memory is bounded by the longest record.
 */

/** How a file is cut. `lines`: one JSON value a line; `values`: JSON values one after the other; `array`: one array of them. */
export type Format =
  | { cut: 'table'; delimiter: string; encoding: string; headers: string[] }
  | { cut: 'lines' | 'values' | 'array'; encoding: string }

export interface Place {
  /** Bytes before it are done. */
  offset: number
  line: number
  /** Records before it. */
  number: number
}

export interface Raw {
  text: string
  line: number
  number: number
  next: Place
  problem?: 'unclosed_quote' | 'too_long' | 'unfinished'
}

const longest = { table: 4_194_304, json: 16_777_216 }
const newline = 10
const quote = 34
const backslash = 92

interface Cut {
  /** Bytes that are used up. */
  used: number
  start: number
  end: number
  problem?: Raw['problem']
}

/** The records of a stream that begins at `from.offset`. */
export async function* records(stream: AsyncIterable<Uint8Array>, format: Format, from: Place): AsyncGenerator<Raw> {
  const decoder = new TextDecoder(format.encoding)
  const cut = format.cut === 'table' ? tableCutter(format.delimiter) : format.cut === 'lines' ? cutLine : cutValue
  let place = from
  let buffer: Buffer = Buffer.alloc(0)
  const source = stream[Symbol.asyncIterator]()
  for (let ended = false; ; ) {
    const one = buffer.length === 0 && ended ? undefined : cut(buffer, ended)
    if (one) {
      const bytes = buffer.subarray(one.start, one.end)
      const next = { offset: place.offset + one.used, line: place.line + countLines(buffer, one.used), number: place.number }
      if (bytes.length > 0) {
        next.number++
        const line = place.line + countLines(buffer, one.start)
        yield { text: decoder.decode(bytes), line, number: next.number, next, ...(one.problem ? { problem: one.problem } : {}) }
      }
      place = next
      buffer = buffer.subarray(one.used)
      continue
    }
    if (ended) return
    const { value, done } = await source.next()
    if (done) ended = true
    else buffer = buffer.length === 0 ? Buffer.from(value) : Buffer.concat([buffer, value])
  }
}

function countLines(bytes: Buffer, until: number): number {
  let count = 0
  for (let at = bytes.indexOf(newline); at !== -1 && at < until; at = bytes.indexOf(newline, at + 1)) count++
  return count
}

function trimmed(bytes: Buffer, start: number, end: number): { start: number; end: number } {
  let last = end
  while (last > start && (bytes[last - 1] === 13 || bytes[last - 1] === newline)) last--
  return { start, end: last }
}

function cutLine(bytes: Buffer, ended: boolean): Cut | undefined {
  const at = bytes.indexOf(newline)
  if (at !== -1) return { used: at + 1, ...trimmed(bytes, 0, at) }
  if (bytes.length > longest.json) return { used: bytes.length, start: 0, end: 1_000, problem: 'too_long' }
  return ended ? { used: bytes.length, ...trimmed(bytes, 0, bytes.length) } : undefined
}

/** A quote opens a cell only at its beginning, so that 5" in the middle of one does no harm. */
function tableCutter(delimiter: string): (bytes: Buffer, ended: boolean) => Cut | undefined {
  const divide = delimiter.charCodeAt(0)
  return (bytes, ended) => {
    let inQuotes = false
    let atStart = true
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at]
      if (inQuotes) {
        if (byte !== quote) continue
        if (bytes[at + 1] === quote) at++
        else if (at + 1 === bytes.length && !ended) return undefined
        else inQuotes = false
      } else if (byte === newline) return { used: at + 1, ...trimmed(bytes, 0, at) }
      else if (byte === quote && atStart) inQuotes = true
      atStart = !inQuotes && byte === divide
    }
    const isTooLong = bytes.length > longest.table
    if (!ended && !isTooLong) return undefined
    if (!inQuotes && !isTooLong) return { used: bytes.length, ...trimmed(bytes, 0, bytes.length) }
    const line = bytes.indexOf(newline)
    const used = line === -1 ? bytes.length : line + 1
    return { used, ...trimmed(bytes, 0, Math.min(used, 10_000)), problem: inQuotes ? 'unclosed_quote' : 'too_long' }
  }
}

function cutValue(bytes: Buffer, ended: boolean): Cut | undefined {
  let start = 0
  // Between values: white space, commas, and the brackets of the array around them.
  while (start < bytes.length && [32, 9, newline, 13, 44, 91, 93].includes(bytes[start]!)) start++
  if (start === bytes.length) return bytes.length === 0 ? undefined : { used: start, start, end: start }
  let depth = 0
  let inText = false
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (inText) {
      if (byte === backslash) at++
      else if (byte === quote) inText = false
    } else if (byte === quote) inText = true
    else if (byte === 123 || byte === 91) depth++
    else if (byte === 125 || byte === 93) {
      depth--
      if (depth <= 0) return { used: at + 1, start, end: at + 1 }
    } else if (depth === 0 && (byte === 44 || byte === newline)) return { used: at + 1, start, end: at }
  }
  if (bytes.length > longest.json) return { used: bytes.length, start, end: start + 1_000, problem: 'too_long' }
  return ended ? { used: bytes.length, start, end: Math.min(bytes.length, start + 10_000), problem: 'unfinished' } : undefined
}

/** The cells of a row of a table. */
export function cellsOf(text: string, delimiter: string): string[] {
  const cells: string[] = []
  let at = 0
  for (;;) {
    let cell = ''
    if (text[at] === '"') {
      at++
      for (;;) {
        const end = text.indexOf('"', at)
        if (end === -1) {
          cell += text.slice(at)
          at = text.length
          break
        }
        cell += text.slice(at, end)
        at = end + 1
        if (text[at] !== '"') break
        cell += '"'
        at++
      }
    }
    const end = text.indexOf(delimiter, at)
    cell += text.slice(at, end === -1 ? undefined : end)
    cells.push(cell.trim())
    if (end === -1) return cells
    at = end + 1
  }
}

/** Finds out how a file is written, by its first bytes. Gives the reason where it cannot be read at all. */
export function formatOf(
  head: Buffer,
  isTable: boolean,
): { format: Format; place: Place } | { refused: 'empty' | 'utf_16' | 'no_header' | 'not_json' } {
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) return { refused: 'utf_16' }
  const skip = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0
  const encoding = isUtf8(head) ? 'utf-8' : 'windows-1251'
  const text = new TextDecoder(encoding).decode(head.subarray(skip))
  if (text.trim() === '') return { refused: 'empty' }
  const begin = { offset: skip, line: 1, number: 0 }
  if (!isTable) {
    const first = text.trimStart()
    if (first.startsWith('[')) return { format: { cut: 'array', encoding: 'utf-8' }, place: begin }
    if (!first.startsWith('{')) return { refused: 'not_json' }
    return { format: { cut: isJson(first.split('\n', 1)[0]!) ? 'lines' : 'values', encoding: 'utf-8' }, place: begin }
  }
  const delimiter = delimiterOf(text.split('\n', 1)[0]!)
  const cut = tableCutter(delimiter)(head.subarray(skip), true)
  const header = cut && new TextDecoder(encoding).decode(head.subarray(skip + cut.start, skip + cut.end))
  if (!cut || !header || cut.problem) return { refused: 'no_header' }
  const place = { offset: skip + cut.used, line: 1 + countLines(head.subarray(skip), cut.used), number: 0 }
  return { format: { cut: 'table', delimiter, encoding, headers: cellsOf(header, delimiter) }, place }
}

function delimiterOf(line: string): string {
  const count = (mark: string) => line.split(mark).length
  return [';', '\t', ','].toSorted((a, b) => count(b) - count(a))[0]!
}

function isUtf8(bytes: Buffer): boolean {
  // The head may end in the middle of a letter.
  for (let cut = 0; cut < 4; cut++) {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, bytes.length - cut))
      return true
    } catch {}
  }
  return false
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
