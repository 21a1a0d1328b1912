/**
 * Messengers side by side on a day: a row for each capability, for reach in each country, and for law on each kind of message there.
 * Always holds: every row has a cell for every channel; a cell without a fact is `unknown`.
 */
import { lawMessages } from './business.ts'
import { heldOn, isStale, type RegistryFact, type RegistrySource, registryFacts } from './facts.ts'
import { lawOn, reachOn } from './reach-and-law.ts'

export interface RegistryQuestion {
  day: string
  countries: readonly string[]
  business: string
}

export interface RegistryCell {
  /** The fact's own state, or `holds` where it is only numbers; `not_yet`, `gone`, `unknown`. */
  state: string
  /** Nobody has checked it for long. */
  stale: boolean
  /** What decides; absent where nothing is recorded. */
  fact?: RegistryFact
  /** Everything recorded on the matter, newest first, the deciding fact among it. */
  history: RegistryFact[]
}

export interface RegistryRow {
  /** `features.edit`, `reach.RU`, `law.RU.advertising`. */
  key: string
  group: string
  country?: string
  message?: string
  cells: Record<string, RegistryCell>
}

export function registryMatrix(sources: readonly RegistrySource[], asked: RegistryQuestion): RegistryRow[] {
  const all = sources.map(source => ({ id: source.id, facts: registryFacts(source) }))
  const { day } = asked
  const cellsOf = (of: (facts: readonly RegistryFact[]) => RegistryCell) =>
    Object.fromEntries(all.map(({ id, facts }) => [id, of(facts)])) as Record<string, RegistryCell>
  const plain = keysOf(all.map(({ facts }) => facts)).map(
    (key): RegistryRow => ({
      key,
      group: key.split('.')[0] ?? key,
      cells: cellsOf(facts => {
        const own = facts.filter(fact => fact.key === key)
        const held = heldOn(own, day)
        return cell(held.kind === 'holds' ? (held.fact.state ?? 'holds') : held.kind, held.fact, own, day)
      }),
    }),
  )
  const reach = asked.countries.map(
    (country): RegistryRow => ({
      key: `reach.${country}`,
      group: 'reach',
      country,
      cells: cellsOf(facts => {
        const own = placed(facts, 'reach', country)
        const ruling = reachOn(own, country, day)
        return cell(ruling.state, ruling.fact, own, day)
      }),
    }),
  )
  const messages = messagesOf(all.flatMap(({ facts }) => facts))
  const law = asked.countries.flatMap(country =>
    messages.map(
      (message): RegistryRow => ({
        key: `law.${country}.${message}`,
        group: 'law',
        country,
        message,
        cells: cellsOf(facts => {
          const own = placed(facts, 'law', country).filter(
            fact => (fact.business === '*' || fact.business === asked.business) && (fact.message === '*' || fact.message === message),
          )
          const ruling = lawOn(own, { country, business: asked.business, message }, day)
          return cell(ruling.state, ruling.fact, own, day)
        }),
      }),
    ),
  )
  return [...reach, ...law, ...plain]
}

/** Facts about a country or about everywhere, as the rules of reach and law take them. */
function placed(facts: readonly RegistryFact[], group: 'reach' | 'law', country: string) {
  return facts.filter(fact => fact.group === group && (fact.country === country || fact.country === '*')) as Placed[]
}
type Placed = RegistryFact & { country: string; business: string; message: string; state: never }

function cell(state: string, fact: RegistryFact | undefined, own: readonly RegistryFact[], day: string): RegistryCell {
  return {
    state,
    stale: fact !== undefined && isStale(fact, day),
    ...(fact ? { fact } : {}),
    history: own.toSorted((a, b) => (b.since ?? '').localeCompare(a.since ?? '')),
  }
}

/** Keys of all channels in the order of the fullest, what only others have after its neighbours. */
function keysOf(all: readonly (readonly RegistryFact[])[]): string[] {
  const keys: string[] = []
  for (const facts of all) {
    let place = -1
    for (const { key, group } of facts) {
      if (group === 'reach' || group === 'law') continue
      const known = keys.indexOf(key)
      if (known >= 0) place = known
      else keys.splice(++place, 0, key)
    }
  }
  return keys
}

function messagesOf(facts: readonly RegistryFact[]): string[] {
  const found = facts.flatMap(fact => (fact.group === 'law' && fact.message !== undefined && fact.message !== '*' ? [fact.message] : []))
  return [...new Set([...lawMessages, ...found])]
}
