/**
 * MAX repeats the secret that was given to POST /subscriptions in a header of every webhook; there is no signature over the body.
 * Always holds: without a secret nothing is accepted; each of several secrets (rotation) is. https://dev.max.ru/docs-api/methods/POST/subscriptions
 */
import { matchesAny } from '@dragoman/channel-kit'
import type { AccountsInBody, EndpointView, RawWebhook, Verdict } from '@dragoman/core'

const secretHeader = 'x-max-bot-api-secret'

export function verify(raw: RawWebhook, endpoint: EndpointView): Verdict {
  if (raw.method !== 'POST') return { kind: 'rejected', reason: 'method' }
  const secrets = endpoint.secrets.webhookSecret ?? []
  const given = raw.headers[secretHeader]
  if (secrets.length === 0) return { kind: 'rejected', reason: 'no_secret_set' }
  if (given === undefined) return { kind: 'rejected', reason: 'no_secret_header' }
  return matchesAny(given, secrets) ? { kind: 'accepted' } : { kind: 'rejected', reason: 'wrong_secret' }
}

/** A subscription is made per bot: a body never names its bot. */
export function accountsOf(): AccountsInBody {
  return { kind: 'only' }
}
