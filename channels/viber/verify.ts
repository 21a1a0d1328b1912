/**
 * A bot's webhooks carry the HMAC-SHA256 of the raw body under the bot's token in a header (and once more in the address as `sig`, which is not
 * read); partners of Business Messages sign nothing and repeat a secret that one sets in their portal. Always holds: without a secret nothing is accepted.
 * https://developers.viber.com/docs/api/rest-bot-api/#callbacks
 */
import { hmacSha256Hex, matchesAny, readJson, stringAt } from '@dragoman/channel-kit'
import type { AccountsInBody, EndpointView, RawWebhook, Verdict } from '@dragoman/core'

const signatureHeader = 'x-viber-content-signature'
const secretHeader = 'x-webhook-secret'

export function verify(raw: RawWebhook, endpoint: EndpointView): Verdict {
  if (raw.method !== 'POST') return { kind: 'rejected', reason: 'method' }
  const signature = raw.headers[signatureHeader]
  if (signature !== undefined) return verifySigned(raw, signature, endpoint.secrets.token ?? [])
  const secret = raw.headers[secretHeader] ?? raw.query.secret
  if (secret === undefined) return { kind: 'rejected', reason: 'no_signature' }
  const secrets = endpoint.secrets.providerSecret ?? []
  if (secrets.length === 0) return { kind: 'rejected', reason: 'no_secret_set' }
  return matchesAny(secret, secrets) ? { kind: 'accepted' } : { kind: 'rejected', reason: 'wrong_secret' }
}

function verifySigned(raw: RawWebhook, signature: string, tokens: readonly string[]): Verdict {
  const usable = tokens.filter(token => token !== '')
  if (usable.length === 0) return { kind: 'rejected', reason: 'no_secret_set' }
  const expected = usable.map(token => hmacSha256Hex(token, raw.body))
  if (!matchesAny(signature.toLowerCase(), expected)) return { kind: 'rejected', reason: 'wrong_signature' }
  // The welcome travels in the answer to this callback.
  return stringAt(readJson(raw.body), 'event') === 'conversation_started' ? { kind: 'accepted', answer: 'content' } : { kind: 'accepted' }
}

/** A webhook is set per bot: a body never names it. */
export function accountsOf(): AccountsInBody {
  return { kind: 'only' }
}
