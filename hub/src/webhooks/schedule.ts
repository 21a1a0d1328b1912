/** When a delivery is tried again. Pure. Schedule of Standard Webhooks' operators (now, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h), then once a day to five days. */

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
export const waitsMs = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  10 * hour,
  24 * hour,
  24 * hour,
  24 * hour,
  24 * hour,
]
const longestAskedMs = 24 * hour
/** Nothing but failures for so long pauses a webhook. */
export const failingForMs = 5 * 24 * hour

/** Waits after the `tries`-th failure, ms; undefined: it was the last. `retryAfter` is the header, in seconds or as a date. */
export function nextWaitMs(tries: number, random: number, now: number, retryAfter?: string): number | undefined {
  const wait = waitsMs[tries - 1]
  if (wait === undefined) return undefined
  const asked = askedMs(retryAfter, now)
  // Up to a fifth later, so that a receiver that comes back is not met by everything at once.
  return Math.max(Math.round(wait * (1 + random * 0.2)), Math.min(asked, longestAskedMs))
}

function askedMs(retryAfter: string | undefined, now: number): number {
  if (!retryAfter) return 0
  const seconds = Number(retryAfter)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * second)
  const date = Date.parse(retryAfter)
  return Number.isNaN(date) ? 0 : Math.max(0, date - now)
}
