/** One change of a webhook body as its parsers see it, and what they share: the event for what is not used, and the platform's time. */
import type { InboundEvent } from '@dragoman/core'

/** What a parser of one change is given. */
export interface ChangeContext {
  /** The change's `value`. */
  value: unknown
  field: string
  wabaId: string
  /** The time of the whole entry in ms; 0 where it has none. */
  entryAt: number
  /** Unique to this change and the same in every repeat of the body. */
  fingerprint: string
}

/** What a change said that we do not use. */
export function ignoredEvent(context: ChangeContext, reason: string, type: string, part = 'all', at = context.entryAt): InboundEvent {
  return { kind: 'ignored', externalId: `${context.fingerprint}:${part}`, at, reason, type }
}

/** ms from the platform's seconds (or ms, which a few fields use); 0 where there is no sensible time. */
export function timeOf(time: number | undefined): number {
  if (time === undefined || !(time > 0)) return 0
  const ms = Math.round(time > 100_000_000_000 ? time : time * 1000)
  // Beyond the year 9999 nothing can be stored.
  return ms < 253_402_300_800_000 ? ms : 0
}
