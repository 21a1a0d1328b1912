/**
 * A visitor's token in `authorization: Bearer …`: signed by the hub (or, for the simulator, by whoever knows the endpoint's secret).
 * Always holds: signatures are compared in constant time, every secret is tried; a token counts for its endpoint and its visitor only, so a body
 * that speaks for another visitor is rejected.
 */
import { createHmac } from 'node:crypto'
import { matchesAny, numberAt, objectAt, parseJson, readJson, stringAt } from '@dragoman/channel-kit'
import type { AccountsInBody, EndpointView, RawWebhook, Verdict, VerifyContext } from '@dragoman/core'
import type { TokenClaims } from './wire.ts'

/** Longer than any token of ours. */
const longestToken = 1_024

export function verify(raw: RawWebhook, endpoint: EndpointView, { now }: VerifyContext): Verdict {
  if (raw.method !== 'POST') return rejected('method')
  const secrets = (endpoint.secrets.visitorSecret ?? []).filter(secret => secret !== '')
  if (secrets.length === 0) return rejected('no_secret_set')
  const token = /^Bearer ([A-Za-z0-9_\-.]+)$/.exec(raw.headers.authorization ?? '')?.[1]
  if (token === undefined || token.length > longestToken) return rejected('no_token')
  const claims = readToken(token, secrets)
  if (!claims) return rejected('wrong_signature')
  if (claims.endpoint !== endpoint.id) return rejected('other_endpoint')
  if (claims.until <= now) return rejected('expired')
  return stringAt(readJson(raw.body), 'visitor') === claims.id ? { kind: 'accepted' } : rejected('other_visitor')
}

/** An endpoint of ours serves one account: a body never names it. */
export function accountsOf(): AccountsInBody {
  return { kind: 'only' }
}

function readToken(token: string, secrets: readonly string[]): TokenClaims | undefined {
  const [claimed = '', signature = ''] = token.split('.')
  const expected = secrets.map(secret => createHmac('sha256', secret).update(claimed).digest('base64url'))
  if (!matchesAny(signature, expected)) return undefined
  const claims = objectAt(parseJson(Buffer.from(claimed, 'base64url').toString('utf8')))
  const id = stringAt(claims, 'id')
  const endpoint = stringAt(claims, 'endpoint')
  const until = numberAt(claims, 'until')
  return stringAt(claims, 'kind') === 'visitor' && id && endpoint && until !== undefined
    ? { kind: 'visitor', id, endpoint, until }
    : undefined
}

function rejected(reason: string): Verdict {
  return { kind: 'rejected', reason }
}
