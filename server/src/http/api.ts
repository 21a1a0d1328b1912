/**
 * Binds the routes of `@dragoman/api` to handlers. Always holds: every route is checked in the same order: limit, origin, who, rule, form; a route
 * without a handler does not compile.
 */
import { createHash } from 'node:crypto'
import {
  type HandlerInput,
  type Operation,
  type OperationResponse,
  type Right,
  type Route,
  type RouteRule,
  routes,
  scopeOf,
} from '@dragoman/api'
import { type Actor, atLeast, HubProblem, hideDetails, type Machine } from '@dragoman/hub'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { RateLimiterRes } from 'rate-limiter-flexible'
import type { z } from 'zod'
import type { WebContext } from './context.ts'
import { callerOf, isOurs, machineBehind, sessionToken } from './sessions.ts'

export interface Call {
  web: WebContext
  request: FastifyRequest
  reply: FastifyReply
}

/** A handler; `actor` is there where the rule asks for one (the type of `handle` sees to it). */
export type Handler<O extends Operation> = (input: HandlerInput<O>, actor: Actor, call: Call) => Promise<OperationResponse<O>>
export type Handlers = { [O in Operation]: Handler<O> }
/** The handlers of some routes, such as those of one area. */
export type HandlersOf<Some> = { [O in keyof Some & Operation]: Handler<O> }

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call: held against the list of all routes by a test. */
    rule?: RouteRule | 'platform' | 'visitor' | 'operator'
    operation?: string
  }
}

/** The one answer that shows a customer's details to who may not see them: he has said why, and it is written down. */
const showsDetails: ReadonlySet<string> = new Set<Operation>(['revealContact'])

function hiddenProblem(error: HubProblem): HubProblem {
  const { type: _type, title: _title, status: _status, code, detail, ...more } = error.problem
  return new HubProblem(code, detail, hideDetails(more))
}

/** Registers every route. */
export function registerApi(app: FastifyInstance, web: WebContext, handlers: Handlers): void {
  for (const [operation, definition] of Object.entries(routes) as [Operation, Route][]) {
    app.route({
      method: definition.method,
      url: definition.path,
      config: { rule: definition.rule, operation },
      handler: async (request, reply) => {
        await limit(web, request, reply, operation, definition)
        const actor = await authorise(web, request, definition)
        const input = {
          params: check(definition.params, request.params, 'params'),
          query: check(definition.query, request.query, 'query'),
          body: definition.multipart ? undefined : check(definition.body, request.body ?? (definition.body ? {} : undefined), 'body'),
        }
        const handler = handlers[operation] as Handler<Operation>
        const hidden = actor !== undefined && !actor.rights.has('contacts.details') && !showsDetails.has(operation)
        const response = await handler(input as HandlerInput<Operation>, actor as Actor, { web, request, reply }).catch(error => {
          // A refusal may carry what is there now: a conversation, a message.
          throw hidden && error instanceof HubProblem ? hiddenProblem(error) : error
        })
        if (web.tracer.isOn && actor) rememberMessage(web, actor, response)
        return reply
          .header('content-type', 'application/json; charset=utf-8')
          .header('cache-control', 'no-store')
          .send(JSON.stringify(hidden ? hideDetails(response) : response))
      },
    })
  }
}

/** What is sent because of this request hangs on its span. */
function rememberMessage(web: WebContext, actor: Actor, response: unknown): void {
  const { id, message } = (response ?? {}) as { id?: unknown; message?: { id?: unknown } }
  const messageId = message?.id ?? id
  if (typeof messageId === 'string') web.tracer.remember('message', actor.workspaceId, messageId)
}

/** The caller of a request, allowed by the rule. Problems: foreign_origin, not_signed_in, second_factor_required, not_allowed. */
export async function authorise(
  web: WebContext,
  request: FastifyRequest,
  { rule, right, method, tag }: { rule: RouteRule; right?: Right; method: string; tag?: string },
): Promise<Actor | undefined> {
  const machine = await machineBehind(web, request)
  if (machine) return allowMachine(machine, { rule, right, method, tag })
  if (method !== 'GET' && !isOurs(web, request)) throw new HubProblem('foreign_origin')
  if (rule === 'public') return undefined
  const session = await callerOf(web, request)
  if (!session) throw new HubProblem('not_signed_in')
  const { actor } = session
  if (session.mustSetUp && rule !== 'signed_in') throw new HubProblem('second_factor_required')
  if (rule !== 'signed_in' && !atLeast(actor.role, rule)) throw new HubProblem('not_allowed', `This needs the role “${rule}”.`)
  if (right && !actor.rights.has(right)) throw new HubProblem('not_allowed', `This needs the right “${right}”.`)
  return actor
}

/** A key opens what its scopes name, with the rights of who made it. Routes for people only, and those without a tag, take none. */
function allowMachine(
  { actor, scopes }: Machine,
  { rule, right, method, tag }: { rule: RouteRule; right?: Right; method: string; tag?: string },
): Actor | undefined {
  if (rule === 'public') return undefined
  const scope = tag === undefined ? null : scopeOf({ tag, method: method as Route['method'] })
  if (scope === null) throw new HubProblem('not_allowed', 'This is for people: no API key opens it.')
  if (!scopes.has(scope)) throw new HubProblem('not_allowed', `This needs a key with the scope “${scope}”.`)
  if (right && !actor.rights.has(right)) throw new HubProblem('not_allowed', `Whoever made this key had not the right “${right}”.`)
  return actor
}

async function limit(web: WebContext, request: FastifyRequest, reply: FastifyReply, operation: string, definition: Route): Promise<void> {
  const address = limitKey(request.ip)
  // Sixty agents may sit behind one address: whoever shows a session or a key is counted by it, and the address as a whole far above.
  const caller = (definition.rule === 'public' ? undefined : credentialKey(request)) ?? address
  try {
    if (definition.perMinute) await web.limits.strict(definition.perMinute).consume(`${operation}:${caller}`)
    else {
      await web.limits.address.consume(address)
      await web.limits.api.consume(caller)
    }
  } catch (refused) {
    // A store that cannot be reached must not lock everybody out: the other walls still stand.
    if (!(refused instanceof RateLimiterRes)) return
    const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1_000))
    void reply.header('retry-after', String(seconds))
    throw new HubProblem('too_many_requests', `Try again in ${seconds} s.`, { retryAfterSeconds: seconds })
  }
}

/** What a request shows to be let in, good or not, as a key that tells nothing. */
function credentialKey(request: FastifyRequest): string | undefined {
  const shown = request.headers.authorization ?? sessionToken(request)
  return shown && createHash('sha256').update(shown).digest('base64url')
}

/** One key per address; an IPv6 network of /64 is one customer. */
export function limitKey(ip: string): string {
  return ip.includes(':') && !ip.startsWith('::ffff:') ? ip.split(':').slice(0, 4).join(':') : ip
}

function check(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (!schema) return undefined
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const errors = result.error.issues
    .slice(0, 20)
    .map(issue => ({ path: [where === 'body' ? '' : where, ...issue.path.map(String)].filter(Boolean).join('.'), message: issue.message }))
  throw new HubProblem('invalid_request', errors.map(error => `${error.path}: ${error.message}`).join('; '), { errors })
}
