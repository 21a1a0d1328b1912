/** Health, metrics, version. `/health/live`: the process answers; `/health/ready`: it can do its work now, and is not about to stop. */
import { HubProblem } from '@dragoman/hub'
import type { FastifyInstance } from 'fastify'
import { mayReadMetrics } from '../observe/endpoint.ts'
import type { WebContext } from './context.ts'

export function registerHealth(app: FastifyInstance, web: WebContext): void {
  const config = { rule: 'public' } as const
  app.get('/health/live', { config }, async () => ({ live: true }))
  app.get('/health/ready', { config }, async (_request, reply) => {
    const health = await web.health()
    return reply.code(health.ready ? 200 : 503).send(health)
  })
  app.get('/version', { config }, async () => ({ version: web.version }))
  app.get('/metrics', { config: { rule: 'operator' } }, async (request, reply) => {
    if (!mayReadMetrics({ headers: request.headers, peer: request.socket.remoteAddress }, web.settings, web.operatorToken))
      throw new HubProblem('not_allowed', 'Metrics are read from this machine, or with METRICS_TOKEN.')
    return reply.header('content-type', web.metrics.registry.contentType).send(await web.metrics.registry.metrics())
  })
}
