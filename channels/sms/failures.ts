/**
 * What a carrier answers: SMPP's command_status (3.4, 5.1.3), a gateway's JSON errors, the states in receipts (5.2.28, appendix B).
 * Always holds: a status other than 0 means that the message was not taken; only a lost answer is uncertain.
 */
import {
  numberAt,
  objectAt,
  retryAfterMs,
  type StepNature,
  statusFailure,
  stringAt,
  textAt,
  transmissionFailure,
} from '@dragoman/channel-kit'
import type { Failure, PermanentReason, Transmission } from '@dragoman/core'

const names: Readonly<Record<number, string>> = {
  1: 'ESME_RINVMSGLEN',
  2: 'ESME_RINVCMDLEN',
  3: 'ESME_RINVCMDID',
  4: 'ESME_RINVBNDSTS',
  5: 'ESME_RALYBND',
  6: 'ESME_RINVPRTFLG',
  7: 'ESME_RINVREGDLVFLG',
  8: 'ESME_RSYSERR',
  10: 'ESME_RINVSRCADR',
  11: 'ESME_RINVDSTADR',
  12: 'ESME_RINVMSGID',
  13: 'ESME_RBINDFAIL',
  14: 'ESME_RINVPASWD',
  15: 'ESME_RINVSYSID',
  20: 'ESME_RMSGQFUL',
  21: 'ESME_RINVSERTYP',
  67: 'ESME_RINVESMCLASS',
  69: 'ESME_RSUBMITFAIL',
  72: 'ESME_RINVSRCTON',
  73: 'ESME_RINVSRCNPI',
  80: 'ESME_RINVDSTTON',
  81: 'ESME_RINVDSTNPI',
  83: 'ESME_RINVSYSTYP',
  84: 'ESME_RINVREPFLAG',
  88: 'ESME_RTHROTTLED',
  97: 'ESME_RINVSCHED',
  98: 'ESME_RINVEXPIRY',
  99: 'ESME_RINVDFTMSGID',
  100: 'ESME_RX_T_APPN',
  101: 'ESME_RX_P_APPN',
  102: 'ESME_RX_R_APPN',
  192: 'ESME_RINVOPTPARSTREAM',
  193: 'ESME_ROPTPARNOTALLWD',
  194: 'ESME_RINVPARLEN',
  195: 'ESME_RMISSINGOPTPARAM',
  196: 'ESME_RINVOPTPARAMVAL',
  254: 'ESME_RDELIVERYFAILURE',
  255: 'ESME_RUNKNOWNERR',
}

/** Refused now, taken later. */
const passing: Readonly<Record<number, number>> = { 4: 5_000, 5: 30_000, 8: 10_000, 13: 30_000, 100: 10_000, 255: 10_000 }
const full = new Set([20, 88])
const credentials = new Set([14, 15, 83])
const reasons: Readonly<Record<number, PermanentReason>> = {
  1: 'too_large',
  10: 'policy',
  11: 'recipient_unknown',
  69: 'other',
  72: 'policy',
  73: 'policy',
  80: 'recipient_unknown',
  81: 'recipient_unknown',
  98: 'invalid',
  254: 'other',
}

/** What a status other than 0 means. */
export function statusMeaning(status: number): Failure {
  const code = names[status] ?? `0x${(status >>> 0).toString(16).padStart(8, '0')}`
  const detail = names[status]
    ? `The carrier answered ${code} (0x${status.toString(16)})`
    : `The carrier answered with a status of its own, ${code}`
  if (full.has(status)) return { kind: 'rate_limited', code, detail, retryAfterMs: status === 88 ? 1_000 : 5_000, scope: 'account' }
  if (credentials.has(status)) return { kind: 'auth', code, detail }
  if (passing[status] !== undefined) return { kind: 'retryable', code, detail, afterMs: passing[status] }
  // Between 0x400 and 0x4ff each carrier has meanings of its own: none is to be guessed.
  return { kind: 'permanent', reason: reasons[status] ?? (status < 0x400 && names[status] ? 'invalid' : 'other'), code, detail }
}

export type Answer = { ok: true; body: unknown } | { ok: false; failure: Failure }

/** What came of a request to the carrier's line. */
export function readSmpp(transmission: Transmission, nature: StepNature): Answer {
  const lost = transmissionFailure(transmission, nature)
  if (lost || transmission.kind !== 'answered') return { ok: false, failure: lost ?? { kind: 'uncertain', code: 'no_answer', detail: '' } }
  const status = numberAt(transmission.body, 'commandStatus')
  if (status === undefined) return { ok: false, failure: statusFailure(transmission, nature) }
  return status === 0 ? { ok: true, body: transmission.body } : { ok: false, failure: statusMeaning(status) }
}

const gatewayReasons: Readonly<Record<string, PermanentReason>> = {
  invalid_recipient: 'recipient_unknown',
  invalid_sender: 'policy',
  not_allowed: 'policy',
  opted_out: 'blocked',
  too_long: 'too_large',
  no_credit: 'payment',
  invalid_request: 'invalid',
}

/** What came of a request to a gateway: `{ error: { code, message } }` is its own word, all else is a machine's in front of it. */
export function readGateway(transmission: Transmission, nature: StepNature): Answer {
  const lost = transmissionFailure(transmission, nature)
  if (lost || transmission.kind !== 'answered') return { ok: false, failure: lost ?? { kind: 'uncertain', code: 'no_answer', detail: '' } }
  const { status, body, headers } = transmission
  const code = textAt(body, 'error', 'code')
  if (status >= 200 && status < 300 && objectAt(body) && code === undefined) return { ok: true, body }
  const detail = (stringAt(body, 'error', 'message') ?? '').slice(0, 300) || `The gateway answered ${status}`
  if (code === undefined) return { ok: false, failure: statusFailure(transmission, nature) }
  if (status === 401 || status >= 500) return { ok: false, failure: { ...statusFailure(transmission, nature), detail } }
  if (status === 429)
    return { ok: false, failure: { kind: 'rate_limited', code, detail, retryAfterMs: retryAfterMs(headers) ?? 5_000, scope: 'account' } }
  const reason = Object.hasOwn(gatewayReasons, code) ? gatewayReasons[code]! : 'other'
  return { ok: false, failure: { kind: 'permanent', reason, code: code.slice(0, 100), detail } }
}

export interface ReceiptMeaning {
  receipt: 'sent' | 'delivered' | 'failed'
  failure?: Failure
}

/** States of a receipt, as text and (appendix B of SMPP, 5.2.28) as number. */
const states: Readonly<Record<string, 'delivered' | 'sent' | PermanentReason>> = {
  DELIVRD: 'delivered',
  DELIVERED: 'delivered',
  ACCEPTD: 'sent',
  ENROUTE: 'sent',
  UNKNOWN: 'sent',
  EXPIRED: 'expired',
  DELETED: 'other',
  UNDELIV: 'recipient_unknown',
  UNDELIVERABLE: 'recipient_unknown',
  REJECTD: 'policy',
  REJECTED: 'policy',
}
export const stateNames = ['', 'ENROUTE', 'DELIVRD', 'EXPIRED', 'DELETED', 'UNDELIV', 'ACCEPTD', 'UNKNOWN', 'REJECTD'] as const

/** What a receipt's state means; undefined for one that is not documented. `error` is the network's own code. */
export function receiptMeaning(state: string, error: string | undefined): ReceiptMeaning | undefined {
  const name = state.toUpperCase()
  const meaning = Object.hasOwn(states, name) ? states[name] : undefined
  if (meaning === undefined) return undefined
  if (meaning === 'delivered' || meaning === 'sent') return { receipt: meaning }
  const code = error && !/^0*$/.test(error) ? `${name} ${error}` : name
  return { receipt: 'failed', failure: { kind: 'permanent', reason: meaning, code, detail: `The network reports ${code}` } }
}
