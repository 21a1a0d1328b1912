/**
 * Sample media for phones and tests: tiny, valid files of each type, made here byte by byte.
 * Always holds: the same arguments give the same bytes; nothing is read from disk. Pictures are gradients in a hue of one's choice.
 */
import { deflateSync } from 'node:zlib'
import { ascii, uint16le, uint32be, uint32le } from './bits.ts'
import { jpegPicture } from './jpeg.ts'
import { mp4Clip } from './mp4.ts'
import type { Upload } from './types.ts'

export interface PictureOptions {
  width?: number
  height?: number
  /** 0 to 359. */
  hue?: number
}

/** A sample of each type, ready to be sent from a phone. */
export function sampleMedia(): Record<'png' | 'jpeg' | 'webp' | 'ogg' | 'wav' | 'mp4' | 'pdf' | 'text', Upload> {
  return {
    png: { bytes: pngPicture(), mimeType: 'image/png', name: 'picture.png' },
    jpeg: { bytes: jpegPicture(), mimeType: 'image/jpeg', name: 'photo.jpg' },
    webp: { bytes: webpPicture(), mimeType: 'image/webp', name: 'sticker.webp' },
    ogg: { bytes: oggOpus(2_000), mimeType: 'audio/ogg', name: 'voice.ogg' },
    wav: { bytes: wavTone(500), mimeType: 'audio/wav', name: 'tone.wav' },
    mp4: { bytes: mp4Clip(), mimeType: 'video/mp4', name: 'clip.mp4' },
    pdf: { bytes: pdfPage('Sample document'), mimeType: 'application/pdf', name: 'document.pdf' },
    text: { bytes: utf8('Sample text\n'), mimeType: 'text/plain', name: 'notes.txt' },
  }
}

/** A PNG gradient. */
export function pngPicture({ width = 96, height = 64, hue = 210 }: PictureOptions = {}): Uint8Array {
  const row = 1 + width * 3
  const pixels = new Uint8Array(row * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [red, green, blue] = shade(hue, (x / width + y / height) / 2)
      pixels.set([red, green, blue], y * row + 1 + x * 3)
    }
  }
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(pixels)),
    pngChunk('IEND', new Uint8Array()),
  ])
}

/** A WEBP (lossless) of one colour: what stickers are made of. */
export function webpPicture({ width = 512, height = 512, hue = 45 }: PictureOptions = {}): Uint8Array {
  const [red, green, blue] = shade(hue, 0.5)
  const bits: number[] = []
  const put = (value: number, count: number) => {
    for (let bit = 0; bit < count; bit++) bits.push((value >> bit) & 1)
  }
  put(0x2f, 8)
  put(width - 1, 14)
  put(height - 1, 14)
  put(0, 1 + 3) // no alpha, version 0
  put(0, 3) // no transform, no colour cache, one set of prefix codes
  // Each of the five prefix codes has one symbol, so that pixels take no bits at all.
  for (const symbol of [green, red, blue, 255, 0]) {
    put(0b101, 3) // simple code, one symbol, of eight bits
    put(symbol, 8)
  }
  const data = new Uint8Array(Math.ceil(bits.length / 8 / 2) * 2)
  for (const [index, bit] of bits.entries()) data[index >> 3]! |= bit << (index & 7)
  return Buffer.concat([ascii('RIFF'), uint32le(12 + data.length), ascii('WEBPVP8L'), uint32le(data.length), data])
}

/** A WAV tone of 440 Hz. */
export function wavTone(durationMs: number): Uint8Array {
  const rate = 8_000
  const samples = Math.round((rate * durationMs) / 1000)
  const data = new Uint8Array(samples)
  for (let index = 0; index < samples; index++) data[index] = 128 + Math.round(60 * Math.sin((2 * Math.PI * 440 * index) / rate))
  const format = Buffer.concat([uint16le(1), uint16le(1), uint32le(rate), uint32le(rate), uint16le(1), uint16le(8)])
  return Buffer.concat([
    ascii('RIFF'),
    uint32le(36 + samples),
    ascii('WAVEfmt '),
    uint32le(16),
    format,
    ascii('data'),
    uint32le(samples),
    data,
  ])
}

/** An Ogg file with Opus silence. */
export function oggOpus(durationMs: number): Uint8Array {
  const frames = Math.max(1, Math.round(durationMs / 20))
  const head = Buffer.concat([ascii('OpusHead'), Uint8Array.of(1, 1), uint16le(312), uint32le(48_000), uint16le(0), Uint8Array.of(0)])
  const maker = ascii('dragoman')
  const tags = Buffer.concat([ascii('OpusTags'), uint32le(maker.length), maker, uint32le(0)])
  const pages = [oggPage(2, 0, 0, [head]), oggPage(0, 0, 1, [tags])]
  // One packet of 20 ms: full band, mono, nothing but silence.
  const packet = Uint8Array.of(0xf8, 0xff, 0xfe)
  const perPage = 50
  for (let first = 0; first < frames; first += perPage) {
    const count = Math.min(perPage, frames - first)
    const last = first + count >= frames
    pages.push(
      oggPage(
        last ? 4 : 0,
        (first + count) * 960,
        pages.length,
        Array.from({ length: count }, () => packet),
      ),
    )
  }
  return Buffer.concat(pages)
}

/** A PDF of one page with one line. */
export function pdfPage(line: string): Uint8Array {
  const stream = `BT /F1 24 Tf 40 100 Td (${line.replace(/[^\x20-\x7e]/g, '?').replace(/[\\()]/g, '\\$&')}) Tj ET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 200] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  let text = '%PDF-1.4\n'
  const places = objects.map((object, index) => {
    const place = text.length
    text += `${index + 1} 0 obj\n${object}\nendobj\n`
    return place
  })
  const table = text.length
  const rows = places.map(place => `${String(place).padStart(10, '0')} 00000 n \n`).join('')
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`
  return ascii(text)
}

/** Red, green and blue of a hue at a lightness between 0 and 1. */
export function shade(hue: number, place: number): [number, number, number] {
  const light = 0.35 + 0.4 * Math.min(1, Math.max(0, place))
  const strength = 0.6 * Math.min(light, 1 - light)
  const channel = (offset: number) => {
    const turn = (offset + hue / 30) % 12
    return Math.round(255 * (light - strength * Math.max(-1, Math.min(turn - 3, 9 - turn, 1))))
  }
  return [channel(0), channel(8), channel(4)]
}

function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const content = Buffer.concat([ascii(type), data])
  return Buffer.concat([uint32be(data.length), content, uint32be(checksum(content, pngPolynomial))])
}

function oggPage(flags: number, samples: number, sequence: number, packets: readonly Uint8Array[]): Uint8Array {
  const position = Buffer.alloc(8)
  position.writeBigInt64LE(BigInt(samples))
  const page = Buffer.concat([
    ascii('OggS'),
    Uint8Array.of(0, flags),
    position,
    uint32le(0x44726167),
    uint32le(sequence),
    uint32le(0),
    Uint8Array.of(packets.length, ...packets.map(packet => packet.length)),
    ...packets,
  ])
  page.writeUInt32LE(oggChecksum(page), 22)
  return page
}

const pngPolynomial = 0xedb88320
function checksum(bytes: Uint8Array, polynomial: number): number {
  let sum = 0xffffffff
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ polynomial : sum >>> 1
  }
  return (sum ^ 0xffffffff) >>> 0
}
function oggChecksum(bytes: Uint8Array): number {
  let sum = 0
  for (const byte of bytes) {
    sum ^= byte << 24
    for (let bit = 0; bit < 8; bit++) sum = sum & 0x80000000 ? (sum << 1) ^ 0x04c11db7 : sum << 1
  }
  return sum >>> 0
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
