/** The web server, put together. Always holds: every answer carries the request's id; every route has a rule (a test lists them). */
import { createServer } from 'node:http'
import { largestFileBytes } from '@dragoman/hub'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import multipart from '@fastify/multipart'
import websocket from '@fastify/websocket'
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController, type RouteOptions } from 'fastify'
import type { Logger } from 'pino'
import { observeRequests, requestIdOf } from '../observe/requests.ts'
import { registerVisitor } from '../visitor/routes.ts'
import { registerAdmission } from './admit-requests.ts'
import { registerApi } from './api.ts'
import type { WebContext } from './context.ts'
import { handleError } from './errors.ts'
import { registerFiles } from './files.ts'
import { handlers } from './handlers.ts'
import { registerHealth } from './health.ts'
import { registerOpenApi } from './openapi.ts'
import { registerOperator } from './operator-routes.ts'
import { registerPages } from './pages.ts'
import { closeStreams } from './restarting.ts'
import { registerSimulator } from './simulator-routes.ts'
import { registerStream } from './stream.ts'
import { createWebhookDoor } from './webhook-door.ts'
import { createKeyStore } from './webhook-keys.ts'
import { registerWebhooks } from './webhooks.ts'

/** Puts the web server together. `onRoute` hears of every route (the docs' list is made from it). */
export async function createApp(
  web: WebContext,
  logger: FastifyBaseLogger,
  onRoute?: (route: RouteOptions) => void,
): Promise<FastifyInstance> {
  const keys = createKeyStore(web.hub)
  const app = fastify({
    loggerInstance: logger,
    // Our own line (observe/requests.ts) names the route and not the address: nothing that was typed into an address gets into the log.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    trustProxy: web.settings.trustProxy,
    bodyLimit: 1024 * 1024,
    genReqId: request => requestIdOf(request, web.settings.trustProxy),
    // The log adds the id of what is being done to every line by itself.
    childLoggerFactory: logger => logger,
    requestIdHeader: false,
    // Idle connections are closed at a stop, requests under way are answered.
    forceCloseConnections: 'idle',
    // A body that does not come, or comes byte by byte, must not hold a socket for ever; an upload over a slow line may take minutes.
    serverFactory: handler => {
      const server = createServer({ requestTimeout: 300_000, headersTimeout: 20_000, keepAliveTimeout: 72_000 }, (request, response) => {
        if (!door(request, response)) handler(request, response)
      })
      const { logRequests } = web.settings
      const isLogged =
        logRequests !== undefined && ((logger as Partial<Pick<Logger, 'isLevelEnabled'>>).isLevelEnabled?.(logRequests) ?? true)
      const door = createWebhookDoor(web, keys, () => !server.listening, isLogged)
      return server
    },
    routerOptions: { maxParamLength: 200 },
  })
  if (onRoute) app.addHook('onRoute', onRoute)
  app.setErrorHandler(handleError)
  observeRequests(app, web)
  registerAdmission(app, web)
  await app.register(helmet, {
    // Each page sets its own policy; an answer that is not a page needs none that allows anything.
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    crossOriginResourcePolicy: { policy: 'same-site' },
    crossOriginEmbedderPolicy: false,
    strictTransportSecurity: web.settings.publicUrl?.startsWith('https:') ?? false,
    xFrameOptions: false,
  })
  // A request without a body may still say that it is JSON.
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) =>
    body === '' ? done(null, undefined) : parseJson(request, body as string, done),
  )
  await app.register(cookie)
  await app.register(multipart, {
    limits: { files: 1, fileSize: largestFileBytes + 1, fields: 4, fieldSize: 1_000 },
    throwFileSizeLimit: false,
  })
  await app.register(websocket, {
    options: { maxPayload: 65_536 },
    preClose(done) {
      void closeStreams(this.websocketServer).then(() => done())
    },
  })
  await app.register(async scope => {
    registerHealth(scope, web)
    registerWebhooks(scope, web, keys)
    registerApi(scope, web, handlers)
    registerFiles(scope, web)
    registerStream(scope, web)
    registerVisitor(scope, web)
    registerOperator(scope, web)
    if (web.simulators) registerSimulator(scope, web, web.simulators)
  })
  await registerOpenApi(app, web)
  await registerPages(app, web)
  return app
}
