/**
 * Who calls: the session cookie, and the walls against foreign pages. Always holds: the cookie is HttpOnly and SameSite=Lax; a request that changes
 * something needs our header and, where the browser names an origin, our own origin.
 */
import {
  type Caller,
  HubProblem,
  keyPrefix,
  type Machine,
  machineOf,
  type OpenSession,
  type RelyingParty,
  type SignedIn,
  sessionOf,
} from '@dragoman/hub'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { WebContext } from './context.ts'

export const sessionCookie = 'dragoman_session'
const cookieSeconds = 30 * 24 * 3_600

export function setSessionCookie(web: WebContext, reply: FastifyReply, token: string): void {
  void reply.setCookie(sessionCookie, token, {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    maxAge: cookieSeconds,
    secure: web.settings.publicUrl?.startsWith('https:') ?? false,
  })
}

export function clearSessionCookie(reply: FastifyReply): void {
  void reply.clearCookie(sessionCookie, { path: '/' })
}

export function sessionToken(request: FastifyRequest): string | undefined {
  const token = request.cookies[sessionCookie]
  return token && token.length < 128 ? token : undefined
}

/** The session behind a request, or undefined. */
export async function callerOf(web: WebContext, request: FastifyRequest): Promise<OpenSession | undefined> {
  const token = sessionToken(request)
  return token ? await sessionOf(web.hub, token) : undefined
}

/** The machine behind a request that carries a key; a key that is not good is refused at once, whatever cookie comes with it. */
export async function machineBehind(web: WebContext, request: FastifyRequest): Promise<Machine | undefined> {
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  if (!bearer?.startsWith(keyPrefix)) return undefined
  const machine = await machineOf(web.hub, bearer.slice(0, 128))
  if (!machine) throw new HubProblem('not_signed_in', 'This API key is unknown, revoked or past its end.')
  return machine
}

/** Gives the browser its new session. */
export function signedIn({ web, reply }: { web: WebContext; reply: FastifyReply }, session: SignedIn) {
  setSessionCookie(web, reply, session.token)
  return { me: session.me, workspace: session.workspace }
}

/** From where somebody signs in. */
export function callerFacts(request: FastifyRequest): Caller {
  return { userAgent: String(request.headers['user-agent'] ?? ''), ip: request.ip }
}

/** Under which name passkeys are made: that of PUBLIC_URL, else that by which the browser reached us. Problem: not_supported_here for a bare address. */
export function relyingParty(web: WebContext, request: FastifyRequest): RelyingParty {
  const origin = web.settings.publicUrl ? new URL(web.settings.publicUrl).origin : `${request.protocol}://${request.headers.host ?? ''}`
  const id = URL.canParse(origin) ? new URL(origin).hostname : ''
  if (id === '' || id.startsWith('[') || /^[\d.]+$/.test(id))
    throw new HubProblem('not_supported_here', 'A passkey needs a name in the address, such as localhost or desk.example.com.')
  return { id, origin }
}

/** Whether a request comes from one of our own pages (or from no page at all). */
export function isOwnOrigin(web: WebContext, request: FastifyRequest): boolean {
  const { origin } = request.headers
  if (origin === undefined)
    return request.headers['sec-fetch-site'] === undefined || ['same-origin', 'none'].includes(String(request.headers['sec-fetch-site']))
  if (web.settings.publicUrl && origin === new URL(web.settings.publicUrl).origin) return true
  return URL.canParse(origin) && new URL(origin).host === request.headers.host
}

/** Whether a changing request may pass: our header is there, which no foreign page can add without asking us first. */
export function isOurs(web: WebContext, request: FastifyRequest): boolean {
  return isOwnOrigin(web, request) && request.headers['x-dragoman'] !== undefined
}
