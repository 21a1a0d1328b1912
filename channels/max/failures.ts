/**
 * Answers of the MAX API: what was given, or why not. The HTTP status is the error's; the body names it by `code` and explains it in `message`.
 * Always holds: a 4xx with a `code` means that nothing was done; an answer without one comes from a machine in front of MAX and proves nothing.
 * https://dev.max.ru/docs-api
 */
import { objectAt, retryAfterMs, type StepNature, statusFailure, stringAt, textAt, transmissionFailure } from '@dragoman/channel-kit'
import type { Failure, PermanentReason, Transmission } from '@dragoman/core'

export type Answer = { ok: true; body: unknown } | { ok: false; failure: Failure }

/** Waited after a 429 that names no time; 30 requests a second are allowed. */
const unsaidRetryAfterMs = 1_000
/** A file of several megabytes is worked on for a while after its upload. */
export const notReadyWaitMs = 3_000
/** While a webhook is set, polling is refused, and that is no matter of credentials [mechanics 19]. */
const pollConflictWaitMs = 3_000

export const notReady = 'attachment.not.ready'

/** `about`: what a 404 says is not there. */
export function readAnswer(transmission: Transmission, nature: Pick<StepNature, 'commits'>, about: 'chat' | 'message' = 'chat'): Answer {
  const lost = transmissionFailure(transmission, nature)
  if (lost || transmission.kind !== 'answered') return { ok: false, failure: lost ?? { kind: 'uncertain', code: 'no_answer', detail: '' } }
  const body = objectAt(transmission.body)
  if (transmission.status === 200 && body) {
    // Commands answer 200 and say in the body whether they were done.
    if (body.success !== false) return { ok: true, body }
    const detail = textAt(body, 'message') ?? 'MAX did not do it'
    return { ok: false, failure: { kind: 'permanent', reason: reasonOf('', detail, about) ?? 'other', code: 'not_done', detail } }
  }
  const code = textAt(body, 'code')
  if (code === undefined || transmission.status >= 500 || transmission.status < 400)
    return { ok: false, failure: statusFailure(transmission, nature) }
  return { ok: false, failure: failureOf(transmission.status, code, stringAt(body, 'message') ?? '', transmission.headers, about) }
}

function failureOf(
  status: number,
  code: string,
  detail: string,
  headers: Readonly<Record<string, string>>,
  about: 'chat' | 'message',
): Failure {
  if (status === 429 || code === 'too.many.requests')
    return { kind: 'rate_limited', code, detail, retryAfterMs: retryAfterMs(headers) ?? unsaidRetryAfterMs, scope: 'account' }
  if (status === 401 || code === 'verify.token') return { kind: 'auth', code, detail }
  if (code === notReady || /attachment\.\w+\.not\.processed/.test(detail))
    return { kind: 'retryable', code: notReady, detail, afterMs: notReadyWaitMs }
  if (status === 405) return { kind: 'retryable', code, detail, afterMs: pollConflictWaitMs }
  const known = status === 413 ? 'too_large' : reasonOf(code, detail, about)
  return { kind: 'permanent', reason: known ?? (status === 403 ? 'policy' : status === 400 ? 'invalid' : 'other'), code, detail }
}

function reasonOf(code: string, detail: string, about: 'chat' | 'message'): PermanentReason | undefined {
  const words = detail.toLowerCase()
  if (/suspended|dialog\.suspended/.test(words) || code === 'chat.denied') return 'blocked'
  if (/(file|image|video|audio|attachment).*too (big|large|long)/.test(words)) return 'too_large'
  if (code === 'not.found' || code === 'chat.not.found' || code === 'message.not.found' || /not found/.test(words))
    return about === 'message' ? 'target_gone' : 'recipient_unknown'
  if (/attachment.*(token|not found)|invalid.*token/.test(words) && code === 'proto.payload') return 'media_unavailable'
  return undefined
}
