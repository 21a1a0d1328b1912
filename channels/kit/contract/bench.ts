/**
 * A channel and its simulator joined by real HTTP: what the customer does comes out as events, what is sent shows on the phone.
 * Always holds: nothing is faked between the two: requests go through the runner, webhooks through `verify` and `parse`. Time is the bench's own.
 */
import type {
  AccountView,
  Channel,
  ChannelRequest,
  EndpointView,
  Exchange,
  HttpRequest,
  InboundEvent,
  InboundEventKind,
  InboundEventOf,
  MediaSource,
  NetworkRequest,
  OutboundPart,
  RawWebhook,
  Recipient,
  Result,
  Transmission,
  Verdict,
} from '@dragoman/core'
import { createFetch } from '../create-fetch.ts'
import { type Driven, driveSend } from '../drive.ts'
import type { Secrets } from '../redact.ts'
import { createRunner, type RunEnvironment } from '../runner.ts'
import { type ReceivedWebhook, type ServedSimulator, serveSimulator } from '../simulator/serve.ts'
import type { CustomerAction, PhoneView, SimulatorKind } from '../simulator/types.ts'
import type { Sample } from './subject.ts'

export interface Customer {
  id: string
  /** Known once the customer has written. */
  recipient: Recipient
  phone(): PhoneView
  act(action: CustomerAction): Promise<void>
}

export interface Bench {
  served: ServedSimulator
  account: AccountView
  endpoint: EndpointView
  secrets: Secrets
  /** Every request that the channel asked for, as it asked. */
  requests: HttpRequest[]
  /** The same, of those that speak no HTTP. */
  serverRequests: Exclude<NetworkRequest, HttpRequest>[]
  events: InboundEvent[]
  /** Verified webhooks, as they came. */
  accepted: RawWebhook[]
  newCustomer(name: string): Promise<Customer>
  /** The next event of a kind that was not taken yet; fails after 3 s. */
  next<K extends InboundEventKind>(kind: K, suits?: (event: InboundEventOf<K>) => boolean): Promise<InboundEventOf<K>>
  send(customer: Customer, sample: Pick<Sample, 'body' | 'files'>, more?: Partial<OutboundPart>): Promise<Driven>
  ask<Input, Value>(exchange: Exchange<Input, Value, NetworkRequest>, input: Input): Promise<Result<Value>>
  /** What the hub would make of a webhook: with the keys that the channel asks for. */
  verify(raw: RawWebhook, endpoint?: EndpointView): Promise<Verdict>
  fetchMedia(ref: { id?: string; url?: string }): Promise<Uint8Array>
  /** Moves the clock on, so that no pace limit is in the way. */
  pass(ms: number): void
  now(): number
  timeoutMs: number
  close(): Promise<void>
}

/** As the hub: a page that names the keys' address, the keys, the keys anew, and one to spare. */
const mostKeyRounds = 4

/** Longer than any pace limit of one message. */
const betweenSendsMs = 3_000

/** Starts a simulator, makes an account at it, and connects the account's webhook. */
export async function openBench(channel: Channel, kind: SimulatorKind): Promise<Bench> {
  let passed = 0
  const now = () => Date.now() + passed
  const served = await serveSimulator(kind, { now })
  const pool = createFetch()
  // Servers of a simulator are on this machine.
  const runner = createRunner({ fetch: pool.fetch, reach: async server => new URL(server).hostname })
  const simulated = served.simulator.newAccount('Shop')
  const secret = (name: string) => simulated.config[name] ?? `contract-${name}`
  const isSecret = new Map(channel.config.fields.map(field => [field.name, field.kind === 'secret']))
  const secretFields = channel.config.fields.filter(field => field.kind === 'secret')
  const account: AccountView = {
    id: 'account-1',
    externalId: simulated.id,
    config: Object.fromEntries(Object.entries(simulated.config).filter(([name]) => !isSecret.get(name))),
    origins: {
      ...Object.fromEntries(Object.keys(channel.origins).map(name => [name, served.origin])),
      ...served.simulator.origins?.(),
    },
    language: 'en',
  }
  const secrets = Object.fromEntries(secretFields.map(field => [field.name, secret(field.name)]))
  const endpointSecrets = secretFields.filter(field => field.of === 'endpoint').map(field => [field.name, [secrets[field.name]!]] as const)
  const endpoint: EndpointView = { id: 'endpoint', secrets: Object.fromEntries(endpointSecrets), accounts: [account] }
  const keys: Record<string, unknown> = {}
  let accessToken: { secret: string; expiresAt: number } | undefined
  const files = new Map<string, Uint8Array>()
  let taken = 0
  const pollsOnly = channel.extras.poll !== undefined && (simulated.way === 'poll' || !channel.config.ways.includes('webhook'))
  let cursor = ''
  const untaken: InboundEvent[] = []
  const known = new Set<string>()

  const environment = (): RunEnvironment => ({
    secrets: accessToken ? { ...secrets, [channel.accessToken!.name]: accessToken.secret } : secrets,
    origins: Object.values(account.origins),
    timeoutMs: bench.timeoutMs,
    openFile: async fileId => {
      const bytes = files.get(fileId)
      if (!bytes) throw new Error(`No file ${fileId}`)
      return { bytes, sizeBytes: bytes.length }
    },
  })

  async function run(request: ChannelRequest, part?: OutboundPart): Promise<Transmission> {
    if (request.via === 'publish') {
      // What the hub does in one transaction: the message is there for the visitor's stream the moment that it is recorded.
      if (!served.simulator.publish || !part) return { kind: 'not_sent', cause: 'Not for the network' }
      served.simulator.publish({ threadId: request.threadId, externalId: part.ref, body: request.body, replyTo: part.replyTo })
      return { kind: 'answered', status: 200, headers: {}, body: {} }
    }
    return withToken(request, () => {
      note(request)
      return runner.perform(request, environment())
    })
  }

  function note(request: NetworkRequest): void {
    if (request.via === 'http') bench.requests.push(request)
    else bench.serverRequests.push(request)
  }

  /** What the hub does with a short-lived token, in small: obtained when a request names it, anew when it ends or is refused. */
  async function withToken<Answer extends { kind: string }>(request: NetworkRequest, go: () => Promise<Answer>): Promise<Answer> {
    const token = channel.accessToken
    if (
      !token ||
      token.appliesTo?.(account) === false ||
      !JSON.stringify([request.url, request.headers, request.body]).includes(`{${token.name}}`)
    )
      return go()
    const isKept = accessToken !== undefined && accessToken.expiresAt - token.renewBeforeMs > now()
    if (!isKept) await obtainToken()
    const answer = await go()
    const isRefused = answer.kind === 'answered' && (token.refused?.(answer as never) ?? (answer as { status?: number }).status === 401)
    if (!isRefused || !isKept) return answer
    await obtainToken()
    return go()
  }

  async function obtainToken(): Promise<void> {
    const { obtain } = channel.accessToken!
    const request = obtain.request(undefined, account)
    bench.requests.push(request)
    const result = obtain.outcome(await runner.perform(request, environment()), undefined, account)
    if (!result.ok) throw new Error(`No access token: ${JSON.stringify(result.failure)}`)
    const { secret, expiresAt, expiresInMs } = result.value
    accessToken = { secret, expiresAt: expiresAt ?? (expiresInMs === undefined ? Number.POSITIVE_INFINITY : now() + expiresInMs) }
  }

  async function fetchKeys(url: string): Promise<void> {
    const request: HttpRequest = { via: 'http', method: 'GET', url, body: { type: 'none' } }
    bench.requests.push(request)
    const answer = await runner.perform(request, environment())
    if (answer.kind === 'answered' && answer.status === 200) keys[url] = answer.body
  }

  const bench: Bench = {
    served,
    account,
    endpoint,
    secrets,
    requests: [],
    serverRequests: [],
    events: [],
    accepted: [],
    timeoutMs: 5_000,
    now,
    pass: ms => {
      passed += ms
    },
    async newCustomer(name) {
      const view = served.simulator.newCustomer(account.externalId, { name, language: 'en' })
      const customer: Customer = {
        id: view.customerId,
        recipient: { threadId: '', externalIds: [] },
        phone: () => served.simulator.phones().find(phone => phone.customerId === view.customerId)!,
        async act(action) {
          passed += 1_000
          const result = await served.simulator.act(view.customerId, action)
          if (!result.ok) throw new Error(`The customer could not ${action.act}: ${result.reason}`)
        },
      }
      if (view.abilities.start && !view.started) {
        await customer.act({ act: 'start' })
        await begun()
      }
      await customer.act({ act: 'write', text: `Hello from ${name}` })
      const event = await bench.next(
        'message.received',
        received => received.message.content.kind === 'text' && received.message.content.text.text.includes(name),
      )
      const { identity } = event
      customer.recipient = {
        threadId: event.threadId ?? '',
        externalIds: identity?.externalIds ?? [],
        ...(identity?.phone ? { phone: identity.phone } : {}),
      }
      return customer
    },
    async next(kind, suits = () => true) {
      const until = Date.now() + 3_000
      for (;;) {
        await pump()
        const place = untaken.findIndex(event => event.kind === kind && suits(event as InboundEventOf<typeof kind>))
        if (place >= 0) return untaken.splice(place, 1)[0] as InboundEventOf<typeof kind>
        if (Date.now() > until) throw new Error(`No ${kind} came; there were: ${untaken.map(event => event.kind).join(', ') || 'none'}`)
        if (pollsOnly) await pollOnce(Math.max(0, Math.min(500, until - Date.now())))
        else await served.waitForWebhooks(taken + 1, Math.max(1, until - Date.now())).catch(() => undefined)
      }
    },
    async send(customer, sample, more = {}) {
      passed += betweenSendsMs
      const part = partOf(sample, customer.recipient, more)
      return driveSend(channel, part, account, request => run(request, part), now)
    },
    async ask(exchange, input) {
      return exchange.outcome(await run(exchange.request(input, account)), input, account)
    },
    async verify(raw, asked = endpoint) {
      let verdict = channel.verify(raw, asked, { now: now() })
      for (let round = 0; verdict.kind === 'needs' && round < mostKeyRounds; round++) {
        const { url, kid } = verdict.keys
        if (!Object.hasOwn(keys, url) || (round > 0 && kid !== undefined)) await fetchKeys(url)
        verdict = channel.verify(raw, asked, { now: now(), keys })
      }
      return verdict
    },
    async fetchMedia(ref) {
      const done: Transmission[] = []
      for (let count = 0; count < 5; count++) {
        const step = channel.extras.media!.next(ref, done, account)
        if (step.kind === 'failed') throw new Error(`${step.failure.kind}: ${step.failure.detail}`)
        if (step.kind === 'request') done.push(await run(step.request))
        else {
          const file = await withToken(step.request, () => {
            note(step.request)
            return runner.download(step.request, environment())
          })
          if (file.kind !== 'answered' || file.status !== 200) throw new Error(`The file did not come: ${JSON.stringify(file)}`)
          return new Uint8Array(await new Response(file.stream).arrayBuffer())
        }
      }
      throw new Error('No file after five steps')
    },
    async close() {
      await runner.close()
      await pool.close()
      await served.close()
    },
  }

  served.answerWebhook = async webhook => {
    const raw = rawOf(webhook)
    const verdict = await bench.verify(raw)
    if (verdict.kind === 'challenge') return { status: verdict.status, body: verdict.body }
    if (verdict.kind !== 'accepted') return { status: 401 }
    const content = verdict.answer === 'content' ? channel.respond?.(channel.parse(raw.body, account), account) : undefined
    return { status: 200, ...(content ?? verdict.acknowledge) }
  }
  await connect()
  return bench

  async function connect(): Promise<void> {
    // The first answer may only say from where on to ask.
    if (pollsOnly) return await pollOnce(0)
    const subscribe = channel.extras.subscription?.subscribe
    const generated = channel.config.fields.find(field => field.of === 'endpoint' && field.kind === 'secret')
    const webhookSecret = generated ? secrets[generated.name]! : ''
    if (served.simulator.setWebhook) {
      const result = await served.simulator.setWebhook(account.externalId, served.webhookUrl, secrets)
      if (!result.ok) throw new Error(`The webhook could not be set: ${result.reason}`)
    }
    if (subscribe) {
      const result = await bench.ask(subscribe, { url: served.webhookUrl, secret: webhookSecret })
      if (!result.ok) throw new Error(`The channel could not subscribe: ${JSON.stringify(result.failure)}`)
    }
  }

  async function pump(): Promise<void> {
    while (taken < served.webhooks.length) {
      const raw = rawOf(served.webhooks[taken++]!)
      const verdict = await bench.verify(raw)
      if (verdict.kind === 'challenge') continue
      if (verdict.kind !== 'accepted') throw new Error(`A webhook of the simulator was not accepted: ${JSON.stringify(verdict)}`)
      take(raw)
    }
  }

  function take(raw: RawWebhook): void {
    bench.accepted.push(raw)
    for (const event of channel.parse(raw.body, account)) {
      bench.events.push(event)
      const key = `${event.kind} ${event.externalId}`
      if (!known.has(key)) untaken.push(event)
      known.add(key)
    }
  }

  /** What the hub does with an account that is polled: bodies count as stored, and the cursor with them. */
  async function pollOnce(waitMs: number): Promise<void> {
    const result = await bench.ask(channel.extras.poll!, { cursor, waitMs })
    if (!result.ok) throw new Error(`The poll failed: ${JSON.stringify(result.failure)}`)
    cursor = result.value.cursor
    for (const body of result.value.bodies) take({ method: 'POST', headers: {}, query: {}, body: new TextEncoder().encode(body) })
  }

  /** Pressing Start is a message at some platforms, an event at others, both at some: whatever it is, it is not what a test waits for. */
  async function begun(): Promise<void> {
    const isBeginning = (event: InboundEvent) => event.kind === 'message.received' || event.kind === 'contact.subscribed'
    const until = Date.now() + 3_000
    for (;;) {
      await pump()
      if (untaken.some(isBeginning)) break
      if (Date.now() > until) throw new Error('Nothing came of pressing Start')
      await served.waitForWebhooks(taken + 1, Math.max(1, until - Date.now())).catch(() => undefined)
    }
    untaken.splice(0, untaken.length, ...untaken.filter(event => !isBeginning(event)))
  }

  function partOf(sample: Pick<Sample, 'body' | 'files'>, to: Recipient, more: Partial<OutboundPart>): OutboundPart {
    const media: Record<string, MediaSource> = {}
    for (const [fileId, file] of Object.entries(sample.files ?? {})) {
      files.set(fileId, file.bytes)
      const url = served.keep(file.bytes, file.mimeType, file.name).url
      media[fileId] = { name: file.name, mimeType: file.mimeType, sizeBytes: file.bytes.length, url }
    }
    const ref = `part-${bench.requests.length}-${passed}`
    return { ref, idempotencyKey: ref, body: sample.body, to, media, ...more }
  }
}

/** What the hub would hand to `verify`. */
export function rawOf(webhook: ReceivedWebhook): RawWebhook {
  return { method: webhook.method, headers: webhook.headers, query: webhook.query, body: webhook.body }
}
