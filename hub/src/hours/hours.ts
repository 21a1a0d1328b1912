/**
 * Business hours as pure functions: a week of wall-clock intervals in a zone, and holidays. Always holds: hours are counted as spans between instants,
 * so a day on which the clocks change is as long as it is; an interval belongs to the day on which it begins, past midnight too.
 */
import { type Hours, type HoursSetting, type Interval, weekdays } from '@dragoman/api'
import { Temporal } from 'temporal-polyfill'

export interface Span {
  /** ms since the epoch; `to` is the first moment that is closed again. */
  from: number
  to: number
}

const dayMs = 86_400_000
/** How far ahead an opening is looked for: a year of holidays, and some. */
const lookAheadDays = 400
/** How far ahead a closing is looked for: beyond a week without one it is always open. */
const closingDays = 8

/** The hours that hold for an account or a team: the team's variant before the account's, before the firm's. */
export function hoursFor(setting: HoursSetting, place: { accountId?: string | null; teamId?: string | null }): Hours {
  const variant =
    setting.variants.find(one => place.teamId != null && one.teamIds.includes(place.teamId)) ??
    setting.variants.find(one => place.accountId != null && one.accountIds.includes(place.accountId))
  return variant
    ? { zone: variant.zone, week: variant.week, holidays: variant.holidays ?? setting.holidays }
    : { zone: setting.zone, week: setting.week, holidays: setting.holidays }
}

/** Whether it is open at this moment. */
export function isOpen(hours: Hours, nowMs: number): boolean {
  return spanAt(hours, nowMs) !== undefined
}

/** The moment when it is open next: now, where it is open; undefined where it does not open within 400 days. */
export function nextOpen(hours: Hours, nowMs: number): number | undefined {
  const first = dayOf(hours, nowMs).subtract({ days: 1 })
  for (let day = 0; day <= lookAheadDays; day++) {
    const spans = spansOf(hours, first.add({ days: day })).filter(span => span.to > nowMs)
    if (spans.length > 0) return Math.max(nowMs, Math.min(...spans.map(span => span.from)))
  }
  return undefined
}

/** When it closes; undefined while closed, or where it stays open for more than eight days. */
export function closesAt(hours: Hours, nowMs: number): number | undefined {
  const spans = openSpans(hours, nowMs, nowMs + closingDays * dayMs)
  const present = spans.find(span => span.from <= nowMs && nowMs < span.to)
  return present && present.to < nowMs + closingDays * dayMs ? present.to : undefined
}

/** Open time between two moments, ms; 0 where `toMs` is not later. */
export function openMsBetween(hours: Hours, fromMs: number, toMs: number): number {
  return openSpans(hours, fromMs, toMs).reduce((sum, span) => sum + span.to - span.from, 0)
}

/** The moment when so much open time will have passed; undefined where there is not so much within 400 days. */
export function afterOpenMs(hours: Hours, fromMs: number, openMs: number): number | undefined {
  let left = openMs
  for (let day = 0; day < lookAheadDays; day += closingDays) {
    for (const span of openSpans(hours, fromMs + day * dayMs, fromMs + (day + closingDays) * dayMs)) {
      if (span.to - span.from >= left) return span.from + left
      left -= span.to - span.from
    }
  }
  return undefined
}

/** Open spans within [fromMs, toMs), in order, none touching another. */
export function openSpans(hours: Hours, fromMs: number, toMs: number): Span[] {
  if (toMs <= fromMs) return []
  const spans: Span[] = []
  const last = dayOf(hours, toMs)
  for (let day = dayOf(hours, fromMs).subtract({ days: 1 }); Temporal.PlainDate.compare(day, last) <= 0; day = day.add({ days: 1 })) {
    for (const span of spansOf(hours, day)) {
      const from = Math.max(span.from, fromMs)
      const to = Math.min(span.to, toMs)
      if (to > from) spans.push({ from, to })
    }
  }
  return merged(spans)
}

function spanAt(hours: Hours, nowMs: number): Span | undefined {
  const day = dayOf(hours, nowMs)
  return [day.subtract({ days: 1 }), day].flatMap(one => spansOf(hours, one)).find(span => span.from <= nowMs && nowMs < span.to)
}

function merged(spans: Span[]): Span[] {
  const result: Span[] = []
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1)
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to)
    else result.push({ ...span })
  }
  return result
}

function dayOf(hours: Hours, ms: number): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(hours.zone).toPlainDate()
}

// Days are asked for again and again while cases are counted; hours are values, never changed in place.
const known = new WeakMap<Hours, Map<string, Span[]>>()

/** The spans that begin on a day. */
function spansOf(hours: Hours, day: Temporal.PlainDate): Span[] {
  const days = known.get(hours) ?? new Map<string, Span[]>()
  known.set(hours, days)
  const key = day.toString()
  const remembered = days.get(key)
  if (remembered) return remembered
  const spans = intervalsOf(hours, day).flatMap(([from, to]): Span[] => {
    const begin = instantOf(day, from, hours.zone)
    const end = instantOf(minutesOf(to) <= minutesOf(from) ? day.add({ days: 1 }) : day, to, hours.zone)
    return end > begin ? [{ from: begin, to: end }] : []
  })
  days.set(key, spans)
  return spans
}

const wholeDay: Interval[] = [['00:00', '24:00']]

function intervalsOf(hours: Hours, day: Temporal.PlainDate): readonly Interval[] {
  const date = day.toString()
  const holiday =
    hours.holidays.find(one => !one.yearly && one.date === date) ??
    hours.holidays.find(one => one.yearly && one.date.slice(5) === date.slice(5) && one.date <= date)
  if (holiday) return holiday.intervals
  return hours.week === null ? wholeDay : hours.week[weekdays[day.dayOfWeek - 1]!]
}

/** A wall-clock time that the clocks skip is the moment when they do; one that comes twice is the first. */
function instantOf(day: Temporal.PlainDate, time: string, zone: string): number {
  if (time === '24:00') return day.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds
  return day.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds
}

function minutesOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  return hour * 60 + minute
}
