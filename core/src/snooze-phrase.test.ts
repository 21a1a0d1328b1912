/** Moments in words: a table of what people type, and what holds for every phrase at every moment. */
import { describe, expect, test } from 'vitest'
import { readSnoozePhrase } from './snooze-phrase.ts'
import { atWallClock, wallClockOf } from './wall-clock.ts'

const zone = 'Europe/Berlin'
/** Wednesday, 11 March 2026, 10:20 in Berlin. */
const now = atWallClock({ year: 2026, month: 3, day: 11, hour: 10, minute: 20 }, zone)
const shown = (moment: number | undefined, where = zone) => {
  if (moment === undefined) return undefined
  const { year, month, day, hour, minute } = wallClockOf(moment, where)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`
}

describe('reads', () => {
  test.each([
    ['завтра в 9', '2026-03-12 09:00'],
    ['Завтра', '2026-03-12 09:00'],
    ['завтра в 9:30', '2026-03-12 09:30'],
    ['завтра в 9 утра', '2026-03-12 09:00'],
    ['завтра в 7 вечера', '2026-03-12 19:00'],
    ['завтра в 3 дня', '2026-03-12 15:00'],
    ['завтра вечером', '2026-03-12 18:00'],
    ['послезавтра', '2026-03-13 09:00'],
    ['послезавтра в 18:45', '2026-03-13 18:45'],
    ['сегодня в 18', '2026-03-11 18:00'],
    ['сегодня вечером', '2026-03-11 18:00'],
    ['в 15', '2026-03-11 15:00'],
    ['в 9', '2026-03-12 09:00'],
    ['15:40', '2026-03-11 15:40'],
    ['9.15', '2026-03-12 09:15'],
    ['через 2 часа', '2026-03-11 12:20'],
    ['через час', '2026-03-11 11:20'],
    ['через полчаса', '2026-03-11 10:50'],
    ['через полтора часа', '2026-03-11 11:50'],
    ['через 20 мин', '2026-03-11 10:40'],
    ['через 20 минут', '2026-03-11 10:40'],
    ['2 часа', '2026-03-11 12:20'],
    ['2ч', '2026-03-11 12:20'],
    ['через день', '2026-03-12 10:20'],
    ['через 3 дня', '2026-03-14 10:20'],
    ['через неделю', '2026-03-18 10:20'],
    ['через две недели', '2026-03-25 10:20'],
    ['через неделю в 9', '2026-03-18 09:00'],
    ['через месяц', '2026-04-11 10:20'],
    ['в пн утром', '2026-03-16 09:00'],
    ['в понедельник', '2026-03-16 09:00'],
    ['пн в 14', '2026-03-16 14:00'],
    ['в среду', '2026-03-18 09:00'],
    ['в среду в 11', '2026-03-11 11:00'],
    ['в пятницу в 17:30', '2026-03-13 17:30'],
    ['в субботу', '2026-03-14 09:00'],
    ['во вторник', '2026-03-17 09:00'],
    ['следующий понедельник', '2026-03-16 09:00'],
    ['в следующую пятницу', '2026-03-20 09:00'],
    ['на следующей неделе', '2026-03-16 09:00'],
    ['15 марта в 14:30', '2026-03-15 14:30'],
    ['15 марта', '2026-03-15 09:00'],
    ['1 декабря', '2026-12-01 09:00'],
    ['10 марта', '2027-03-10 09:00'],
    ['15.03', '2026-03-15 09:00'],
    ['15.03 в 14:30', '2026-03-15 14:30'],
    ['9.05', '2026-05-09 09:00'],
    ['в 9.05', '2026-03-12 09:05'],
    ['15.03.2027', '2027-03-15 09:00'],
    ['29 февраля', '2028-02-29 09:00'],
    ['in 2h', '2026-03-11 12:20'],
    ['in 2 hours', '2026-03-11 12:20'],
    ['in an hour', '2026-03-11 11:20'],
    ['in half an hour', '2026-03-11 10:50'],
    ['in 20 min', '2026-03-11 10:40'],
    ['20m', '2026-03-11 10:40'],
    ['in a week', '2026-03-18 10:20'],
    ['2 days', '2026-03-13 10:20'],
    ['tomorrow', '2026-03-12 09:00'],
    ['tomorrow 9', '2026-03-12 09:00'],
    ['tomorrow at 9am', '2026-03-12 09:00'],
    ['tomorrow evening', '2026-03-12 18:00'],
    ['tomorrow at noon', '2026-03-12 12:00'],
    ['tonight', '2026-03-11 18:00'],
    ['at 3pm', '2026-03-11 15:00'],
    ['12am', '2026-03-12 00:00'],
    ['next monday', '2026-03-16 09:00'],
    ['next friday', '2026-03-20 09:00'],
    ['next week', '2026-03-16 09:00'],
    ['next month', '2026-04-01 09:00'],
    ['monday', '2026-03-16 09:00'],
    ['fri 5pm', '2026-03-13 17:00'],
    ['friday at 17:00', '2026-03-13 17:00'],
    ['1 dec', '2026-12-01 09:00'],
    ['dec 1st at 10:30', '2026-12-01 10:30'],
    ['15th march 2pm', '2026-03-15 14:00'],
    ['day after tomorrow', '2026-03-13 09:00'],
    ['2026-05-04 08:15', '2026-05-04 08:15'],
  ])('«%s»', (phrase, expected) => {
    expect(shown(readSnoozePhrase(phrase, now, zone))).toBe(expected)
  })

  test.each([
    '',
    'когда-нибудь',
    'soon',
    'сегодня в 9',
    'today',
    'in 0 min',
    '25:00',
    'tomorrow at 61',
    '13pm',
    '31 февраля',
    '32 марта',
    '31.02',
    'завтра завтра',
    'in 2h tomorrow',
    '2020-01-01',
    'через',
    'at',
    '99',
    'завтра в 9 в 10',
  ])('«%s» is not read, and not guessed', phrase => {
    expect(readSnoozePhrase(phrase, now, zone)).toBeUndefined()
  })
})

describe('clocks that change', () => {
  test('a day and nine o’clock mean what the wall shows, a span means what has passed', () => {
    // The clocks go forward in the night to the 29th.
    const evening = atWallClock({ year: 2026, month: 3, day: 28, hour: 22, minute: 0 }, zone)
    expect(shown(readSnoozePhrase('завтра в 9', evening, zone))).toBe('2026-03-29 09:00')
    expect(readSnoozePhrase('завтра в 9', evening, zone)! - evening).toBe(10 * 3_600_000)
    expect(shown(readSnoozePhrase('in 8 hours', evening, zone))).toBe('2026-03-29 07:00')
    expect(shown(readSnoozePhrase('через день', evening, zone))).toBe('2026-03-29 22:00')
  })

  test('a time that is left out is not before now; one that comes twice is its first', () => {
    const before = atWallClock({ year: 2026, month: 3, day: 29, hour: 1, minute: 50 }, zone)
    const skipped = readSnoozePhrase('2:30', before, zone)!
    expect(skipped).toBeGreaterThan(before)
    expect(shown(skipped)).toBe('2026-03-29 03:30')
    const autumn = atWallClock({ year: 2026, month: 10, day: 25, hour: 1, minute: 0 }, zone)
    expect(readSnoozePhrase('2:30', autumn, zone)! - autumn).toBe(90 * 60_000)
  })

  test('zones of half an hour, and of the other half of the world', () => {
    for (const place of ['Asia/Kolkata', 'Pacific/Auckland', 'America/St_Johns', 'UTC']) {
      const here = atWallClock({ year: 2026, month: 6, day: 1, hour: 23, minute: 30 }, place)
      expect(shown(readSnoozePhrase('tomorrow 9', here, place), place)).toBe('2026-06-02 09:00')
    }
  })
})

describe('always', () => {
  const phrases = [
    'завтра в 9',
    'в 9',
    '18:30',
    'fri 5pm',
    'в пн утром',
    'next monday',
    '15 марта в 14:30',
    '1 dec',
    'in 20 min',
    'через неделю',
    '29 февраля',
    'послезавтра',
    'в среду',
    'next month',
    'tonight',
    'через месяц',
  ]
  const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Chatham', 'Africa/Casablanca', 'UTC']
  // A small generator of our own, so that a failure can be repeated.
  let seed = 42
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed / 2_147_483_648
  }

  test('never in the past, and the same words a moment before the answer mean the same moment', () => {
    for (let round = 0; round < 4_000; round++) {
      const moment = Date.UTC(2025, 0, 1) + Math.floor(random() * 4 * 365 * 86_400_000)
      const where = zones[Math.floor(random() * zones.length)]!
      const phrase = phrases[Math.floor(random() * phrases.length)]!
      const answer = readSnoozePhrase(phrase, moment, where)
      if (answer === undefined) {
        expect(phrase, `${phrase} at ${moment} in ${where}`).toBe('tonight')
        continue
      }
      expect(answer, `${phrase} at ${moment} in ${where}`).toBeGreaterThan(moment)
      if (/^(в 9|18:30|1 dec|15 марта|в среду|fri 5pm|29 февраля)/.test(phrase))
        expect(readSnoozePhrase(phrase, answer - 1, where), `${phrase} at ${moment} in ${where}`).toBe(answer)
    }
  })

  test('whatever is typed, it throws nothing and gives no past', () => {
    const letters = [
      'в ',
      'at ',
      '9',
      ':',
      '30',
      ' ',
      'завтра',
      'mon',
      'next ',
      '.',
      'pm',
      'через ',
      'час',
      'dec',
      '31',
      '-',
      '%',
      '\u0000',
    ]
    for (let round = 0; round < 3_000; round++) {
      const phrase = Array.from({ length: 1 + Math.floor(random() * 6) }, () => letters[Math.floor(random() * letters.length)]).join('')
      const answer = readSnoozePhrase(phrase, now, zone)
      if (answer !== undefined) expect(answer, phrase).toBeGreaterThan(now)
    }
  })
})
