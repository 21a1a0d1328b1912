/**
 * WhatsApp's error codes → failures, for synchronous answers and for `failed` statuses alike.
 * Always holds: the code decides; what the table does not know falls through to Graph's shared codes. `retryable` stands only where the vendor
 * says that the message was not taken and may be sent again.
 * Vendor: https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes (checked 2026-11-22)
 */

import { numericAt, textAt } from '@dragoman/channel-kit'
import { describeGraphError, type GraphError, sharedFailure, waitOf } from '@dragoman/channel-meta-graph'
import type { Answered, Failure, PaceScope, PermanentReason } from '@dragoman/core'

type Meaning =
  | { is: 'auth' }
  | { is: 'retryable'; afterMs?: number }
  | { is: 'rate'; scope: PaceScope; waitMs: number }
  | { is: 'permanent'; reason: PermanentReason }

const auth: Meaning = { is: 'auth' }
const permanent = (reason: PermanentReason): Meaning => ({ is: 'permanent', reason })
const retryable = (afterMs?: number): Meaning => ({ is: 'retryable', afterMs })
const rate = (scope: PaceScope, waitMs: number): Meaning => ({ is: 'rate', scope, waitMs })

const minute = 60_000
const hour = 60 * minute

export const meanings: Readonly<Record<number, Meaning>> = {
  0: auth,
  3: auth,
  10: auth,
  33: permanent('invalid'),
  100: permanent('invalid'),
  190: auth,
  368: permanent('policy'),
  613: rate('account', minute),
  80007: rate('account', 5 * minute),
  130429: rate('account', 1_000),
  130472: permanent('policy'),
  130497: permanent('policy'),
  130501: permanent('unsupported'),
  131000: retryable(),
  131005: auth,
  131008: permanent('invalid'),
  131009: permanent('invalid'),
  131016: retryable(),
  131020: permanent('invalid'),
  131021: permanent('recipient_unknown'),
  131026: permanent('recipient_unknown'),
  131030: permanent('recipient_unknown'),
  131031: auth,
  131037: auth,
  131041: permanent('recipient_unknown'),
  131042: permanent('payment'),
  131044: permanent('payment'),
  131045: auth,
  131047: permanent('window_closed'),
  // The number was reported as spam: hours must pass, and every repeat makes it worse.
  131048: rate('account', hour),
  131049: permanent('policy'),
  131050: permanent('policy'),
  131051: permanent('unsupported'),
  131052: permanent('media_unavailable'),
  131053: permanent('media_unavailable'),
  131055: permanent('unsupported'),
  // The vendor advises 4^X seconds; the pair's allowance refills at one per six.
  131056: rate('pair', 6_000),
  131057: retryable(minute),
  131059: permanent('invalid'),
  131061: permanent('template'),
  131062: permanent('recipient_unknown'),
  131063: permanent('template'),
  131064: rate('account', hour),
  131203: permanent('recipient_unknown'),
  131208: rate('group', minute),
  132000: permanent('template'),
  132001: permanent('template'),
  132005: permanent('template'),
  132007: permanent('policy'),
  132008: permanent('template'),
  132012: permanent('template'),
  132015: permanent('template'),
  132016: permanent('template'),
  132018: permanent('template'),
  132068: permanent('template'),
  132069: rate('account', hour),
  133004: retryable(minute),
  133005: auth,
  133006: auth,
  133008: auth,
  133009: auth,
  133010: auth,
  133015: retryable(5 * minute),
  133016: rate('account', hour),
  134011: permanent('policy'),
  134100: permanent('template'),
  134101: retryable(10 * minute),
  134102: permanent('template'),
  135000: permanent('other'),
  137000: permanent('policy'),
  138002: rate('account', minute),
  138005: rate('account', minute),
}

/** The failure of an error object that came as an answer. */
export function whatsAppFailure(error: GraphError, answered: Answered | undefined): Failure | undefined {
  const meaning = Object.hasOwn(meanings, error.code) ? meanings[error.code] : undefined
  if (!meaning) return undefined
  const code = String(error.code)
  const detail = describeGraphError(error)
  switch (meaning.is) {
    case 'auth':
      return { kind: 'auth', code, detail }
    case 'permanent':
      return { kind: 'permanent', reason: meaning.reason, code, detail }
    case 'retryable':
      return meaning.afterMs === undefined
        ? { kind: 'retryable', code, detail }
        : { kind: 'retryable', code, detail, afterMs: meaning.afterMs }
    case 'rate':
      return { kind: 'rate_limited', code, detail, scope: meaning.scope, retryAfterMs: waitOf(answered, meaning.waitMs) }
  }
}

/** The failure in one item of a webhook's `errors`. */
export function failureOfStatus(item: unknown): Failure {
  const code = numericAt(item, 'code')
  const title = textAt(item, 'title') ?? textAt(item, 'message') ?? 'Not delivered'
  if (code === undefined) return { kind: 'permanent', reason: 'other', code: 'unknown', detail: title }
  const error: GraphError = { code, message: title, details: textAt(item, 'error_data', 'details'), transient: false }
  return whatsAppFailure(error, undefined) ?? sharedFailure(error, undefined, { commits: false })
}
