/**
 * Answers of VK: HTTP 200 whatever happens, with `response` or `error` inside.
 * Always holds: an `error` means that nothing was done, except where VK itself did not know (1, 10, 36); an answer with neither comes from a machine
 * in front and is judged by its status. https://dev.vk.com/ru/reference/errors
 */
import { numberAt, numericAt, objectAt, type StepNature, statusFailure, stringAt, transmissionFailure } from '@dragoman/channel-kit'
import type { Failure, PermanentReason, Transmission } from '@dragoman/core'

export type Answer = { ok: true; response: unknown } | { ok: false; failure: Failure; code?: number }

/** VK names no time; ms. */
const waits: Record<number, { afterMs: number; scope: 'account' | 'pair' | 'app' }> = {
  6: { afterMs: 1_000, scope: 'account' },
  9: { afterMs: 60_000, scope: 'pair' },
  29: { afterMs: 60 * 60_000, scope: 'account' },
  223: { afterMs: 60_000, scope: 'account' },
  944: { afterMs: 24 * 60 * 60_000, scope: 'pair' },
}

/** The key is wrong, was taken away, or is not one of a community. */
const authCodes = new Set([4, 5, 16, 17, 25, 27, 28, 38])
/** VK does not know itself what became of it. */
const doubtfulCodes = new Set([1, 10, 32, 36, 43])

const reasons: Record<number, PermanentReason> = {
  7: 'policy',
  8: 'invalid',
  14: 'policy',
  15: 'policy',
  18: 'recipient_unknown',
  19: 'policy',
  20: 'unsupported',
  21: 'unsupported',
  22: 'media_unavailable',
  23: 'unsupported',
  24: 'policy',
  30: 'policy',
  33: 'unsupported',
  37: 'policy',
  39: 'recipient_unknown',
  100: 'invalid',
  103: 'policy',
  104: 'target_gone',
  105: 'media_unavailable',
  113: 'recipient_unknown',
  118: 'media_unavailable',
  121: 'media_unavailable',
  129: 'media_unavailable',
  183: 'policy',
  210: 'target_gone',
  211: 'target_gone',
  212: 'policy',
  213: 'policy',
  222: 'policy',
  243: 'target_gone',
  900: 'blocked',
  901: 'blocked',
  902: 'policy',
  909: 'expired',
  910: 'too_large',
  911: 'invalid',
  912: 'policy',
  913: 'too_large',
  914: 'too_large',
  917: 'recipient_unknown',
  920: 'unsupported',
  921: 'invalid',
  922: 'recipient_unknown',
  924: 'expired',
  925: 'policy',
  927: 'recipient_unknown',
  932: 'policy',
  936: 'recipient_unknown',
  940: 'invalid',
  943: 'policy',
  945: 'policy',
  946: 'unsupported',
  950: 'window_closed',
  962: 'policy',
  969: 'unsupported',
  985: 'policy',
  987: 'not_started',
  988: 'not_started',
}

export function readAnswer(transmission: Transmission, nature: Pick<StepNature, 'commits'>): Answer {
  const lost = transmissionFailure(transmission, nature)
  if (lost || transmission.kind !== 'answered') return { ok: false, failure: lost ?? { kind: 'uncertain', code: 'no_answer', detail: '' } }
  const body = objectAt(transmission.body)
  const code = numericAt(body, 'error', 'error_code')
  if (code !== undefined) {
    const detail = stringAt(body, 'error', 'error_msg') ?? stringAt(body, 'error', 'error_text') ?? ''
    return { ok: false, code, failure: failureOf(code, detail, nature) }
  }
  if (body && Object.hasOwn(body, 'response') && transmission.status === 200) return { ok: true, response: body.response }
  return { ok: false, failure: statusFailure(transmission, nature) }
}

/** The failure that a code of VK's means. */
export function failureOf(number: number, detail: string, nature: Pick<StepNature, 'commits'>): Failure {
  const code = String(number)
  if (authCodes.has(number)) return { kind: 'auth', code, detail }
  const wait = waits[number]
  if (wait) return { kind: 'rate_limited', code, detail, retryAfterMs: wait.afterMs, scope: wait.scope }
  if (doubtfulCodes.has(number)) return nature.commits ? { kind: 'uncertain', code, detail } : { kind: 'retryable', code, detail }
  return { kind: 'permanent', reason: reasons[number] ?? 'other', code, detail }
}

/** What one recipient of several was refused with. */
export function itemFailure(item: unknown, nature: Pick<StepNature, 'commits'>): Failure | undefined {
  const code = numberAt(item, 'error', 'code')
  return code === undefined ? undefined : failureOf(code, stringAt(item, 'error', 'description') ?? '', nature)
}
