/** The simulator's routes: platforms (loopback only), the page and its API (signed-in managers). */
import type { FaultName } from '@dragoman/channel-kit/simulator'
import { HubProblem } from '@dragoman/hub'
import { filePath, type HostedSimulator, platformPath } from '@dragoman/simulator'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { SimulatorHost } from '../simulators.ts'
import { authorise } from './api.ts'
import type { WebContext } from './context.ts'
import { actionBody, actionOf, controlBody, customerBody, faultsBody, postBody } from './simulator-actions.ts'
import { describeChannel, faultsOut, registerSimulatorStream } from './simulator-stream.ts'

const isLoopback = (ip: string) => ip === '127.0.0.1' || ip === '::1' || ip === '::ffff:127.0.0.1'

export function registerSimulator(app: FastifyInstance, web: WebContext, host: SimulatorHost): void {
  registerPlatforms(app, host)
  registerPageApi(app, web, host)
  registerSimulatorStream(app, web, host)
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
        method: request.method,
        path: decodePath(url.pathname.slice(`${platformPath}/${channel}`.length)),
        query: Object.fromEntries(url.searchParams),
        headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
        body: request.body instanceof Uint8Array ? request.body : new Uint8Array(),
      })
      if (response.hangMs !== undefined) {
        // Accepted, and never answered: the connection is cut.
        reply.hijack()
        setTimeout(() => reply.raw.destroy(), response.hangMs)
        return reply
      }
      return reply
        .code(response.status)
        .headers({ 'content-type': 'application/json', ...response.headers })
        .send(typeof response.body === 'string' ? response.body : Buffer.from(response.body))
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

/** A body in its schema, or a problem that says what is wrong. */
function read<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body ?? {})
  if (parsed.success) return parsed.data
  throw new HubProblem(
    'invalid_request',
    parsed.error.issues
      .slice(0, 3)
      .map(issue => `${issue.path.join('.')}: ${issue.message}`)
      .join('; '),
  )
}

function registerPageApi(app: FastifyInstance, web: WebContext, host: SimulatorHost): void {
  const manager = async (request: FastifyRequest) => await authorise(web, request, { rule: 'manager', method: request.method })
  const find = (channel: string): HostedSimulator => {
    const hosted = host.simulators.get(channel)
    if (!hosted) throw new HubProblem('not_found')
    return hosted
  }
  const ofAccount = (request: FastifyRequest, accountId: string): HostedSimulator => {
    const hosted = find((request.params as { channel: string }).channel)
    if (!hosted.simulator.accounts().some(account => account.id === accountId)) throw new HubProblem('not_found')
    return hosted
  }
  const config = { rule: 'manager' } as const

  app.get('/v1/simulator', { config }, async request => {
    await manager(request)
    // Phones and log come by the stream, whole on its first frame; they are here for scripts.
    return {
      channels: host.simulators.all().map(hosted => ({
        ...describeChannel(web, hosted),
        version: hosted.version(),
        phones: hosted.simulator.phones(),
        log: hosted.log.slice(-200),
      })),
    }
  })

  app.post('/v1/simulator/:channel/customers', { config }, async request => {
    await manager(request)
    const body = read(customerBody, request.body)
    const hosted = ofAccount(request, body.accountId)
    return { phone: hosted.simulator.newCustomer(body.accountId, body) }
  })

  app.post('/v1/simulator/:channel/customers/:customer/actions', { config, bodyLimit: 150 * 1024 * 1024 }, async request => {
    await manager(request)
    const { channel, customer } = request.params as { channel: string; customer: string }
    const action = actionOf(read(actionBody, request.body))
    return await find(channel).simulator.act(customer, action)
  })

  app.post('/v1/simulator/:channel/posts', { config }, async request => {
    await manager(request)
    const { accountId, text } = read(postBody, request.body)
    const { simulator } = ofAccount(request, accountId)
    if (!simulator.newPost) throw new HubProblem('not_supported_here', 'This messenger has no public posts.')
    try {
      return { postId: simulator.newPost(accountId, text) }
    } catch (error) {
      throw new HubProblem('wrong_state', `This account cannot post: ${error instanceof Error ? error.message : String(error)}`)
    }
  })

  app.get('/v1/simulator/:channel/accounts/:accountId/controls', { config }, async request => {
    await manager(request)
    const { accountId } = request.params as { accountId: string }
    return { controls: ofAccount(request, accountId).simulator.controls?.(accountId) ?? [] }
  })

  app.post('/v1/simulator/:channel/accounts/:accountId/controls', { config }, async request => {
    await manager(request)
    const { accountId } = request.params as { accountId: string }
    const { id, values } = read(controlBody, request.body)
    const { simulator } = ofAccount(request, accountId)
    if (!simulator.control) throw new HubProblem('not_supported_here', 'Nothing can be changed on such an account.')
    return simulator.control(accountId, id, values)
  })

  app.post('/v1/simulator/:channel/faults', { config }, async request => {
    await manager(request)
    const body = read(faultsBody, request.body)
    const hosted = find((request.params as { channel: string }).channel)
    for (const [name, value] of Object.entries(body)) {
      if (value === undefined) continue
      if (name === 'rateLimitRetryAfterMs') hosted.simulator.faults.rateLimitRetryAfterMs = value
      // -1: until switched off.
      else hosted.simulator.faults[name as FaultName] = value === -1 ? Number.POSITIVE_INFINITY : value
    }
    web.hub.bell.ring('simulator', hosted.kind.id)
    return { faults: faultsOut(hosted) }
  })

  app.get(`${filePath}/:fileId`, { config }, async (request, reply) => {
    await manager(request)
    const file = host.simulators.file((request.params as { fileId: string }).fileId)
    if (!file) throw new HubProblem('not_found')
    return reply
      .header('content-type', file.mimeType)
      .header('x-content-type-options', 'nosniff')
      .header('content-security-policy', "default-src 'none'; sandbox")
      .send(Buffer.from(file.bytes))
  })
}
