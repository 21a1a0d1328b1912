/**
 * Health and metrics: the answers, who may read them, and a small server for processes that have no other (METRICS_PORT). Always holds: metrics are for this machine,
 * for whoever shows METRICS_TOKEN, and for the operator; a request that came through a proxy is not from this machine.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Registry } from 'prom-client'
import { type Settings, SettingsError } from '../settings.ts'

export interface Health {
  ready: boolean
  database: boolean
  accepting: boolean
}

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])
const forwarded = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'forwarded', 'x-real-ip', 'via']

/** Who may read the metrics. */
export function mayReadMetrics(
  { headers, peer }: { headers: IncomingHttpHeaders; peer: string | undefined },
  settings: Pick<Settings, 'metricsToken' | 'publicUrl'>,
  operatorToken: string,
): boolean {
  const shown = /^Bearer (\S{1,1024})$/.exec(headers.authorization ?? '')?.[1]
  if (shown !== undefined)
    return [settings.metricsToken, operatorToken].some(token => token !== undefined && token !== '' && isSame(shown, token))
  // A proxy on this machine stands at a loopback address too: what it passes on bears its marks, or our public name.
  const isPassedOn =
    forwarded.some(name => headers[name] !== undefined) ||
    (settings.publicUrl !== undefined && headers.host === new URL(settings.publicUrl).host)
  return loopback.has(peer ?? '') && !isPassedOn
}

function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

/** Starts the small server. Returns its address and the way to stop it. Throws SettingsError when the port cannot be had. */
export async function startMetricsServer(options: {
  settings: Settings
  port: number
  operatorToken: string
  registry: Registry
  health(): Promise<Health>
}): Promise<{ url: string; stop(): Promise<void> }> {
  const { settings, port, operatorToken, registry, health } = options
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, body: string) =>
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
    const json = (status: number, value: unknown) => answer(status, 'application/json; charset=utf-8', JSON.stringify(value))
    const path = (request.url ?? '').split('?')[0]
    const work = async () => {
      if (request.method !== 'GET' && request.method !== 'HEAD') return json(405, { detail: 'Only GET.' })
      if (path === '/health/live') return json(200, { live: true })
      if (path === '/health/ready') {
        const found = await health()
        return json(found.ready ? 200 : 503, found)
      }
      if (path !== '/metrics') return json(404, { detail: 'There are /health/live, /health/ready and /metrics.' })
      if (!mayReadMetrics({ headers: request.headers, peer: request.socket.remoteAddress }, settings, operatorToken))
        return json(403, { detail: 'Metrics are read from this machine, or with METRICS_TOKEN.' })
      return answer(200, registry.contentType, await registry.metrics())
    }
    work().catch(() => json(500, { detail: 'This failed.' }))
  })
  server.headersTimeout = 5_000
  server.requestTimeout = 10_000
  server.maxConnections = 64
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => reject(new SettingsError(`METRICS_PORT=${port}: this port cannot be listened on at ${settings.host}.`)))
    server.listen(port, settings.host, resolve)
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${taken}`,
    stop: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
