/** How often a property is tried, and with which seed: `PROPERTY_RUNS` multiplies the short form, `PROPERTY_SEED` repeats a run. The seed is printed. */
import type { Parameters as Options } from 'fast-check'

/** Options of `fc.assert` for a property that is tried so often in the short form. */
export function propertyRuns<Value>(numRuns: number, more: Options<Value> = {}): Options<Value> {
  const seed = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31)
  process.stdout.write(`property seed ${seed}\n`)
  return { numRuns: Math.ceil(numRuns * Number(process.env.PROPERTY_RUNS ?? 1)), seed, ...more }
}
