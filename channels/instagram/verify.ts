/**
 * Instagram's webhooks: `X-Hub-Signature-256` over the raw bytes, and a GET challenge.
 * Always holds: an app with Instagram login has two secrets and reports differ on which one signs, so either is taken.
 */
import { verifyMetaWebhook } from '@dragoman/channel-meta-graph'
import type { EndpointView, RawWebhook, Verdict } from '@dragoman/core'

export function verify(raw: RawWebhook, endpoint: EndpointView): Verdict {
  const { secrets } = endpoint
  const appSecret = [...(secrets.appSecret ?? []), ...(secrets.instagramAppSecret ?? [])]
  return verifyMetaWebhook(raw, { ...endpoint, secrets: { ...secrets, appSecret } })
}
