/** Ids and keys as platforms make them, drawn from the environment's `random` so that a run can be repeated. */

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** `length` characters of an alphabet. */
export function randomText(random: () => number, length: number, alphabet = letters): string {
  let text = ''
  for (let index = 0; index < length; index++) text += alphabet[Math.floor(random() * alphabet.length)] ?? alphabet[0]
  return text
}

/** `length` decimal digits, the first of them not zero. */
export function randomDigits(random: () => number, length: number): string {
  return randomText(random, 1, '123456789') + randomText(random, length - 1, '0123456789')
}

/** A generator with a seed (mulberry32): the same seed gives the same run. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
