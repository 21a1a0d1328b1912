/**
 * How a text travels in short messages: its alphabet, its pieces, their bytes. GSM 03.38 (3GPP TS 23.038), GSM 03.40 9.2.3.24 (joining by a user data header).
 * Always holds: exact and pure; no character is cut in two: neither the escape of the extension table nor a surrogate pair; what one alphabet cannot
 * write, the other writes all of.
 */

const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
const escapeCode = 0x1b
const extension: Readonly<Record<string, number>> = {
  '\f': 0x0a,
  '^': 0x14,
  '{': 0x28,
  '}': 0x29,
  '\\': 0x2f,
  '[': 0x3c,
  '~': 0x3d,
  ']': 0x3e,
  '|': 0x40,
  '€': 0x65,
}

const codes = new Map(
  [...basic].map((character, code) => [character, code]).filter(([, code]) => code !== escapeCode) as [string, number][],
)
const characters = [...basic]
const extended = new Map(Object.entries(extension).map(([character, code]) => [code, character]))

export type Alphabet = 'gsm7' | 'ucs2'

/** Of one message alone, and of each piece of a longer one: 140 bytes, 6 of them for joining. */
export const roomOf: Readonly<Record<Alphabet, { single: number; joined: number }>> = {
  gsm7: { single: 160, joined: 153 },
  ucs2: { single: 70, joined: 67 },
}

export interface Segments {
  encoding: Alphabet
  /** Texts of the pieces, in order. */
  pieces: string[]
  /** Septets or UTF-16 units altogether. */
  used: number
  perSegment: number
  /** How much still fits into the last piece. */
  left: number
}

/** How many septets a character takes; undefined where the alphabet has it not. */
function septetsOf(character: string): number | undefined {
  if (codes.has(character)) return 1
  return Object.hasOwn(extension, character) ? 2 : undefined
}

export function alphabetOf(text: string): Alphabet {
  for (const character of text) if (septetsOf(character) === undefined) return 'ucs2'
  return 'gsm7'
}

/** Cuts a text as it will travel. An empty text is one empty piece. */
export function segmentsOf(text: string): Segments {
  const encoding = alphabetOf(text)
  const sizeOf = (character: string) => (encoding === 'gsm7' ? (septetsOf(character) ?? 1) : character.length)
  const { single, joined } = roomOf[encoding]
  let used = 0
  for (const character of text) used += sizeOf(character)
  if (used <= single) return { encoding, pieces: [text], used, perSegment: single, left: single - used }
  const pieces: string[] = []
  let piece = ''
  let size = 0
  for (const character of text) {
    const more = sizeOf(character)
    if (size + more > joined) {
      pieces.push(piece)
      piece = ''
      size = 0
    }
    piece += character
    size += more
  }
  pieces.push(piece)
  return { encoding, pieces, used, perSegment: joined, left: joined - size }
}

/** One septet in each byte, as SMPP carries the default alphabet; the carrier packs them. In hexadecimal. */
export function gsmHex(text: string): string {
  let hex = ''
  for (const character of text) {
    const code = codes.get(character)
    if (code !== undefined) hex += byte(code)
    else if (Object.hasOwn(extension, character)) hex += byte(escapeCode) + byte(extension[character]!)
    else hex += byte(codes.get('?')!)
  }
  return hex
}

/** Two bytes for each unit, the high one first. */
export function ucs2Hex(text: string): string {
  let hex = ''
  for (let index = 0; index < text.length; index++) hex += text.charCodeAt(index).toString(16).padStart(4, '0')
  return hex
}

/** The text of bytes in the default alphabet, one septet each. Bits beyond the seventh are no part of it. */
export function textOfGsm(bytes: Uint8Array): string {
  let text = ''
  for (let index = 0; index < bytes.length; index++) {
    const code = bytes[index]! & 0x7f
    if (code !== escapeCode) text += characters[code]
    // An unknown extension is shown as its plain character, as 3GPP TS 23.038 6.2.1.1 wants it.
    else if (index + 1 < bytes.length) text += extended.get(bytes[++index]! & 0x7f) ?? characters[bytes[index]! & 0x7f] ?? ' '
  }
  return text
}

export function textOfUcs2(bytes: Uint8Array): string {
  let text = ''
  for (let index = 0; index + 1 < bytes.length; index += 2) text += String.fromCharCode(bytes[index]! * 256 + bytes[index + 1]!)
  return text
}

function byte(value: number): string {
  return value.toString(16).padStart(2, '0')
}
