/**
 * The runner of every kind of request: HTTP by `perform`, mail servers and carriers by their own ways. It keeps the sessions that those need.
 * Always holds: never throws; no cause, answer or trace entry shows a secret; what is no HTTP goes only to a server that is one of the account's origins.
 */
import type { NetworkRequest, Transmission } from '@dragoman/core'
import { describeError } from './connection-failure.ts'
import { createMailboxes } from './mail/imap.ts'
import { performSmtp } from './mail/smtp.ts'
import { type Download, download, type Fetch, type PerformEnvironment, perform, type TraceEntry } from './perform.ts'
import { redact } from './redact.ts'
import type { Reach, ServerEnvironment } from './server-login.ts'
import { createCarriers } from './smpp/carriers.ts'
import { streamFrom } from './stream-from.ts'

export type RunEnvironment = Omit<PerformEnvironment, 'fetch'>

export interface Runner {
  perform(request: NetworkRequest, environment: RunEnvironment): Promise<Transmission>
  download(request: NetworkRequest, environment: RunEnvironment): Promise<Download>
  /** Ends all sessions. */
  close(): Promise<void>
}

/** Makes the runner of a process. `reach` says which servers may be connected to, and at which address. */
export function createRunner({ fetch, reach }: { fetch: Fetch; reach: Reach }): Runner {
  const mailboxes = createMailboxes()
  const carriers = createCarriers()

  async function run(request: NetworkRequest, environment: RunEnvironment): Promise<Transmission> {
    if (request.via === 'http') return await perform(request, { ...environment, fetch })
    if (environment.proxy !== undefined) return { kind: 'not_sent', cause: httpOnly }
    const started = performance.now()
    const within: ServerEnvironment = { ...environment, reach }
    const answer = clean(await runServer(request, environment, within).catch(lost), environment)
    environment.trace?.(traceOf(request, answer, environment, Math.round(performance.now() - started)))
    return answer
  }

  async function runServer(
    request: Exclude<NetworkRequest, { via: 'http' }>,
    environment: RunEnvironment,
    within: ServerEnvironment,
  ): Promise<Transmission> {
    switch (request.via) {
      case 'smtp':
        return await performSmtp(request, within)
      case 'imap':
        return await mailboxes.perform(request, within)
      case 'smpp':
        return await carriers.perform(request, within)
      case 'all': {
        const body = await Promise.all(request.requests.map(one => run(one, environment)))
        return { kind: 'answered', status: 200, headers: {}, body }
      }
    }
  }

  return {
    perform: run,
    async download(request, environment) {
      if (request.via === 'http') return await download(request, { ...environment, fetch })
      if (request.via !== 'imap') return { kind: 'not_sent', cause: 'There are no files there' }
      if (environment.proxy !== undefined) return { kind: 'not_sent', cause: httpOnly }
      const started = performance.now()
      const answer = await mailboxes.file(request, { ...environment, reach }).catch(lost)
      const { bytes, ...rest } = answer as Transmission & { bytes?: Uint8Array }
      const told = clean(rest, environment)
      environment.trace?.(traceOf(request, told, environment, Math.round(performance.now() - started)))
      if (told.kind !== 'answered') return told
      if (bytes && bytes.length > (environment.maxDownloadBytes ?? Number.POSITIVE_INFINITY))
        return { kind: 'answered', status: 413, headers: {}, stream: streamFrom(once(new Uint8Array())) }
      return { kind: 'answered', status: told.status, headers: {}, stream: streamFrom(once(bytes ?? new Uint8Array())) }
    },
    async close() {
      await Promise.all([mailboxes.close(), carriers.close()])
    },
  }
}

const httpOnly = 'The proxy of this account carries HTTP only'

function lost(error: unknown): Transmission {
  return { kind: 'no_answer', cause: describeError(error) }
}

/** A server may repeat in its reply what it was told. What it brings (letters, messages) is not ours to change. */
function clean(transmission: Transmission, { secrets }: RunEnvironment): Transmission {
  if (transmission.kind !== 'answered') return { ...transmission, cause: redact(transmission.cause, secrets) }
  const { body } = transmission
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return transmission
  const words = Object.entries(body).map(([name, value]) => [
    name,
    (name === 'response' || name === 'text') && typeof value === 'string' ? redact(value, secrets) : value,
  ])
  return { ...transmission, body: Object.fromEntries(words) as unknown }
}

function traceOf(
  request: Exclude<NetworkRequest, { via: 'http' }>,
  answer: Transmission,
  { secrets }: RunEnvironment,
  durationMs: number,
): TraceEntry {
  const sent = redact(JSON.stringify(request), secrets)
  return {
    method: request.via.toUpperCase(),
    url: 'server' in request ? request.server : '',
    sent: sent.slice(0, 4_096),
    sentBytes: sent.length,
    result: answer.kind,
    ...(answer.kind === 'answered' ? { status: answer.status } : { cause: answer.cause }),
    durationMs,
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
