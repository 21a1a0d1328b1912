/**
 * Joins the pieces of long messages. They come one by one, perhaps out of order, perhaps hours apart; the carrier may hold the second back until the first is
 * acknowledged, and the first is acknowledged only when it is stored. So waiting pieces are kept in the cursor, which is stored like any message.
 * Always holds: pure; no piece is lost: one that waits too long is given out as it is, with a note.
 */
import { arrayAt, numberAt, objectAt, parseJson, stringAt } from '@dragoman/channel-kit'
import { readPiece } from './incoming.ts'

export interface Cursor {
  /** What the runner is told: up to here all is stored. */
  acknowledged: string
  waiting: unknown[]
}

/** What is stored as a body and read by `parse`. */
export interface LineBody {
  sms: 1
  pieces: unknown[]
  note?: string
}

/** Pieces of a call between continents take minutes, not more. */
const longestWaitMs = 15 * 60_000
const mostWaiting = 500

export function readCursor(text: string): Cursor {
  const value = text.startsWith('{') ? parseJson(text) : undefined
  return { acknowledged: stringAt(value, 'acknowledged') ?? '', waiting: [...arrayAt(value, 'waiting')] }
}

export function writeCursor({ acknowledged, waiting }: Cursor): string {
  return JSON.stringify({ acknowledged, waiting })
}

/** Whole messages out of what waited and what has come; `now` is the time of the runner that looked. */
export function join(waiting: readonly unknown[], arrived: readonly unknown[], now: number): { bodies: LineBody[]; waiting: unknown[] } {
  const bodies: LineBody[] = []
  const groups = new Map<string, unknown[]>()
  for (const value of [...waiting, ...arrived]) {
    const piece = readPiece(value)
    if (!piece?.join) {
      if (objectAt(value)) bodies.push({ sms: 1, pieces: [value] })
      continue
    }
    const key = JSON.stringify([piece.from, piece.to, piece.join.reference, piece.join.total])
    const group = groups.get(key) ?? []
    // The same piece again: the carrier had not heard that we have it.
    if (!group.some(other => readPiece(other)?.join?.place === piece.join?.place)) group.push(value)
    groups.set(key, group)
    if (group.length === piece.join.total) {
      groups.delete(key)
      bodies.push({ sms: 1, pieces: inOrder(group) })
    }
  }
  const left: unknown[] = []
  for (const group of groups.values()) {
    const oldest = Math.min(...group.map(value => numberAt(value, 'receivedAt') ?? 0))
    if (now - oldest > longestWaitMs || left.length + group.length > mostWaiting)
      bodies.push({ sms: 1, pieces: inOrder(group), note: 'pieces of this message are missing' })
    else left.push(...group)
  }
  return { bodies, waiting: left }
}

function inOrder(group: readonly unknown[]): unknown[] {
  return group.toSorted((a, b) => (readPiece(a)?.join?.place ?? 0) - (readPiece(b)?.join?.place ?? 0))
}
