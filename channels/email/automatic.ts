/**
 * Whether a machine wrote a letter and says so, so that no automatic answer of ours meets one of theirs. RFC 3834, RFC 2076 (Precedence), RFC 2369
 * (lists), [MS-OXCMAIL] 2.1.3.2.20 (X-Auto-Response-Suppress).
 */
import type { JsonObject } from '@dragoman/channel-kit'
import { headerOf } from './letter.ts'

const robots = /^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|auto-?reply)([+.=-].*)?@/i

/** `sender`: whom an answer would go to. */
export function isAutomatic(letter: JsonObject, sender: string): boolean {
  const submitted = headerOf(letter, 'auto-submitted')
  if (submitted !== undefined && !/^\s*no\b/i.test(submitted)) return true
  if (/\b(bulk|junk|list|auto_reply)\b/i.test(headerOf(letter, 'precedence') ?? '')) return true
  // It asks that nothing answers: as good as saying that nobody wrote it.
  if (/\b(all|oof|autoreply|dr|rn|nrn)\b/i.test(headerOf(letter, 'x-auto-response-suppress') ?? '')) return true
  if (['x-autoreply', 'x-autorespond', 'x-autoresponder', 'list-id', 'list-unsubscribe'].some(name => headerOf(letter, name) !== undefined))
    return true
  if (/^\s*<\s*>\s*$/.test(headerOf(letter, 'return-path') ?? '')) return true
  return robots.test(sender)
}
