/**
 * What a clock on the wall of a zone shows, and which moment a clock time is. Pure, by `Intl`. Always holds: a time that a change of clocks leaves
 * out is the moment that clock would have shown it at without the change; of one that comes twice it is the first.
 */

export interface WallDate {
  year: number
  /** 1 to 12. */
  month: number
  day: number
  hour: number
  minute: number
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formats.set(zone, made)
  return made
}

/** Whether this is a zone that we know. */
export function isZone(zone: string): boolean {
  try {
    formatOf(zone)
    return true
  } catch {
    return false
  }
}

/** What the wall shows at a moment (ms since the epoch). Throws RangeError for an unknown zone. */
export function wallClockOf(moment: number, zone: string): WallDate {
  const parts: Record<string, number> = {}
  for (const { type, value } of formatOf(zone).formatToParts(moment)) if (type !== 'literal') parts[type] = Number(value)
  return { year: parts.year!, month: parts.month!, day: parts.day!, hour: parts.hour!, minute: parts.minute! }
}

/** The moment at which the wall shows this. */
export function atWallClock(wall: WallDate, zone: string): number {
  const asUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute)
  // The offsets a day before and a day after: the same, unless the clocks change in between.
  const before = offsetAt(asUtc - 86_400_000, zone)
  const after = offsetAt(asUtc + 86_400_000, zone)
  const candidates = [asUtc - before, asUtc - after].filter(moment => offsetAt(moment, zone) === asUtc - moment)
  return candidates.length > 0 ? Math.min(...candidates) : asUtc - before
}

function offsetAt(moment: number, zone: string): number {
  const shown = wallClockOf(moment, zone)
  return Date.UTC(shown.year, shown.month - 1, shown.day, shown.hour, shown.minute) - Math.floor(moment / 60_000) * 60_000
}
