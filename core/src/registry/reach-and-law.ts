/**
 * Where a messenger can be reached on a day, and what law says there to a kind of business about a kind of message.
 * Always holds: of facts about the same place the newest counts; of those that hold side by side (a country and everywhere, one kind of business and
 * all) the worst; where nothing holds the answer is `unknown`.
 */
import type { LawFact, Provenance, ReachFact } from '../capabilities.ts'
import { latestOn } from './facts.ts'

export type ReachState = ReachFact['state']
export type LawState = LawFact['state']

/** From best to worst. Not to know is worse than a yes, and better than a known trouble. */
const reachRank: readonly ReachState[] = ['reachable', 'unknown', 'degraded', 'blocked', 'closed']
const lawRank: readonly LawState[] = ['allowed', 'unknown', 'restricted', 'forbidden']

export interface Ruling<State, Fact> {
  state: State
  /** The fact that decides; absent where nothing is recorded for that day. */
  fact?: Fact
}

/** Reach in a country on a day. */
export function reachOn<Fact extends Pick<ReachFact, 'country' | 'state'> & Provenance>(
  facts: readonly Fact[],
  country: string,
  day: string,
): Ruling<ReachState, Fact> {
  return worst(
    latestOfEach(
      facts.filter(fact => fact.country === country || fact.country === '*'),
      fact => fact.country,
      day,
    ),
    reachRank,
  )
}

/** Law in a country on a day, for a kind of business and a kind of message. */
export function lawOn<Fact extends Pick<LawFact, 'country' | 'business' | 'message' | 'state'> & Provenance>(
  facts: readonly Fact[],
  asked: { country: string; business: string; message: string },
  day: string,
): Ruling<LawState, Fact> {
  const fits = (value: string, wanted: string) => value === '*' || value === wanted
  return worst(
    latestOfEach(
      facts.filter(fact => fits(fact.country, asked.country) && fits(fact.business, asked.business) && fits(fact.message, asked.message)),
      fact => [fact.country, fact.business, fact.message].join(' '),
      day,
    ),
    lawRank,
  )
}

function latestOfEach<Fact extends Provenance>(facts: readonly Fact[], placeOf: (fact: Fact) => string, day: string): Fact[] {
  return [...Map.groupBy(facts, placeOf).values()].flatMap(some => latestOn(some, day) ?? [])
}

function worst<State extends string, Fact extends Provenance & { state: State }>(
  facts: readonly Fact[],
  rank: readonly State[],
): Ruling<State, Fact> {
  const fact = facts
    .toSorted((a, b) => rank.indexOf(a.state) - rank.indexOf(b.state) || (a.since ?? '').localeCompare(b.since ?? ''))
    .at(-1)
  return fact ? { state: fact.state, fact } : { state: 'unknown' as State }
}
