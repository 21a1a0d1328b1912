/**
 * The error codes of Meta's messaging → failures: one table for the messengers that share it, by code and subcode.
 * Always holds: the pair decides before the code alone, and what the table does not know falls through to Graph's shared codes; `retryable` and
 * `rate_limited` stand only where Meta says that nothing was taken. Codes that Meta lists without a meaning are never sent again by themselves.
 * Vendor: https://developers.facebook.com/docs/messenger-platform/error-codes (table revised 2026-06-25, checked 2026-11-22)
 */
import type { Answered, Failure, PaceScope, PermanentReason } from '@dragoman/core'
import { describeGraphError, type GraphError, waitOf } from '../graph-error.ts'

type Meaning =
  | { is: 'auth' }
  | { is: 'retryable'; afterMs?: number }
  | { is: 'rate'; scope: PaceScope; waitMs: number }
  | { is: 'permanent'; reason: PermanentReason }

const auth: Meaning = { is: 'auth' }
const retryable: Meaning = { is: 'retryable' }
const permanent = (reason: PermanentReason): Meaning => ({ is: 'permanent', reason })
const rate = (scope: PaceScope, waitMs: number): Meaning => ({ is: 'rate', scope, waitMs })

const minute = 60_000
const other = permanent('other')
const invalid = permanent('invalid')

/** By `code/subcode`, and by the code alone for every subcode that has no line of its own. */
export const messagingMeanings: Readonly<Record<string, Meaning>> = {
  '1': retryable,
  '1/1357046': permanent('media_unavailable'),
  '1/2018382': invalid,
  '2': retryable,
  '4': rate('app', 5 * minute),
  // Listed without a meaning; read as throttling.
  '9': rate('account', minute),
  '10/2018278': permanent('window_closed'),
  '10/2534022': permanent('window_closed'),
  '10/2018065': auth,
  '10/2018108': other,
  '10/2018300': permanent('policy'),
  '10/2018336': other,
  '10/1404170': other,
  '10/1893015': permanent('policy'),
  '10/1893063': permanent('policy'),
  '10/2534077': other,
  '100': invalid,
  '100/2018001': permanent('recipient_unknown'),
  // The file could not be fetched this time.
  '100/2018008': retryable,
  '100/2018047': permanent('media_unavailable'),
  '100/2018074': permanent('media_unavailable'),
  '100/2018109': permanent('too_large'),
  '100/2018218': other,
  '100/2018294': permanent('media_unavailable'),
  '100/2018300': permanent('policy'),
  '100/2534013': auth,
  '100/2534014': permanent('recipient_unknown'),
  // A comment that takes no private answer: too old, answered already, or gone.
  '100/2534025': permanent('target_gone'),
  // The account itself is blocked at the platform, not by the person.
  '100/2534029': permanent('policy'),
  '100/2534037': permanent('policy'),
  '100/2534068': permanent('unsupported'),
  '190': auth,
  '200/1545041': permanent('blocked'),
  // Listed under 200, but a matter of one person: asking for the profile needs consent.
  '230': permanent('policy'),
  '368': permanent('policy'),
  '551': permanent('blocked'),
  '613': rate('account', minute),
  '1200': retryable,
  '2022': other,
  '10303': other,
  '24001': other,
  '24002': other,
  '24005': other,
  '36103': other,
  '9000001': permanent('target_gone'),
}

/** The failure of an error object; undefined: not of this table. */
export function messagingFailure(error: GraphError, answered: Answered | undefined): Failure | undefined {
  const pair = error.subcode === undefined ? String(error.code) : `${error.code}/${error.subcode}`
  const meaning = own(pair) ?? own(String(error.code))
  if (!meaning) return undefined
  const detail = describeGraphError(error)
  switch (meaning.is) {
    case 'auth':
      return { kind: 'auth', code: pair, detail }
    case 'permanent':
      return { kind: 'permanent', reason: meaning.reason, code: pair, detail }
    case 'retryable':
      return meaning.afterMs === undefined
        ? { kind: 'retryable', code: pair, detail }
        : { kind: 'retryable', code: pair, detail, afterMs: meaning.afterMs }
    case 'rate':
      return { kind: 'rate_limited', code: pair, detail, scope: meaning.scope, retryAfterMs: waitOf(answered, meaning.waitMs) }
  }
}

function own(key: string): Meaning | undefined {
  return Object.hasOwn(messagingMeanings, key) ? messagingMeanings[key] : undefined
}
