/** Signatures and secrets of webhooks: computed over raw bytes, compared in constant time. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** HMAC-SHA256 of a body in lower-case hex. */
export function hmacSha256Hex(secret: string, body: Uint8Array): string {
  return createHmac('sha256', secret).update(body).digest('hex')
}

/** HMAC-SHA256 of a body in base64. */
export function hmacSha256Base64(secret: string, body: Uint8Array): string {
  return createHmac('sha256', secret).update(body).digest('base64')
}

/** SHA-256 in lower-case hex. */
export function sha256Hex(body: Uint8Array | string): string {
  return createHash('sha256').update(body).digest('hex')
}

/** Whether two texts are equal, in a time that tells nothing about where they differ or how long the secret is. */
export function sameText(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}

/** Whether a text equals one of the secrets; every one is compared. Empty secrets match nothing. */
export function matchesAny(text: string, secrets: readonly string[]): boolean {
  let found = false
  for (const secret of secrets) if (secret !== '' && sameText(text, secret)) found = true
  return found
}
