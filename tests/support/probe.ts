/**
 * A messenger for tests, as a channel value like any other: its webhooks are canonical events as JSON, its platform is a loopback server whose answers
 * a test scripts. Always holds: it goes through the same doors as a real one; only what it says is under the test's control.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { telegram } from '@dragoman/channel-telegram'
import { type Channel, type Channels, defineChannel, type InboundEvent, type Outcome } from '@dragoman/core'

export interface ProbeRequest {
  path: string
  body: { ref?: string; text?: string; to?: string; replyTo?: string; key?: string }
  at: number
}
export type ProbeAnswer = { status: number; body?: unknown; headers?: Record<string, string>; delayMs?: number; cut?: boolean }

export interface Probe {
  channels: Channels
  channel: Channel
  requests: ProbeRequest[]
  /** Decides each answer; accepts with an id of its own unless changed. */
  answer: (request: ProbeRequest) => ProbeAnswer | Promise<ProbeAnswer>
  origin: string
  close(): Promise<void>
}

export interface ProbeOptions {
  repeatable?: boolean
  pace?: Channel extends { capabilities(config: never): { pace: infer P } } ? P : never
  change?(channel: Channel): Partial<Channel>
}

const provenance = { source: 'tests/support/probe.ts', checkedOn: '2026-11-22' }

/** Starts the platform and makes the channel. */
export async function startProbe(options: ProbeOptions = {}): Promise<Probe> {
  let count = 0
  const probe: Probe = {
    channels: new Map(),
    channel: telegram,
    requests: [],
    answer: () => ({ status: 200, body: { id: `p${++count}` } }),
    origin: '',
    close: async () => {},
  }
  const server: Server = createServer((request, response) => {
    void readBody(request).then(async body => {
      const entry: ProbeRequest = { path: request.url ?? '', body: body ? JSON.parse(body) : {}, at: Date.now() }
      if (entry.path !== '/health') probe.requests.push(entry)
      const answer = entry.path === '/health' ? { status: 200, body: { id: 'probe-account' } } : await probe.answer(entry)
      if (answer.delayMs) await new Promise(resolve => setTimeout(resolve, answer.delayMs))
      if (answer.cut) return request.socket.destroy()
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(JSON.stringify(answer.body ?? {}))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  probe.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const channel = probeChannel(probe.origin, options)
  probe.channel = { ...channel, ...options.change?.(channel) }
  probe.channels = new Map([[probe.channel.id, probe.channel]])
  probe.close = async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
  return probe
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function probeChannel(origin: string, options: ProbeOptions): Channel {
  const base = telegram.capabilities({})
  return defineChannel({
    id: 'probe',
    badge: { name: 'Probe', iconPath: 'M0 0', color: '#888888' },
    config: {
      fields: [
        { name: 'token', label: { en: 'Token', ru: 'Токен' }, kind: 'secret', required: true, of: 'account' },
        { name: 'number', label: { en: 'Number', ru: 'Номер' }, kind: 'text', required: false, of: 'account' },
        { name: 'secret', label: { en: 'Secret', ru: 'Секрет' }, kind: 'secret', required: false, of: 'endpoint', generated: true },
      ],
      steps: [],
      ways: ['webhook'],
    },
    signs: 'header',
    origins: { api: origin },
    capabilities: () => ({ ...base, pace: options.pace ?? [] }),
    replyPolicy: {
      windows: { service: { lengthMs: 86_400_000, name: { en: 'Service window', ru: 'Окно' }, ...provenance } },
      closedIn: ['blocked', 'not_started'],
      rules: [
        { allows: 'freeform', priceClass: 'free', ...provenance },
        { allows: 'template', priceClass: 'free', ...provenance },
      ],
    },
    advice: () => undefined,
    verify: (raw, endpoint) =>
      endpoint.secrets.secret?.includes(raw.headers['x-probe-secret'] ?? '')
        ? { kind: 'accepted' }
        : { kind: 'rejected', reason: 'The secret is not ours' },
    accountsOf: body => {
      const events = readEvents(body)
      const names = [...new Set(events.flatMap(event => ('account' in event && typeof event.account === 'string' ? [event.account] : [])))]
      return names.length > 0 ? { kind: 'named', externalIds: names } : { kind: 'only' }
    },
    parse: (body, account) => {
      const events = readEvents(body)
      if (events.length === 0) return [{ kind: 'ignored', externalId: 'body', at: 0, reason: 'malformed', type: 'body' }]
      return events.filter(event => event.account === undefined || event.account === account.externalId)
    },
    formatText: text => ({ body: text.text, length: text.text.length }),
    send: {
      repeatable: options.repeatable ?? false,
      next(part, done) {
        const last = done.at(-1)?.transmission
        if (!last) {
          const text = part.body.content.kind === 'text' ? part.body.content.text.text : part.body.content.kind
          return {
            kind: 'request',
            step: 'send',
            commits: true,
            request: {
              via: 'http',
              method: 'POST',
              url: `${origin}/send`,
              headers: { authorization: 'Bearer {token}' },
              timeoutMs: 2_000,
              body: { type: 'json', value: { ref: part.ref, text, to: part.to.threadId, replyTo: part.replyTo, key: part.idempotencyKey } },
            },
          }
        }
        return { kind: 'outcome', outcome: outcomeOf(last) }
      },
    },
    extras: {
      health: {
        request: () => ({
          via: 'http',
          method: 'GET',
          url: `${origin}/health`,
          headers: { authorization: 'Bearer {token}' },
          body: { type: 'none' },
        }),
        outcome: (_transmission, _input, account) => ({
          ok: true,
          value: { externalId: account.config.number || 'probe-account', name: 'Probe' },
        }),
      },
    },
  })
}

type AddressedEvent = InboundEvent & { account?: string }

function readEvents(body: Uint8Array): AddressedEvent[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'))
    return Array.isArray(value) ? (value as AddressedEvent[]) : []
  } catch {
    return []
  }
}

function outcomeOf(transmission: Parameters<NonNullable<Channel['extras']['health']>['outcome']>[0]): Outcome {
  const failed = (failure: Extract<Outcome, { kind: 'failed' }>['failure']): Outcome => ({ kind: 'failed', failure })
  if (transmission.kind === 'not_sent') return failed({ kind: 'retryable', code: 'not_sent', detail: transmission.cause })
  if (transmission.kind === 'no_answer') return failed({ kind: 'uncertain', code: 'no_answer', detail: transmission.cause })
  const body = transmission.body as {
    id?: string
    ids?: string[]
    retryAfterMs?: number
    scope?: 'account' | 'chat'
    reason?: 'blocked' | 'unsupported'
  }
  if (transmission.status === 200) return { kind: 'sent', externalIds: body.ids ?? [body.id ?? ''] }
  if (transmission.status === 401) return failed({ kind: 'auth', code: '401', detail: 'The token is not good' })
  if (transmission.status === 429)
    return failed({
      kind: 'rate_limited',
      code: '429',
      detail: 'Too fast',
      retryAfterMs: body.retryAfterMs ?? 200,
      scope: body.scope ?? 'account',
    })
  if (transmission.status === 503) return failed({ kind: 'retryable', code: '503', detail: 'Not now' })
  if (transmission.status === 502 || transmission.status === 504)
    return failed({ kind: 'uncertain', code: String(transmission.status), detail: 'Nobody knows' })
  return failed({ kind: 'permanent', reason: body.reason ?? 'invalid', code: String(transmission.status), detail: 'Refused' })
}
