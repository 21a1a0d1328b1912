/**
 * A playable MP4 without an encoder: H.264 baseline in which each block is stored as plain samples (I_PCM), a few frames in changing hues.
 * Always holds: every frame stands alone, so any player can begin anywhere. ITU-T H.264, clauses 7.3 and 8; ISO/IEC 14496-12 and -15.
 */
import { ascii, golomb, packBits, uint16be, uint32be } from './bits.ts'
import { shade } from './media.ts'

export interface ClipOptions {
  /** Multiples of 16. */
  width?: number
  height?: number
  durationMs?: number
  hue?: number
}

const profile = Uint8Array.of(66, 0xc0, 10)
const framesPerSecond = 2

/** A clip of a few seconds. */
export function mp4Clip({ width = 96, height = 64, durationMs = 3_000, hue = 280 }: ClipOptions = {}): Uint8Array {
  const count = Math.max(1, Math.round((durationMs / 1000) * framesPerSecond))
  const frames = Array.from({ length: count }, (_, index) => frame(index, width / 16, height / 16, hue + index * 25))
  const type = box('ftyp', ascii('isom'), uint32be(512), ascii('isomiso2avc1mp41'))
  const header = (offset: number) => movie(width, height, frames, offset)
  // The header's length does not depend on the offset that it holds.
  const offset = type.length + header(0).length + 8
  return Buffer.concat([type, header(offset), box('mdat', ...frames)])
}

/** Sequence parameters: size, and no reordering of frames. */
function sequence(columns: number, rows: number): Uint8Array {
  const bits = [golomb(0), golomb(0), golomb(2), golomb(0), '0', golomb(columns - 1), golomb(rows - 1), '1', '1', '0', '0', '1'].join('')
  return guarded(0x67, Buffer.concat([profile, packBits(bits)]))
}

/** Picture parameters: the plainest there are, deblocking under control of the slice. */
function picture(): Uint8Array {
  const bits = [
    golomb(0),
    golomb(0),
    '0',
    '0',
    golomb(0),
    golomb(0),
    golomb(0),
    '0',
    '00',
    golomb(0),
    golomb(0),
    golomb(0),
    '1',
    '0',
    '0',
    '1',
  ].join('')
  return guarded(0x68, packBits(bits))
}

/** One frame as a sample: four bytes of length, then the coded picture. */
function frame(index: number, columns: number, rows: number, hue: number): Uint8Array {
  const [red, green, blue] = shade(hue % 360, 0.5)
  const luma = 0.299 * red + 0.587 * green + 0.114 * blue
  const blues = Math.round(128 + 0.564 * (blue - luma))
  const reds = Math.round(128 + 0.713 * (red - luma))
  // First block, slice of intra blocks, picture parameters, frame number, IDR number, marking, quantiser, no deblocking.
  let bits = [golomb(0), golomb(7), golomb(0), '0000', golomb(index % 2), '0', '0', golomb(0), golomb(1)].join('')
  const pieces: Uint8Array[] = []
  for (let block = 0; block < columns * rows; block++) {
    bits += golomb(25) // I_PCM; samples begin at the next whole byte
    pieces.push(packBits(bits))
    bits = ''
    const left = (block % columns) * 16
    const top = Math.floor(block / columns) * 16
    const samples = new Uint8Array(384)
    for (let place = 0; place < 256; place++) {
      const slope = (left + (place % 16)) / (columns * 16) + (top + Math.floor(place / 16)) / (rows * 16)
      samples[place] = Math.min(235, Math.max(16, Math.round(luma * (0.7 + 0.3 * slope))))
    }
    samples.fill(blues, 256, 320)
    samples.fill(reds, 320)
    pieces.push(samples)
  }
  const coded = guarded(0x65, Buffer.concat([...pieces, Uint8Array.of(0x80)]))
  return Buffer.concat([uint32be(coded.length), coded])
}

/** A unit with its type in front; two zeros are never followed by a small byte, which would look like the start of another unit. */
function guarded(type: number, payload: Uint8Array): Uint8Array {
  const bytes = [type]
  let zeros = 0
  for (const byte of payload) {
    if (zeros >= 2 && byte <= 3) {
      bytes.push(3)
      zeros = 0
    }
    bytes.push(byte)
    zeros = byte === 0 ? zeros + 1 : 0
  }
  return Uint8Array.from(bytes)
}

function movie(width: number, height: number, frames: readonly Uint8Array[], offset: number): Uint8Array {
  const scale = 1000
  const delta = scale / framesPerSecond
  const duration = frames.length * delta
  const parameters = [sequence(width / 16, height / 16), picture()] as const
  const matrix = uint32be(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
  const configuration = box(
    'avcC',
    Uint8Array.of(1, ...profile, 0xff, 0xe1),
    uint16be(parameters[0].length),
    parameters[0],
    Uint8Array.of(1),
    uint16be(parameters[1].length),
    parameters[1],
  )
  const entry = box(
    'avc1',
    uint32be(0),
    uint16be(0, 1, 0, 0),
    uint32be(0, 0, 0),
    uint16be(width, height),
    uint32be(0x480000, 0x480000, 0),
    uint16be(1),
    new Uint8Array(32),
    uint16be(24, 0xffff),
    configuration,
  )
  const table = box(
    'stbl',
    box('stsd', uint32be(0, 1), entry),
    box('stts', uint32be(0, 1, frames.length, delta)),
    box('stsc', uint32be(0, 1, 1, frames.length, 1)),
    box('stsz', uint32be(0, 0, frames.length, ...frames.map(sample => sample.length))),
    box('stco', uint32be(0, 1, offset)),
  )
  const information = box('minf', box('vmhd', uint32be(1, 0, 0)), box('dinf', box('dref', uint32be(0, 1), box('url ', uint32be(1)))), table)
  const media = box(
    'mdia',
    box('mdhd', uint32be(0, 0, 0, scale, duration), uint16be(0x55c4, 0)),
    box('hdlr', uint32be(0, 0), ascii('vide'), uint32be(0, 0, 0), ascii('video\0')),
    information,
  )
  const track = box('tkhd', uint32be(3, 0, 0, 1, 0, duration, 0, 0, 0, 0), matrix, uint32be(width << 16, height << 16))
  return box(
    'moov',
    box('mvhd', uint32be(0, 0, 0, scale, duration, 0x10000), uint16be(0x100, 0), uint32be(0, 0), matrix, uint32be(0, 0, 0, 0, 0, 0, 2)),
    box('trak', track, media),
  )
}

function box(type: string, ...contents: Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents)
  return Buffer.concat([uint32be(8 + content.length), ascii(type), content])
}
