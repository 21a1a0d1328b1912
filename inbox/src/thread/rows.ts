/**
 * A thread as rows to draw: day separators, the «New» divider, messages grouped by author within five minutes. Pure.
 * Always holds: a row's key never changes while its message lives (own messages keep their `clientId`), so nothing jumps when an answer comes.
 */
import type { MessageView } from '@dragoman/api'
import type { OutboxEntry } from '../store/outbox.ts'
import { dayKey } from '../text/time.ts'

export type ThreadRow =
  | { kind: 'start'; key: string }
  | { kind: 'day'; key: string; at: number }
  | { kind: 'new'; key: string }
  | { kind: 'message'; key: string; message: MessageView; first: boolean; last: boolean; albumTail?: MessageView[] }
  /** What the system tells, several times in a row. */
  | { kind: 'trail'; key: string; messages: MessageView[] }
  | { kind: 'outbox'; key: string; entry: OutboxEntry; first: boolean }

const groupWithinMs = 5 * 60_000

export interface RowOptions {
  /** Place the «New» divider before this message. */
  firstUnreadId?: string
  outbox?: readonly OutboxEntry[]
  /** True where older messages exist that are not loaded: the first day is then not the first. */
  hasOlder?: boolean
}

export function threadRows(messages: readonly MessageView[], options: RowOptions = {}): ThreadRow[] {
  const rows: ThreadRow[] = []
  if (!options.hasOlder) rows.push({ kind: 'start', key: 'start' })
  const shown = joinAlbums(messages.filter(message => !isTakenBack(message)))
  let day = ''
  for (const [index, { message, tail }] of shown.entries()) {
    const today = dayKey(message.order.at)
    const newDay = today !== day
    if (newDay) {
      day = today
      rows.push({ kind: 'day', key: `day-${today}`, at: message.order.at })
    }
    const isNew = message.id === options.firstUnreadId
    if (isNew) rows.push({ kind: 'new', key: 'new' })
    const last = rows.at(-1)
    if (message.direction === 'system' && last && !newDay && !isNew) {
      if (last.kind === 'trail') {
        last.messages.push(message)
        continue
      }
      // Two in a row stand as they are; the third folds them.
      const earlier = rows.at(-2)
      if (isSystem(last) && earlier && isSystem(earlier)) {
        rows.splice(-2, 2, { kind: 'trail', key: earlier.key, messages: [earlier.message, last.message, message] })
        continue
      }
    }
    const before = shown[index - 1]?.message
    const after = shown[index + 1]?.message
    rows.push({
      kind: 'message',
      key: message.clientId ?? message.id,
      message,
      albumTail: tail.length ? tail : undefined,
      first: newDay || isNew || !together(before, message),
      last: !together(message, after) || after?.id === options.firstUnreadId || (after !== undefined && dayKey(after.order.at) !== today),
    })
  }
  const taken = new Set(messages.map(message => message.clientId))
  const waiting = (options.outbox ?? []).filter(entry => !taken.has(entry.clientId))
  for (const [index, entry] of waiting.entries()) rows.push({ kind: 'outbox', key: entry.clientId, entry, first: index === 0 })
  return rows
}

function isSystem(row: ThreadRow): row is Extract<ThreadRow, { kind: 'message' }> {
  return row.kind === 'message' && row.message.direction === 'system'
}

/** Taken back before anything left: it never was. */
function isTakenBack(message: MessageView): boolean {
  return message.parts.length > 0 && message.parts.every(part => part.state === 'cancelled')
}

/** Neighbours of one album (they came as single messages with a common `groupId`) are drawn as one grid. */
function joinAlbums(messages: readonly MessageView[]): { message: MessageView; tail: MessageView[] }[] {
  const joined: { message: MessageView; tail: MessageView[] }[] = []
  for (const message of messages) {
    const last = joined.at(-1)
    const alike =
      last &&
      message.groupId !== null &&
      last.message.groupId === message.groupId &&
      last.message.direction === message.direction &&
      message.deletedAt === null
    if (alike && isVisual(message) && isVisual(last.message) && last.tail.length < 9) last.tail.push(message)
    else joined.push({ message, tail: [] })
  }
  return joined
}

function isVisual(message: MessageView): boolean {
  return message.body.content.kind === 'image' || message.body.content.kind === 'video'
}

function together(a: MessageView | undefined, b: MessageView | undefined): boolean {
  if (!a || !b) return false
  if (a.direction === 'system' || b.direction === 'system') return false
  return (
    a.direction === b.direction && a.author.kind === b.author.kind && a.author.id === b.author.id && b.order.at - a.order.at < groupWithinMs
  )
}

/** The first of the customer's messages that I have not read, counted from the end. */
export function firstUnread(messages: readonly MessageView[], unread: number): string | undefined {
  if (unread <= 0) return undefined
  let left = unread
  let found: string | undefined
  for (let index = messages.length - 1; index >= 0 && left > 0; index--) {
    const message = messages[index]
    if (message?.direction !== 'in') continue
    found = message.id
    left--
  }
  return found
}
