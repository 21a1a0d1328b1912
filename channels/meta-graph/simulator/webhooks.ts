/**
 * Webhooks as Meta delivers them: signed with the app's secret, repeated with growing delay until somebody answers 200, then given up.
 * Always holds: every repeat is the same bytes.
 */
import { createWebhookQueue, type Faults, logExcerpt, type SimulatorEnvironment } from '@dragoman/channel-kit/simulator'
import { metaJson, signatureHeader } from './signing.ts'

export interface MetaWebhookTarget {
  url: string
  appSecret: string
  /** Told of every try that was taken or failed. */
  tried?(isTaken: boolean): void
}

/** Meta's pages disagree on how long it tries: 7 days, or 36 h. The longer one is simulated. */
const webhookLifeMs = 7 * 24 * 60 * 60_000
/** The first repeat comes at once, the others at growing distance, an hour at most. */
const longestDelayMs = 60 * 60_000

/** Makes the sender of one simulated platform: `send` signs and queues. Order is not promised by Meta, so each conversation is a queue. */
export function createMetaWebhooks(environment: SimulatorEnvironment, faults: Faults, secrets: () => readonly string[]) {
  const queue = createWebhookQueue({
    environment,
    faults,
    secrets,
    retryDelayMs: attempt => (attempt === 1 ? 100 : Math.min(longestDelayMs, 1_000 * 4 ** (attempt - 2))),
  })
  return {
    send(target: MetaWebhookTarget, key: string, body: unknown): void {
      const bytes = metaJson(body)
      queue.add({
        key,
        url: target.url,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'facebookexternalua',
          'x-hub-signature-256': signatureHeader(target.appSecret, bytes),
        },
        body: bytes,
        expiresAt: environment.now() + webhookLifeMs,
        taken: () => target.tried?.(true),
        failed: () => target.tried?.(false),
      })
    },
    queue,
  }
}

/** Meta's check of a webhook address: the GET with a challenge, which must come back as it is. */
export async function proveAddress(
  environment: SimulatorEnvironment,
  url: string,
  verifyToken: string,
): Promise<{ ok: boolean; reason?: string }> {
  const challenge = String(1_000_000_000 + Math.floor(environment.random() * 1_000_000_000))
  if (!URL.canParse(url)) return { ok: false, reason: 'The callback address is not a URL' }
  const address = new URL(url)
  address.searchParams.set('hub.mode', 'subscribe')
  address.searchParams.set('hub.verify_token', verifyToken)
  address.searchParams.set('hub.challenge', challenge)
  const answer = await environment.post({ url: address.href, method: 'GET', headers: {}, body: new Uint8Array() })
  environment.log({
    at: environment.now(),
    direction: 'webhook',
    what: `GET ${url}`,
    status: answer.status,
    sent: `hub.mode=subscribe&hub.verify_token=…&hub.challenge=${challenge}`,
    received: logExcerpt(answer.body),
  })
  if (answer.status !== 200) return { ok: false, reason: `The callback URL answered ${answer.status}, not 200` }
  if (answer.body.trim() !== challenge) return { ok: false, reason: 'The callback URL did not give the challenge back' }
  return { ok: true }
}
