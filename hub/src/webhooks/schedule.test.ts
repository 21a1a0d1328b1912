/** When a delivery is tried again. Always holds: five days in all, later each time, and never before the receiver asks. */
import { describe, expect, test } from 'vitest'
import { nextWaitMs } from './schedule.ts'

const hour = 3_600_000

describe('the schedule', () => {
  test('goes from seconds to days and ends after about five', () => {
    const waits: number[] = []
    for (let tries = 1; ; tries++) {
      const wait = nextWaitMs(tries, 0, 0)
      if (wait === undefined) break
      waits.push(wait)
    }
    expect(waits[0]).toBe(5_000)
    expect(waits).toEqual(waits.toSorted((a, b) => a - b))
    const days = waits.reduce((sum, wait) => sum + wait, 0) / (24 * hour)
    expect(days).toBeGreaterThan(4.5)
    expect(days).toBeLessThan(6)
  })

  test('waits as long as the receiver asks, in seconds or until a date, but no longer than a day', () => {
    const now = Date.parse('2026-11-01T10:00:00Z')
    expect(nextWaitMs(1, 0, now, '120')).toBe(120_000)
    expect(nextWaitMs(1, 0, now, 'Sun, 01 Nov 2026 10:10:00 GMT')).toBe(600_000)
    expect(nextWaitMs(1, 0, now, '99999999')).toBe(24 * hour)
    expect(nextWaitMs(1, 0, now, 'soon')).toBe(5_000)
    expect(nextWaitMs(3, 0, now, '1')).toBe(hour / 2)
  })

  test('is a little later by chance, so that not everything comes at once', () => {
    expect(nextWaitMs(2, 1, 0)).toBe(1.2 * 300_000)
  })
})
