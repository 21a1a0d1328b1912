/**
 * A moment in words, as an agent types it: «завтра в 9», «через 2 часа», “fri 5pm”, “in 20 min”. Pure; the zone comes in.
 * Always holds: what is given is later than now, and the next such moment; across a change of clocks a clock time means what the wall shows; what
 * cannot be read is undefined, never guessed.
 */
import { atWallClock, type WallDate, wallClockOf } from './wall-clock.ts'

/** The hour that a day without one means. */
const morning = 9
const evening = 18

const minuteMs = 60_000

type Unit = 'minute' | 'hour' | 'day' | 'week' | 'month'

const units: readonly [RegExp, Unit][] = [
  [/^(m|min|mins|minutes?|м|мин|минут[уыа]?)$/, 'minute'],
  [/^(h|hr|hrs|hours?|ч|час|часа|часов|часик)$/, 'hour'],
  [/^(d|days?|д|дн|день|дня|дней|сутки|суток)$/, 'day'],
  [/^(w|wk|weeks?|нед|недел[юяиь]|недель)$/, 'week'],
  [/^(mo|months?|мес|месяц[ае]?|месяцев)$/, 'month'],
]

/** Monday is 0. */
const weekdays: readonly RegExp[] = [
  /^(mon|monday|пн|понедельник[а]?)$/,
  /^(tue|tues|tuesday|вт|вторник[а]?)$/,
  /^(wed|weds|wednesday|ср|сред[ауы])$/,
  /^(thu|thur|thurs|thursday|чт|четверг[а]?)$/,
  /^(fri|friday|пт|пятниц[ауы])$/,
  /^(sat|saturday|сб|суббот[ауы])$/,
  /^(sun|sunday|вс|воскресень[ея])$/,
]

const months: readonly RegExp[] = [
  /^(jan|january|янв|январ[ья])$/,
  /^(feb|february|фев|февр|феврал[ья])$/,
  /^(mar|march|мар|март[а]?)$/,
  /^(apr|april|апр|апрел[ья])$/,
  /^(may|май|мая)$/,
  /^(jun|june|июн|июн[ья])$/,
  /^(jul|july|июл|июл[ья])$/,
  /^(aug|august|авг|август[а]?)$/,
  /^(sep|sept|september|сен|сент|сентябр[ья])$/,
  /^(oct|october|окт|октябр[ья])$/,
  /^(nov|november|ноя|нояб|ноябр[ья])$/,
  /^(dec|december|дек|декабр[ья])$/,
]

const numbers: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  ten: 10,
  один: 1,
  одну: 1,
  два: 2,
  две: 2,
  три: 3,
  четыре: 4,
  пять: 5,
  шесть: 6,
  десять: 10,
  пару: 2,
}

/** Words that say nothing by themselves. */
const filler = /^(at|on|the|till|until|by|в|во|на|до|к|ко|of|o'clock|this|эт[уо]?|этот|года|год|г|мне)$/

interface Reading {
  /** Midnight-based date that the words name; undefined: none named. */
  date?: WallDate
  /** A date that recurs (a weekday, a day of the month): pushed on when it has passed. */
  recurs?: 'day' | 'week' | 'year'
  hour?: number
  minute?: number
  /** A span from now. */
  span?: { amount: number; unit: Unit }
  /** “next monday”: not the one of this week. */
  next?: boolean
}

/** The moment that the words name, ms since the epoch; undefined: they cannot be read. `zone` is an IANA name. */
export function readSnoozePhrase(phrase: string, now: number, zone: string): number | undefined {
  const words = wordsOf(phrase)
  if (words.length === 0) return undefined
  const today = wallClockOf(now, zone)
  const reading = read(words, today)
  if (!reading) return undefined
  const moment = momentOf(reading, now, today, zone)
  return moment !== undefined && moment > now ? moment : undefined
}

function wordsOf(phrase: string): string[] {
  return phrase
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replace(/(\d{1,2})\s*:\s*(\d{2})(?=\D|$)/g, '$1:$2')
    .replace(/\b([ap])\.\s?m\.?/g, '$1m')
    .replace(/(\d)(?=[a-zа-я])/g, '$1 ')
    .replace(/[,;!?«»"]/g, ' ')
    .split(/\s+/)
    .map(word => word.replace(/\.$/, ''))
    .filter(Boolean)
}

/** All words are understood, or nothing is. */
function read(words: readonly string[], today: WallDate): Reading | undefined {
  const reading: Reading = {}
  for (let index = 0; index < words.length; ) {
    const taken = readAt(words, index, reading, today)
    if (taken === 0) return undefined
    index += taken
  }
  return reading
}

/** Reads what begins at `index` into `reading`; gives how many words it took, 0: not understood. */
function readAt(words: readonly string[], index: number, reading: Reading, today: WallDate): number {
  const word = words[index]!
  if (word === 'in' || word === 'через' || word === 'for') return readSpan(words, index + 1, reading, 1)
  const half = words[index + 1]
  if (word === 'half' && half === 'an' && words[index + 2] === 'hour') return setSpan(reading, 30, 'minute', 3)
  if (word === 'полчаса') return setSpan(reading, 30, 'minute', 1)
  if (word === 'полтора' && half && /^час/.test(half)) return setSpan(reading, 90, 'minute', 2)
  if (/^(tomorrow|tmrw|tmr|завтра)$/.test(word)) return setDate(reading, plusDays(today, 1), 1)
  if (/^(today|сегодня)$/.test(word)) return setDate(reading, dateOnly(today), 1)
  if (word === 'послезавтра') return setDate(reading, plusDays(today, 2), 1)
  if (word === 'day' && words[index + 1] === 'after' && words[index + 2] === 'tomorrow') return setDate(reading, plusDays(today, 2), 3)
  if (/^(next|следующ(ий|ую|ее|ей|ем|его)|след)$/.test(word)) return readNext(words, index, reading, today)
  if (/^(tonight|вечером|evening|вечера)$/.test(word)) return readEvening(word, reading)
  if (/^(morning|утром|утра)$/.test(word)) return readMorning(word, reading)
  if (/^(noon|midday|полдень|днем|обед|обеда)$/.test(word)) return setHour(reading, 12, 0) ? 1 : 0
  if (/^(дня|afternoon)$/.test(word)) return readAfternoon(word, reading)
  if (word === 'ночи') return reading.hour !== undefined && reading.hour < 6 ? 1 : 0
  const weekday = weekdays.findIndex(pattern => pattern.test(word))
  if (weekday >= 0) return setWeekday(reading, weekday, today, 1)
  if (/^\d{1,2}$/.test(word) || word in numbers) return readNumber(words, index, reading, today)
  const month = months.findIndex(pattern => pattern.test(word))
  if (month >= 0) {
    const day = Number(words[index + 1])
    return /^\d{1,2}$/.test(words[index + 1] ?? '') ? setMonthDay(reading, today, month + 1, day, 2 + ordinal(words, index + 2)) : 0
  }
  const clock = /^(\d{1,2}):(\d{2})$/.exec(word)
  if (clock) return readClock(words, index, reading, Number(clock[1]), Number(clock[2]))
  // «в 9.05» is a clock time, «9.05» a day of May, «9.30» can only be a clock time.
  const dotted = /^(\d{1,2})\.(\d{2})$/.exec(word)
  if (dotted && (Number(dotted[2]) > 12 || /^(в|at|к|до)$/.test(words[index - 1] ?? '')))
    return readClock(words, index, reading, Number(dotted[1]), Number(dotted[2]))
  const date = /^(\d{1,2})[./](\d{1,2})(?:[./](\d{4}|\d{2}))?$/.exec(word)
  if (date) return setMonthDay(reading, today, Number(date[2]), Number(date[1]), 1, date[3] ? (Number(date[3]) % 100) + 2000 : undefined)
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(word)
  if (iso) return setMonthDay(reading, today, Number(iso[2]), Number(iso[3]), 1, Number(iso[1]))
  return filler.test(word) ? 1 : 0
}

function ordinal(words: readonly string[], index: number): number {
  return /^(st|nd|rd|th|го|е)$/.test(words[index] ?? '') ? 1 : 0
}

/** «2 часа», “an hour”, «неделю»; `before` words were taken already. */
function readSpan(words: readonly string[], index: number, reading: Reading, before: number): number {
  const first = words[index]
  if (first === undefined) return 0
  if (first === 'полчаса') return setSpan(reading, 30, 'minute', before + 1)
  if (first === 'half' && words[index + 1] === 'an' && words[index + 2] === 'hour') return setSpan(reading, 30, 'minute', before + 3)
  if (/^полтора/.test(first) && /^час/.test(words[index + 1] ?? '')) return setSpan(reading, 90, 'minute', before + 2)
  const alone = unitOf(first)
  if (alone) return setSpan(reading, 1, alone, before + 1)
  const amount = /^\d{1,3}$/.test(first) ? Number(first) : numbers[first]
  const unit = unitOf(words[index + 1] ?? '')
  return amount === undefined || !unit ? 0 : setSpan(reading, amount, unit, before + 2)
}

function unitOf(word: string): Unit | undefined {
  return units.find(([pattern]) => pattern.test(word))?.[1]
}

function setSpan(reading: Reading, amount: number, unit: Unit, taken: number): number {
  if (reading.span || reading.date || reading.hour !== undefined || amount <= 0) return 0
  reading.span = { amount, unit }
  return taken
}

/** “next week”, “next monday”, «следующий понедельник», «на следующей неделе». */
function readNext(words: readonly string[], index: number, reading: Reading, today: WallDate): number {
  const word = words[index + 1] ?? ''
  const unit = unitOf(word.replace(/^неделе$/, 'неделя').replace(/^месяце$/, 'месяц'))
  if (unit === 'week') return setDate(reading, plusDays(today, 7 - weekdayOf(today)), 2)
  if (unit === 'month') return setDate(reading, firstOfNextMonth(today), 2)
  const weekday = weekdays.findIndex(pattern => pattern.test(word))
  if (weekday < 0) return 0
  reading.next = true
  return setWeekday(reading, weekday, today, 2)
}

function readEvening(word: string, reading: Reading): number {
  if (reading.hour === undefined) return setHour(reading, evening, 0) ? 1 : 0
  // «в 7 вечера»
  if (word === 'tonight' || reading.hour >= 12) return reading.hour >= 12 || word === 'tonight' ? 1 : 0
  reading.hour += 12
  return 1
}

function readMorning(word: string, reading: Reading): number {
  if (reading.hour !== undefined) return reading.hour < 12 ? 1 : 0
  return word === 'утра' ? 0 : setHour(reading, morning, 0) ? 1 : 0
}

function readAfternoon(word: string, reading: Reading): number {
  if (reading.hour === undefined) return word === 'afternoon' && setHour(reading, 14, 0) ? 1 : 0
  if (reading.hour < 7) reading.hour += 12
  return reading.hour >= 12 ? 1 : 0
}

/** A bare number: a span where a unit follows, a day where a month follows, else an hour. */
function readNumber(words: readonly string[], index: number, reading: Reading, today: WallDate): number {
  const value = /^\d+$/.test(words[index]!) ? Number(words[index]) : numbers[words[index]!]!
  const after = words[index + 1] ?? ''
  const skipped = ordinal(words, index + 1)
  const month = months.findIndex(pattern => pattern.test(words[index + 1 + skipped] ?? ''))
  if (month >= 0) return setMonthDay(reading, today, month + 1, value, 2 + skipped)
  // «в 9 часов», «9 ч» after a day is a clock time; alone it is a span.
  const before = words[index - 1] ?? ''
  const asClock = reading.date !== undefined || before === 'в' || before === 'at' || before === 'к' || before === 'до'
  const isPart = after === 'дня' || after === 'утра' || after === 'вечера' || after === 'ночи'
  const unit = isPart ? undefined : unitOf(after)
  if (unit && !(asClock && unit === 'hour')) return setSpan(reading, value, unit, 2)
  return readClock(words, index, reading, value, 0, unit === 'hour' ? 1 : 0)
}

/** A clock time, with am or pm behind it where they are. */
function readClock(words: readonly string[], index: number, reading: Reading, hour: number, minute: number, more = 0): number {
  const half = words[index + 1 + more]
  let wanted = hour
  let taken = 1 + more
  if (half === 'am' || half === 'pm') {
    if (hour < 1 || hour > 12) return 0
    wanted = (hour % 12) + (half === 'pm' ? 12 : 0)
    taken++
  }
  return setHour(reading, wanted, minute) ? taken : 0
}

function setHour(reading: Reading, hour: number, minute: number): boolean {
  if (reading.hour !== undefined || reading.span?.unit === 'minute' || reading.span?.unit === 'hour' || hour > 23 || minute > 59)
    return false
  reading.hour = hour
  reading.minute = minute
  return true
}

function setDate(reading: Reading, date: WallDate, taken: number): number {
  if (reading.date || reading.span) return 0
  reading.date = date
  return taken
}

function setWeekday(reading: Reading, weekday: number, today: WallDate, taken: number): number {
  const ahead = (weekday - weekdayOf(today) + 7) % 7
  // “next friday” said on a wednesday is the friday of the week that comes.
  const days = reading.next ? (ahead === 0 ? 7 : weekday < weekdayOf(today) ? ahead : ahead + 7) : ahead
  const done = setDate(reading, plusDays(today, days), taken)
  if (done && !reading.next) reading.recurs = 'week'
  return done
}

function setMonthDay(reading: Reading, today: WallDate, month: number, day: number, taken: number, year?: number): number {
  if (month < 1 || month > 12 || day < 1) return 0
  const named = { year: year ?? today.year, month, day, hour: 0, minute: 0 }
  // The 29th of February waits for a year that has one.
  for (let tries = 0; year === undefined && tries < 8 && !exists(named); tries++) named.year++
  if (!exists(named)) return 0
  if (year === undefined) reading.recurs = 'year'
  return setDate(reading, named, taken)
}

function momentOf(reading: Reading, now: number, today: WallDate, zone: string): number | undefined {
  const { span } = reading
  if (span && (span.unit === 'minute' || span.unit === 'hour')) return now + span.amount * (span.unit === 'hour' ? 60 : 1) * minuteMs
  if (span) {
    const days = span.unit === 'day' ? span.amount : span.unit === 'week' ? span.amount * 7 : 0
    const date = span.unit === 'month' ? plusMonths(today, span.amount) : plusDays(today, days)
    // «через неделю»: the same time of day, unless one is named.
    return at(date, reading.hour ?? today.hour, reading.hour === undefined ? today.minute : (reading.minute ?? 0), zone)
  }
  if (reading.hour === undefined && !reading.date) return undefined
  const hour = reading.hour ?? morning
  const minute = reading.minute ?? 0
  let date = reading.date ?? dateOnly(today)
  const moment = at(date, hour, minute, zone)
  if (moment > now) return moment
  // It has passed: the next one, where such a moment comes again.
  if (!reading.date) date = plusDays(date, 1)
  else if (reading.recurs === 'week') date = plusDays(date, 7)
  else if (reading.recurs === 'year') {
    date = { ...date, year: date.year + 1 }
    for (let tries = 0; tries < 8 && !exists(date); tries++) date = { ...date, year: date.year + 1 }
  } else return undefined
  return at(date, hour, minute, zone)
}

function at(date: WallDate, hour: number, minute: number, zone: string): number {
  return atWallClock({ ...date, hour, minute }, zone)
}

function dateOnly(date: WallDate): WallDate {
  return { ...date, hour: 0, minute: 0 }
}

function plusDays(date: WallDate, days: number): WallDate {
  const moved = new Date(Date.UTC(date.year, date.month - 1, date.day + days))
  return { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate(), hour: 0, minute: 0 }
}

/** The same day of a later month; its last one where it is shorter. */
function plusMonths(date: WallDate, count: number): WallDate {
  const first = new Date(Date.UTC(date.year, date.month - 1 + count, 1))
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  return { year: first.getUTCFullYear(), month: first.getUTCMonth() + 1, day: Math.min(date.day, last), hour: 0, minute: 0 }
}

function firstOfNextMonth(date: WallDate): WallDate {
  return { ...plusMonths({ ...date, day: 1 }, 1), day: 1 }
}

/** Monday is 0. */
function weekdayOf(date: WallDate): number {
  return (new Date(Date.UTC(date.year, date.month - 1, date.day)).getUTCDay() + 6) % 7
}

function exists(date: WallDate): boolean {
  const made = new Date(Date.UTC(date.year, date.month - 1, date.day))
  return made.getUTCMonth() === date.month - 1 && made.getUTCDate() === date.day
}
