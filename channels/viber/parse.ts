/**
 * Callbacks to events: a bot's bring one event each, a partner's reports bring several.
 * Always holds: total – whatever comes in, at least one event comes out; message tokens are kept digit by digit; a repeat is known by event, token
 * and person. https://developers.viber.com/docs/api/rest-bot-api/#callbacks
 */
import { compact, idAt, type JsonObject, numberAt, objectAt, readCleanJson, sha256Hex, stringAt, textAt } from '@dragoman/channel-kit'
import { type AccountView, type IdentityFacts, type InboundEvent, noPlatformTime } from '@dragoman/core'
import { isBusiness } from './config.ts'
import { parseReports } from './parse-business.ts'
import { readMessage } from './parse-message.ts'
import { sessionMs } from './policy.ts'

/** What the events of one body share. */
export interface About {
  /** Of the bytes: names what names itself by nothing. */
  hash: string
  note: string | undefined
}

export function parse(body: Uint8Array, account: AccountView): InboundEvent[] {
  const { value, note } = readCleanJson(body)
  const about: About = { hash: sha256Hex(body), note }
  const callback = objectAt(value)
  if (!callback) return [ignored(about, 'malformed', 'body', noPlatformTime)]
  const events = isBusiness(account) ? parseReports(callback, about) : parseCallback(callback, about)
  return note ? events.map(event => ({ ...event, parseNote: [note, event.parseNote].filter(Boolean).join('; ') })) : events
}

function parseCallback(callback: JsonObject, about: About): InboundEvent[] {
  const type = textAt(callback, 'event') ?? ''
  const token = idAt(callback, 'message_token')
  const at = timeIn(callback)
  if (type === 'webhook') return [ignored(about, 'webhook_check', type, at)]
  if (type === 'client_status') return [ignored(about, 'client_status', type, at)]
  const person = objectAt(callback, 'user') ?? objectAt(callback, 'sender')
  const userId = idAt(person, 'id') ?? idAt(callback, 'user_id')
  if (token === undefined || userId === undefined)
    return [ignored(about, type === '' ? 'empty' : known.has(type) ? 'malformed' : 'unknown_event', type || 'callback', at)]
  const base = { at, threadId: userId, identity: identityOf(person, userId) }
  switch (type) {
    case 'conversation_started': {
      const context = textAt(callback, 'context')
      const referral = context === undefined ? {} : { referral: { source: 'deep_link', payload: context } }
      const before = callback.subscribed === false ? { parseNote: 'not subscribed yet: only the welcome may be sent' } : {}
      return [{ ...base, ...before, kind: 'contact.subscribed', externalId: `conversation_started:${token}`, ...referral }]
    }
    case 'subscribed':
      return [{ ...base, kind: 'contact.subscribed', externalId: `subscribed:${token}` }]
    case 'unsubscribed':
      return [{ ...base, kind: 'contact.opted_out', externalId: `unsubscribed:${token}`, scope: 'all', reason: 'unsubscribed' }]
    case 'delivered':
    case 'seen':
    case 'failed':
      return [receipt(type, token, userId, callback, base)]
    case 'message':
      return [messageEvent(callback, token, base, about)]
    default:
      return [ignored(about, 'unknown_event', type, at)]
  }
}

const known = new Set(['conversation_started', 'subscribed', 'unsubscribed', 'delivered', 'seen', 'failed', 'message'])

type Base = Pick<InboundEvent, 'at' | 'threadId' | 'identity'>

/** One may come for each device of a person, and for each receiver of a broadcast under the same token. */
function receipt(type: 'delivered' | 'seen' | 'failed', token: string, userId: string, callback: JsonObject, base: Base): InboundEvent {
  const of = { externalIds: [token] }
  const externalId = `${type}:${token}:${userId}`
  if (type !== 'failed') return { ...base, kind: 'delivery.updated', externalId, receipt: type === 'seen' ? 'read' : 'delivered', of }
  const detail = textAt(callback, 'desc') ?? 'Viber could not deliver the message'
  return {
    ...base,
    kind: 'delivery.updated',
    externalId,
    receipt: 'failed',
    of,
    failure: { kind: 'permanent', reason: 'other', code: 'failed', detail },
  }
}

function messageEvent(callback: JsonObject, token: string, base: Base, about: About): InboundEvent {
  const message = objectAt(callback, 'message')
  if (!message) return ignored(about, 'malformed', 'message', base.at)
  if (textAt(callback, 'chat_id') !== undefined) return ignored(about, 'group', 'message', base.at)
  const opens = base.at === noPlatformTime ? {} : { opens: [{ window: 'session', until: base.at + sessionMs }] }
  const read = readMessage(message, base.at)
  const frame = { ...base, ...opens, externalId: token }
  if (read.kind === 'press') return { ...frame, kind: 'action.chosen', title: read.title, payload: read.payload }
  return { ...frame, kind: 'message.received', message: { content: read.content } }
}

function identityOf(person: JsonObject | undefined, userId: string): IdentityFacts {
  const avatar = textAt(person, 'avatar')
  return compact({
    externalIds: [`user:${userId}`],
    name: textAt(person, 'name'),
    language: textAt(person, 'language'),
    avatar: avatar === undefined ? undefined : { url: avatar },
  })
}

export function ignored(about: About, reason: string, type: string, at: number): InboundEvent {
  return { kind: 'ignored', externalId: `body:${about.hash}`, at, reason, type }
}

/** Already ms; what no date can hold is no time. */
function timeIn(callback: JsonObject): number {
  const time = numberAt(callback, 'timestamp') ?? Number(stringAt(callback, 'timestamp') ?? Number.NaN)
  return Number.isFinite(time) && time > 0 && time < noPlatformTime ? Math.round(time) : noPlatformTime
}
