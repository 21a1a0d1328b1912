/** The alphabets of short messages as a phone knows them [3GPP TS 23.038]: written for the simulator, it shares nothing with the adapter. */

const rows = [
  '@£$¥èéùìòÇ\nØø\rÅå',
  'Δ_ΦΓΛΩΠΨΣΘΞ\u0000ÆæßÉ',
  ' !"#¤%&\'()*+,-./',
  '0123456789:;<=>?',
  '¡ABCDEFGHIJKLMNO',
  'PQRSTUVWXYZÄÖÑÜ§',
  '¿abcdefghijklmno',
  'pqrstuvwxyzäöñüà',
].join('')
const second = new Map<number, string>([
  [0x0a, '\f'],
  [0x14, '^'],
  [0x28, '{'],
  [0x29, '}'],
  [0x2f, '\\'],
  [0x3c, '['],
  [0x3d, '~'],
  [0x3e, ']'],
  [0x40, '|'],
  [0x65, '€'],
])
const secondCodes = new Map([...second].map(([code, character]) => [character, code]))

/** What the bytes say; undefined for a coding that phones of ours do not show. */
export function readText(bytes: Uint8Array, coding: number): string | undefined {
  if (coding === 8) return new TextDecoder('utf-16be').decode(bytes)
  if (coding !== 0) return undefined
  const letters: string[] = []
  for (let place = 0; place < bytes.length; place++) {
    if (bytes[place] !== 0x1b) letters.push(rows.charAt(bytes[place]! & 0x7f))
    else letters.push(second.get(bytes[++place] ?? 0) ?? ' ')
  }
  return letters.join('')
}

/** Septets as a phone would send them, or null where the text needs the other alphabet. */
function septets(text: string): number[][] | null {
  const all: number[][] = []
  for (const letter of text) {
    const place = letter === '\u0000' ? -1 : rows.indexOf(letter)
    const other = secondCodes.get(letter)
    if (place >= 0) all.push([place])
    else if (other !== undefined) all.push([0x1b, other])
    else return null
  }
  return all
}

/** A text as a phone sends it: its coding and the bytes of each piece, without headers. */
export function writeText(text: string): { coding: number; pieces: Buffer[] } {
  const coded = septets(text)
  const units = coded ?? [...text].map(letter => [...Buffer.from(letter, 'utf16le').swap16()])
  const [alone, joined] = coded ? [160, 153] : [140, 134]
  const total = units.reduce((sum, unit) => sum + unit.length, 0)
  if (total <= alone) return { coding: coded ? 0 : 8, pieces: [Buffer.from(units.flat())] }
  const pieces: number[][] = [[]]
  for (const unit of units) {
    if (pieces.at(-1)!.length + unit.length > joined) pieces.push([])
    pieces.at(-1)!.push(...unit)
  }
  return { coding: coded ? 0 : 8, pieces: pieces.map(piece => Buffer.from(piece)) }
}
