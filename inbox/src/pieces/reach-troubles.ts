/**
 * What speaks against a messenger in the firm's countries, as data: blocked, works badly, forbidden, restricted, not known. Pure.
 * Always holds: what is not recorded is told as not known; only reach that is recorded as good, with nothing said against it by law, gives no line.
 */
import { type Capabilities, isStale, type LawFact, lawMessages, lawOn, type ReachFact, reachOn } from '@dragoman/api'

export interface FirmPlace {
  countries: readonly string[]
  business: string
}

export type ReachTrouble =
  | { kind: 'reach'; state: 'degraded' | 'blocked' | 'closed' | 'unknown'; country: string; fact: ReachFact; stale: boolean }
  | {
      kind: 'law'
      state: 'restricted' | 'forbidden'
      country: string
      messages: string[]
      fact: LawFact /** Absent where facts of several days are told in one line. */
      since?: string
      stale: boolean
    }
  /** Countries of which nothing is recorded. */
  | { kind: 'nothing'; of: 'reach' | 'law' | 'both'; countries: string[] }

export function reachTroubles(
  capabilities: Pick<Capabilities, 'reach' | 'law'>,
  { countries, business }: FirmPlace,
  day: string,
  /** Kinds of message that matter here; all, where absent. */
  messages: readonly string[] = lawMessages,
  /** In as few lines as can be: all that is forbidden in a country is one. */
  brief = false,
): ReachTrouble[] {
  const reach: ReachTrouble[] = []
  const law: (ReachTrouble & { kind: 'law' })[] = []
  const silentReach: string[] = []
  const silentLaw: string[] = []
  for (const country of countries) {
    const place = reachOn(capabilities.reach ?? [], country, day)
    if (!place.fact) silentReach.push(country)
    else if (place.state !== 'reachable')
      reach.push({ kind: 'reach', state: place.state, country, fact: place.fact, stale: isStale(place.fact, day) })
    const rulings = messages.map(message => ({ message, ...lawOn(capabilities.law ?? [], { country, business, message }, day) }))
    if (rulings.every(ruling => !ruling.fact)) silentLaw.push(country)
    for (const { message, state, fact } of rulings) {
      if (!fact || (state !== 'restricted' && state !== 'forbidden')) continue
      const same = law.find(one => one.country === country && one.state === state && (brief || sameWords(one.fact, fact)))
      if (!same) law.push({ kind: 'law', state, country, messages: [message], fact, since: fact.since, stale: isStale(fact, day) })
      else {
        same.messages.push(message)
        if (same.since !== fact.since) same.since = undefined
        // Told with the kind of business as soon as one of them is about that.
        if (same.fact.business === '*') same.fact = fact
        same.stale ||= isStale(fact, day)
      }
    }
  }
  const both = silentReach.filter(country => silentLaw.includes(country))
  const nothing = (of: 'reach' | 'law' | 'both', some: string[]): ReachTrouble[] =>
    some.length > 0 ? [{ kind: 'nothing', of, countries: some }] : []
  return [
    ...reach.toSorted((a, b) => weight(b) - weight(a)),
    ...law.toSorted((a, b) => weight(b) - weight(a)),
    ...nothing('both', both),
    ...nothing(
      'reach',
      silentReach.filter(country => !both.includes(country)),
    ),
    ...nothing(
      'law',
      silentLaw.filter(country => !both.includes(country)),
    ),
  ]
}

/** Facts that say one thing for several kinds of message are told in one line. */
function sameWords(a: LawFact, b: LawFact): boolean {
  return a === b || (a.since === b.since && a.source === b.source && a.business === b.business && a.note.en === b.note.en)
}

function weight(trouble: ReachTrouble): number {
  if (trouble.kind === 'nothing') return 0
  return { unknown: 0, degraded: 1, restricted: 1, blocked: 2, forbidden: 2, closed: 3 }[trouble.state]
}
