/**
 * Admission as hooks of the web server: what kind a request is, refused before its body is read, and a place in line for what is large. Always holds: every
 * request that was let in is counted out when its connection is done with it, answered or not.
 */
import type { Operation } from '@dragoman/api'
import { HubProblem, keyPrefix } from '@dragoman/hub'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { allowOrigin } from '../visitor/access.ts'
import { createGate, type Gate, type Kind } from './admission.ts'
import type { WebContext } from './context.ts'
import { refuse } from './errors.ts'

/** What is large, and can wait: refused before anything else. */
const heavy: ReadonlySet<string> = new Set<Operation>([
  'search',
  'contacts',
  'exportContacts',
  'audit',
  'auditCsv',
  'supervisor',
  'report',
  'answersReport',
  'suggestedMerges',
  'createImport',
  'actOnImport',
  'importErrors',
  'importUndo',
  'importMembers',
  'exportSavedReplies',
  'importSavedReplies',
  'exportRegistry',
  'webhookDeliveries',
  'replayWindow',
])

/** A third of the connections each for what is large and for machines: the rest is always people's. */
const placesPerKind = 4
const longestInLineMs = 5_000

export function registerAdmission(app: FastifyInstance, web: WebContext): void {
  const gates: Partial<Record<Kind, Gate>> = {
    heavy: createGate(placesPerKind, longestInLineMs),
    machine: createGate(placesPerKind, longestInLineMs),
  }

  app.addHook('onRequest', (request, reply, done) => {
    const { rule } = request.routeOptions.config
    if (request.headers.upgrade?.toLowerCase() === 'websocket') {
      const seconds = web.admission.admitStream()
      if (seconds !== undefined) return void tooMuch(reply, seconds)
      return done()
    }
    const kind = kindOf(request)
    if (kind === undefined) return done()
    const seconds = web.admission.admit(kind)
    if (seconds !== undefined) {
      if (rule === 'platform') web.metrics.webhooks.inc({ channel: channelOf(web, request), result: 'refused' })
      if (rule === 'visitor') allowOrigin(reply, request.headers.origin)
      return void tooMuch(reply, seconds)
    }
    reply.raw.once('close', () => web.admission.leave(kind))
    done()
  })

  app.addHook('preHandler', async (request, reply) => {
    const kind = kindOf(request)
    const gate = kind && gates[kind]
    if (!gate) return
    const leave = await gate.enter()
    if (!leave) {
      void reply.header('retry-after', '5')
      throw new HubProblem('overloaded', 'Try again in 5 s.', { retryAfterSeconds: 5 })
    }
    if (reply.raw.closed) leave()
    else reply.raw.once('close', leave)
  })
}

function tooMuch(reply: FastifyReply, seconds: number): FastifyReply {
  return refuse(reply.header('retry-after', String(seconds)), 'overloaded', `Try again in ${seconds} s.`, { retryAfterSeconds: seconds })
}

function channelOf(web: WebContext, request: FastifyRequest): string {
  const { channel = '' } = request.params as { channel?: string }
  return web.hub.channels.has(channel) ? channel : 'unknown'
}

/** What a request is to admission; undefined: pages, health, metrics and the operator's own are never refused. */
export function kindOf(request: FastifyRequest): Kind | undefined {
  const { rule, operation } = request.routeOptions.config
  if (rule === 'platform' || rule === 'visitor') return rule
  if (operation === undefined) return undefined
  if (heavy.has(operation)) return 'heavy'
  return request.method === 'GET' && request.headers.authorization?.startsWith(`Bearer ${keyPrefix}`) ? 'machine' : 'people'
}
