/** Webhooks of a gateway: `x-signature: sha256=<hexadecimal HMAC of the body>`. What comes by SMPP comes over a session that is signed in. */
import { hmacSha256Hex, sameText } from '@dragoman/channel-kit'
import type { AccountsInBody, EndpointView, RawWebhook, Verdict } from '@dragoman/core'

export function verify(raw: RawWebhook, endpoint: EndpointView): Verdict {
  if (raw.method !== 'POST') return { kind: 'rejected', reason: 'webhooks are posted' }
  const given = raw.headers['x-signature'] ?? ''
  const secrets = Object.hasOwn(endpoint.secrets, 'webhookSecret') ? (endpoint.secrets.webhookSecret ?? []) : []
  const isGenuine = secrets.some(secret => secret !== '' && sameText(`sha256=${hmacSha256Hex(secret, raw.body)}`, given))
  return isGenuine ? { kind: 'accepted' } : { kind: 'rejected', reason: 'the signature is wrong' }
}

export function accountsOf(): AccountsInBody {
  return { kind: 'only' }
}
