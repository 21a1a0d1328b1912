/**
 * What is killed and cut, and when: made from the seed before the run. Always holds: every kind of kill comes at least once where there are enough of
 * them; moments are fractions of the way through the messages, so that a slow machine gets the same plan.
 */
import { type Random, randomOf } from './random.ts'

export type KillKind = 'web' | 'worker' | 'webs' | 'workers' | 'hub' | 'backend' | 'postmaster'
export type CutKind = 'terminate' | 'terminate_all' | 'proxy' | 'silence'

export interface PlannedKill {
  /** Fraction of all messages that have gone in. */
  at: number
  what: KillKind
  /** Which of several, in [0, 1). */
  which: number
  /** Waited after the last kill's probe, ms. */
  pauseMs: number
}
export interface PlannedCut {
  at: number
  what: CutKind
  which: number
}

const kinds: readonly { what: KillKind; weight: number }[] = [
  { what: 'worker', weight: 32 },
  { what: 'web', weight: 28 },
  { what: 'backend', weight: 10 },
  { what: 'workers', weight: 10 },
  { what: 'webs', weight: 8 },
  { what: 'postmaster', weight: 6 },
  { what: 'hub', weight: 6 },
]

export interface Plan {
  kills: PlannedKill[]
  cuts: PlannedCut[]
}

/** The plan of a seed. */
export function makePlan(seed: number, kills: number): Plan {
  const random = randomOf(seed, 'plan')
  const chosen: KillKind[] = kinds.slice(0, kills).map(({ what }) => what)
  while (chosen.length < kills) chosen.push(weighted(random))
  shuffle(chosen, random)
  const moments = sorted(chosen.length, () => random.between(0.03, 0.96))
  return {
    kills: chosen.map((what, index) => ({ at: moments[index]!, what, which: random.next(), pauseMs: random.between(0, 700) })),
    cuts: sorted(Math.ceil(kills / 2), () => random.between(0.02, 0.97)).map(at => ({
      at,
      what: random.pick(['terminate', 'terminate', 'terminate_all', 'proxy', 'proxy', 'silence'] as const),
      which: random.next(),
    })),
  }
}

function weighted(random: Random): KillKind {
  let left = random.next() * kinds.reduce((sum, { weight }) => sum + weight, 0)
  for (const { what, weight } of kinds) {
    left -= weight
    if (left < 0) return what
  }
  return 'worker'
}

function shuffle<Item>(items: Item[], random: Random): void {
  for (let index = items.length - 1; index > 0; index--) {
    const other = random.below(index + 1)
    const item = items[index]!
    items[index] = items[other]!
    items[other] = item
  }
}

function sorted(count: number, make: () => number): number[] {
  return Array.from({ length: count }, make).toSorted((a, b) => a - b)
}
