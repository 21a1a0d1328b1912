/**
 * A JPEG of plain 8×8 blocks: the smallest baseline picture that shows something.
 * Always holds: each block has its mean colour and no detail, so two tiny Huffman tables of our own are enough.
 */
import { type PictureOptions, shade } from './media.ts'

/** Step of the quantiser for the mean of a block; the mean is stored times eight. */
const step = 8

/** A JPEG gradient; sides are rounded up to whole blocks of 8 pixels. */
export function jpegPicture({ width = 96, height = 64, hue = 25 }: PictureOptions = {}): Uint8Array {
  const columns = Math.ceil(width / 8)
  const rows = Math.ceil(height / 8)
  const bits: string[] = []
  const previous = [0, 0, 0]
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [red, green, blue] = shade(hue, (column / columns + row / rows) / 2)
      const luma = 0.299 * red + 0.587 * green + 0.114 * blue
      for (const [component, value] of [luma, 128 + 0.564 * (blue - luma), 128 + 0.713 * (red - luma)].entries()) {
        const level = Math.round(((value - 128) * 8) / step)
        bits.push(difference(level - previous[component]!), '0') // the rest of the block is empty
        previous[component] = level
      }
    }
  }
  const quantiser = Buffer.alloc(64, step)
  const size = Buffer.from([(rows * 8) >> 8, (rows * 8) & 0xff, (columns * 8) >> 8, (columns * 8) & 0xff])
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1')),
    segment(0xdb, Buffer.concat([Buffer.from([0]), quantiser])),
    segment(0xc0, Buffer.concat([Buffer.from([8]), size, Buffer.from([3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0])])),
    // Means: twelve categories, all with codes of four bits. Detail: one symbol, "end of block", with the code 0.
    segment(
      0xc4,
      Buffer.concat([Buffer.from([0x00, 0, 0, 0, 12, ...zeros(12)]), Buffer.from(Array.from({ length: 12 }, (_, index) => index))]),
    ),
    segment(0xc4, Buffer.from([0x10, 1, ...zeros(15), 0])),
    segment(0xda, Buffer.from([3, 1, 0, 2, 0, 3, 0, 0, 63, 0])),
    scan(bits.join('')),
    Buffer.from([0xff, 0xd9]),
  ])
}

function difference(value: number): string {
  const magnitude = Math.abs(value)
  const category = magnitude === 0 ? 0 : Math.floor(Math.log2(magnitude)) + 1
  const code = category.toString(2).padStart(4, '0')
  if (category === 0) return code
  const extra = value > 0 ? value : value + 2 ** category - 1
  return code + extra.toString(2).padStart(category, '0')
}

function scan(bits: string): Buffer {
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1')
  const bytes: number[] = []
  for (let place = 0; place < padded.length; place += 8) {
    const byte = Number.parseInt(padded.slice(place, place + 8), 2)
    bytes.push(byte)
    if (byte === 0xff) bytes.push(0)
  }
  return Buffer.from(bytes)
}

function segment(marker: number, content: Uint8Array): Buffer {
  const length = content.length + 2
  return Buffer.concat([Buffer.from([0xff, marker, length >> 8, length & 0xff]), content])
}

function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0)
}
