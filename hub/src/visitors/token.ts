/**
 * Tokens of visitors: who may read and write one thread. Always holds: signed with the endpoint's own secret, bound to endpoint and visitor, with an
 * end; compared in constant time; every secret of a rotation still counts, the newest signs.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** Half a year: whoever comes back to a shop after a summer finds his conversation. Renewed at each visit. */
export const visitorTokenLifeMs = 180 * 86_400_000
const longestToken = 1_024

/** Somebody whom a token speaks of. */
export type VisitorClaim =
  | { kind: 'visitor'; id: string; until: number }
  /** The site vouches for a customer of its own: the same thread on every device. */
  | { kind: 'user'; id: string; name?: string; email?: string; until?: number }

/** A new visitor's id: 132 bits that nobody guesses. */
export function newVisitorId(): string {
  return randomBytes(17).toString('base64url').slice(0, 22)
}

/** The visitor's id of a site's own customer: always the same, and not to be guessed without the secret. */
export function visitorIdOfUser(secrets: readonly string[], endpointId: string, userId: string): string {
  // By the oldest secret: a rotation must not lead known customers into new threads.
  return createHmac('sha256', secrets.at(-1) ?? '')
    .update(`user:${endpointId}:${userId}`)
    .digest('base64url')
    .slice(0, 22)
}

/** Signs a visitor's token. */
export function issueVisitorToken(secrets: readonly string[], endpointId: string, visitorId: string, until: number): string {
  const claims = Buffer.from(JSON.stringify({ kind: 'visitor', id: visitorId, endpoint: endpointId, until })).toString('base64url')
  return `${claims}.${sign(secrets[0] ?? '', claims)}`
}

/** What a token says, if it is good here and now. */
export function readVisitorToken(secrets: readonly string[], endpointId: string, token: string, now: number): VisitorClaim | undefined {
  const [claimed = '', signature = '', ...rest] = token.split('.')
  if (token.length > longestToken || rest.length > 0) return undefined
  let good = false
  for (const secret of secrets) if (secret !== '' && same(signature, sign(secret, claimed))) good = true
  if (!good) return undefined
  try {
    const claims = JSON.parse(Buffer.from(claimed, 'base64url').toString('utf8')) as Record<string, unknown>
    const { kind, id, endpoint, until, name, email } = claims
    if (typeof id !== 'string' || id === '') return undefined
    if (until !== undefined && (typeof until !== 'number' || until <= now)) return undefined
    if (kind === 'user') return { kind, id, ...(typeof name === 'string' ? { name } : {}), ...(typeof email === 'string' ? { email } : {}) }
    return kind === 'visitor' && endpoint === endpointId && typeof until === 'number' && /^[A-Za-z0-9_-]{8,64}$/.test(id)
      ? { kind, id, until }
      : undefined
  } catch {
    return undefined
  }
}

function sign(secret: string, claims: string): string {
  return createHmac('sha256', secret).update(claims).digest('base64url')
}

function same(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}
