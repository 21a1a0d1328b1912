/**
 * What came, to events: from the carrier's line (`{ sms: 1, pieces }`, already joined) or from a gateway (`{ type: 'message' | 'receipt' }`).
 * Always holds: pure and total; whoever answers STOP has opted out, and the answer itself is shown; time is when the message reached us or, at a gateway,
 * when the gateway took it.
 */
import { arrayAt, idAt, numberAt, objectAt, readCleanJson, stringAt, textAt } from '@dragoman/channel-kit'
import type { AccountView, InboundEvent } from '@dragoman/core'
import { receiptMeaning } from './failures.ts'
import { personOf } from './ids.ts'
import { isReceiptClass, type Piece, readPiece } from './incoming.ts'

/**
 * CTIA Messaging Principles, 5.1.3, and what people type in Russian; only where they are the whole message. CANCEL, END and QUIT of that list are answers that
 * a desk gets every day, so whoever wants them too names them in the settings.
 */
const stopWords = ['stop', 'stopall', 'stop all', 'unsubscribe', 'стоп', 'отписаться', 'отписка']
const startWords = ['start', 'unstop', 'старт', 'подписаться']

interface Received {
  externalId: string
  at: number
  from: string
  ton?: number
  text: string
  isText: boolean
  parseNote?: string
}

export function parse(body: Uint8Array, account: AccountView): InboundEvent[] {
  const { value, note } = readCleanJson(body)
  if (objectAt(value)?.sms === 1) return fromLine(value, note, account)
  switch (stringAt(value, 'type')) {
    case 'message':
      return fromGateway(value, note, account)
    case 'receipt':
      return receiptFromGateway(value)
    default:
      return [
        {
          kind: 'ignored',
          externalId: idAt(value, 'id') ?? 'unreadable',
          at: numberAt(value, 'at') ?? 0,
          reason: 'neither message nor receipt',
          type: (stringAt(value, 'type') ?? 'unknown').slice(0, 100),
        },
      ]
  }
}

function fromLine(value: unknown, note: string | undefined, account: AccountView): InboundEvent[] {
  const raw = arrayAt(value, 'pieces')
  const pieces = raw.flatMap(one => readPiece(one) ?? [])
  const [first] = pieces
  if (!first) return [{ kind: 'ignored', externalId: 'unreadable', at: 0, reason: 'no message of a carrier', type: 'unknown' }]
  if (isReceiptClass(raw[0])) return [receiptFromLine(first)]
  const parseNote = [note, stringAt(value, 'note')].filter(Boolean).join('; ')
  const text = pieces
    .map(piece => piece.text)
    .join('')
    .toWellFormed()
  return received(
    {
      externalId: first.id,
      at: first.receivedAt,
      from: first.from,
      ton: first.ton,
      text,
      isText: first.isText,
      ...(parseNote ? { parseNote } : {}),
    },
    account,
  )
}

function receiptFromLine({ id, receivedAt, receipt }: Piece): InboundEvent {
  const meaning = receipt && receiptMeaning(receipt.state, receipt.error)
  if (!receipt || !meaning)
    return { kind: 'ignored', externalId: id, at: receivedAt, reason: 'a receipt that names no message or no known state', type: 'receipt' }
  return {
    kind: 'delivery.updated',
    externalId: `${receipt.id}:${receipt.state}`,
    at: receivedAt,
    of: { externalIds: [receipt.id] },
    ...meaning,
  }
}

function fromGateway(value: unknown, note: string | undefined, account: AccountView): InboundEvent[] {
  const externalId = idAt(value, 'id')
  const from = textAt(value, 'from')
  const at = numberAt(value, 'at') ?? 0
  if (externalId === undefined || from === undefined)
    return [{ kind: 'ignored', externalId: externalId ?? 'unreadable', at, reason: 'a message without id or sender', type: 'message' }]
  const text = stringAt(value, 'text')
  return received({ externalId, at, from, text: text ?? '', isText: text !== undefined, ...(note ? { parseNote: note } : {}) }, account)
}

function receiptFromGateway(value: unknown): InboundEvent[] {
  const id = idAt(value, 'messageId')
  const state = textAt(value, 'status') ?? ''
  const at = numberAt(value, 'at') ?? 0
  const externalId = idAt(value, 'id') ?? `${id}:${state}`
  const meaning = receiptMeaning(state, textAt(value, 'error'))
  if (id === undefined || !meaning)
    return [{ kind: 'ignored', externalId, at, reason: 'a receipt that names no message or no known state', type: 'receipt' }]
  const ref = textAt(value, 'clientId')?.slice(0, 200)
  return [{ kind: 'delivery.updated', externalId, at, of: { externalIds: [id] }, ...(ref ? { ref } : {}), ...meaning }]
}

function received({ externalId, at, from, ton, text, isText, parseNote }: Received, account: AccountView): InboundEvent[] {
  const person = personOf(from, ton)
  const base = { at, ...(parseNote ? { parseNote } : {}) }
  if (!person) return [{ kind: 'ignored', externalId, ...base, reason: 'a message without a sender', type: 'message' }]
  const place = { threadId: person.threadId, identity: person.identity }
  const message: InboundEvent = {
    kind: 'message.received',
    externalId,
    ...base,
    ...place,
    message: {
      content: isText ? { kind: 'text', text: { text } } : { kind: 'unsupported', type: 'binary', detail: 'A message that is no text' },
    },
  }
  const word = text
    .trim()
    .toLowerCase()
    .replace(/[.!]+$/, '')
  const ours = (account.config.stopWords ?? '')
    .split(',')
    .map(one => one.trim().toLowerCase())
    .filter(Boolean)
  // A system line comes after the message that made it.
  if (stopWords.includes(word) || ours.includes(word))
    return [
      message,
      { kind: 'contact.opted_out', externalId: `${externalId}:stop`, ...base, ...place, scope: 'all', reason: text.trim().slice(0, 100) },
    ]
  if (startWords.includes(word)) return [message, { kind: 'contact.subscribed', externalId: `${externalId}:start`, ...base, ...place }]
  return [message]
}
