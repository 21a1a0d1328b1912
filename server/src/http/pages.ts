/** The front ends as files: the inbox at `/`, the simulator's page, the widget's scripts. Always holds: pages come with a strict policy; hashed files are kept for a year, pages never. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import fastifyStatic, { type FastifyStaticOptions } from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { registerDemoSite } from '../visitor/demo-site.ts'
import { registerWidgetFiles } from '../visitor/widget-files.ts'
import type { WebContext } from './context.ts'
import { refuse } from './errors.ts'

const folder = (name: string) => fileURLToPath(new URL(`../../../${name}/dist/`, import.meta.url))

/** Paths that are ours to answer: never the inbox's page. */
const reserved = /^\/(v1|webhooks|media|visitor|health|metrics|version|openapi\.json|reference|simulator\/platform|simulator\/files)(\/|$)/

export const pagePolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join('; ')

export async function registerPages(app: FastifyInstance, web: WebContext): Promise<void> {
  const inbox = folder('inbox')
  const config = { rule: 'public' } as const
  const cached: FastifyStaticOptions['setHeaders'] = (reply, path) => {
    void reply.header('cache-control', /[/\\]assets[/\\]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache')
    // A worker lives by the policy of its own file: it fetches the page's files.
    if (path.endsWith('service-worker.js')) void reply.header('content-security-policy', "default-src 'self'")
  }
  await app.register(fastifyStatic, {
    root: inbox,
    prefix: '/',
    index: false,
    wildcard: true,
    preCompressed: true,
    setHeaders: cached,
    cacheControl: false,
  })
  registerWidgetFiles(app)
  if (web.simulators) {
    registerDemoSite(app, web)
    await app.register(fastifyStatic, {
      root: folder('simulator'),
      prefix: '/simulator/',
      index: false,
      wildcard: true,
      decorateReply: false,
      setHeaders: cached,
      cacheControl: false,
    })
    app.get('/simulator', { config }, async (_request, reply) => await sendPage(reply, folder('simulator')))
  }
  // Every address of the inbox is one page: the first, and whatever is nothing else.
  app.get('/', { config }, async (_request, reply) => await sendPage(reply, inbox))
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?')[0]!
    if (request.method !== 'GET' || reserved.test(path) || /\.\w{1,8}$/.test(path)) return refuse(reply, 'not_found')
    return await sendPage(reply, inbox)
  })
}

async function sendPage(reply: FastifyReply, from: string): Promise<FastifyReply> {
  const html = await readFile(`${from}index.html`).catch(() => undefined)
  if (!html) return refuse(reply, 'unavailable', 'The pages have not been built yet.')
  return reply.header('content-security-policy', pagePolicy).header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(html)
}
