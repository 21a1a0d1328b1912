/**
 * A message as the carrier's line delivers it (deliver_sm), read: its text, its place among joined pieces, its receipt. SMPP 3.4, 4.6 and appendix B.
 * Always holds: pure and total over any JSON.
 */
import { numberAt, objectAt, stringAt, textAt } from '@dragoman/channel-kit'
import { textOfGsm, textOfUcs2 } from './gsm.ts'

export interface Piece {
  /** As the session numbered it. */
  id: string
  receivedAt: number
  from: string
  ton: number
  to: string
  text: string
  /** Undefined where the bytes are no text. */
  isText: boolean
  join?: { reference: string; total: number; place: number }
  receipt?: { id: string; state: string; error?: string }
}

const headerFlag = 0x40
/** 5.2.12: message type, of which 0x04 is a receipt of the carrier and 0x08, 0x10, 0x18, 0x20 are others of machines. */
const typeMask = 0x3c
const receiptType = 0x04

export function readPiece(value: unknown): Piece | undefined {
  const from = stringAt(value, 'source', 'address')
  const bytes = bytesOf(stringAt(value, 'shortMessage') ?? '')
  if (from === undefined || !bytes) return undefined
  const esmClass = numberAt(value, 'esmClass') ?? 0
  const coding = numberAt(value, 'dataCoding') ?? 0
  const { words, join } = splitHeader(bytes, esmClass, value)
  const text = textOf(words, coding)
  const receivedAt = numberAt(value, 'receivedAt') ?? 0
  const isReceipt = (esmClass & typeMask) === receiptType
  const receipt = isReceipt ? receiptOf(text ?? '', value) : undefined
  return {
    id: textAt(value, 'id') ?? `${from}-${receivedAt}`,
    receivedAt,
    from,
    ton: numberAt(value, 'source', 'ton') ?? 0,
    to: stringAt(value, 'destination', 'address') ?? '',
    text: text ?? '',
    isText: text !== undefined,
    ...(join ? { join } : {}),
    ...(receipt ? { receipt } : {}),
  }
}

/** Whether it is one, known by its class or, where a carrier sets none, by nothing: a text that looks like a receipt is a text. */
export function isReceiptClass(value: unknown): boolean {
  return ((numberAt(value, 'esmClass') ?? 0) & typeMask) === receiptType
}

function splitHeader(bytes: Uint8Array, esmClass: number, value: unknown): { words: Uint8Array; join?: Piece['join'] } {
  const optional = objectAt(value, 'optional')
  const sar = ['020c', '020e', '020f'].map(tag => Number.parseInt(stringAt(optional, tag) ?? '', 16))
  const fromSar = sar.every(Number.isFinite) ? joinOf(`sar:${sar[0]}`, sar[1]!, sar[2]!) : undefined
  if (!(esmClass & headerFlag) || bytes.length === 0) return { words: bytes, ...(fromSar ? { join: fromSar } : {}) }
  const end = Math.min(bytes.length, bytes[0]! + 1)
  let join = fromSar
  for (let place = 1; place + 1 < end; ) {
    const element = bytes[place]!
    const length = bytes[place + 1]!
    const data = bytes.subarray(place + 2, Math.min(end, place + 2 + length))
    if (element === 0x00 && data.length === 3) join = joinOf(`8:${data[0]}`, data[1]!, data[2]!)
    if (element === 0x08 && data.length === 4) join = joinOf(`16:${data[0]! * 256 + data[1]!}`, data[2]!, data[3]!)
    place += 2 + length
  }
  return { words: bytes.subarray(end), ...(join ? { join } : {}) }
}

function joinOf(reference: string, total: number, place: number): Piece['join'] {
  return total >= 2 && place >= 1 && place <= total ? { reference, total, place } : undefined
}

/** 5.2.19. Undefined for bytes that are no text. */
function textOf(bytes: Uint8Array, coding: number): string | undefined {
  // Message classes in the high half (flash messages) leave the alphabet in bits 2 and 3.
  const alphabet = coding >= 0xf0 ? ((coding >> 2) & 1) * 4 : coding
  switch (alphabet) {
    case 0:
      return textOfGsm(bytes)
    case 1:
      return Buffer.from(bytes)
        .toString('latin1')
        .replace(/[\x80-\xff]/g, '?')
    case 3:
      return Buffer.from(bytes).toString('latin1')
    case 8:
      return textOfUcs2(bytes)
    default:
      return undefined
  }
}

/** `id:… sub:001 dlvrd:001 submit date:… done date:… stat:DELIVRD err:000 text:…`; optional parameters say the same more exactly. */
function receiptOf(text: string, value: unknown): Piece['receipt'] {
  const optional = objectAt(value, 'optional')
  const field = (name: string) => new RegExp(`\\b${name}:([^ ]*)`, 'i').exec(text)?.[1]
  const named = Buffer.from(stringAt(optional, '001e') ?? '', 'hex')
    .toString('latin1')
    .replace(/\0.*$/s, '')
  const id = named || field('id')
  const number = Number.parseInt(stringAt(optional, '0427') ?? '', 16)
  const state = field('stat') ?? (Number.isFinite(number) ? stateByNumber(number) : undefined)
  const error = field('err')
  return id && state ? { id, state, ...(error ? { error } : {}) } : undefined
}

function stateByNumber(number: number): string | undefined {
  return ['', 'ENROUTE', 'DELIVRD', 'EXPIRED', 'DELETED', 'UNDELIV', 'ACCEPTD', 'UNKNOWN', 'REJECTD'][number] || undefined
}

function bytesOf(hex: string): Uint8Array | undefined {
  return /^([0-9a-f]{2})*$/i.test(hex) && hex.length <= 200_000 ? new Uint8Array(Buffer.from(hex, 'hex')) : undefined
}
