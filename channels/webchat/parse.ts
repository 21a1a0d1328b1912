/**
 * Bodies of the widget to events. Always holds: total, something comes out of anything; a visitor speaks for his own thread only, and refers by his own
 * prefix to his own messages; his clock is not believed, the time of receipt counts. Ids of the business's messages are checked by the hub.
 */
import { arrayAt, compact, type JsonObject, numberAt, objectAt, readCleanJson, sha256Hex, stringAt, textAt } from '@dragoman/channel-kit'
import { type AccountView, type IdentityFacts, type InboundEvent, type InboundMessage, noPlatformTime, type Referral } from '@dragoman/core'
import { messageKey } from './wire.ts'

/** More than the widget ever puts into one body. */
const mostEvents = 100
const visitorPattern = /^[A-Za-z0-9_-]{8,64}$/
const idPattern = /^[A-Za-z0-9_-]{1,80}$/

/** What every event of a body shares. */
interface About {
  visitor: string
  identity: IdentityFacts
  referral?: Referral
  note?: string
  /** Of the body's bytes: keys what has no id of its own. */
  hash: string
}

export function parse(body: Uint8Array, account: AccountView): InboundEvent[] {
  const { value, note } = readCleanJson(body)
  const hash = sha256Hex(body)
  const visitor = stringAt(value, 'visitor')
  if (!objectAt(value) || visitor === undefined || !visitorPattern.test(visitor)) {
    return [{ kind: 'ignored', externalId: `body:${hash}`, at: noPlatformTime, reason: 'malformed', type: 'body' }]
  }
  const about: About = {
    visitor,
    identity: identityOf(visitor, objectAt(value, 'person'), account),
    referral: referralOf(objectAt(value, 'page')),
    note,
    hash,
  }
  const events = arrayAt(value, 'events')
    .slice(0, mostEvents)
    .map((event, index) => readEvent(event, index, about))
  return events.length > 0 ? events : [ignored(about, 0, 'empty', 'body')]
}

function readEvent(raw: unknown, index: number, about: About): InboundEvent {
  const event = objectAt(raw)
  const type = stringAt(event, 'type') ?? ''
  const read = Object.hasOwn(readers, type) ? readers[type] : undefined
  if (!event || !read) return ignored(about, index, event && type ? 'unknown_event' : 'malformed', type || 'event')
  return read(event, about, index) ?? ignored(about, index, 'malformed', type)
}

type Reader = (event: JsonObject, about: About, index: number) => InboundEvent | undefined

const readers: Record<string, Reader> = {
  message(event, about, index) {
    const text = textAt(event, 'text')
    return text?.trim() ? message(event, about, index, { content: { kind: 'text', text: { text } } }) : undefined
  },
  file(event, about, index) {
    const fileId = textAt(event, 'file', 'id')
    if (fileId === undefined) return undefined
    const media = compact({
      ref: { from: 'file' as const, fileId },
      mimeType: textAt(event, 'file', 'mimeType'),
      name: textAt(event, 'file', 'name'),
      sizeBytes: naturalAt(event, 'file', 'sizeBytes'),
      durationMs: naturalAt(event, 'file', 'durationMs'),
    })
    const words = textAt(event, 'caption')
    const caption = words === undefined ? {} : { caption: { text: words } }
    const kind = stringAt(event, 'file', 'kind')
    const known = kind === 'image' || kind === 'video' || kind === 'audio' || kind === 'voice' ? kind : 'file'
    return message(event, about, index, { content: { kind: known, media, ...caption } })
  },
  location(event, about, index) {
    const latitude = numberAt(event, 'latitude')
    const longitude = numberAt(event, 'longitude')
    if (latitude === undefined || longitude === undefined || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return undefined
    return message(event, about, index, { content: { kind: 'location', latitude, longitude } })
  },
  choice(event, about, index) {
    const base = keyed(event, about)
    const title = textAt(event, 'title')
    if (!base || title === undefined) return undefined
    return compact({
      ...base,
      kind: 'action.chosen' as const,
      tie: tieOf(event, index),
      of: textAt(event, 'of'),
      title,
      payload: stringAt(event, 'payload'),
    })
  },
  edit(event, about) {
    const base = keyed(event, about)
    const of = ownKey(event, about)
    const text = textAt(event, 'text')
    if (!base || of === undefined || !text?.trim()) return undefined
    return { ...base, kind: 'message.edited', of, message: { content: { kind: 'text', text: { text } } } }
  },
  delete(event, about) {
    const base = keyed(event, about)
    const of = ownKey(event, about)
    return base && of !== undefined ? { ...base, kind: 'message.deleted', of: [of] } : undefined
  },
  reaction(event, about) {
    const base = keyed(event, about)
    const of = textAt(event, 'of')
    if (!base || of === undefined) return undefined
    const emojis = arrayAt(event, 'emojis').filter(
      (emoji): emoji is string => typeof emoji === 'string' && emoji !== '' && emoji.length <= 16,
    )
    return { ...base, kind: 'reaction.changed', of, emojis: emojis.slice(0, 3) }
  },
  delivered: (event, about) => watermark(event, about, 'delivered'),
  read: (event, about) => watermark(event, about, 'read'),
  typing: (event, about, index) => ({
    ...shared(about),
    kind: 'typing',
    externalId: `typing:${about.hash}:${index}`,
    on: event.on !== false,
  }),
  person: (_event, about) => ({ ...shared(about), kind: 'contact.updated', externalId: `person:${about.hash}` }),
}

function message(event: JsonObject, about: About, index: number, body: InboundMessage): InboundEvent | undefined {
  const base = keyed(event, about)
  if (!base) return undefined
  const replyTo = textAt(event, 'replyTo')
  return {
    ...base,
    kind: 'message.received',
    tie: tieOf(event, index),
    message: compact({ ...body, replyTo, referral: about.referral }),
  }
}

function watermark(event: JsonObject, about: About, receipt: 'delivered' | 'read'): InboundEvent | undefined {
  const until = naturalAt(event, 'until')
  if (until === undefined) return undefined
  return {
    ...shared(about),
    kind: 'delivery.updated',
    externalId: `${receipt}:${about.visitor}:${until}`,
    receipt,
    of: { watermark: until },
  }
}

function shared(about: About) {
  return compact({ at: noPlatformTime, threadId: about.visitor, identity: about.identity, parseNote: about.note })
}

function keyed(event: JsonObject, about: About) {
  const id = stringAt(event, 'id')
  return id !== undefined && idPattern.test(id) ? { ...shared(about), externalId: messageKey(about.visitor, id) } : undefined
}

/** Only his own messages can be edited or taken back: whatever is named, the key begins with the visitor. */
function ownKey(event: JsonObject, about: About): string | undefined {
  const of = textAt(event, 'of')
  if (of === undefined) return undefined
  const id = of.startsWith(`${about.visitor}:`) ? of.slice(about.visitor.length + 1) : of
  return idPattern.test(id) ? messageKey(about.visitor, id) : undefined
}

function tieOf(event: JsonObject, index: number): number {
  return naturalAt(event, 'n') ?? index
}

function naturalAt(event: JsonObject, ...path: string[]): number | undefined {
  const value = numberAt(event, ...path)
  return value !== undefined && Number.isSafeInteger(value) && value >= 0 && value < noPlatformTime ? value : undefined
}

/** Whoever has not said his name is told apart by the end of his id. */
function identityOf(visitor: string, person: JsonObject | undefined, account: AccountView): IdentityFacts {
  const email = textAt(person, 'email')?.trim().slice(0, 320)
  return compact({
    externalIds: [`visitor:${visitor}`],
    name: textAt(person, 'name')?.trim().slice(0, 120) || `${account.language === 'ru' ? 'Посетитель' : 'Visitor'} ${visitor.slice(-4)}`,
    email: email && /^[^\s@]+@[^\s@]+$/.test(email) ? email : undefined,
    language: /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.exec(textAt(person, 'language') ?? '')?.[0],
  })
}

/** The page he writes from; only its address without what may be secret in it. */
function referralOf(page: JsonObject | undefined): Referral | undefined {
  const url = safeUrl(textAt(page, 'url'))
  if (url === undefined) return undefined
  const referrer = safeUrl(textAt(page, 'referrer'))
  return compact({ source: 'site', url, title: textAt(page, 'title')?.slice(0, 200), payload: referrer })
}

function safeUrl(text: string | undefined): string | undefined {
  if (text === undefined || text.length > 2_000 || !URL.canParse(text)) return undefined
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined
  url.username = ''
  url.password = ''
  url.hash = ''
  return url.href
}

function ignored(about: About, index: number, reason: string, type: string): InboundEvent {
  return compact({
    kind: 'ignored' as const,
    externalId: `body:${about.hash}:${index}`,
    at: noPlatformTime,
    reason,
    type: type.slice(0, 40),
    parseNote: about.note,
  })
}
