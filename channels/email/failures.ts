/**
 * Replies of mail servers: what they mean for a letter. The basic code says whether it may pass later (4yz) or never (5yz); the enhanced code says why.
 * RFC 5321 4.2, RFC 3463, the registry of enhanced codes: https://www.iana.org/assignments/smtp-enhanced-status-codes
 * Always holds: an answer is never uncertain: a server that refuses with a code has not taken the letter.
 */
import { numberAt, stringAt } from '@dragoman/channel-kit'
import type { Failure, PermanentReason, Transmission } from '@dragoman/core'

export interface Reply {
  code: number
  /** `5.1.1`, where the server says one. */
  enhanced?: string
  words: string
}

const minute = 60_000

/** The most exact pattern first. */
const byEnhanced: [RegExp, PermanentReason][] = [
  [/^5\.1\.[0-6]$|^5\.1\.10$|^5\.2\.1$|^5\.4\.[14]$|^5\.7\.13$/, 'recipient_unknown'],
  [/^5\.1\.[78]$|^5\.7\./, 'policy'],
  [/^5\.2\.3$|^5\.3\.4$/, 'too_large'],
  [/^[45]\.4\.7$/, 'expired'],
  [/^5\.6\./, 'unsupported'],
  [/^5\.5\./, 'invalid'],
]

export function readReply(status: number, words: string): Reply {
  const enhanced = /\b([245]\.\d{1,3}\.\d{1,3})\b/.exec(words)?.[1]
  return { code: status, words: words.replace(/\s+/g, ' ').trim().slice(0, 400), ...(enhanced === undefined ? {} : { enhanced }) }
}

/** What a refusal means. `command` is where it came: a refused sign-in is a matter of credentials, a refused letter is not. */
export function replyFailure({ code, enhanced, words }: Reply, command = ''): Failure {
  const name = enhanced ?? String(code)
  const detail = words || `The mail server answered ${code}`
  if (/^AUTH/i.test(command) || [530, 534, 535, 538].includes(code)) {
    return code >= 400 && code < 500 && code !== 432
      ? { kind: 'retryable', code: name, detail, afterMs: minute }
      : { kind: 'auth', code: name, detail }
  }
  if (code === 421 || (code >= 400 && code < 500)) return laterFailure(name, detail, enhanced)
  if (code >= 500 && code < 600) return { kind: 'permanent', reason: reasonOf(code, enhanced, words), code: name, detail }
  return { kind: 'uncertain', code: name, detail }
}

function laterFailure(code: string, detail: string, enhanced: string | undefined): Failure {
  if (/rate|too many|throttl|limit|quota for/i.test(detail) && !/over ?quota|mailbox.*full|quota exceeded/i.test(detail))
    return { kind: 'rate_limited', code, detail, retryAfterMs: 10 * minute, scope: 'account' }
  if (enhanced === '4.2.2' || /mailbox.*full|over ?quota/i.test(detail)) return { kind: 'retryable', code, detail, afterMs: 15 * minute }
  // Grey lists let a letter in at the second try, after some minutes.
  if (enhanced?.startsWith('4.7.') || /gr[ae]y ?list|try again later/i.test(detail))
    return { kind: 'retryable', code, detail, afterMs: 5 * minute }
  return { kind: 'retryable', code, detail, afterMs: minute }
}

/** The reason of a lasting refusal, by its enhanced code, else by what servers usually mean by the basic one. */
export function reasonOf(code: number, enhanced: string | undefined, words: string): PermanentReason {
  // Servers give 5.7.1 and 5.0.0 for everything; their words are more exact.
  if (
    /user unknown|no such (user|recipient|mailbox)|does not exist|unknown (user|recipient)|mailbox (not found|unavailable)|recipient rejected/i.test(
      words,
    )
  )
    return 'recipient_unknown'
  if (/too (large|big)|size (limit|exceed)|exceeds.*(size|limit)/i.test(words)) return 'too_large'
  const known = byEnhanced.find(([pattern]) => enhanced !== undefined && pattern.test(enhanced))
  if (known) return known[1]
  if (code === 552) return enhanced === undefined ? 'too_large' : 'other'
  if (code === 553) return 'recipient_unknown'
  if (code === 554 || /spam|blocked|blacklist|blocklist|policy|dmarc|spf\b|reputation/i.test(words)) return 'policy'
  if (code >= 500 && code <= 504) return 'invalid'
  return 'other'
}

export type Answer = { ok: true; body: unknown } | { ok: false; failure: Failure }

/** What came of handing a letter over. */
export function readSmtp(transmission: Transmission): Answer {
  if (transmission.kind === 'not_sent') return { ok: false, failure: { kind: 'retryable', code: 'not_sent', detail: transmission.cause } }
  if (transmission.kind === 'no_answer') return { ok: false, failure: { kind: 'uncertain', code: 'no_answer', detail: transmission.cause } }
  const { status, body } = transmission
  const words = stringAt(body, 'response') ?? ''
  if (status >= 200 && status < 300) {
    // A proxy in the way could answer like this; a mail server's reply is always in words.
    return stringAt(body, 'response') === undefined
      ? { ok: false, failure: { kind: 'uncertain', code: `smtp_${status}`, detail: 'The answer has not the shape of a mail server’s' } }
      : { ok: true, body }
  }
  return { ok: false, failure: replyFailure(readReply(status, words), stringAt(body, 'command')) }
}

/** What came of looking into a mailbox: nothing that is lost by asking again. */
export function readImap(transmission: Transmission): Answer {
  if (transmission.kind !== 'answered')
    return { ok: false, failure: { kind: 'retryable', code: transmission.kind, detail: transmission.cause } }
  const { status, body } = transmission
  if (status === 200) return { ok: true, body }
  const detail = (stringAt(body, 'text') ?? '').slice(0, 400) || `The mail server answered ${numberAt(status) ?? '?'}`
  const code = stringAt(body, 'code') || `imap_${status}`
  if (status === 401) return { ok: false, failure: { kind: 'auth', code, detail } }
  if (status === 404) return { ok: false, failure: { kind: 'permanent', reason: 'media_unavailable', code: 'not_there', detail } }
  return { ok: false, failure: { kind: 'retryable', code, detail, afterMs: 30_000 } }
}
