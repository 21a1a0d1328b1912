/**
 * What a partner posts about Business Messages: lists of delivery reports, of seen reports and of inbound messages, all under `results`.
 * Always holds: each entry makes one event; our own message id comes back as `messageId` and is the reference of the part.
 */
import { arrayAt, compact, idAt, type JsonObject, numericAt, objectAt, sha256Hex, stringAt, textAt } from '@dragoman/channel-kit'
import { type Content, type InboundEvent, noPlatformTime } from '@dragoman/core'
import { messageFailure } from './business-failures.ts'
import type { About } from './parse.ts'
import { sessionMs } from './policy.ts'

const delivered = 3
const pending = 1

export function parseReports(body: JsonObject, about: About): InboundEvent[] {
  const results = arrayAt(body, 'results')
  if (results.length === 0) return [passed(about, 0, 'results' in body ? 'empty' : 'unknown_body', 'report', noPlatformTime)]
  return results.map((entry, index) => {
    const result = objectAt(entry)
    if (!result) return passed(about, index, 'malformed', 'report', noPlatformTime)
    if (objectAt(result, 'message')) return inbound(result, about, index)
    return textAt(result, 'seenAt') === undefined ? delivery(result, about, index) : seen(result, about, index)
  })
}

function delivery(result: JsonObject, about: About, index: number): InboundEvent {
  const messageId = idAt(result, 'messageId')
  const group = numericAt(result, 'status', 'groupId')
  const at = timeOf(textAt(result, 'doneAt') ?? textAt(result, 'sentAt'))
  if (messageId === undefined || group === undefined) return passed(about, index, 'malformed', 'delivery_report', at)
  if (group === pending) return passed(about, index, 'pending', 'delivery_report', at)
  const base = {
    kind: 'delivery.updated' as const,
    at,
    of: { externalIds: [messageId] },
    ref: textAt(result, 'callbackData') ?? messageId,
    ...priced(result),
  }
  if (group === delivered) return { ...base, externalId: `delivered:${messageId}`, receipt: 'delivered' }
  const failure = messageFailure(result)
  return compact({ ...base, externalId: `failed:${messageId}`, receipt: 'failed' as const, failure })
}

function seen(result: JsonObject, about: About, index: number): InboundEvent {
  const messageId = idAt(result, 'messageId')
  const at = timeOf(textAt(result, 'seenAt'))
  if (messageId === undefined) return passed(about, index, 'malformed', 'seen_report', at)
  return {
    kind: 'delivery.updated',
    externalId: `seen:${messageId}`,
    at,
    of: { externalIds: [messageId] },
    ref: messageId,
    receipt: 'read',
  }
}

/** People answer with words or files only. */
function inbound(result: JsonObject, about: About, index: number): InboundEvent {
  const phone = digits(idAt(result, 'sender'))
  const messageId = idAt(result, 'messageId')
  const at = timeOf(textAt(result, 'receivedAt'))
  if (phone === '' || messageId === undefined) return passed(about, index, 'malformed', 'inbound', at)
  const replyTo = textAt(result, 'pairedMessageId')
  return {
    kind: 'message.received',
    externalId: messageId,
    at,
    threadId: phone,
    identity: { externalIds: [`phone:${phone}`], phone: `+${phone}` },
    ...(at === noPlatformTime ? {} : { opens: [{ window: 'business_session', until: at + sessionMs }] }),
    message: compact({ content: contentOf(objectAt(result, 'message') ?? {}), replyTo }),
  }
}

function contentOf(message: JsonObject): Content {
  const type = textAt(message, 'type') ?? ''
  const text = stringAt(message, 'text')
  if (type === 'TEXT' && text !== undefined) return { kind: 'text', text: { text } }
  const url = textAt(message, 'url')
  if (url === undefined) return compact({ kind: 'unsupported' as const, type: type || 'message', detail: text || undefined })
  const name = textAt(message, 'fileName')
  const media = compact({ ref: { from: 'platform' as const, url }, name })
  const caption = text ? { caption: { text } } : {}
  return type === 'IMAGE' || /\.(jpe?g|png|gif|webp)$/i.test(name ?? '')
    ? { kind: 'image', media, ...caption }
    : { kind: 'file', media, ...caption }
}

function priced(result: JsonObject): { price?: { category: string; billable: boolean } } {
  const price = numericAt(result, 'price', 'pricePerMessage')
  return price === undefined ? {} : { price: { category: 'initiated', billable: price > 0 } }
}

function passed(about: About, index: number, reason: string, type: string, at: number): InboundEvent {
  return { kind: 'ignored', externalId: `body:${index === 0 ? about.hash : sha256Hex(`${about.hash}:${index}`)}`, at, reason, type }
}

/** The partner's times end in `+0000`, which not every reader of dates takes. */
function timeOf(text: string | undefined): number {
  const time = Date.parse((text ?? '').replace(/([+-]\d{2})(\d{2})$/, '$1:$2'))
  return Number.isFinite(time) && time > 0 ? time : noPlatformTime
}

function digits(text: string | undefined): string {
  return (text ?? '').replace(/\D/g, '')
}
