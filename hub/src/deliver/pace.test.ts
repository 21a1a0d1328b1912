/** The pace of sendings, against its definition: never more in any stretch of time, and room for those who talk. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { afterOne, keptForTalk, type Lane, type Rate, tokensAt, waitFor } from './pace.ts'

const rates = fc.record({ perSecond: fc.double({ min: 0.05, max: 2_000, noNaN: true }), burst: fc.integer({ min: 1, max: 300 }) })
/** When somebody asks, for which lane, and for how many. */
const asks = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 0, max: 5_000 }),
    lane: fc.constantFrom<Lane>('talk', 'bulk'),
    most: fc.integer({ min: 1, max: 400 }),
  }),
  { maxLength: 40 },
)

/** Plays asks against a rate; gives how many left at each moment. */
function play(rate: Rate, plan: readonly { afterMs: number; lane: Lane; most: number }[]) {
  const left: { at: number; count: number }[] = []
  let now = 1_000_000
  let tat = 0
  for (const { afterMs, lane, most } of plan) {
    now += afterMs
    const tokens = tokensAt(tat, rate, lane, now)
    const count = Math.min(tokens, most)
    for (let index = 0; index < count; index++) {
      if (waitFor(tat, rate, lane, now) > 0.01) throw new Error('counted more than may leave')
      tat = afterOne(tat, rate, now)
    }
    // What was counted as the last is the last.
    if (tokens <= most) expect(waitFor(tat, rate, lane, now)).toBeGreaterThan(0)
    left.push({ at: now, count })
  }
  return left
}

test('in any stretch of time at most the rate and one burst', () => {
  fc.assert(
    fc.property(rates, asks, (rate, plan) => {
      const left = play(rate, plan)
      for (const [from, first] of left.entries()) {
        let sum = 0
        for (const { at, count } of left.slice(from)) {
          sum += count
          if (sum > rate.perSecond * ((at - first.at) / 1_000) + rate.burst + 0.05) throw new Error(`${sum} within ${at - first.at} ms`)
        }
      }
    }),
  )
})

test('however much bulk has left, a fifth of what may leave at once is there for whoever talks', () => {
  fc.assert(
    fc.property(rates, asks, (rate, plan) => {
      const bulk = plan.map(ask => ({ ...ask, lane: 'bulk' as const }))
      let now = 1_000_000
      let tat = 0
      for (const { afterMs, most } of bulk) {
        now += afterMs
        for (let count = Math.min(most, tokensAt(tat, rate, 'bulk', now)); count > 0; count--) tat = afterOne(tat, rate, now)
        expect(tokensAt(tat, rate, 'talk', now)).toBeGreaterThanOrEqual(keptForTalk(rate.burst))
      }
    }),
  )
})

test('bulk alone has the whole rate', () => {
  const rate = { perSecond: 1_000, burst: 250 }
  let tat = 0
  let left = 0
  for (let now = 0; now <= 10_000; now += 20)
    for (let count = tokensAt(tat, rate, 'bulk', now); count > 0; count--) {
      tat = afterOne(tat, rate, now)
      left++
    }
  expect(left).toBeGreaterThanOrEqual(10_000)
  expect(left).toBeLessThanOrEqual(10_000 + rate.burst)
})
