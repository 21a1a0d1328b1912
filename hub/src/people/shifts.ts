/** Working hours of a member. Pure. Always holds: wall-clock time of the member's zone decides, so that 9 o'clock is 9 o'clock on both sides of a change of the clocks. */
import type { Shifts } from '@dragoman/api'
import { Temporal } from 'temporal-polyfill'

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** Whether a moment (ms since the epoch) lies in somebody's shifts. No shifts: always. An unknown zone counts as UTC. A span that ends before it begins goes over midnight. */
export function isOnShift(shifts: Shifts | null, zone: string | null, nowMs: number): boolean {
  if (shifts === null) return true
  const now = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(knownZone(zone))
  const minute = now.hour * 60 + now.minute
  const spansOf = (daysBack: number) =>
    (shifts[days[(now.dayOfWeek - 1 - daysBack + 7) % 7]!] ?? []).map(([from, until]) => [minutesOf(from), minutesOf(until)] as const)
  const today = spansOf(0).some(([from, until]) => minute >= from && (until <= from || minute < until))
  return today || spansOf(1).some(([from, until]) => until <= from && minute < until)
}

function minutesOf(clock: string): number {
  const [hours = '0', minutes = '0'] = clock.split(':')
  return Number(hours) * 60 + Number(minutes)
}

function knownZone(zone: string | null): string {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone ?? 'UTC')
    return zone ?? 'UTC'
  } catch {
    return 'UTC'
  }
}
