/**
 * Hosts one simulator on a loopback HTTP server, for tests: real HTTP both ways.
 * Always holds: `changed`, logs, timers and kept files live as long as the host; `close` ends every timer, request and connection.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { seededRandom } from './ids.ts'
import type { PlatformResponse, Simulator, SimulatorEnvironment, SimulatorKind, SimulatorLogEntry } from './types.ts'

export interface ReceivedWebhook {
  method: 'GET' | 'POST'
  path: string
  headers: Record<string, string>
  query: Record<string, string>
  body: Uint8Array
}

export interface WebhookReply {
  status: number
  body?: string
  contentType?: string
}

export interface ServedSimulator {
  simulator: Simulator
  /** Of the platform's API, without a trailing slash. */
  origin: string
  /** An address that takes webhooks and keeps them in `webhooks`. */
  webhookUrl: string
  webhooks: ReceivedWebhook[]
  /** Answers a webhook sent to `webhookUrl`; 200 with an empty body unless changed. */
  answerWebhook: (webhook: ReceivedWebhook) => WebhookReply | Promise<WebhookReply>
  log: SimulatorLogEntry[]
  /** How often something a phone shows has changed. */
  changes(): number
  /** Waits until `webhooks` holds at least so many, and gives them; fails after the time-out. */
  waitForWebhooks(count: number, timeoutMs?: number): Promise<ReceivedWebhook[]>
  /** Puts bytes under an address that anybody may fetch, as a public link of ours would be. */
  keep: SimulatorEnvironment['keep']
  /** The bytes behind an address made by `keep`. */
  kept(url: string): { bytes: Uint8Array; mimeType: string; name: string } | undefined
  close(): Promise<void>
}

export interface ServeOptions {
  now?: () => number
  seed?: number
  saved?: unknown
}

/** Starts the simulator. The path `/-/hook/…` takes webhooks, `/-/kept/…` gives kept files; all else is the platform. */
export async function serveSimulator(kind: SimulatorKind, options: ServeOptions = {}): Promise<ServedSimulator> {
  const now = options.now ?? Date.now
  const kept = new Map<string, { bytes: Uint8Array; mimeType: string; name: string }>()
  const timers = new Set<NodeJS.Timeout>()
  const webhooks: ReceivedWebhook[] = []
  const log: SimulatorLogEntry[] = []
  const waiters = new Set<() => void>()
  let changes = 0
  let closed = false

  const server = createServer((request, response) => {
    void answer(request, response).catch(error => response.writeHead(500).end(String(error)))
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const environment: SimulatorEnvironment = {
    now,
    random: seededRandom(options.seed ?? 1),
    origin,
    after(delayMs, work) {
      if (closed) return
      const timer = setTimeout(() => {
        timers.delete(timer)
        work()
      }, delayMs)
      timers.add(timer)
    },
    async post(webhook) {
      if (closed) return { status: 0, body: '' }
      try {
        const response = await fetch(webhook.url, {
          method: webhook.method ?? 'POST',
          headers: webhook.headers,
          redirect: 'manual',
          ...(webhook.method === 'GET' ? {} : { body: Buffer.from(webhook.body) }),
        })
        return { status: response.status, body: await response.text() }
      } catch {
        return { status: 0, body: '' }
      }
    },
    changed: () => {
      changes++
    },
    log: entry => log.push(entry),
    keep(bytes, mimeType, name) {
      const fileId = `kept-${kept.size + 1}`
      kept.set(fileId, { bytes, mimeType, name })
      return { fileId, url: `${origin}/-/kept/${fileId}` }
    },
    kept: fileId => kept.get(fileId),
  }
  const simulator = kind.create(environment, options.saved)
  await simulator.open?.()

  const served: ServedSimulator = {
    simulator,
    origin,
    webhookUrl: `${origin}/-/hook/endpoint`,
    webhooks,
    answerWebhook: () => ({ status: 200 }),
    log,
    changes: () => changes,
    keep: environment.keep,
    kept: url => kept.get(url.slice(url.lastIndexOf('/') + 1)),
    async waitForWebhooks(count, timeoutMs = 3_000) {
      const until = Date.now() + timeoutMs
      while (webhooks.length < count) {
        const left = until - Date.now()
        if (left <= 0) throw new Error(`Only ${webhooks.length} of ${count} webhooks came within ${timeoutMs} ms`)
        await new Promise<void>(done => {
          const wake = () => {
            clearTimeout(timer)
            waiters.delete(wake)
            done()
          }
          const timer = setTimeout(wake, left)
          waiters.add(wake)
        })
      }
      return webhooks.slice()
    },
    async close() {
      closed = true
      for (const timer of timers) clearTimeout(timer)
      await simulator.close?.()
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    },
  }
  return served

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const url = new URL(request.url ?? '/', origin)
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
    )
    const query = Object.fromEntries(url.searchParams)
    if (url.pathname.startsWith('/-/hook/')) {
      const webhook: ReceivedWebhook = { method: request.method === 'GET' ? 'GET' : 'POST', path: url.pathname, headers, query, body }
      const said = await served.answerWebhook(webhook)
      webhooks.push(webhook)
      response.writeHead(said.status, said.contentType ? { 'content-type': said.contentType } : {}).end(said.body ?? '')
      for (const wake of waiters) wake()
      return
    }
    const file = url.pathname.startsWith('/-/kept/') ? kept.get(url.pathname.slice(8)) : undefined
    if (file) {
      response.writeHead(200, { 'content-type': file.mimeType }).end(file.bytes)
      return
    }
    const path = decodeURIComponent(url.pathname)
    write(response, await simulator.handle({ method: request.method ?? 'GET', path, query, headers, body }))
  }

  function write(response: ServerResponse, said: PlatformResponse): void {
    if (said.hangMs !== undefined) {
      environment.after(said.hangMs, () => response.destroy())
      return
    }
    response.writeHead(said.status, said.headers).end(said.body)
  }
}
