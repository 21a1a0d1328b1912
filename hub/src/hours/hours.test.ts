/** Business hours: tables for the days when clocks change, and properties that hold for any week. */
import type { Hours, Week } from '@dragoman/api'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { afterOpenMs, closesAt, isOpen, nextOpen, openMsBetween } from './hours.ts'
import { dateOf, momentWords, replyPromise } from './words.ts'

const none: Week = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] }
const office: Week = {
  ...none,
  mon: [['09:00', '18:00']],
  tue: [['09:00', '18:00']],
  wed: [['09:00', '18:00']],
  thu: [['09:00', '18:00']],
  fri: [
    ['09:00', '13:00'],
    ['14:00', '17:00'],
  ],
}
const berlin: Hours = { zone: 'Europe/Berlin', week: office, holidays: [] }
const at = (text: string) => Date.parse(text)
const hour = 3_600_000

describe('a week of hours', () => {
  test.each([
    ['before opening', '2026-06-01T08:59:59+02:00', false],
    ['at the minute of opening', '2026-06-01T09:00:00+02:00', true],
    ['the last moment', '2026-06-01T17:59:59+02:00', true],
    ['at the minute of closing', '2026-06-01T18:00:00+02:00', false],
    ['in the lunch break', '2026-06-05T13:30:00+02:00', false],
    ['after lunch', '2026-06-05T14:00:00+02:00', true],
    ['on Sunday', '2026-06-07T12:00:00+02:00', false],
  ])('%s', (_name, moment, open) => {
    expect(isOpen(berlin, at(moment))).toBe(open)
  })

  test('opens next after the weekend, and says when it closes', () => {
    expect(nextOpen(berlin, at('2026-06-05T17:00:00+02:00'))).toBe(at('2026-06-08T09:00:00+02:00'))
    expect(closesAt(berlin, at('2026-06-05T10:00:00+02:00'))).toBe(at('2026-06-05T13:00:00+02:00'))
    expect(nextOpen(berlin, at('2026-06-05T10:00:00+02:00'))).toBe(at('2026-06-05T10:00:00+02:00'))
  })

  test('past midnight belongs to the evening before, and around the clock never closes', () => {
    const bar: Hours = { zone: 'Europe/Moscow', week: { ...none, fri: [['18:00', '02:00']] }, holidays: [] }
    expect(isOpen(bar, at('2026-06-06T01:59:00+03:00'))).toBe(true)
    expect(isOpen(bar, at('2026-06-06T02:00:00+03:00'))).toBe(false)
    expect(openMsBetween(bar, at('2026-06-01T00:00:00+03:00'), at('2026-06-08T00:00:00+03:00'))).toBe(8 * hour)
    const always: Hours = { zone: 'UTC', week: null, holidays: [] }
    expect(isOpen(always, at('2026-06-07T03:00:00Z'))).toBe(true)
    expect(closesAt(always, at('2026-06-07T03:00:00Z'))).toBeUndefined()
    expect(nextOpen({ zone: 'UTC', week: none, holidays: [] }, at('2026-06-07T03:00:00Z'))).toBeUndefined()
  })

  test('a holiday closes, or gives other hours; a yearly one comes again', () => {
    const hours: Hours = {
      ...berlin,
      holidays: [
        { date: '2020-01-01', name: 'New Year', yearly: true, intervals: [] },
        { date: '2026-06-03', name: 'Inventory', yearly: false, intervals: [['12:00', '13:00']] },
      ],
    }
    expect(isOpen(hours, at('2026-01-01T10:00:00+01:00'))).toBe(false)
    expect(isOpen(hours, at('2026-06-03T10:00:00+02:00'))).toBe(false)
    expect(isOpen(hours, at('2026-06-03T12:30:00+02:00'))).toBe(true)
    expect(isOpen(hours, at('2027-06-03T10:00:00+02:00'))).toBe(true)
  })
})

describe('days on which the clocks change', () => {
  const night: Hours = { zone: 'Europe/Berlin', week: { ...none, sun: [['00:00', '24:00']] }, holidays: [] }
  test.each([
    ['spring forward is 23 hours', '2026-03-29', 23],
    ['fall back is 25 hours', '2026-10-25', 25],
    ['any other Sunday is 24', '2026-06-07', 24],
  ])('%s', (_name, day, expected) => {
    const from = at(`${day}T00:00:00Z`) - 12 * hour
    expect(openMsBetween(night, from, from + 48 * hour) / hour).toBe(expected)
  })

  test('an hour that the clocks skip is not open time; one that comes twice is', () => {
    const early: Hours = { zone: 'Europe/Berlin', week: { ...none, sun: [['01:00', '04:00']] }, holidays: [] }
    const whole = (day: string) => openMsBetween(early, at(`${day}T00:00:00Z`) - 12 * hour, at(`${day}T00:00:00Z`) + 36 * hour) / hour
    expect(whole('2026-03-29')).toBe(2)
    expect(whole('2026-10-25')).toBe(4)
    expect(whole('2026-06-07')).toBe(3)
  })

  test('nine in the morning stays nine in the morning', () => {
    expect(nextOpen(berlin, at('2026-03-28T12:00:00+01:00'))).toBe(at('2026-03-30T09:00:00+02:00'))
    expect(nextOpen(berlin, at('2026-10-24T12:00:00+02:00'))).toBe(at('2026-10-26T09:00:00+01:00'))
  })
})

const zones = ['UTC', 'Europe/Berlin', 'Europe/Moscow', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'] as const
const clock = fc.integer({ min: 0, max: 95 }).map(quarter => {
  const pad = (value: number) => String(value).padStart(2, '0')
  return `${pad(quarter >> 2)}:${pad((quarter % 4) * 15)}`
})
const day = fc.array(fc.tuple(clock, clock), { maxLength: 3 })
const anyHours: fc.Arbitrary<Hours> = fc.record({
  zone: fc.constantFrom(...zones),
  week: fc.record({ mon: day, tue: day, wed: day, thu: day, fri: day, sat: day, sun: day }),
  holidays: fc.constant([]),
})
const anyMoment = fc
  .integer({ min: at('2026-01-01T00:00:00Z') / 60_000, max: at('2026-12-20T00:00:00Z') / 60_000 })
  .map(minute => minute * 60_000)
const anyLength = fc.integer({ min: 0, max: 5 * 24 * 60 }).map(minutes => minutes * 60_000)

describe('for any week', () => {
  test('open time adds up, never exceeds the time, and agrees with asking every quarter of an hour', () => {
    fc.assert(
      fc.property(anyHours, anyMoment, anyLength, anyLength, (hours, from, first, second) => {
        const middle = from + first
        const end = middle + second
        const whole = openMsBetween(hours, from, end)
        expect(whole).toBe(openMsBetween(hours, from, middle) + openMsBetween(hours, middle, end))
        expect(whole).toBeLessThanOrEqual(end - from)
        const quarter = 900_000
        const start = Math.ceil(from / quarter) * quarter
        let counted = 0
        for (let moment = start; moment < start + 24 * hour; moment += quarter) if (isOpen(hours, moment)) counted += quarter
        expect(openMsBetween(hours, start, start + 24 * hour)).toBe(counted)
      }),
      { numRuns: 60 },
    )
  })

  test('the next opening is open, nothing before it is; so much open time later is so much open time', () => {
    fc.assert(
      fc.property(anyHours, anyMoment, anyLength, (hours, now, length) => {
        const opens = nextOpen(hours, now)
        if (opens !== undefined) {
          expect(isOpen(hours, opens)).toBe(true)
          expect(openMsBetween(hours, now, opens)).toBe(0)
        }
        const later = afterOpenMs(hours, now, length)
        if (later !== undefined) expect(openMsBetween(hours, now, later)).toBe(length)
      }),
      { numRuns: 60 },
    )
  })
})

describe('in words', () => {
  const now = at('2026-06-04T19:00:00+02:00')
  test.each([
    ['2026-06-04T20:00:00+02:00', 'today at 20:00', 'сегодня в\u00a020:00'],
    ['2026-06-05T09:00:00+02:00', 'tomorrow at 9:00', 'завтра в\u00a09:00'],
    ['2026-06-08T09:00:00+02:00', 'on Monday at 9:00', 'в\u00a0понедельник в\u00a09:00'],
    ['2026-06-22T09:30:00+02:00', 'on 22 June at 9:30', '22 июня в\u00a09:30'],
  ])('%s', (moment, english, russian) => {
    expect(momentWords(at(moment), now, berlin, 'en')).toBe(english)
    expect(momentWords(at(moment), now, berlin, 'ru')).toBe(russian)
  })

  test.each([
    [20_000, 'we usually reply within a minute', 'обычно отвечаем за\u00a0минуту'],
    [130_000, 'we usually reply within 3 minutes', 'обычно отвечаем за\u00a03\u00a0минуты'],
    [16 * 60_000, 'we usually reply within 20 minutes', 'обычно отвечаем за\u00a020\u00a0минут'],
    [61 * 60_000, 'we usually reply within 2 hours', 'обычно отвечаем за\u00a02\u00a0часа'],
    [21 * hour, 'we usually reply within 24 hours', 'обычно отвечаем за\u00a024\u00a0часа'],
  ])('%s ms around the clock, never shorter than it is', (ms, english, russian) => {
    const always: Hours = { zone: 'UTC', week: null, holidays: [] }
    expect(replyPromise(ms, now, always, 'en')?.words).toBe(english)
    expect(replyPromise(ms, now, always, 'ru')?.words).toBe(russian)
  })

  test('where closing comes first it names the moment, and above a day of open hours it claims nothing', () => {
    const evening = at('2026-06-04T17:50:00+02:00')
    expect(replyPromise(20 * 60_000, evening, berlin, 'en')).toEqual({
      until: at('2026-06-05T09:10:00+02:00'),
      words: 'we usually reply by tomorrow at 9:10',
    })
    expect(replyPromise(20 * 60_000, evening, berlin, 'ru')?.words).toBe('обычно отвечаем не\u00a0позже чем завтра в\u00a09:10')
    expect(replyPromise(25 * hour, evening, berlin, 'en')).toBeUndefined()
  })

  test('a date has its year, without the Russian abbreviation', () => {
    expect(dateOf(now, berlin, 'en')).toBe('4 June 2026')
    expect(dateOf(now, berlin, 'ru')).toBe('4 июня 2026')
  })
})
