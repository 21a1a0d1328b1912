/**
 * `/visitor/:endpoint/…`: what our own widget talks to. Always holds: a visitor reads and writes his own thread only; what he writes goes the way of a
 * webhook (journal first, 200 after the commit), so a repeat by the same ids is harmless; errors are problem+json.
 */
import type { VisitorButton, VisitorMessage, VisitorSession } from '@dragoman/api'
import type { RawWebhook } from '@dragoman/core'
import {
  HubProblem,
  issueVisitorToken,
  largestFileBytes,
  newVisitorId,
  noteSignedUser,
  openVisitorFile,
  readVisitorToken,
  storeUpload,
  type VisitorPlace,
  visitorHistory,
  visitorIdOfUser,
  visitorNotice,
  visitorSettings,
  visitorTokenLifeMs,
  visitorUnread,
} from '@dragoman/hub'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { WebContext } from '../http/context.ts'
import { rangeOf, sendFile } from '../http/files.ts'
import { receiveWebhook } from '../http/receive-webhook.ts'
import { createKeyStore } from '../http/webhook-keys.ts'
import { sendAnswer } from '../http/webhooks.ts'
import { allowOrigin, bearerOf, createVisitorAccess } from './access.ts'
import { registerVisitorStream } from './stream.ts'

/** A body of events: a hundred long messages at most. */
const largestEventsBytes = 256 * 1024
/** A browser may remember the answer to its question about headers. */
const preflightSeconds = 7_200

const sessionBody = z.object({ user: z.string().max(1_024).optional(), language: z.string().max(35).optional() })
const config = { rule: 'visitor' } as const

export function registerVisitor(app: FastifyInstance, web: WebContext): void {
  const { hub } = web
  const access = createVisitorAccess(web)
  const keys = createKeyStore(web.hub)

  app.options('/visitor/:endpoint/*', { config }, async (request, reply) => {
    await access.enter(request, reply)
    return reply
      .headers({
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'authorization, content-type, range',
        'access-control-max-age': String(preflightSeconds),
      })
      .code(204)
      .send()
  })

  app.get('/visitor/:endpoint/settings', { config }, async (request, reply): Promise<VisitorButton> => {
    const place = await access.enter(request, reply)
    await access.limit('read', request, reply)
    const { title, accent, position, language } = visitorSettings(place, languageOf(request))
    const token = bearerOf(request)
    const claim = token === undefined ? undefined : readVisitorToken(place.secrets, place.endpointId, token, hub.now())
    const unread = claim?.kind === 'visitor' ? await visitorUnread(hub, place, claim.id) : 0
    void reply.header('cache-control', token === undefined ? 'public, max-age=300' : 'no-store')
    return { title, accent, position, language, unread }
  })

  app.post('/visitor/:endpoint/session', { config }, async (request, reply): Promise<VisitorSession> => {
    const place = await access.enter(request, reply)
    await access.limit('session', request, reply)
    const body = sessionBody.safeParse(request.body ?? {})
    if (!body.success) throw new HubProblem('invalid_request', body.error.issues[0]?.message)
    const { visitor, person, customerId } = whoIs(place, request, body.data.user)
    if (customerId !== undefined) await noteSignedUser(hub, place, visitor, customerId)
    const expiresAt = hub.now() + visitorTokenLifeMs
    const settings = visitorSettings(place, body.data.language ?? languageOf(request))
    void reply.header('cache-control', 'no-store')
    return {
      token: issueVisitorToken(place.secrets, place.endpointId, visitor, expiresAt),
      visitor,
      expiresAt,
      ...(person ? { person } : {}),
      settings: { ...settings, notice: await visitorNotice(hub, place, settings.language) },
      ...(await visitorHistory(hub, place, visitor)),
    }
  })

  app.get('/visitor/:endpoint/history', { config }, async (request, reply) => {
    const place = await access.enter(request, reply)
    const visitor = access.visitorOf(request, place)
    await access.limit('read', request, reply, visitor)
    void reply.header('cache-control', 'no-store')
    return await visitorHistory(hub, place, visitor, orderOf((request.query as { before?: string }).before))
  })

  void app.register(async scope => {
    // As bytes: what is verified and stored is what came.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: largestEventsBytes }, (_request, body, done) => done(null, body))
    scope.post('/visitor/:endpoint/events', { config, bodyLimit: largestEventsBytes }, async (request, reply) => {
      const place = await access.enter(request, reply)
      // An old token is no forgery: it is refused here and not counted against the account.
      const visitor = access.visitorOf(request, place)
      await access.limit('events', request, reply, visitor)
      return sendAnswer(reply, await receiveWebhook(web, keys, place.endpoint, rawOf(request)))
    })
  })

  app.post('/visitor/:endpoint/files', { config, bodyLimit: largestFileBytes }, async (request, reply) => {
    const place = await access.enter(request, reply)
    const visitor = access.visitorOf(request, place)
    await access.limit('files', request, reply, visitor)
    const part = request.isMultipart() ? await request.file() : undefined
    if (!part) throw new HubProblem('invalid_request', 'There is no file in the form.')
    const { maxBytes } = place.channel.capabilities(place.config).media.file
    return await storeUpload(
      hub,
      place.workspaceId,
      { bytes: part.file, name: part.filename, declaredType: part.mimetype, visitorThread: visitor, accountId: place.accountId, maxBytes },
      web.inspect,
    )
  })

  for (const which of ['content', 'thumbnail'] as const) {
    app.get(`/visitor/:endpoint/files/:fileId${which === 'thumbnail' ? '/thumbnail' : ''}`, { config }, async (request, reply) => {
      const place = await access.enter(request, reply)
      const visitor = access.visitorOf(request, place)
      await access.limit('read', request, reply, visitor)
      const { fileId } = request.params as { fileId: string }
      if (!/^[0-9a-f-]{36}$/.test(fileId)) throw new HubProblem('not_found', 'There is no such file.')
      const file = await openVisitorFile(hub, place, visitor, fileId, which, rangeOf(request))
      void sendFile(reply, file, 'private, max-age=3600')
      allowOrigin(reply, request.headers.origin)
      return reply
    })
  }

  registerVisitorStream(app, web, access)

  /** The visitor that a session is for: whom the site vouches for, or the one of the token, or a new one. */
  function whoIs(
    place: VisitorPlace,
    request: FastifyRequest,
    user: string | undefined,
  ): { visitor: string; person?: { name?: string; email?: string }; customerId?: string } {
    const vouched = user === undefined ? undefined : readVisitorToken(place.secrets, place.endpointId, user, hub.now())
    if (user !== undefined && !vouched)
      throw new HubProblem('not_signed_in', 'The site’s word for this user is not signed with the key of this chat, or is over.')
    if (vouched?.kind === 'user')
      return {
        visitor: visitorIdOfUser(place.secrets, place.endpointId, vouched.id),
        person: { name: vouched.name, email: vouched.email },
        customerId: vouched.id,
      }
    if (vouched) return { visitor: vouched.id }
    const token = bearerOf(request)
    const known = token === undefined ? undefined : readVisitorToken(place.secrets, place.endpointId, token, hub.now())
    return { visitor: known?.kind === 'visitor' ? known.id : newVisitorId() }
  }
}

function languageOf(request: FastifyRequest): string | undefined {
  const asked = (request.query as { language?: string }).language
  return typeof asked === 'string' ? asked : request.headers['accept-language']?.split(',')[0]
}

/** `at tie id`: where the oldest known message stands. */
function orderOf(text: string | undefined): VisitorMessage['order'] | undefined {
  const match = /^(\d{1,16}) (-?\d{1,16}) (\S{1,200})$/.exec(text ?? '')
  return match && Number(match[1]) < 8.64e15 ? [Number(match[1]), Number(match[2]), match[3]!] : undefined
}

function rawOf(request: FastifyRequest): RawWebhook {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  )
  return { method: 'POST', headers, query: {}, body: request.body instanceof Uint8Array ? request.body : new Uint8Array() }
}
