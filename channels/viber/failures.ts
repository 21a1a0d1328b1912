/**
 * Answers of the bot API. The HTTP status is 200 even for errors: the code stands in `status`, the words in `status_message`.
 * Always holds: an answer with a `status` other than 0 means that nothing was done; one without comes from a machine in front of Viber and proves
 * nothing. Codes are compared, never words. https://developers.viber.com/docs/api/rest-bot-api/#error-codes
 */
import { numericAt, objectAt, type StepNature, statusFailure, stringAt, transmissionFailure } from '@dragoman/channel-kit'
import type { Failure, PermanentReason, Transmission } from '@dragoman/core'

export type Answer = { ok: true; body: Readonly<Record<string, unknown>> } | { ok: false; failure: Failure }

/** Viber names no time; the guard of 100 unanswered messages counts by the hour. */
const unsaidRetryAfterMs = 60_000
/** Until the webhook may have been set again. */
const webhookWaitMs = 60_000

/** The credentials or the account itself are refused. */
const authCodes = new Set([2, 7, 8, 9, 15])

const permanent: Readonly<Record<number, PermanentReason>> = {
  1: 'invalid',
  3: 'invalid',
  4: 'invalid',
  5: 'recipient_unknown',
  6: 'blocked',
  11: 'unsupported',
  13: 'unsupported',
  14: 'invalid',
  16: 'policy',
  17: 'policy',
  18: 'unsupported',
  19: 'policy',
  20: 'policy',
  21: 'unsupported',
  22: 'unsupported',
  23: 'payment',
  24: 'payment',
}

/** What an answer means. `commits` says whether a message may have been made without our knowing. */
export function readAnswer(transmission: Transmission, nature: Pick<StepNature, 'commits'>): Answer {
  const lost = transmissionFailure(transmission, nature)
  if (lost || transmission.kind !== 'answered') return { ok: false, failure: lost ?? { kind: 'uncertain', code: 'no_answer', detail: '' } }
  const body = objectAt(transmission.body)
  const status = numericAt(body, 'status')
  if (!body || status === undefined || transmission.status >= 300) return { ok: false, failure: statusFailure(transmission, nature) }
  if (status === 0) return { ok: true, body }
  return { ok: false, failure: failureOf(status, stringAt(body, 'status_message') ?? '') }
}

/** The failure behind a code; also of one receiver of a broadcast. */
export function failureOf(status: number, detail: string): Failure {
  const code = String(status)
  if (authCodes.has(status)) return { kind: 'auth', code, detail }
  if (status === 12) return { kind: 'rate_limited', code, detail, retryAfterMs: unsaidRetryAfterMs, scope: 'chat' }
  if (status === 10) return { kind: 'retryable', code, detail, afterMs: webhookWaitMs }
  const reason = permanent[status]
  return reason === undefined ? { kind: 'retryable', code, detail } : { kind: 'permanent', reason, code, detail }
}
