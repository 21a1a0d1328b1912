/**
 * What an answer means that is not the platform's own: nothing came, a proxy's page came, an empty body came.
 * Always holds: `uncertain` only for a step that commits; 502 and 504 are uncertain there; 500 and 503 are retryable only where the vendor
 * documents that such an answer means "not accepted" [mechanics 14].
 */
import type { Answered, Failure, PaceScope, PermanentReason, Transmission } from '@dragoman/core'

export interface StepNature {
  /** The step after which the message exists at the platform. */
  commits: boolean
  /** The vendor documents that 500 and 503 mean "not accepted". */
  serverErrorsAreRefusals?: boolean
  /** What a 429 slows down where the body does not say; `account`. */
  rateScope?: PaceScope
}

/** How long to wait after a 429 that does not say; ms. */
const unsaidRetryAfterMs = 5_000

/** The failure of an exchange that brought no answer; undefined where it brought one. */
export function transmissionFailure(transmission: Transmission, nature: StepNature): Failure | undefined {
  if (transmission.kind === 'answered') return undefined
  if (transmission.kind === 'not_sent') return { kind: 'retryable', code: 'not_sent', detail: transmission.cause }
  return doubtful('no_answer', transmission.cause, nature)
}

/** The failure that a status alone tells, for answers whose body says nothing (HTML, empty, cut). */
export function statusFailure(answered: Answered, nature: StepNature): Failure {
  const { status } = answered
  const code = `http_${status}`
  const detail = excerpt(answered.body)
  if (status === 429) {
    return {
      kind: 'rate_limited',
      code,
      detail,
      retryAfterMs: retryAfterMs(answered.headers) ?? unsaidRetryAfterMs,
      scope: nature.rateScope ?? 'account',
    }
  }
  if (status === 401) return { kind: 'auth', code, detail }
  if (status === 500 || status === 503) {
    if (!nature.serverErrorsAreRefusals) return doubtful(code, detail, nature)
    const afterMs = retryAfterMs(answered.headers)
    return { kind: 'retryable', code, detail, ...(afterMs === undefined ? {} : { afterMs }) }
  }
  // 408: the server gave up waiting for the request; what it did with it is unknown. 2xx without a readable body: accepted, but as what?
  if (status >= 500 || status === 408 || status < 300) return doubtful(code, detail, nature)
  return { kind: 'permanent', reason: reasonOf(status), code, detail }
}

/** `Retry-After` in ms; seconds only, as APIs write it. */
export function retryAfterMs(headers: Readonly<Record<string, string>>): number | undefined {
  const seconds = Number(headers['retry-after'] ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds * 1000) : undefined
}

/** The first words of an answer, for people. */
export function excerpt(body: unknown): string {
  const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? '')
  const words = text
    .replace(/<(style|script)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return words === '' ? 'empty answer' : words.slice(0, 300)
}

function doubtful(code: string, detail: string, nature: StepNature): Failure {
  return nature.commits ? { kind: 'uncertain', code, detail } : { kind: 'retryable', code, detail }
}

function reasonOf(status: number): PermanentReason {
  if (status === 413) return 'too_large'
  if (status === 415) return 'unsupported'
  if (status === 402) return 'payment'
  if (status === 400 || status === 422) return 'invalid'
  return 'other'
}
