/**
 * Randomness from one seed: every part of a chaos run has a stream of its own, so that one part's luck does not change another's.
 * Always holds: the same seed and name give the same sequence on every machine.
 */

export interface Random {
  /** In [0, 1). */
  next(): number
  /** An integer in [0, below). */
  below(below: number): number
  /** True with this probability. */
  chance(probability: number): boolean
  /** A number in [from, to). */
  between(from: number, to: number): number
  pick<Item>(items: readonly Item[]): Item
}

/** A stream of the seed, named. */
export function randomOf(seed: number, name: string): Random {
  let state = mixed(seed, name)
  const next = () => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    next,
    below: below => Math.floor(next() * below),
    chance: probability => next() < probability,
    between: (from, to) => from + next() * (to - from),
    pick: items => items[Math.floor(next() * items.length)]!,
  }
}

/** A number in [0, 1) that depends on nothing but its arguments: for decisions about one thing, whenever they are made. */
export function fateOf(seed: number, name: string, ...of: readonly number[]): number {
  let hash = mixed(seed, name)
  for (const value of of) hash = scrambled(hash ^ (value | 0))
  return (scrambled(hash) >>> 0) / 4_294_967_296
}

function mixed(seed: number, name: string): number {
  let hash = scrambled(seed | 0)
  for (let index = 0; index < name.length; index++) hash = scrambled(hash ^ name.charCodeAt(index))
  return hash
}

function scrambled(value: number): number {
  let mixedValue = Math.imul(value ^ (value >>> 16), 0x21f0aaad)
  mixedValue = Math.imul(mixedValue ^ (mixedValue >>> 15), 0x735a2d97)
  return (mixedValue ^ (mixedValue >>> 15)) + 0x9e3779b9
}
