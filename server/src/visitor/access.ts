/**
 * The walls in front of every visitor's route: which chat, from which site, who, how often. Always holds: an unknown chat is 404 before anything else; a
 * site that is not on the list gets no CORS header and 403; tokens come in a header or in a socket's first frame, never in an address.
 */
import { createPlaceLookup, HubProblem, isOriginAllowed, readVisitorToken, type VisitorPlace } from '@dragoman/hub'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { limitKey } from '../http/api.ts'
import type { WebContext } from '../http/context.ts'
import { isOwnOrigin } from '../http/sessions.ts'

/** Requests per minute. An address may be a whole office, so it gets more than one visitor. */
const perMinute = {
  session: { address: 60 },
  read: { visitor: 300, address: 1_200 },
  events: { visitor: 120, address: 900 },
  files: { visitor: 20, address: 120 },
} as const satisfies Record<string, { visitor?: number; address: number }>
export type LimitName = keyof typeof perMinute

export interface VisitorAccess {
  /** The chat of a request, open to the page it comes from; answers with the headers that let the page read. Problems: unknown_endpoint, foreign_origin. */
  enter(request: FastifyRequest, reply?: FastifyReply): Promise<VisitorPlace>
  /** The visitor of a request. Problem: not_signed_in. */
  visitorOf(request: FastifyRequest, place: VisitorPlace): string
  limit(name: LimitName, request: FastifyRequest, reply: FastifyReply, visitorId?: string): Promise<void>
}

export function createVisitorAccess(web: WebContext): VisitorAccess {
  const findPlace = createPlaceLookup(web.hub, web.findEndpoint)
  const limiters = new Map<string, RateLimiterMemory>()

  async function consume(key: string, who: string, points: number, reply: FastifyReply): Promise<void> {
    const limiter = limiters.get(key) ?? new RateLimiterMemory({ points, duration: 60, keyPrefix: key })
    limiters.set(key, limiter)
    try {
      await limiter.consume(who)
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) return
      const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1_000))
      void reply.header('retry-after', String(seconds))
      throw new HubProblem('too_many_requests', `Try again in ${seconds} s.`, { retryAfterSeconds: seconds })
    }
  }

  return {
    async enter(request, reply) {
      const place = await findPlace((request.params as { endpoint: string }).endpoint)
      if (!place) throw new HubProblem('unknown_endpoint', 'There is no chat at this address.')
      const { origin } = request.headers
      if (!isOwnOrigin(web, request) && !isOriginAllowed(place, origin, []))
        throw new HubProblem('foreign_origin', `The chat is not set up for ${origin ?? 'this site'}.`)
      if (reply) allowOrigin(reply, origin)
      return place
    },

    visitorOf(request, place) {
      const token = bearerOf(request)
      const claim = token === undefined ? undefined : readVisitorToken(place.secrets, place.endpointId, token, web.hub.now())
      if (claim?.kind !== 'visitor') throw new HubProblem('not_signed_in', 'The visitor’s token is missing, over, or not of this chat.')
      return claim.id
    },

    async limit(name, request, reply, visitorId) {
      const points = perMinute[name]
      await consume(`${name}:address`, limitKey(request.ip), points.address, reply)
      if (visitorId !== undefined && 'visitor' in points) await consume(`${name}:visitor`, visitorId, points.visitor, reply)
    },
  }
}

/** Lets the page read the answer. No cookies are involved, so any allowed origin may be named. */
export function allowOrigin(reply: FastifyReply, origin: string | undefined): void {
  void reply.headers({
    vary: 'origin, authorization',
    'cross-origin-resource-policy': 'cross-origin',
    ...(origin === undefined ? {} : { 'access-control-allow-origin': origin, 'access-control-expose-headers': 'retry-after' }),
  })
}

export function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer (\S{1,1024})$/.exec(request.headers.authorization ?? '')?.[1]
}
