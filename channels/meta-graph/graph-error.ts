/**
 * Graph's error object, and what its shared codes mean. A channel gives its own table first; what it does not know falls through to here.
 * Always holds: the code decides, never the HTTP status or the message (Meta changes titles); without an error object the status decides.
 * Vendor: https://developers.facebook.com/docs/graph-api/guides/error-handling
 */

import {
  booleanAt,
  excerpt,
  numericAt,
  objectAt,
  retryAfterMs,
  type StepNature,
  statusFailure,
  textAt,
  transmissionFailure,
} from '@dragoman/channel-kit'
import type { Answered, Failure, Transmission } from '@dragoman/core'
import { readUsage } from './usage.ts'

export interface GraphError {
  code: number
  subcode?: number
  message: string
  /** `error_data.details`: the cause in words, on WhatsApp. */
  details?: string
  transient: boolean
  /** For Meta's support. */
  traceId?: string
}

/** What a code means on one channel; undefined: not its own. */
export type ErrorTable = (error: GraphError, answered: Answered | undefined) => Failure | undefined

/** The error object at the top of an answer's body, or undefined. */
export function readGraphError(body: unknown): GraphError | undefined {
  const error = objectAt(body, 'error')
  const code = numericAt(error, 'code')
  if (!error || code === undefined) return undefined
  return {
    code,
    subcode: numericAt(error, 'error_subcode'),
    message: textAt(error, 'message') ?? `(#${code})`,
    details: textAt(error, 'error_data', 'details') ?? textAt(error, 'error_user_msg'),
    transient: booleanAt(error, 'is_transient') ?? false,
    traceId: textAt(error, 'fbtrace_id'),
  }
}

/** The words of an error, for people: details, and the trace for Meta's support. */
export function describeGraphError(error: GraphError): string {
  const words = error.details && !error.message.includes(error.details) ? `${error.message}: ${error.details}` : error.message
  return error.traceId ? `${words} [${error.traceId}]` : words
}

/** The failure in an answer, or undefined where it is a success with a readable JSON object. */
export function graphFailure(transmission: Transmission, nature: StepNature, table?: ErrorTable): Failure | undefined {
  const silent = transmissionFailure(transmission, nature)
  if (silent) return silent
  const answered = transmission as Answered
  const error = readGraphError(answered.body)
  if (error) return table?.(error, answered) ?? sharedFailure(error, answered, nature)
  if (answered.status >= 200 && answered.status < 300 && objectAt(answered.body)) return undefined
  return statusFailure(answered, { rateScope: 'account', ...nature })
}

/** What the codes mean that all Graph APIs share. */
export function sharedFailure(error: GraphError, answered: Answered | undefined, nature: StepNature): Failure {
  const code = error.subcode === undefined ? String(error.code) : `${error.code}/${error.subcode}`
  const detail = describeGraphError(error)
  if (error.code === 0 || error.code === 190 || error.code === 102) return { kind: 'auth', code, detail }
  if (error.code === 3 || error.code === 10 || (error.code >= 200 && error.code <= 299)) return { kind: 'auth', code, detail }
  const rate = rateScopes[error.code]
  if (rate) return { kind: 'rate_limited', code, detail, scope: rate.scope, retryAfterMs: waitOf(answered, rate.waitMs) }
  if (error.code === 368) return { kind: 'permanent', reason: 'policy', code, detail }
  if (error.code === 1 || error.code === 2 || error.transient) return { kind: 'retryable', code, detail }
  if (error.code === 33 || error.code === 803) return { kind: 'permanent', reason: 'invalid', code, detail }
  if (error.code === 100) return { kind: 'permanent', reason: 'invalid', code, detail }
  if (answered && answered.status >= 500) {
    // A code that nobody documented, on a server error: whether it was taken is not known.
    return nature.commits ? { kind: 'uncertain', code, detail } : { kind: 'retryable', code, detail }
  }
  return { kind: 'permanent', reason: 'other', code, detail: detail || excerpt(answered?.body) }
}

/** Codes of throttling: whose allowance is used up, and how long to wait where no header says so (ms). */
const rateScopes: Readonly<Record<number, { scope: 'app' | 'account'; waitMs: number }>> = {
  4: { scope: 'app', waitMs: 5 * 60_000 },
  17: { scope: 'account', waitMs: 5 * 60_000 },
  32: { scope: 'account', waitMs: 5 * 60_000 },
  341: { scope: 'app', waitMs: 60 * 60_000 },
  613: { scope: 'account', waitMs: 60_000 },
  80007: { scope: 'account', waitMs: 5 * 60_000 },
}

/** How long to wait: the platform's word, else what usually does. */
export function waitOf(answered: Answered | undefined, usualMs: number): number {
  if (!answered) return usualMs
  const told = retryAfterMs(answered.headers) ?? readUsage(answered.headers)?.regainAfterMs
  return told ? told : usualMs
}
