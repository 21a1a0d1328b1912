/**
 * Answers of the Bot API: what was given, or why not. The code is the HTTP status, the reason stands in English in `description`.
 * Always holds: an `ok: false` envelope means that nothing was done; an answer without an envelope comes from a machine in front of Telegram
 * and proves nothing. https://core.telegram.org/bots/api#making-requests
 */
import {
  idAt,
  numberAt,
  objectAt,
  retryAfterMs,
  type StepNature,
  statusFailure,
  stringAt,
  transmissionFailure,
} from '@dragoman/channel-kit'
import type { Failure, PermanentReason, Transmission } from '@dragoman/core'

export type Answer = { ok: true; result: unknown } | { ok: false; failure: Failure; description: string; migrateTo?: string }

/** Waited after a 429 that names no time; ms. */
const unsaidRetryAfterMs = 5_000

/** First match counts; all in lower case. From the error catalogue of the fact sheet, Bot API 10.4. */
const reasons: [RegExp, PermanentReason][] = [
  [/bot was blocked by the user/, 'blocked'],
  [/can't initiate conversation|user is deactivated.*start|bot_not_started/, 'not_started'],
  [
    /user is deactivated|chat not found|private chat not found|user not found|peer_id_invalid|chat_id is empty|can't send messages to bots/,
    'recipient_unknown',
  ],
  [
    /bot was kicked|bot is not a member|chat was deleted|not enough rights|need administrator rights|chat_admin_required|chat_write_forbidden/,
    'policy',
  ],
  [/voice_messages_forbidden|user_privacy_restricted|privacy/, 'policy'],
  // https://core.telegram.org/method/messages.sendMessage: the customer has not written to the person for 24 hours.
  [/business_peer_usage_missing/, 'window_closed'],
  // The chat is not among those that the person handed over; the connection ended; the right is missing.
  [/business_peer_invalid|business_connection_(invalid|not_allowed)|business connection not found|bot_access_forbidden/, 'policy'],
  [/file is too big|too large|entity too large|photo_ext_invalid.*size|file must be non-empty.*too big/, 'too_large'],
  [
    /wrong file_id|wrong file identifier|failed to get http url content|wrong http url|wrong type of the web page content|webpage_/,
    'media_unavailable',
  ],
  [
    /photo_invalid_dimensions|image_process_failed|can't use the media of the specified type|media_grouped_invalid|wrong type of the file|photo_save_file_invalid/,
    'unsupported',
  ],
  [
    /message to (edit|delete|react|be replied|reply) not found|message_id_invalid|message can't be (edited|deleted)|message thread not found|message not found/,
    'target_gone',
  ],
  [/query is too old|query id is invalid/, 'expired'],
  [/payment|stars_|balance/, 'payment'],
]

/** What an answer means. `commits` says whether a message may have been made without our knowing. */
export function readAnswer(transmission: Transmission, nature: Pick<StepNature, 'commits'>): Answer {
  const lost = transmissionFailure(transmission, nature)
  if (lost || transmission.kind !== 'answered')
    return { ok: false, failure: lost ?? { kind: 'uncertain', code: 'no_answer', detail: '' }, description: '' }
  const envelope = objectAt(transmission.body)
  if (envelope?.ok === true && Object.hasOwn(envelope, 'result')) return { ok: true, result: envelope.result }
  if (envelope?.ok !== false) return { ok: false, failure: statusFailure(transmission, nature), description: '' }
  const description = stringAt(envelope, 'description') ?? ''
  const status = numberAt(envelope, 'error_code') ?? transmission.status
  const migrateTo = idAt(envelope, 'parameters', 'migrate_to_chat_id')
  const seconds = numberAt(envelope, 'parameters', 'retry_after')
  const waitMs = seconds === undefined ? retryAfterMs(transmission.headers) : seconds * 1000
  return {
    ok: false,
    failure: failureOf(status, description, waitMs, nature),
    description,
    ...(migrateTo === undefined ? {} : { migrateTo }),
  }
}

function failureOf(status: number, description: string, waitMs: number | undefined, nature: Pick<StepNature, 'commits'>): Failure {
  const code = String(status)
  const detail = description
  const words = description.toLowerCase()
  if (status === 429)
    return { kind: 'rate_limited', code, detail, retryAfterMs: Math.max(0, waitMs ?? unsaidRetryAfterMs), scope: 'account' }
  // A token that was never one is answered with 404; an unknown method is too, but says so.
  if (status === 401 || status === 421 || (status === 404 && !/method/.test(words))) return { kind: 'auth', code, detail }
  // Another poller, or a webhook: never a matter of credentials [mechanics 19].
  if (status === 409) return { kind: 'retryable', code, detail, afterMs: 3_000 }
  if (status === 502 || status === 504) return statusFailure({ kind: 'answered', status, headers: {}, body: description }, nature)
  if (status >= 500) return { kind: 'retryable', code, detail, ...(waitMs === undefined ? {} : { afterMs: waitMs }) }
  if (status === 413) return { kind: 'permanent', reason: 'too_large', code, detail }
  const known = reasons.find(([pattern]) => pattern.test(words))
  return { kind: 'permanent', reason: known?.[1] ?? (status === 403 ? 'policy' : status === 400 ? 'invalid' : 'other'), code, detail }
}
