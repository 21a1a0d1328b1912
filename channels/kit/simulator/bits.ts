/** Bytes and bits in the order that file formats want them. */

export function ascii(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}
export function uint16le(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff)
}
export function uint32le(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >>> 24) & 0xff)
}
export function uint16be(...values: number[]): Uint8Array {
  return Buffer.concat(values.map(value => uint16le(value).toReversed()))
}
export function uint32be(...values: number[]): Uint8Array {
  return Buffer.concat(values.map(value => uint32le(value).toReversed()))
}

/** The bits of a text of zeros and ones, filled up with zeros to whole bytes. */
export function packBits(bits: string): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8))
  for (let place = 0; place < bits.length; place++) if (bits[place] === '1') bytes[place >> 3]! |= 0x80 >> (place & 7)
  return bytes
}

/** Exponential Golomb code of a whole number, as H.264 writes it. */
export function golomb(value: number): string {
  const binary = (value + 1).toString(2)
  return '0'.repeat(binary.length - 1) + binary
}
