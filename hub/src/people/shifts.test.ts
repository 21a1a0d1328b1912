/** Shifts against the clock of the member's zone, over both changes of the clocks. */
import { describe, expect, test } from 'vitest'
import { isOnShift } from './shifts.ts'

const at = (iso: string) => Date.parse(iso)
const office = { mon: [['09:00', '18:00']], sun: [['09:00', '18:00']] } as Parameters<typeof isOnShift>[0]

describe('shifts', () => {
  test('without shifts a member always works; with none on a day he is free', () => {
    expect(isOnShift(null, null, at('2026-03-30T03:00:00Z'))).toBe(true)
    expect(isOnShift({}, 'Europe/Berlin', at('2026-03-30T10:00:00Z'))).toBe(false)
  })

  test('begin with the first minute and end before the last', () => {
    expect(isOnShift(office, 'UTC', at('2026-03-30T08:59:59Z'))).toBe(false)
    expect(isOnShift(office, 'UTC', at('2026-03-30T09:00:00Z'))).toBe(true)
    expect(isOnShift(office, 'UTC', at('2026-03-30T17:59:59Z'))).toBe(true)
    expect(isOnShift(office, 'UTC', at('2026-03-30T18:00:00Z'))).toBe(false)
  })

  test('keep to the wall clock when the clocks go forward', () => {
    // Berlin: 29 March 2026, 2 o'clock becomes 3. Nine in the morning is 7 UTC from that day on, 8 UTC a week before.
    expect(isOnShift(office, 'Europe/Berlin', at('2026-03-22T08:00:00Z'))).toBe(true)
    expect(isOnShift(office, 'Europe/Berlin', at('2026-03-22T07:59:00Z'))).toBe(false)
    expect(isOnShift(office, 'Europe/Berlin', at('2026-03-29T07:00:00Z'))).toBe(true)
    expect(isOnShift(office, 'Europe/Berlin', at('2026-03-29T06:59:00Z'))).toBe(false)
    expect(isOnShift(office, 'Europe/Berlin', at('2026-03-29T16:00:00Z'))).toBe(false)
  })

  test('keep to the wall clock when the clocks go back, the hour that comes twice included', () => {
    const night = { sun: [['02:00', '03:00']] } as typeof office
    for (const iso of ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z']) expect(isOnShift(night, 'Europe/Berlin', at(iso))).toBe(true)
    expect(isOnShift(night, 'Europe/Berlin', at('2026-10-25T02:00:00Z'))).toBe(false)
    expect(isOnShift(office, 'Europe/Berlin', at('2026-10-25T08:00:00Z'))).toBe(true)
    expect(isOnShift(office, 'Europe/Berlin', at('2026-10-25T07:59:00Z'))).toBe(false)
  })

  test('may go over midnight into the next day, and until 24:00', () => {
    const nights = { fri: [['22:00', '06:00']], sat: [['20:00', '24:00']] } as typeof office
    expect(isOnShift(nights, 'Asia/Yekaterinburg', at('2026-03-27T17:00:00Z'))).toBe(true)
    expect(isOnShift(nights, 'Asia/Yekaterinburg', at('2026-03-28T00:59:00Z'))).toBe(true)
    expect(isOnShift(nights, 'Asia/Yekaterinburg', at('2026-03-28T01:00:00Z'))).toBe(false)
    expect(isOnShift(nights, 'Asia/Yekaterinburg', at('2026-03-28T18:59:00Z'))).toBe(true)
    expect(isOnShift(nights, 'Asia/Yekaterinburg', at('2026-03-28T19:00:00Z'))).toBe(false)
  })

  test('a zone that this machine does not know counts as UTC', () => {
    expect(isOnShift(office, 'Mars/Olympus', at('2026-03-30T09:00:00Z'))).toBe(true)
  })
})
