/**
 * The envelope of Meta's messaging webhooks: `entry[].messaging[]`, `entry[].standby[]` and `entry[].changes[]` → items for one account.
 * Always holds: total; every item is looked at; what is not for this account, or says nothing, becomes `ignored` with its reason; a change that
 * carries a sender and a recipient is a message item in other clothes (so the dashboard's test button and some fields send them).
 */
import { arrayAt, at, idAt, numericAt, objectAt, readCleanJson, sha256Hex, stringAt, textAt } from '@dragoman/channel-kit'
import type { AccountsInBody, InboundEvent } from '@dragoman/core'

export interface MessagingItem {
  value: unknown
  /** A copy for an app that does not hold the conversation. */
  standby: boolean
  /** The time of the whole entry in ms; 0 where it has none. */
  entryAt: number
  /** Unique to this item and the same in every repeat of the body. */
  fingerprint: string
}

export interface MessagingChange {
  field: string
  value: unknown
  /** Which account it is for, as the entry names it. */
  ownId: string
  entryAt: number
  fingerprint: string
}

export interface EnvelopeReaders {
  object: string
  ownIds: readonly string[]
  item(item: MessagingItem): InboundEvent[]
  change(change: MessagingChange): InboundEvent[]
}

/** All accounts that a body speaks of. */
export function accountsInEnvelope(body: Uint8Array): AccountsInBody {
  const ids = new Set<string>()
  for (const entry of entriesOf(readCleanJson(body).value)) {
    const id = idAt(entry, 'id')
    if (id) ids.add(id)
  }
  return { kind: 'named', externalIds: [...ids] }
}

/** The events of a body that concern the account, by the given readers. */
export function parseEnvelope(body: Uint8Array, readers: EnvelopeReaders): InboundEvent[] {
  const { value: root, note } = readCleanJson(body)
  const hash = sha256Hex(body).slice(0, 24)
  const ignored = (reason: string, type: string): InboundEvent[] => [{ kind: 'ignored', externalId: `body:${hash}`, at: 0, reason, type }]
  const top = Array.isArray(root) ? root[0] : root
  if (!objectAt(top)) return ignored('malformed', 'body')
  if (textAt(top, 'object') !== readers.object) return ignored('other_object', textAt(top, 'object') ?? 'body')

  const events: InboundEvent[] = []
  for (const [entryIndex, entry] of entriesOf(root).entries()) {
    const ownId = idAt(entry, 'id')
    if (!ownId || !readers.ownIds.includes(ownId)) continue
    const entryAt = timeOf(numericAt(entry, 'time'))
    const before = events.length
    const fingerprint = (part: string) => `${hash}:${entryIndex}:${part}`
    for (const list of ['messaging', 'standby'] as const) {
      for (const [index, value] of arrayAt(entry, list).entries())
        events.push(...readers.item({ value, standby: list === 'standby', entryAt, fingerprint: fingerprint(`${list}:${index}`) }))
    }
    for (const [index, change] of changesOf(entry).entries()) {
      const field = textAt(change, 'field') ?? 'unnamed'
      const value = at(change, 'value')
      const place = { entryAt, fingerprint: fingerprint(`change:${index}`) }
      const isItem = objectAt(value, 'sender') && objectAt(value, 'recipient')
      events.push(
        ...(isItem ? readers.item({ value, standby: field === 'standby', ...place }) : readers.change({ field, value, ownId, ...place })),
      )
    }
    if (events.length === before)
      events.push({ kind: 'ignored', externalId: fingerprint('entry'), at: entryAt, reason: 'nothing_in_it', type: 'entry' })
  }
  if (events.length === 0) return ignored('other_account', 'body')
  return note ? events.map(event => ({ ...event, parseNote: [event.parseNote, note].filter(Boolean).join('; ') })) : events
}

/** ms from the platform's ms or seconds; 0 where there is no sensible time. */
export function timeOf(time: number | undefined): number {
  if (time === undefined || !(time > 0)) return 0
  const ms = Math.round(time > 100_000_000_000 ? time : time * 1000)
  // Beyond the year 9999 nothing can be stored.
  return ms < 253_402_300_800_000 ? ms : 0
}

/** The event for what is not used. */
export function ignoredItem(place: { fingerprint: string; entryAt: number }, reason: string, type: string, when?: number): InboundEvent {
  return { kind: 'ignored', externalId: place.fingerprint, at: when || place.entryAt, reason, type }
}

/** Examples show the body in an array now and then; one entry is enough to tell. */
function entriesOf(root: unknown): readonly unknown[] {
  return Array.isArray(root) ? root.flatMap(body => arrayAt(body, 'entry')) : arrayAt(root, 'entry')
}

/** Under `changes`, or, as one kind of app hears it, beside the entry's own id. */
function changesOf(entry: unknown): readonly unknown[] {
  const changes = arrayAt(entry, 'changes')
  return changes.length === 0 && stringAt(entry, 'field') !== undefined ? [entry] : changes
}
