/** Times in words: relative for lists, exact for hover, days for separators, countdowns for windows. Pure; the language and zone come in. */
import { dateFormat, numberFormat, spanFormat } from './formats.ts'

export { regional } from './regional.ts'

export function exactTime(at: number, language: string, timeZone?: string, timeStyle: 'medium' | 'short' = 'medium'): string {
  return dateFormat(language, { dateStyle: 'long', timeStyle, timeZone }).format(at)
}

export function clock(at: number, language: string): string {
  return dateFormat(language, { hour: '2-digit', minute: '2-digit' }).format(at)
}

export function dayKey(at: number): string {
  const day = new Date(at)
  return `${day.getFullYear()}-${day.getMonth()}-${day.getDate()}`
}

/** Today and yesterday by name, this year without the year. */
export function dayName(at: number, now: number, language: string): string {
  const day = startOfDay(at)
  const distance = Math.round((startOfDay(now) - day) / 86_400_000)
  if (distance === 0 || distance === 1) {
    const word = spanFormat(language, { numeric: 'auto' }).format(-distance, 'day')
    return capitalized(word, language)
  }
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  return capitalized(
    dateFormat(language, {
      day: 'numeric',
      month: 'long',
      weekday: distance > 0 && distance < 7 ? 'long' : undefined,
      year: sameYear ? undefined : 'numeric',
    }).format(at),
    language,
  )
}

function capitalized(text: string, language: string): string {
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1)
}

/** Short for the list: the clock today, the weekday this week, else the date. */
export function listTime(at: number, now: number, language: string): string {
  const seconds = Math.round((now - at) / 1000)
  if (seconds < 60 && seconds > -60) return language.startsWith('ru') ? 'сейчас' : 'now'
  if (seconds < 3600)
    return spanFormat(language, { style: 'narrow' })
      .format(-Math.floor(seconds / 60), 'minute')
      .replace(/^-|\sназад$|\sago$/g, '')
  if (dayKey(at) === dayKey(now)) return clock(at, language)
  if (now - at < 6 * 86_400_000) return dateFormat(language, { weekday: 'short' }).format(at)
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  return dateFormat(language, sameYear ? { day: 'numeric', month: 'short' } : { day: '2-digit', month: '2-digit', year: '2-digit' }).format(
    at,
  )
}

/** A moment that is to come: the clock today and tomorrow, the weekday within a week, else the date. */
export function soonTime(at: number, now: number, language: string): string {
  const days = Math.round((startOfDay(at) - startOfDay(now)) / 86_400_000)
  if (days === 0) return clock(at, language)
  const options: Intl.DateTimeFormatOptions =
    days < 7
      ? { weekday: 'short', hour: '2-digit', minute: '2-digit' }
      : new Date(at).getFullYear() === new Date(now).getFullYear()
        ? { day: 'numeric', month: 'short' }
        : { day: '2-digit', month: '2-digit', year: '2-digit' }
  return dateFormat(language, options).format(at)
}

export interface Countdown {
  hours: number
  minutes: number
  /** Less than an hour left, or less than four: how loud to say it. */
  urgency: 'calm' | 'soon' | 'now'
}

/** What is left until `until`, or undefined when it has passed. Minutes are rounded up, so that «0 min» never shows while the door is open. */
export function countdown(until: number, now: number): Countdown | undefined {
  const left = until - now
  if (left <= 0) return undefined
  const minutes = Math.ceil(left / 60_000)
  return { hours: Math.floor(minutes / 60), minutes: minutes % 60, urgency: minutes <= 60 ? 'now' : minutes <= 240 ? 'soon' : 'calm' }
}

export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const tail = `${String(hours ? minutes % 60 : minutes).padStart(hours ? 2 : 1, '0')}:${String(seconds % 60).padStart(2, '0')}`
  return hours ? `${hours}:${tail}` : tail
}

export function fileSize(bytes: number, language: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
  let size = bytes
  let step = 0
  while (size >= 1024 && step < units.length - 1) {
    size /= 1024
    step++
  }
  return numberFormat(language, {
    style: 'unit',
    unit: units[step] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: size < 10 && step > 0 ? 1 : 0,
  }).format(size)
}

export function money(amount: { amountMinor: number; currency: string }, language: string): string {
  try {
    const format = numberFormat(language, { style: 'currency', currency: amount.currency })
    return format.format(amount.amountMinor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2))
  } catch {
    return `${amount.amountMinor / 100} ${amount.currency}`
  }
}

function startOfDay(at: number): number {
  const day = new Date(at)
  day.setHours(0, 0, 0, 0)
  return day.getTime()
}
