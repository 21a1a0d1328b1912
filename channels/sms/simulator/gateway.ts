/**
 * The gateway's JSON, as README.md writes it down: messages taken, events given out. Its own limits and words.
 * Always holds: nothing without the token; the same `clientId` is the same message.
 */
import { jsonAnswer, jsonOf, type PlatformRequest, type PlatformResponse, strikes } from '@dragoman/channel-kit/simulator'
import { writeText } from './alphabet.ts'
import { isReaching, phoneOf, reach, sendReceipt } from './network.ts'
import type { Client, World } from './state.ts'

const mostPieces = 10
const longestWaitSeconds = 50

export async function serveGateway(world: World, request: PlatformRequest): Promise<PlatformResponse> {
  const { faults, state } = world
  const token = request.headers.authorization?.replace(/^Bearer /, '')
  const client = Object.values(state.clients).find(one => one.password === token)
  if (!client || (request.path === '/messages' && strikes(faults, 'expiredToken')))
    return refuse(401, 'unauthorized', 'The token is not known.')
  if (request.method === 'POST' && request.path === '/messages') return take(world, client, request)
  if (request.method === 'GET' && request.path === '/account') return jsonAnswer(200, { name: client.name, sender: client.sender })
  if (request.method === 'GET' && request.path === '/events') return await events(world, client, request.query)
  return refuse(404, 'not_found', 'There is nothing here.')
}

function take(world: World, client: Client, request: PlatformRequest): PlatformResponse {
  const { faults, state } = world
  if (strikes(faults, 'rateLimit'))
    return jsonAnswer(
      429,
      { error: { code: 'rate_limited', message: 'Slow down.' } },
      { 'retry-after': String(Math.ceil(faults.rateLimitRetryAfterMs / 1_000)) },
    )
  if (strikes(faults, 'serverError')) return refuse(503, 'unavailable', 'Try again later.')
  const { from, to, text, clientId, receipt } = (jsonOf(request.body) ?? {}) as Record<string, unknown>
  if (typeof to !== 'string' || typeof text !== 'string' || text === '') return refuse(400, 'invalid_request', 'to and text are needed.')
  if (from !== client.sender) return refuse(403, 'invalid_sender', 'This sender is not yours.')
  const phone = phoneOf(world, to)
  if (!phone) return refuse(400, 'invalid_recipient', 'This number does not exist.')
  if (writeText(text).pieces.length > mostPieces) return refuse(400, 'too_long', `More than ${mostPieces} pieces.`)
  const key = `${client.id}:${String(clientId)}`
  const known = state.taken[key]
  if (known !== undefined) return jsonAnswer(200, { id: known })
  const id = `m${++state.count}`
  state.taken[key] = id
  if (isReaching(client)) reach(world, phone, id, text)
  if (receipt === true) sendReceipt(world, client, phone, id, String(clientId))
  if (strikes(faults, 'timeoutAfterAccept')) return { status: 200, body: '', hangMs: 30_000 }
  return jsonAnswer(200, { id })
}

async function events(world: World, client: Client, query: Record<string, string>): Promise<PlatformResponse> {
  const end = () => client.events.at(-1)?.number ?? 0
  if (!/^\d+$/.test(query.after ?? '')) return jsonAnswer(200, { events: [], cursor: String(end()) })
  const after = Number(query.after)
  const waitMs = Math.min(longestWaitSeconds, Math.max(0, Number(query.wait) || 0)) * 1_000
  if (end() <= after && waitMs > 0)
    await new Promise<void>(resolve => {
      const wake = () => {
        world.waiters.delete(wake)
        resolve()
      }
      world.waiters.add(wake)
      world.environment.after(waitMs, wake)
    })
  const fresh = client.events.filter(one => one.number > after)
  return jsonAnswer(200, { events: fresh.map(one => one.event), cursor: String(Math.max(after, fresh.at(-1)?.number ?? 0)) })
}

function refuse(status: number, code: string, message: string): PlatformResponse {
  return jsonAnswer(status, { error: { code, message } })
}
