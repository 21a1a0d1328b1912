/** Ids made by the program, not by the database: UUIDv7 (RFC 9562), so that they sort by time and PostgreSQL 15 will do. */
import { randomFillSync } from 'node:crypto'

const randomPool = new Uint8Array(16 * 256)
let poolUsed = randomPool.length
let lastMs = 0
let counter = 0

/** A new UUIDv7. Ids of one process are strictly increasing: within a millisecond the 12 bits after the version count up. */
export function newId(now = Date.now()): string {
  if (now > lastMs) {
    lastMs = now
    counter = 0
  } else if (++counter > 0xfff) {
    lastMs++
    counter = 0
  }
  // One call of the system for many ids.
  if (poolUsed === randomPool.length) {
    randomFillSync(randomPool)
    poolUsed = 0
  }
  const bytes = randomPool.slice(poolUsed, poolUsed + 16)
  poolUsed += 16
  const view = new DataView(bytes.buffer)
  view.setUint16(0, Math.floor(lastMs / 2 ** 32))
  view.setUint32(2, lastMs >>> 0)
  view.setUint16(6, 0x7000 | counter)
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = Buffer.from(bytes).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Whether a text is a UUID: asked before one is put into a statement that is not parameterised. */
export function isId(text: string): boolean {
  return uuidPattern.test(text)
}
