/** Shifts: a week of working hours in a zone. Always holds: wall-clock hours, so that 9:00 stays 9:00 when the clocks change. */
import { Temporal } from 'temporal-polyfill'

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
/** By weekday, intervals of `HH:MM`; one that ends at or before its start goes on past midnight. A day that is not named is free. */
export type Shifts = Partial<Record<(typeof weekdays)[number], readonly (readonly [string, string])[]>>

/** Whether a member works at this moment (ms). Without shifts he always does. */
export function isOnShift(shifts: Shifts | null, zone: string | null, nowMs: number): boolean {
  if (shifts === null) return true
  const now = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone ?? 'UTC')
  const minute = now.hour * 60 + now.minute
  const today = shifts[weekdays[now.dayOfWeek - 1]!] ?? []
  const yesterday = shifts[weekdays[(now.dayOfWeek + 5) % 7]!] ?? []
  return (
    today.some(([from, to]) => minute >= minutesOf(from) && (minute < minutesOf(to) || minutesOf(to) <= minutesOf(from))) ||
    yesterday.some(([from, to]) => minutesOf(to) <= minutesOf(from) && minute < minutesOf(to))
  )
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}
