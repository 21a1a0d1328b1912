/** The simulator's routes: platforms (loopback only), the page and its API (signed-in managers). */
import { type CustomerAction, type FaultName, sampleMedia, type Upload } from '@dragoman/channel-kit/simulator'
import { HubProblem } from '@dragoman/hub'
import { filePath, type HostedSimulator, platformPath } from '@dragoman/simulator'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { authorise } from './api.ts'
import type { WebContext } from './context.ts'
import type { SimulatorHost } from '../simulators.ts'

const isLoopback = (ip: string) => ip === '127.0.0.1' || ip === '::1' || ip === '::ffff:127.0.0.1'

export function registerSimulator(app: FastifyInstance, web: WebContext, host: SimulatorHost): void {
  registerPlatforms(app, host)
  registerPageApi(app, web, host)
}

function registerPlatforms(app: FastifyInstance, host: SimulatorHost): void {
  void app.register(async scope => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 120 * 1024 * 1024 }, (_request, body, done) => done(null, body))
    scope.all(`${platformPath}/:channel/*`, { config: { rule: 'platform' } }, async (request, reply) => {
      const { channel } = request.params as { channel: string }
      const hosted = host.simulators.get(channel)
      if (!hosted || !isLoopback(request.ip)) throw new HubProblem('not_found')
      const url = new URL(request.raw.url ?? '/', 'http://simulator')
      const response = await hosted.simulator.handle({
        method: request.method, path: decodePath(url.pathname.slice(`${platformPath}/${channel}`.length)), query: Object.fromEntries(url.searchParams),
        headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])), body: request.body instanceof Uint8Array ? request.body : new Uint8Array(),
      })
      if (response.hangMs !== undefined) {
        // Accepted, and never answered: the connection is cut.
        reply.hijack()
        setTimeout(() => reply.raw.destroy(), response.hangMs)
        return reply
      }
      return reply.code(response.status).headers({ 'content-type': 'application/json', ...response.headers }).send(typeof response.body === 'string' ? response.body : Buffer.from(response.body))
    })
  })
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

const upload = z.object({ base64: z.base64().max(140_000_000), mimeType: z.string().max(100), name: z.string().max(200) })
const sample = z.object({ sample: z.enum(['png', 'jpeg', 'webp', 'ogg', 'wav', 'mp4', 'pdf', 'text']) })
const actionBody = z.object({ action: z.looseObject({ act: z.string() }), uploads: z.array(z.union([upload, sample])).max(12).default([]) })

function registerPageApi(app: FastifyInstance, web: WebContext, host: SimulatorHost): void {
  const manager = async (request: FastifyRequest) => await authorise(web, request, { rule: 'manager', method: request.method })
  const find = (channel: string): HostedSimulator => {
    const hosted = host.simulators.get(channel)
    if (!hosted) throw new HubProblem('not_found')
    return hosted
  }
  const config = { rule: 'manager' } as const

  app.get('/v1/simulator', { config }, async request => {
    await manager(request)
    return {
      channels: host.simulators.all().map(hosted => {
        const badge = web.hub.channels.get(hosted.kind.id)?.badge
        return {
          id: hosted.kind.id, badge, theme: hosted.kind.theme, version: hosted.version(), faults: faultsOut(hosted), phones: hosted.simulator.phones(),
          accounts: hosted.simulator.accounts().map(({ id, name }) => ({ id, name })), log: hosted.log.slice(-200),
        }
      }),
    }
  })

  app.post('/v1/simulator/:channel/customers', { config }, async request => {
    await manager(request)
    const body = z.object({ accountId: z.string(), name: z.string().trim().min(1).max(80), language: z.string().max(8).default('en'), withoutPhone: z.boolean().default(false) }).parse(request.body)
    const hosted = find((request.params as { channel: string }).channel)
    if (!hosted.simulator.accounts().some(account => account.id === body.accountId)) throw new HubProblem('not_found')
    return { phone: hosted.simulator.newCustomer(body.accountId, body) }
  })

  app.post('/v1/simulator/:channel/customers/:customer/actions', { config, bodyLimit: 150 * 1024 * 1024 }, async request => {
    await manager(request)
    const { channel, customer } = request.params as { channel: string; customer: string }
    const parsed = actionBody.safeParse(request.body)
    if (!parsed.success) throw new HubProblem('invalid_request', parsed.error.issues[0]?.message)
    const samples = sampleMedia()
    const uploads = parsed.data.uploads.map((one): Upload => ('sample' in one ? samples[one.sample] : { bytes: Buffer.from(one.base64, 'base64'), mimeType: one.mimeType, name: one.name }))
    // The simulator refuses what its platform does not know: the shape of an action is its own affair.
    const action = { ...parsed.data.action, uploads } as unknown as CustomerAction
    return await find(channel).simulator.act(customer, action)
  })

  app.post('/v1/simulator/:channel/faults', { config }, async request => {
    await manager(request)
    const count = z.number().int().min(-1).max(1_000_000).optional()
    const body = z.object({ rateLimit: count, serverError: count, timeoutAfterAccept: count, expiredToken: count, duplicateWebhooks: count, reorderWebhooks: count, rateLimitRetryAfterMs: z.number().int().min(0).max(600_000).optional() }).parse(request.body)
    const hosted = find((request.params as { channel: string }).channel)
    for (const [name, value] of Object.entries(body)) {
      if (value === undefined) continue
      if (name === 'rateLimitRetryAfterMs') hosted.simulator.faults.rateLimitRetryAfterMs = value
      // -1: until switched off.
      else hosted.simulator.faults[name as FaultName] = value === -1 ? Number.POSITIVE_INFINITY : value
    }
    return { faults: faultsOut(hosted) }
  })

  app.get(`${filePath}/:fileId`, { config }, async (request, reply) => {
    await manager(request)
    const file = host.simulators.file((request.params as { fileId: string }).fileId)
    if (!file) throw new HubProblem('not_found')
    return reply.header('content-type', file.mimeType).header('x-content-type-options', 'nosniff').header('content-security-policy', "default-src 'none'; sandbox").send(Buffer.from(file.bytes))
  })
}

function faultsOut(hosted: HostedSimulator) {
  return Object.fromEntries(Object.entries(hosted.simulator.faults).map(([name, value]) => [name, value === Number.POSITIVE_INFINITY ? -1 : value]))
}
