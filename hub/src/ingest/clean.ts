/** Events as PostgreSQL takes them: without NUL and lone surrogates [mechanics 3], and with a time. */
import { cleanText, type InboundEvent, noPlatformTime } from '@dragoman/core'

/** An event for which the platform names no time happened when it came. */
export function timed(event: InboundEvent, receivedAt: Date): InboundEvent {
  return event.at >= noPlatformTime || !Number.isFinite(event.at) ? { ...event, at: receivedAt.getTime() } : event
}

/** The event itself where all its text is clean, as nearly always; else a cleaned copy. */
export function cleanEvent(event: InboundEvent): InboundEvent {
  return isClean(event)
    ? event
    : (JSON.parse(JSON.stringify(event), (_key, value) => (typeof value === 'string' ? cleanText(value).text : value)) as InboundEvent)
}

function isClean(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\u0000')
  if (typeof value !== 'object' || value === null) return true
  if (Array.isArray(value)) return value.every(isClean)
  for (const key in value) if (!isClean((value as Record<string, unknown>)[key])) return false
  return true
}
