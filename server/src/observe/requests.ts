/**
 * What is observed of each request: its id, one line when it is answered, its time, its span. Always holds: the line names the route, never the address as it was
 * typed, and neither body nor person; the id in the line, in the answer's header, in a problem and in what the hub logs meanwhile is the same.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { kindOf } from '../http/admit-requests.ts'
import type { WebContext } from '../http/context.ts'
import { type Doing, during } from './context.ts'
import { readTraceparent } from './trace-context.ts'
import type { OpenSpan } from './tracing.ts'

declare module 'fastify' {
  interface FastifyRequest {
    doing: Doing | undefined
    span: OpenSpan | undefined
  }
}

const goodId = /^[\w.:-]{8,64}$/

/** The id of a request: a trusted proxy's own, or the trace's, or a new one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>, trustProxy: boolean): string {
  if (trustProxy) {
    const given = headers['x-request-id']
    if (typeof given === 'string' && goodId.test(given)) return given
    const trace = readTraceparent(headers.traceparent as string | undefined)
    if (trace) return trace.traceId
  }
  return randomUUID()
}

export function observeRequests(app: FastifyInstance, web: WebContext): void {
  const { metrics, tracer, settings } = web
  const level = settings.logRequests
  app.decorateRequest('doing', undefined)
  app.decorateRequest('span', undefined)

  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id)
    const span = tracer.isOn
      ? tracer.begin(spanName(request), 'server', settings.trustProxy ? request.headers.traceparent : undefined)
      : undefined
    request.span = span
    request.doing = { requestId: request.id, ...(span ? { span: span.place } : {}) }
    during(request.doing, done)
  })
  // Reading a body leaves the request's own context; here it is entered again.
  app.addHook('preValidation', (request, _reply, done) => (request.doing ? during(request.doing, done) : done()))

  app.addHook('onResponse', (request, reply, done) => {
    const kind = kindOf(request) ?? 'other'
    metrics.requests.inc({ method: request.method, status: String(reply.statusCode), kind })
    metrics.requestSeconds.observe({ kind }, reply.elapsedTime / 1_000)
    const { url: route } = request.routeOptions
    if (level) {
      const fields = {
        requestId: request.id,
        method: request.method,
        route: route ?? 'none',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      }
      during({}, () => request.log[level](fields, 'request'))
    }
    request.span?.end(
      { 'http.request.method': request.method, 'http.route': route ?? '', 'http.response.status_code': reply.statusCode },
      reply.statusCode >= 500,
    )
    done()
  })
}

function spanName(request: FastifyRequest): string {
  const { operation } = request.routeOptions.config
  return operation ?? `${request.method} ${request.routeOptions.url ?? 'none'}`
}
