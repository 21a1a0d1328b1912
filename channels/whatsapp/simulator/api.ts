/**
 * The Graph endpoints of the simulated WhatsApp.
 * Always holds: the token is checked first; refusals are Graph's error objects with WhatsApp's codes; switched-on faults strike before anything
 * is done, except the time-out, which strikes after.
 */
import { createHash } from 'node:crypto'
import { textAt } from '@dragoman/channel-kit'
import {
  htmlAnswer,
  jsonAnswer,
  jsonOf,
  type PlatformRequest,
  type PlatformResponse,
  randomText,
  readParameters,
  strikes,
} from '@dragoman/channel-kit/simulator'
import { accessToken, type GraphErrorShape, graphError, graphPath, proveAddress } from '@dragoman/channel-meta-graph/simulator'
import { setEntrance } from './entrance.ts'
import { attachmentUrl } from './inbound.ts'
import { acceptMessage, markRead } from './outbound.ts'
import { isRestricted, tierOfPortfolio } from './standing.ts'
import { type BusinessNumber, take } from './state.ts'
import { invalidParameter, parameterMissing, refuseMessage, refuseUpload } from './validate.ts'
import { chatOf, fileOf, messageOf, numberOf, type World } from './world.ts'

export const routes = [
  { method: 'POST', path: '/:version/:phone/messages', origin: 'graph' },
  { method: 'POST', path: '/:version/:phone/media', origin: 'graph' },
  { method: 'POST', path: '/:version/:phone/conversational_automation', origin: 'graph' },
  { method: 'GET', path: '/:version/:waba/message_templates', origin: 'graph' },
  { method: 'GET', path: '/:version/:waba/subscribed_apps', origin: 'graph' },
  { method: 'POST', path: '/:version/:waba/subscribed_apps', origin: 'graph' },
  { method: 'DELETE', path: '/:version/:waba/subscribed_apps', origin: 'graph' },
  { method: 'GET', path: '/whatsapp_business/attachments/', origin: 'media' },
  { method: 'GET', path: '/:version/:node', origin: 'graph' },
] as const

/** Uploaded files live 30 days. */
const uploadLifeMs = 30 * 24 * 60 * 60_000
/** How long a connection hangs after a message was taken and no answer is sent. */
const hangMs = 30_000

const throughputPerSecond = 80
const pairBurst = 45
const pairPerSecond = 1 / 6

/** Answers one request. */
export async function answer(world: World, request: PlatformRequest): Promise<PlatformResponse> {
  const { environment, state, faults } = world
  const trace = `A${randomText(environment.random, 12)}`
  const refuse = (shape: GraphErrorShape) => graphError(shape, trace)

  if (request.path.startsWith('/whatsapp_business/attachments')) return download(world, request)
  const path = graphPath(request.path)
  if (!path) return refuse({ status: 400, code: 2500, title: 'Unknown path components' })
  const token = accessToken(request)
  if (!token) return refuse({ status: 401, code: 190, title: 'An access token is required' })
  if (token !== state.app.token || strikes(faults, 'expiredToken')) {
    return refuse({ status: 401, code: 190, subcode: 463, title: 'Error validating access token: Session has expired' })
  }
  if (strikes(faults, 'serverError')) {
    return refuse({
      status: 500,
      code: 131016,
      title: 'Service unavailable',
      details: 'A service is temporarily unavailable.',
      product: 'whatsapp',
    })
  }
  const [node = '', edge, ...rest] = path
  if (rest.length > 0) return refuse({ status: 400, code: 2500, title: 'Unknown path components' })
  const number = numberOf(world, node)
  if (number && edge === 'messages' && request.method === 'POST') return postMessage(world, number, request, refuse)
  if (number && edge === 'media' && request.method === 'POST') return postMedia(world, number, request, refuse)
  if (number && edge === 'conversational_automation' && request.method === 'POST') return setEntrance(world, number, request, refuse)
  if (number && edge === undefined && request.method === 'GET') return jsonAnswer(200, numberInfo(world, number))
  if (node === state.wabaId && edge === 'message_templates' && request.method === 'GET') return listTemplates(world, request)
  if (node === state.wabaId && edge === 'subscribed_apps') return subscribedApps(world, request, refuse)
  if (edge === undefined && request.method === 'GET') return resolveFile(world, node, request, refuse)
  return refuse({
    status: 400,
    code: 100,
    subcode: 33,
    type: 'GraphMethodException',
    title: `Unsupported ${request.method.toLowerCase()} request. Object with ID '${node}' does not exist or cannot be loaded`,
  })
}

type Refuse = (shape: GraphErrorShape) => PlatformResponse

function postMessage(world: World, number: BusinessNumber, request: PlatformRequest, refuse: Refuse): PlatformResponse {
  const { environment, faults, state } = world
  const now = environment.now()
  const json = jsonOf(request.body)
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return refuse(invalidParameter('The body is not a JSON object'))
  const message = json as Record<string, unknown>
  if (message.status === 'read') {
    const id = textAt(message, 'message_id')
    const found = id ? messageOf(world, number.id, id) : undefined
    if (found?.message.from !== 'customer') return refuse(invalidParameter('message_id is not a message received by this number'))
    markRead(world, found, message)
    return jsonAnswer(200, { success: true })
  }
  const throttled = (details: string): GraphErrorShape => ({
    status: 400,
    code: 130429,
    title: 'Rate limit hit',
    details,
    product: 'whatsapp',
  })
  if (strikes(faults, 'rateLimit')) {
    return refuse({
      ...throttled('Message failed to send because there were too many messages sent from this phone number in a short period of time'),
      status: 429,
      headers: { 'retry-after': String(faults.rateLimitRetryAfterMs / 1000) },
    })
  }
  const refusal = refuseMessage(message, state, id => fileOf(world, id))
  if (refusal) return refuse(refusal)
  if (!take(number.throughput, throughputPerSecond, throughputPerSecond, now)) {
    return refuse(throttled('Cloud API message throughput has been reached'))
  }
  const chat = chatOf(world, number, message)
  if (chat && !take(chat.pair, pairBurst, pairPerSecond, now)) {
    return refuse({
      status: 400,
      code: 131056,
      title: '(Business Account, Consumer Account) pair rate limit hit',
      details:
        'Message failed to send because there were too many messages sent from this phone number to the same phone number in a short time.',
      product: 'whatsapp',
    })
  }
  if (isRestricted(world, now) && (chat?.windowUntil ?? 0) <= now) {
    return refuse({
      status: 403,
      code: 368,
      title: 'Temporarily blocked for policies violations',
      details: 'The WhatsApp Business Account associated with the app has been restricted or disabled for violating a platform policy.',
      product: 'whatsapp',
    })
  }
  const said = jsonAnswer(200, acceptMessage(world, number, message))
  return strikes(faults, 'timeoutAfterAccept') ? { ...said, hangMs } : said
}

function postMedia(world: World, number: BusinessNumber, request: PlatformRequest, refuse: Refuse): PlatformResponse {
  const { values, files } = readParameters(request)
  if (values.messaging_product !== 'whatsapp') return refuse(invalidParameter('Param messaging_product must be whatsapp'))
  const [file] = files
  if (!file) return refuse(parameterMissing('file is required'))
  const mimeType = textAt(values, 'type') ?? file.mimeType
  const refusal = refuseUpload(mimeType, file.bytes.length)
  if (refusal) return refuse(refusal)
  const { environment, state } = world
  const name = file.fileName ?? 'file'
  const kept = environment.keep(file.bytes, mimeType, name)
  const id = String(510_020_003_000_000 + ++state.counter)
  state.files.push({
    id,
    fileId: kept.fileId,
    url: kept.url,
    mimeType,
    name,
    sizeBytes: file.bytes.length,
    sha256: createHash('sha256').update(file.bytes).digest('base64'),
    numberId: number.id,
    expiresAt: environment.now() + uploadLifeMs,
  })
  return jsonAnswer(200, { id })
}

function resolveFile(world: World, id: string, request: PlatformRequest, refuse: Refuse): PlatformResponse {
  const file = fileOf(world, id)
  const owner = request.query.phone_number_id
  if (!file || (owner !== undefined && owner !== file.numberId)) {
    return refuse({
      status: 400,
      code: 100,
      subcode: 33,
      type: 'GraphMethodException',
      title: `Unsupported get request. Object with ID '${id}' does not exist`,
    })
  }
  return jsonAnswer(200, {
    messaging_product: 'whatsapp',
    url: attachmentUrl(world, id),
    mime_type: file.mimeType,
    sha256: file.sha256,
    file_size: String(file.sizeBytes),
    id,
  })
}

/** The file itself, for whoever has the token and a link that is younger than five minutes; 404 for everybody else. */
function download(world: World, request: PlatformRequest): PlatformResponse {
  const { environment, state } = world
  const id = request.query.mid ?? ''
  const file = fileOf(world, id)
  const kept = file && environment.kept(file.fileId)
  const isAlive = Number(request.query.ext) * 1000 > environment.now()
  if (accessToken(request) !== state.app.token || !file || !kept || !isAlive) return htmlAnswer(404, 'Not Found')
  return { status: 200, headers: { 'content-type': file.mimeType, 'content-length': String(kept.bytes.length) }, body: kept.bytes }
}

function listTemplates({ state, environment }: World, request: PlatformRequest): PlatformResponse {
  const limit = Math.min(250, Math.max(1, Number(request.query.limit ?? 25) || 25))
  const from = request.query.after ? Number(atob(request.query.after)) || 0 : 0
  const wanted = state.templates.filter(
    template =>
      (!request.query.status || template.status === request.query.status.toUpperCase()) &&
      (!request.query.name || template.name === request.query.name),
  )
  const page = wanted.slice(from, from + limit)
  const end = from + page.length
  const cursors = { before: btoa(String(from)), after: btoa(String(end)) }
  const next =
    end < wanted.length ? { next: `${environment.origin}/${state.wabaId}/message_templates?limit=${limit}&after=${cursors.after}` } : {}
  return jsonAnswer(200, {
    data: page.map(template => ({ parameter_format: formatOf(template), ...template })),
    paging: { cursors, ...next },
  })
}

function formatOf(template: World['state']['templates'][number]): 'NAMED' | 'POSITIONAL' {
  return template.components.some(component => component.example && 'body_text_named_params' in component.example) ? 'NAMED' : 'POSITIONAL'
}

async function subscribedApps(world: World, request: PlatformRequest, refuse: Refuse): Promise<PlatformResponse> {
  const { environment, state } = world
  if (request.method === 'GET') {
    const app = {
      whatsapp_business_api_data: {
        id: state.app.id,
        name: state.app.name,
        link: `https://www.facebook.com/games/?app_id=${state.app.id}`,
      },
    }
    const override = state.wabaCallback ? { override_callback_uri: state.wabaCallback } : {}
    return jsonAnswer(200, { data: state.app.subscribed ? [{ ...app, ...override }] : [] })
  }
  if (request.method === 'DELETE') {
    state.app.subscribed = false
    delete state.wabaCallback
    return jsonAnswer(200, { success: true })
  }
  const { values } = readParameters(request)
  const url = textAt(values, 'override_callback_uri')
  if (url === undefined) {
    delete state.wabaCallback
    state.app.subscribed = true
    return jsonAnswer(200, { success: true })
  }
  if (url.length > 200) return refuse(invalidParameter('override_callback_uri is longer than 200 characters'))
  const proof = await proveAddress(environment, url, textAt(values, 'verify_token') ?? '')
  if (!proof.ok) {
    return refuse({
      status: 400,
      code: 100,
      subcode: 2200,
      title: 'Callback verification failed',
      details: proof.reason ?? '',
      product: 'whatsapp',
    })
  }
  state.wabaCallback = url
  state.app.subscribed = true
  return jsonAnswer(200, { success: true })
}

function numberInfo(world: World, number: BusinessNumber): Record<string, unknown> {
  const { state } = world
  const restricted = isRestricted(world, world.environment.now())
  const sending = restricted ? 'LIMITED' : 'AVAILABLE'
  const entities = [
    { entity_type: 'PHONE_NUMBER', id: number.id, can_send_message: 'AVAILABLE' },
    {
      entity_type: 'WABA',
      id: state.wabaId,
      can_send_message: sending,
      ...(restricted ? { additional_info: ['Business-initiated messages are restricted.'] } : {}),
    },
  ]
  return {
    id: number.id,
    verified_name: number.name,
    display_phone_number: `+${number.displayNumber}`,
    quality_rating: number.quality ?? 'GREEN',
    status: 'CONNECTED',
    name_status: number.nameStatus ?? 'APPROVED',
    platform_type: 'CLOUD_API',
    throughput: { level: 'STANDARD' },
    whatsapp_business_manager_messaging_limit: tierOfPortfolio(state),
    health_status: { can_send_message: sending, entities },
  }
}
