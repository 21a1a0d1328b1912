/** Every error leaves as problem+json with a stable code and the request's id (RFC 9457). Always holds: nothing of our inside is told; what is our fault is logged whole. */
import { type Problem, type ProblemCode, problem, problemKinds } from '@dragoman/api'
import { HubProblem } from '@dragoman/hub'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'

/** Sends a problem. */
export function sendProblem(reply: FastifyReply, body: Problem): FastifyReply {
  return reply
    .code(body.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify({ ...body, requestId: reply.request.id }))
}

export function refuse(reply: FastifyReply, code: ProblemCode, detail?: string, more?: Record<string, unknown>): FastifyReply {
  return sendProblem(reply, problem(code, detail, more))
}

/** Fastify's handler of thrown errors. */
export function handleError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof HubProblem) {
    if (error.problem.status >= 500) request.log.warn({ code: error.problem.code, detail: error.problem.detail }, 'refused')
    return sendProblem(reply, error.problem)
  }
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || code === 'FST_REQ_FILE_TOO_LARGE') return refuse(reply, 'body_too_large')
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return refuse(reply, 'unsupported_media_type')
  if (code.startsWith('FST_ERR_CTP') || error instanceof SyntaxError || code === 'FST_ERR_VALIDATION')
    return refuse(reply, 'invalid_request', 'The body is not valid JSON.')
  if (isDatabaseDown(error)) {
    request.log.error({ err: error }, 'the database cannot be reached')
    return refuse(reply.header('retry-after', '2'), 'unavailable', 'The database cannot be reached just now.')
  }
  const status = 'statusCode' in error ? error.statusCode : undefined
  if (status !== undefined && status >= 400 && status < 500) return refuse(reply, 'invalid_request', problemKinds.invalid_request.title)
  request.log.error({ err: error }, 'request failed')
  return refuse(reply, 'internal')
}

/** Whether an error says that the database is away (or starting, or full), not that we did something wrong. */
export function isDatabaseDown(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string }
  return (
    /^(08|53|57P)/.test(code) ||
    ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT'].includes(code) ||
    /Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error/.test(
      message,
    )
  )
}
