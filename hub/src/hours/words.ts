/** Moments and durations as customers read them, in their language and the firm's zone. Always holds: never earlier or shorter than it is. */
import type { Hours } from '@dragoman/api'
import { Temporal } from 'temporal-polyfill'
import { afterOpenMs } from './hours.ts'

/** “today at 18:00”, “tomorrow at 9:00”, “on Monday at 9:00”, “on 12 January at 9:00”. */
export function momentWords(atMs: number, nowMs: number, hours: Pick<Hours, 'zone'>, language: string): string {
  const at = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(hours.zone)
  const today = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(hours.zone).toPlainDate()
  const days = today.until(at.toPlainDate(), { largestUnit: 'day' }).days
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(safe(language), { timeZone: hours.zone, ...options }).format(atMs)
  const clock = format({ hour: 'numeric', minute: '2-digit', ...(isRussian(language) ? { hourCycle: 'h23' } : {}) }).replace(
    /^0(?=\d:)/,
    '',
  )
  const day =
    days >= 0 && days <= 1
      ? new Intl.RelativeTimeFormat(safe(language), { numeric: 'auto' }).format(days, 'day')
      : days > 1 && days < 7
        ? weekdayWords(at.dayOfWeek, language, format)
        : dateWords(language, format)
  return isRussian(language) ? `${day} в\u00a0${clock}` : isEnglish(language) ? `${day} at ${clock}` : `${day}, ${clock}`
}

/** “12 January 2026”. */
export function dateOf(nowMs: number, hours: Pick<Hours, 'zone'>, language: string): string {
  return new Intl.DateTimeFormat(safe(language), { timeZone: hours.zone, day: 'numeric', month: 'long', year: 'numeric' })
    .format(nowMs)
    .replace(/\s*г\.$/, '')
}

/** Only these are said: a promise to the minute would be no promise. Minutes. */
const ladder = [1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 120, 180, 240, 360, 480, 720, 1_440]
/** By when an answer comes is said to five minutes. */
const momentStepMs = 300_000

export interface ReplyPromise {
  /** The moment that the words name, ms. */
  until: number
  words: string
}

/**
 * How soon one may expect an answer, of a figure in open hours: rounded up, never down. Where closing time comes first it names the moment instead
 * (“by tomorrow at 9:20”), since five open minutes may be fifteen hours. Undefined above a day of open hours: then nothing is claimed.
 */
export function replyPromise(openMs: number, nowMs: number, hours: Hours, language: string): ReplyPromise | undefined {
  const minutes = ladder.find(step => step * 60_000 >= openMs)
  if (minutes === undefined) return undefined
  const until = afterOpenMs(hours, nowMs, minutes * 60_000)
  if (until === undefined) return undefined
  if (until <= nowMs + minutes * 60_000) return { until, words: withinWords(minutes, language) }
  const moment = Math.ceil(until / momentStepMs) * momentStepMs
  const words = momentWords(moment, nowMs, hours, language)
  return { until: moment, words: isRussian(language) ? `обычно отвечаем не\u00a0позже чем ${words}` : `we usually reply by ${words}` }
}

function withinWords(minutes: number, language: string): string {
  const [count, unit] = minutes < 60 ? [minutes, 'minute'] : [minutes / 60, 'hour']
  if (isRussian(language)) return `обычно отвечаем за\u00a0${russianCount(count, unit)}`
  return `we usually reply within ${count === 1 ? (unit === 'hour' ? 'an hour' : 'a minute') : `${count} ${unit}s`}`
}

/** In the accusative, after «за». */
function russianCount(count: number, unit: string): string {
  const rule = new Intl.PluralRules('ru').select(count)
  if (count === 1) return unit === 'hour' ? 'час' : 'минуту'
  const word = unit === 'hour' ? (rule === 'few' ? 'часа' : 'часов') : rule === 'one' ? 'минуту' : rule === 'few' ? 'минуты' : 'минут'
  return `${count}\u00a0${word}`
}

const russianDays = [
  'в\u00a0понедельник',
  'во\u00a0вторник',
  'в\u00a0среду',
  'в\u00a0четверг',
  'в\u00a0пятницу',
  'в\u00a0субботу',
  'в\u00a0воскресенье',
]

function weekdayWords(dayOfWeek: number, language: string, format: (options: Intl.DateTimeFormatOptions) => string): string {
  if (isRussian(language)) return russianDays[dayOfWeek - 1]!
  const day = format({ weekday: 'long' })
  return isEnglish(language) ? `on ${day}` : day
}

function dateWords(language: string, format: (options: Intl.DateTimeFormatOptions) => string): string {
  const date = format({ day: 'numeric', month: 'long' })
  return isEnglish(language) ? `on ${date}` : date
}

function isRussian(language: string): boolean {
  return /^ru\b/i.test(language)
}

function isEnglish(language: string): boolean {
  return /^en\b/i.test(language)
}

/** English is spoken with a 24-hour clock here, as on the screens: one clock for the whole desk. */
function safe(language: string): string {
  if (language.toLowerCase() === 'en') return 'en-GB'
  try {
    return Intl.getCanonicalLocales(language)[0] ?? 'en-GB'
  } catch {
    return 'en-GB'
  }
}
