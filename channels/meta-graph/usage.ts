/**
 * Meta's rate-limit headers: shares of an allowance in percent, and minutes until it is free again.
 * Always holds: unreadable headers say nothing; they never make a failure of their own.
 */
import { arrayAt, numberAt, objectAt, parseJson } from '@dragoman/channel-kit'

export interface GraphUsage {
  /** The highest share used of any allowance, in percent. */
  percent: number
  /** ms until calls are taken again; 0 where the platform does not say. */
  regainAfterMs: number
}

const shares = ['call_count', 'total_time', 'total_cputime'] as const

/** What the headers of an answer tell; undefined where they tell nothing. */
export function readUsage(headers: Readonly<Record<string, string>>): GraphUsage | undefined {
  const readings: GraphUsage[] = []
  for (const name of ['x-app-usage', 'x-page-usage']) {
    const usage = objectAt(parseJson(headers[name] ?? ''))
    if (usage) readings.push({ percent: highest(usage), regainAfterMs: 0 })
  }
  const perObject = objectAt(parseJson(headers['x-business-use-case-usage'] ?? ''))
  for (const id of Object.keys(perObject ?? {})) {
    for (const usage of arrayAt(perObject, id)) {
      readings.push({
        percent: highest(usage),
        regainAfterMs: Math.max(0, numberAt(usage, 'estimated_time_to_regain_access') ?? 0) * 60_000,
      })
    }
  }
  if (readings.length === 0) return undefined
  return {
    percent: Math.max(...readings.map(reading => reading.percent)),
    regainAfterMs: Math.max(...readings.map(reading => reading.regainAfterMs)),
  }
}

function highest(usage: unknown): number {
  return Math.max(0, ...shares.map(share => numberAt(usage, share) ?? 0))
}
