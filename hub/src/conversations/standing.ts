/**
 * Where a conversation stands, from what was told of it. Always holds: of each thing that moves it only the latest moment counts, so that any order and
 * repetition of events ends in the same standing [mechanics 4-6]; what we decide ourselves comes right after all that we know, whatever the clocks say.
 */
import type { Standing } from '@dragoman/core'

/** The latest moment of each thing that moves a standing, in ms since the epoch. */
export interface StandingFacts {
  /** The person wants nothing from us. */
  blocked?: number
  /** The messenger says that the person never wrote to us. */
  notStarted?: number
  /** The person has begun, or begun again, without writing. */
  begun?: number
  /** Another program took it. */
  elsewhere?: number
  /** It came back to us. */
  ours?: number
  /** The person asks to be let in. */
  requested?: number
  /** The request was taken on. */
  accepted?: number
}

const factOf: Record<Standing, keyof StandingFacts | undefined> = {
  open: undefined,
  blocked: 'blocked',
  not_started: 'notStarted',
  elsewhere: 'elsewhere',
  requested: 'requested',
}

/** A standing that was set before anything was told of it counts as the oldest fact. */
export function factsOf(standing: Standing): StandingFacts {
  const fact = factOf[standing]
  return fact ? { [fact]: 0 } : {}
}

/** Keeps the latest moment of each. */
export function withFacts(facts: StandingFacts, told: StandingFacts): StandingFacts {
  const merged = { ...facts }
  for (const [fact, at] of Object.entries(told) as [keyof StandingFacts, number][]) merged[fact] = Math.max(merged[fact] ?? at, at)
  return merged
}

/** Where a conversation stands, from the facts and the moment at which the person last wrote (ms; null: never). */
export function standingFrom(facts: StandingFacts, heardAt: number | null): Standing {
  const at = (fact: keyof StandingFacts) => facts[fact] ?? Number.NEGATIVE_INFINITY
  // A word that is a message and a refusal in one (STOP) refuses. Where a platform counts whole seconds, whoever began again in that second has begun.
  const holds = (refused: number) => refused >= (heardAt ?? Number.NEGATIVE_INFINITY) && refused > at('begun')
  if (holds(at('blocked'))) return 'blocked'
  if (holds(at('notStarted'))) return 'not_started'
  if (at('elsewhere') > at('ours')) return 'elsewhere'
  if (at('requested') > at('accepted')) return 'requested'
  return 'open'
}

/**
 * SQL for what we learned or decided ourselves, to be set together with the standing: a fact as late as all that was told of the opposite. Clocks of
 * platforms count whole seconds or go behind; the next thing told counts again.
 */
export const decidedFacts = {
  /** A platform refused to deliver: as late as the person's last word. The parameter's text is the fact's name. */
  refused: (fact: string) =>
    `coalesce(standing_facts, '{}') || jsonb_build_object(${fact}::text, greatest((extract(epoch from heard_at) * 1000)::float8, (standing_facts->>'begun')::float8 + 1, 0))`,
  /** A request was taken on, or a conversation taken back. */
  opened: `coalesce(standing_facts, '{}') || jsonb_build_object('accepted', coalesce(standing_facts->'requested', '0'), 'ours', coalesce(standing_facts->'elsewhere', '0'))`,
} as const

/** The name of the fact that a standing is. Only for standings that a refusal tells. */
export function refusedFact(standing: 'blocked' | 'not_started'): string {
  return factOf[standing]!
}
