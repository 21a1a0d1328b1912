/**
 * What can come of an attempt to send, and the only retry policy in the system.
 * Always holds: failures are returned, never thrown; an `uncertain` part is never resent blindly.
 */

export type PermanentReason =
  | 'blocked'
  | 'not_started'
  | 'recipient_unknown'
  | 'window_closed'
  | 'too_large'
  | 'unsupported'
  | 'invalid'
  | 'template'
  | 'policy'
  | 'payment'
  | 'media_unavailable'
  | 'target_gone'
  | 'expired'
  | 'other'

export type PaceScope = 'app' | 'account' | 'chat' | 'pair' | 'group'

export type Failure =
  /** Not accepted, and the vendor says so: may be sent again. */
  | { kind: 'retryable'; code: string; detail: string; afterMs?: number }
  | { kind: 'rate_limited'; code: string; detail: string; retryAfterMs: number; scope: PaceScope }
  /** The credentials are no longer good: pauses the account, burns no attempt. */
  | { kind: 'auth'; code: string; detail: string }
  | { kind: 'permanent'; reason: PermanentReason; code: string; detail: string }
  /** The request left and no answer came, or we died while sending. */
  | { kind: 'uncertain'; code: string; detail: string }

export type Outcome =
  | {
      kind: 'sent'
      /** Ids of the platform messages that the part became, in order. */
      externalIds: string[]
      /** The platform's time of acceptance in ms, where it says one. */
      at?: number
      /** Learned of the recipient on the way (a new id, a number). */
      recipientIds?: string[]
    }
  | { kind: 'failed'; failure: Failure }

export type NextStep =
  | { kind: 'retry'; afterMs: number; countsAsAttempt: boolean }
  | { kind: 'pause_account' }
  /** Hold as uncertain until a receipt or a person settles it. */
  | { kind: 'hold' }
  | { kind: 'fail' }

/** How often a retryable part is sent at most, first try included. */
export const maxAttempts = 8
const firstDelayMs = 2_000
const longestDelayMs = 15 * 60_000

/**
 * What to do after a failure. Delays double from 2 s to 15 min, with up to 20 % of jitter taken from `spread` (0 to 1), so that the function
 * stays pure. `attempt` counts from 1. Where the platform takes an idempotency key, `repeatable` is true and an uncertain part is sent again.
 */
export function nextStep(failure: Failure, attempt: number, spread: number, repeatable = false): NextStep {
  switch (failure.kind) {
    case 'permanent':
      return { kind: 'fail' }
    case 'auth':
      return { kind: 'pause_account' }
    case 'rate_limited':
      return { kind: 'retry', afterMs: Math.max(failure.retryAfterMs, 50), countsAsAttempt: false }
    case 'uncertain':
      if (!repeatable) return { kind: 'hold' }
      return attempt >= maxAttempts ? { kind: 'hold' } : { kind: 'retry', afterMs: backoffMs(attempt, spread), countsAsAttempt: true }
    case 'retryable':
      if (attempt >= maxAttempts) return { kind: 'fail' }
      return { kind: 'retry', afterMs: Math.max(failure.afterMs ?? 0, backoffMs(attempt, spread)), countsAsAttempt: true }
  }
}

function backoffMs(attempt: number, spread: number): number {
  const base = Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1))
  return Math.round(base * (1 + 0.2 * Math.min(1, Math.max(0, spread))))
}
