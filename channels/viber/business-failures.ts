/**
 * Answers of the partner, and the result codes of Viber that it passes on, at submission or in a delivery report.
 * Always holds: a status of the group PENDING or DELIVERED is an acceptance; any other says that the person will not get the message.
 */
import { entryOf, numericAt, objectAt, type StepNature, statusFailure, stringAt, textAt, transmissionFailure } from '@dragoman/channel-kit'
import type { Failure, PermanentReason, Transmission } from '@dragoman/core'

export type PartnerAnswer = { ok: true; body: Readonly<Record<string, unknown>> } | { ok: false; failure: Failure }

/** A session's quota of unanswered messages is exceeded: only the customer can end it. */
const unansweredWaitMs = 15 * 60_000

type Known = PermanentReason | 'retryable' | 'auth' | 'wait'

/** Viber's own codes, as partners surface them. */
const byName: Readonly<Record<string, Known>> = {
  SRVC_INTERNAL_FAILURE: 'retryable',
  SRVC_BAD_SERVICE_ID: 'auth',
  SRVC_BAD_DATA: 'invalid',
  SRVC_BAD_MESSAGE_TYPE: 'unsupported',
  SRVC_BAD_PARAMETERS: 'invalid',
  SRVC_TIMEOUT: 'retryable',
  SRVC_USER_BLOCKED: 'blocked',
  SRVC_NOT_VIBER_USER: 'recipient_unknown',
  SRVC_NO_SUITABLE_DEVICE: 'unsupported',
  SRVC_UNAUTHORIZED_IP: 'auth',
  SRVC_NOT_PERMITTED: 'payment',
  SRVC_BAD_LABEL: 'invalid',
  SRVC_INVALID_TTL: 'invalid',
  SRVC_WAIT_FOR_USER_RESPONSE: 'wait',
  SRVC_FILE_NOT_PERMITTED: 'policy',
  SRVC_BAD_FILE_NAME_LENGTH: 'invalid',
  SRVC_BAD_THUMBNAIL: 'invalid',
  SRVC_BAD_FILE_SIZE: 'too_large',
  SRVC_BAD_DURATION: 'too_large',
}

/** The same by number. */
const names: Readonly<Record<number, string>> = {
  1: 'SRVC_INTERNAL_FAILURE',
  2: 'SRVC_BAD_SERVICE_ID',
  3: 'SRVC_BAD_DATA',
  5: 'SRVC_BAD_MESSAGE_TYPE',
  6: 'SRVC_BAD_PARAMETERS',
  7: 'SRVC_TIMEOUT',
  8: 'SRVC_USER_BLOCKED',
  9: 'SRVC_NOT_VIBER_USER',
  10: 'SRVC_NO_SUITABLE_DEVICE',
  11: 'SRVC_UNAUTHORIZED_IP',
  13: 'SRVC_NOT_PERMITTED',
  18: 'SRVC_BAD_LABEL',
  20: 'SRVC_INVALID_TTL',
  21: 'SRVC_WAIT_FOR_USER_RESPONSE',
}

const groupPending = 1
const groupDelivered = 3
const groupExpired = 4

export function readPartnerAnswer(transmission: Transmission, nature: Pick<StepNature, 'commits'>): PartnerAnswer {
  const lost = transmissionFailure(transmission, nature)
  if (lost || transmission.kind !== 'answered') return { ok: false, failure: lost ?? { kind: 'uncertain', code: 'no_answer', detail: '' } }
  const body = objectAt(transmission.body)
  if (transmission.status === 200 && body) return { ok: true, body }
  const words = textAt(body, 'requestError', 'serviceException', 'text')
  const failure = statusFailure(transmission, nature)
  if (transmission.status === 403) return { ok: false, failure: { kind: 'auth', code: 'http_403', detail: words ?? failure.detail } }
  return { ok: false, failure: words === undefined ? failure : { ...failure, detail: words } }
}

/** Why a message of an answer or report will not arrive; undefined where it is on its way or there. */
export function messageFailure(message: unknown): Failure | undefined {
  const group = numericAt(message, 'status', 'groupId')
  const status = stringAt(message, 'status', 'name') ?? ''
  const error = objectAt(message, 'error')
  const detail = textAt(error, 'description') ?? textAt(message, 'status', 'description') ?? status
  if (group === undefined) return { kind: 'uncertain', code: 'no_status', detail: 'The partner accepted the message but named no status' }
  if (group === groupPending || group === groupDelivered) return undefined
  if (group === groupExpired) return { kind: 'permanent', reason: 'expired', code: status || 'EXPIRED', detail }
  const name = codeOf(stringAt(error, 'name')) ?? codeOf(status) ?? names[numericAt(error, 'id') ?? -1] ?? status
  const known = entryOf(byName, name)
  const code = name || `group_${group}`
  switch (known) {
    case 'retryable':
      return { kind: 'retryable', code, detail }
    case 'auth':
      return { kind: 'auth', code, detail }
    case 'wait':
      return { kind: 'rate_limited', code, detail, retryAfterMs: unansweredWaitMs, scope: 'chat' }
    case undefined:
      return { kind: 'permanent', reason: 'other', code, detail }
    default:
      return { kind: 'permanent', reason: known, code, detail }
  }
}

function codeOf(name: string | undefined): string | undefined {
  return name !== undefined && name in byName ? name : undefined
}
