/**
 * Answers of the Connector: what was made, or why not. The reason stands in `error.code`; the status says what may be tried again.
 * Always holds: an answer without that body comes from a machine in front and is judged by its status alone; 500 to 504 prove nothing.
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference#errors
 */
import { retryAfterMs, type StepNature, statusFailure, stringAt, textAt, transmissionFailure } from '@dragoman/channel-kit'
import type { Failure, PermanentReason, Transmission } from '@dragoman/core'

export type Answer = { ok: true; status: number; body: unknown } | { ok: false; failure: Failure; status?: number }

/** Waited after a 429 that names no time; ms. */
const unsaidRetryAfterMs = 2_000

/** By code, whatever the status. */
const reasons: Record<string, PermanentReason> = {
  BadArgument: 'invalid',
  BadSyntax: 'invalid',
  BadFormat: 'invalid',
  MissingProperty: 'invalid',
  ConversationBlockedByUser: 'blocked',
  BotNotInConversationRoster: 'blocked',
  AppNotInstalled: 'blocked',
  MessageWritesBlocked: 'blocked',
  ForbiddenOperationException: 'policy',
  BotDisabledByAdmin: 'policy',
  NotEnoughPermissions: 'policy',
  InvalidBotApiHost: 'policy',
  ConversationNotFound: 'recipient_unknown',
  UserNotFound: 'recipient_unknown',
  ActivityNotFoundInConversation: 'target_gone',
  MessageSizeTooBig: 'too_large',
}

export function readAnswer(transmission: Transmission, nature: Pick<StepNature, 'commits'>): Answer {
  const lost = transmissionFailure(transmission, nature)
  if (lost || transmission.kind !== 'answered') return { ok: false, failure: lost ?? { kind: 'uncertain', code: 'no_answer', detail: '' } }
  const { status, body, headers } = transmission
  if (status >= 200 && status < 300) return { ok: true, status, body }
  return { ok: false, status, failure: failureOf(status, body, headers, transmission, nature) }
}

function failureOf(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>>,
  answered: Extract<Transmission, { kind: 'answered' }>,
  nature: Pick<StepNature, 'commits'>,
): Failure {
  const code = textAt(body, 'error', 'code')
  const plain = statusFailure(answered, { ...nature, rateScope: 'chat' })
  const detail = textAt(body, 'error', 'message') ?? stringAt(body, 'message') ?? plain.detail
  if (status === 429) {
    const waitMs = retryAfterMs(headers) ?? unsaidRetryAfterMs
    return { kind: 'rate_limited', code: code ?? 'http_429', detail, retryAfterMs: waitMs, scope: 'chat' }
  }
  if (status === 401) return { kind: 'auth', code: code ?? 'http_401', detail }
  // Another operation on the same conversation came between: nothing was done.
  if (status === 412) return { kind: 'retryable', code: code ?? 'http_412', detail }
  if (status === 405 || status === 501) return { kind: 'permanent', reason: 'unsupported', code: code ?? `http_${status}`, detail }
  if (code === undefined) return { ...plain, detail }
  if (status >= 500 || status === 408) return { ...plain, code, detail }
  const known = Object.hasOwn(reasons, code) ? reasons[code] : undefined
  const byStatus: PermanentReason = status === 403 ? 'policy' : status === 413 ? 'too_large' : status === 400 ? 'invalid' : 'other'
  return { kind: 'permanent', reason: known ?? byStatus, code, detail }
}
