/**
 * Meta's webhooks: the GET by which an address is proved ours, and the signature of every POST.
 * Always holds: the signature covers the raw bytes (Meta escapes non-ASCII and slashes; parsing and writing again would break it), and any of
 * the endpoint's app secrets may have made it: two exist while one is being replaced.
 * Vendor: https://developers.facebook.com/docs/graph-api/webhooks/getting-started
 */

import { hmacSha256Hex, matchesAny } from '@dragoman/channel-kit'
import type { EndpointView, RawWebhook, Verdict } from '@dragoman/core'

/** Checks a webhook against the endpoint's secrets `appSecret` and `verifyToken`. */
export function verifyMetaWebhook(raw: RawWebhook, endpoint: EndpointView): Verdict {
  return raw.method === 'GET' ? answerChallenge(raw, endpoint) : checkSignature(raw, endpoint)
}

function answerChallenge(raw: RawWebhook, endpoint: EndpointView): Verdict {
  if (raw.query['hub.mode'] !== 'subscribe') return { kind: 'rejected', reason: 'hub.mode is not subscribe' }
  const challenge = raw.query['hub.challenge']
  if (!challenge) return { kind: 'rejected', reason: 'hub.challenge is missing' }
  if (!matchesAny(raw.query['hub.verify_token'] ?? '', endpoint.secrets.verifyToken ?? [])) {
    return { kind: 'rejected', reason: 'hub.verify_token is not ours' }
  }
  return { kind: 'challenge', status: 200, body: challenge, contentType: 'text/plain' }
}

function checkSignature(raw: RawWebhook, endpoint: EndpointView): Verdict {
  const header = raw.headers['x-hub-signature-256']
  if (!header) return { kind: 'rejected', reason: 'X-Hub-Signature-256 is missing' }
  const secrets = (endpoint.secrets.appSecret ?? []).filter(Boolean)
  if (secrets.length === 0) return { kind: 'rejected', reason: 'the endpoint has no app secret' }
  const expected = secrets.map(secret => `sha256=${hmacSha256Hex(secret, raw.body)}`)
  return matchesAny(header, expected) ? { kind: 'accepted' } : { kind: 'rejected', reason: 'X-Hub-Signature-256 does not match' }
}
