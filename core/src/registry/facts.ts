/**
 * The living registry: everything that a channel says of itself as a flat list of dated facts, and what of it holds on a day.
 * Always holds: whatever in the capabilities names a source and a day is a fact, with its path as key, so a new capability needs no line here;
 * nothing recorded is `unknown`, a state of its own, never a yes.
 */
import type { Capabilities, Localized, Provenance } from '../capabilities.ts'
import type { ReplyPolicy } from '../reply-policy.ts'

/** What the registry needs of a channel. */
export interface RegistrySource {
  id: string
  capabilities: Capabilities
  replyPolicy?: ReplyPolicy
}

export interface RegistryFact extends Provenance {
  channel: string
  /** Where it stands: `features.edit`, `media.image`, `reach.RU`, `law.RU.bank.advertising`. Facts of one key follow each other in time. */
  key: string
  /** The first word of the key. */
  group: string
  /** A level, a state of reach or law, how honest a receipt is; absent where the fact is only numbers. */
  state?: string
  /** All else that the fact says: numbers, units, types. */
  detail: Readonly<Record<string, unknown>>
  note?: Localized
  country?: string
  business?: string
  message?: string
}

/** Facts older than this, counted from the day of the last check, are said to be stale. */
export const staleAfterDays = 180

/** What holds of one key on a day. `not_yet` and `gone`: nothing holds, but the feature came later or went before. */
export type Held =
  | { kind: 'holds'; fact: RegistryFact }
  | { kind: 'not_yet' | 'gone'; fact: RegistryFact }
  | { kind: 'unknown'; fact?: undefined }

const provenanceFields = new Set(['source', 'checkedOn', 'since', 'until', 'confidence'])
/** Fields by which an entry of a list is known among the others. */
const namingFields = ['country', 'business', 'message', 'scope'] as const
const spoken = new Set([...provenanceFields, ...namingFields, 'level', 'state', 'note', 'of'])

/** Everything that a channel says of itself, in the order in which it says it. */
export function registryFacts({ id, capabilities, replyPolicy }: RegistrySource): RegistryFact[] {
  const facts: RegistryFact[] = []
  walk(capabilities, [], (path, value) => {
    if (path[0] === 'past') facts.push(factOf(id, String(value.of), value))
    else if (path[0] === 'receipts') facts.push(...receiptFacts(id, value))
    else facts.push(factOf(id, path.join('.'), value))
  })
  for (const fact of facts)
    if (fact.until === undefined) Object.assign(fact, { detail: { ...fact.detail, ...besides(fact.key, capabilities) } })
  const writing = replyPolicy && freeformFact(id, replyPolicy)
  return writing ? [...facts, writing] : facts
}

/** The facts that hold on a day. */
export function factsAsOf(facts: readonly RegistryFact[], day: string): RegistryFact[] {
  return facts.filter(fact => holdsOn(fact, day))
}

export function holdsOn(fact: Provenance, day: string): boolean {
  return (fact.since === undefined || fact.since <= day) && (fact.until === undefined || fact.until > day)
}

/** The latest of those that hold: a newer fact takes the place of an older one even where nobody has ended that. */
export function latestOn<Fact extends Provenance>(facts: readonly Fact[], day: string): Fact | undefined {
  return facts
    .filter(fact => holdsOn(fact, day))
    .toSorted((a, b) => (a.since ?? '').localeCompare(b.since ?? ''))
    .at(-1)
}

/** What holds of one key on a day; `facts` are those of the key. */
export function heldOn(facts: readonly RegistryFact[], day: string): Held {
  const fact = latestOn(facts, day)
  if (fact) return { kind: 'holds', fact }
  const byStart = facts.toSorted((a, b) => (a.since ?? '').localeCompare(b.since ?? ''))
  const past = byStart.findLast(one => one.until !== undefined && one.until <= day)
  if (past) return isThere(past) ? { kind: 'gone', fact: past } : { kind: 'unknown' }
  const coming = byStart.find(one => one.since !== undefined && one.since > day)
  return coming && isThere(coming) ? { kind: 'not_yet', fact: coming } : { kind: 'unknown' }
}

/** Whether nobody has looked for too long: on the day that is asked about, the last check lies more than half a year back. */
export function isStale(fact: Pick<Provenance, 'checkedOn'>, day: string): boolean {
  return Date.parse(day) - Date.parse(fact.checkedOn) > staleAfterDays * 86_400_000
}

/** An ISO day, as facts write it; undefined of anything else. */
export function readDay(text: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  const at = Date.parse(text)
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text ? undefined : text
}

/** That something came or went can only be said of what a messenger has. */
function isThere(fact: RegistryFact): boolean {
  return fact.state === 'native' || fact.state === 'converted' || fact.state === 'always' || fact.state === 'user_may_hide'
}

type Sourced = Record<string, unknown> & Provenance

function walk(value: unknown, path: string[], found: (path: string[], value: Sourced) => void): void {
  if (Array.isArray(value)) {
    value.forEach((one, index) => {
      walk(one, [...path, isRecord(one) ? nameOf(one, index) : String(index)], found)
    })
    return
  }
  if (!isRecord(value)) return
  if (isSourced(value)) found(path, value)
  for (const [key, inner] of Object.entries(value)) if (typeof inner === 'object') walk(inner, [...path, key], found)
}

function factOf(channel: string, key: string, value: Sourced): RegistryFact {
  const state = value.level ?? value.state
  return {
    channel,
    key,
    group: key.split('.')[0] ?? key,
    ...(typeof state === 'string' ? { state } : {}),
    detail: Object.fromEntries(
      Object.entries(value).filter(([name, inner]) => !spoken.has(name) && inner !== undefined && !holdsFacts(inner)),
    ),
    ...(isRecord(value.note) ? { note: value.note as unknown as Localized } : {}),
    ...provenanceOf(value),
    ...(typeof value.country === 'string' ? { country: value.country } : {}),
    ...(typeof value.business === 'string' ? { business: value.business } : {}),
    ...(typeof value.message === 'string' ? { message: value.message } : {}),
  }
}

/** Two facts in one entry: that a message arrived, and that it was read. */
function receiptFacts(channel: string, value: Sourced): RegistryFact[] {
  return (['delivered', 'read'] as const).map(kind => ({
    ...factOf(channel, `receipts.${kind}`, value),
    state: String(value[kind]),
    detail: {},
  }))
}

/** When a person of the firm may write freely: the windows in which he may, or always. */
function freeformFact(channel: string, policy: ReplyPolicy): RegistryFact | undefined {
  const rules = policy.rules.filter(rule => rule.allows === 'freeform')
  const rule = rules.find(one => one.window === undefined) ?? rules[0]
  if (!rule) return undefined
  const windows = rules.flatMap(one => {
    const known = one.window === undefined ? undefined : policy.windows[one.window]
    return known ? [{ name: known.name, lengthMs: known.lengthMs }] : []
  })
  return {
    channel,
    key: 'policy.freeform',
    group: 'policy',
    state: rule.window === undefined ? 'anytime' : 'within_window',
    detail: { priceClass: rule.priceClass, ...(rule.window === undefined ? {} : { windows }) },
    ...provenanceOf(rule),
  }
}

/** Numbers that stand beside the facts to which they belong. */
function besides(key: string, can: Capabilities): Record<string, unknown> {
  if (key === 'features.edit' && can.editWithinMs !== undefined) return { withinMs: can.editWithinMs }
  if (key === 'features.delete' && can.deleteWithinMs !== undefined) return { withinMs: can.deleteWithinMs }
  if (key === 'features.react' && can.reactionEmojis) return { emojis: can.reactionEmojis.length }
  return {}
}

function provenanceOf(value: Provenance): Provenance {
  return Object.fromEntries(
    Object.entries(value).filter(([name, inner]) => provenanceFields.has(name) && inner !== undefined),
  ) as unknown as Provenance
}

function nameOf(value: Record<string, unknown>, index: number): string {
  const names = namingFields.flatMap(field => (typeof value[field] === 'string' ? [value[field]] : []))
  return names.length > 0 ? names.join('.') : String(index)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSourced(value: Record<string, unknown>): value is Sourced {
  return typeof value.source === 'string' && typeof value.checkedOn === 'string'
}

function holdsFacts(value: unknown): boolean {
  return isRecord(value) && isSourced(value)
}
