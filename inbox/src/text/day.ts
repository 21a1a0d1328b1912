/** Calendar days of facts (`2026-02-11`, or only `2022-03`) in words. Always holds: a day is a day, in no zone; what is no day is shown as it stands. */
import { dateFormat } from './formats.ts'

export function dayText(day: string, language: string, month: 'long' | 'short' = 'short'): string {
  const at = Date.parse(day)
  if (Number.isNaN(at)) return day
  const isMonth = /^\d{4}-\d{2}$/.test(day)
  return dateFormat(language, {
    ...(isMonth ? {} : { day: 'numeric' }),
    month,
    year: 'numeric',
    timeZone: 'UTC',
  }).format(at)
}

/** Today in the person's own zone. */
export function todayKey(now = new Date()): string {
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map(part => String(part).padStart(2, '0')).join('-')
}
