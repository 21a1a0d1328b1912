/**
 * Phone numbers and e-mails of customers for members who may not see them (right `contacts.details`). Pure: takes what goes out, gives it masked.
 * Always holds: what a customer or colleague wrote stays as it is; everything that the hub knows of a person besides is masked, wherever in a view it
 * stands. Applied at two places only: answers (server/src/http/api.ts) and the stream (server/src/http/stream.ts).
 */
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'

const dot = '•'

/** Whether a text is a mask of ours: it is never written back. */
export function isMasked(text: string): boolean {
  return text.includes(dot)
}

/** `+79161234512` → `+7 916 ••• •• 12`: the country, the first three digits where enough are left to hide, and the last two. */
export function maskPhone(phone: string): string {
  const parsed = parsePhoneNumberFromString(phone.startsWith('+') ? phone : `+${phone.replace(/\D/g, '')}`)
  const known = parsed?.isPossible() ? parsed : undefined
  const shown = known
    ? known
        .formatInternational()
        .replace(/[-().]/g, ' ')
        .replace(/\s+/g, ' ')
    : phone
  const digits = shown.replace(/\D/g, '').length
  const country = known ? known.countryCallingCode.length : 0
  const open = country + Math.max(0, Math.min(3, digits - country - 2 - 5))
  let place = 0
  return shown.replace(/\d/g, digit => {
    place++
    return place <= open || place > digits - 2 ? digit : dot
  })
}

/** `olga@example.com` → `o•••@example.com`. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@')
  if (at <= 0) return dot.repeat(3)
  return `${[...email][0]}${dot.repeat(3)}${email.slice(at)}`
}

/** Whether a whole text is a phone number (or a messenger's id made of one), such as a name where no name is known. */
export function isPhoneNumber(text: string): boolean {
  const bare = text.replace(/@[\w.]+$/, '').trim()
  return /^\+?[\d\s().-]+$/.test(bare) && digitCount(bare) >= 7 && digitCount(bare) <= 18
}

/** Ids, days and moments are digits too, and no numbers of anybody: these stay. */
const noNumber = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b20\d\d-\d\d-\d\d(?:T[\d:.]+Z?)?|\b1[6-9]\d{11}\b/.source
const numberOrNot = new RegExp(`(${noNumber})|\\+?\\d[\\d\\s().-]{5,}\\d`, 'g')

/** A text that is or holds numbers or addresses: each of them masked. */
function maskWithin(text: string): string {
  return text
    .replace(/[^\s@<>"'(),;:]+@[\w-]+(\.[\w-]+)+/g, found => maskEmail(found))
    .replace(numberOrNot, (found, other) =>
      other === undefined && digitCount(found) >= 7 && digitCount(found) <= 18 ? maskPhone(found) : found,
    )
}

/** A name or an id: masked when it is a number or an address and nothing else. */
function maskWhole(text: string): string {
  if (isPhoneNumber(text)) return maskPhone(text.replace(/@[\w.]+$/, ''))
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? maskEmail(text) : text
}

const digitCount = (text: string) => text.replace(/\D/g, '').length

/** What people wrote, and what is the firm's own. */
const leftAlone = new Set(['body', 'members', 'me', 'workspace', 'webhookUrl', 'config', 'files', 'channels'])
/** Names of a person: masked where they are a number or an address. */
const wholeKeys = new Set(['name', 'authorName', 'customerName', 'contactName', 'username'])
/** What a platform calls a person or a thread: `phone:79161234512`. */
const idKeys = new Set(['threadId', 'externalId', 'externalIds'])
/** Words of a platform or of ours that may quote a number. */
const withinKeys = new Set(['detail', 'reason', 'details', 'params', 'attributes'])

/** The same value with every detail of a customer masked. What needs no mask is the same object again. */
export function hideDetails<Value>(value: Value): Value {
  return hide(value, undefined) as Value
}

function hide(value: unknown, key: string | undefined): unknown {
  if (value === null || value === undefined) return value
  if (typeof value === 'string') {
    if (key === undefined) return value
    return wholeKeys.has(key) ? maskWhole(value) : idKeys.has(key) ? value.replace(/\+?\d{7,18}/g, maskPhone) : value
  }
  if (typeof value !== 'object') return value
  if (Array.isArray(value)) return mapped(value, one => hide(one, key))
  const view = value as Record<string, unknown>
  // The firm's own account, or a colleague.
  if ('endpointId' in view || ('role' in view && 'active' in view)) return value
  let changed: Record<string, unknown> | undefined
  for (const [name, one] of Object.entries(view)) {
    const next = hideField(view, name, one)
    if (next === one) continue
    changed ??= { ...view }
    changed[name] = next
  }
  return changed ?? value
}

function hideField(view: Record<string, unknown>, name: string, value: unknown): unknown {
  if (leftAlone.has(name)) return value
  if (name === 'phone') return typeof value === 'string' ? maskPhone(value) : value
  // Only where it belongs to a customer: beside a phone number or a picture.
  if (name === 'email') return typeof value === 'string' && ('phone' in view || 'avatarFileId' in view) ? maskEmail(value) : value
  // Platforms write a number into a message's id; it only breaks ties here, and our own id does that as well.
  if (name === 'order' && isOrder(value) && typeof view.id === 'string') return { ...value, externalId: view.id }
  // What came in as it came: bodies of webhooks.
  if (name === 'preview' && 'attempts' in view && typeof value === 'string') return maskWithin(value)
  if (withinKeys.has(name)) return hideWithin(value)
  return hide(value, name)
}

function hideWithin(value: unknown): unknown {
  if (typeof value === 'string') return maskWithin(value)
  if (Array.isArray(value)) return mapped(value, hideWithin)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, /Id$|^id$/.test(name) ? one : hideWithin(one)]))
}

function mapped(list: readonly unknown[], change: (one: unknown) => unknown): unknown {
  const next = list.map(change)
  return next.every((one, index) => one === list[index]) ? list : next
}

function isOrder(value: unknown): value is { externalId: string } {
  return typeof value === 'object' && value !== null && 'externalId' in value && 'tie' in value
}
