/** Health, metrics, version. `/health/live`: the process answers; `/health/ready`: it can do its work now. */
import type { FastifyInstance } from 'fastify'
import type { WebContext } from './context.ts'

export function registerHealth(app: FastifyInstance, web: WebContext): void {
  const config = { rule: 'public' } as const
  app.get('/health/live', { config }, async () => ({ live: true }))
  app.get('/health/ready', { config }, async (_request, reply) => {
    const database = await web.hub.pools.system.query('select 1').then(
      () => true,
      () => false,
    )
    const ready = database && web.isReady()
    return reply.code(ready ? 200 : 503).send({ ready, database, accepting: web.isReady() })
  })
  app.get('/version', { config }, async () => ({ version: web.version }))
  app.get('/metrics', { config }, async (_request, reply) =>
    reply.header('content-type', web.metrics.registry.contentType).send(await web.metrics.registry.metrics()),
  )
}
