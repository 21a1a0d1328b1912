/**
 * The simulated token service, key pages and Connector: addresses, tokens, pace, faults.
 * Always holds: an error has the Connector's body, `{ error: { code, message } }`, except for a bad token, which has only a message.
 */
import {
  hideSecrets,
  jsonAnswer,
  jsonOf,
  logExcerpt,
  type PlatformRequest,
  type PlatformResponse,
  randomText,
  readParameters,
  type SimulatorKind,
  strikes,
} from '@dragoman/channel-kit/simulator'
import { type Refusal, refusalOf } from './check.ts'
import { limits } from './limits.ts'
import { shownActivity } from './shown.ts'
import { metadata, publicKeys } from './signing.ts'
import { type Bot, type Chat, type Json, newActivityId, type World } from './state.ts'

export const routes: SimulatorKind['routes'] = [
  { method: 'POST', path: '/:tenant/oauth2/v2.0/token', origin: 'login' },
  { method: 'GET', path: '/v1/.well-known/openidconfiguration', origin: 'keys' },
  { method: 'GET', path: '/v1/.well-known/keys', origin: 'keys' },
  { method: 'POST', path: '/:region/v3/conversations', origin: 'service' },
  { method: 'POST', path: '/:region/v3/conversations/:conversation/activities', origin: 'service' },
  { method: 'PUT', path: '/:region/v3/conversations/:conversation/activities/:activity', origin: 'service' },
  { method: 'DELETE', path: '/:region/v3/conversations/:conversation/activities/:activity', origin: 'service' },
  { method: 'GET', path: '/:region/v3/conversations/:conversation/members/:member', origin: 'service' },
  { method: 'GET', path: '/:region/v3/attachments/:attachment/views/:view', origin: 'service' },
]

const serviceUnauthorized = jsonAnswer(401, { message: 'Authorization has been denied for this request.' })

export async function handle(world: World, request: PlatformRequest): Promise<PlatformResponse> {
  const { environment, state } = world
  const response = answer()
  const secrets = Object.values(state.bots).flatMap(bot => [bot.secret, ...Object.keys(bot.tokens)])
  const show = (text: string) => hideSecrets(text, secrets)
  environment.log({
    at: environment.now(),
    direction: 'request',
    what: show(`${request.method} ${request.path}`),
    status: response.hangMs === undefined ? response.status : 0,
    sent: show(logExcerpt(request.body, request.headers['content-type'])),
    received: show(logExcerpt(response.body, response.headers?.['content-type'])),
  })
  return response

  function answer(): PlatformResponse {
    const { method, path } = request
    if (method === 'GET' && path === '/v1/.well-known/openidconfiguration') return jsonAnswer(200, metadata(world))
    if (method === 'GET' && path === '/v1/.well-known/keys') return jsonAnswer(200, publicKeys(world))
    const tenant = /^\/([^/]+)\/oauth2\/v2\.0\/token$/.exec(path)?.[1]
    if (method === 'POST' && tenant !== undefined) return giveToken(tenant)
    const service = /^\/[\w-]+\/v3\/(.+)$/.exec(path)?.[1]
    return service === undefined ? jsonAnswer(404, { message: 'No HTTP resource was found' }) : answerService(service)
  }

  function giveToken(tenant: string): PlatformResponse {
    const { values } = readParameters(request)
    const refuse = (status: number, error: string, number: number, words: string) =>
      jsonAnswer(status, { error, error_description: `AADSTS${number}: ${words}`, error_codes: [number] })
    const bot = state.bots[String(values.client_id).toLowerCase()]
    if (tenant !== 'botframework.com' && !Object.values(state.bots).some(one => one.tenantId === tenant))
      return refuse(400, 'invalid_request', 90002, `Tenant '${tenant}' not found.`)
    if (!bot || (tenant !== 'botframework.com' && bot.tenantId !== tenant))
      return refuse(400, 'unauthorized_client', 700016, 'Application was not found in the directory.')
    if (values.grant_type !== 'client_credentials') return refuse(400, 'unsupported_grant_type', 70003, 'The grant type is not supported.')
    if (values.scope !== 'https://api.botframework.com/.default') return refuse(400, 'invalid_scope', 70011, 'The scope is not valid.')
    if (values.client_secret !== bot.secret) return refuse(401, 'invalid_client', 7000215, 'Invalid client secret provided.')
    const token = `eyJ${randomText(environment.random, 60)}`
    const now = environment.now()
    for (const [old, until] of Object.entries(bot.tokens)) if (until < now) delete bot.tokens[old]
    bot.tokens[token] = now + limits.tokenSeconds * 1000
    return jsonAnswer(200, {
      token_type: 'Bearer',
      expires_in: limits.tokenSeconds,
      ext_expires_in: limits.tokenSeconds,
      access_token: token,
    })
  }

  function answerService(rest: string): PlatformResponse {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const bot = Object.values(state.bots).find(one => (one.tokens[token] ?? 0) > environment.now())
    if (!bot) return serviceUnauthorized
    // Who is refused renews the token and asks once more: that has to be refused too, or nobody would see the fault.
    if (strikes(world.faults, 'expiredToken')) bot.deniedUntil = environment.now() + limits.deniedMs
    if ((bot.deniedUntil ?? 0) > environment.now()) return serviceUnauthorized
    const body = jsonOf(request.body) as Json | undefined
    if (request.method === 'POST' && rest === 'conversations') return newConversation(bot, body ?? {})
    const [, conversationId = '', what = '', id] = /^conversations\/(.+?)\/(activities|members)(?:\/([^/]+))?$/.exec(rest) ?? []
    if (what !== '') {
      const chat = Object.values(state.chats).find(one => one.conversationId === conversationId && one.appId === bot.appId)
      if (!chat) return no({ status: 404, code: 'ConversationNotFound', message: 'Conversation not found.' })
      if (what === 'members' && request.method === 'GET') return giveMember(bot, chat, id ?? '')
      if (what === 'activities') return id === undefined ? take(bot, chat, body ?? {}) : change(bot, chat, id, body ?? {})
    }
    const file = /^attachments\/([^/]+)\/views\/original$/.exec(rest)
    const kept = file ? environment.kept(state.files[file[1]!]?.keptId ?? '') : undefined
    if (kept) return { status: 200, headers: { 'content-type': kept.mimeType }, body: kept.bytes }
    return no({ status: 404, code: 'ActivityNotFoundInConversation', message: 'Nothing is here.' })
  }

  function newConversation(bot: Bot, parameters: Json): PlatformResponse {
    const member = String((parameters.members as Json[] | undefined)?.[0]?.id ?? '')
    const chat = state.chats[`${bot.appId} ${member}`]
    if (bot.messenger === 'msteams' && parameters.tenantId === undefined)
      return no({ status: 400, code: 'BadSyntax', message: 'Incorrect conversation creation parameters' })
    if (!chat) return no({ status: 403, code: 'ForbiddenOperationException', message: 'The bot is not installed for this user.' })
    return jsonAnswer(201, { id: chat.conversationId })
  }

  function take(bot: Bot, chat: Chat, activity: Json): PlatformResponse {
    if (!chat.installed)
      return no({ status: 403, code: 'BotNotInConversationRoster', message: 'The bot is not part of the conversation roster.' })
    if (activity.type === 'typing') {
      chat.typingUntil = environment.now() + limits.typingMs
      environment.changed()
      return jsonAnswer(201, { id: newActivityId(world) })
    }
    if (activity.type !== 'message') return no({ status: 400, code: 'BadArgument', message: 'Unknown activity type' })
    if (strikes(world.faults, 'rateLimit')) return tooMany(world.faults.rateLimitRetryAfterMs)
    if (strikes(world.faults, 'serverError')) return no({ status: 500, code: 'ServiceError', message: 'An internal error has occurred.' })
    const refusal = refusalOf(world, activity, bot.messenger)
    if (refusal) return no(refusal)
    const waitMs = paceOf(chat)
    if (waitMs > 0) return tooMany(waitMs)
    const { body, actions } = shownActivity(activity)
    const id = newActivityId(world)
    chat.messages.push({ id, from: 'business', at: environment.now(), body, actions })
    const suggested = ((activity.suggestedActions as Json | undefined)?.actions as Json[] | undefined)?.map(action => String(action.title))
    if (suggested?.length) chat.suggested = suggested
    else delete chat.suggested
    chat.typingUntil = 0
    environment.changed()
    const answer = jsonAnswer(201, { id })
    return strikes(world.faults, 'timeoutAfterAccept') ? { ...answer, hangMs: 60_000 } : answer
  }

  function change(bot: Bot, chat: Chat, id: string, activity: Json): PlatformResponse {
    if (bot.messenger === 'skype')
      return no({ status: 405, code: 'MethodNotAllowed', message: 'Operation is not supported on this channel.' })
    const message = chat.messages.find(one => one.id === id && one.from === 'business' && !one.deleted)
    if (!message)
      return no({ status: 404, code: 'ActivityNotFoundInConversation', message: 'The activity was not found in the conversation.' })
    if (request.method === 'DELETE') message.deleted = true
    else {
      const refusal = refusalOf(world, activity, bot.messenger)
      if (refusal) return no(refusal)
      Object.assign(message, shownActivity(activity), { edited: true })
    }
    environment.changed()
    return jsonAnswer(200, request.method === 'DELETE' ? {} : { id })
  }

  function giveMember(bot: Bot, chat: Chat, id: string): PlatformResponse {
    const person = state.people[chat.personId]
    if (!person || person.id !== id) return no({ status: 404, code: 'MemberNotFoundInConversation', message: 'The member was not found.' })
    const mail = `${person.directoryId.slice(-6)}@contoso.example`
    return jsonAnswer(200, {
      id: person.id,
      name: person.name,
      ...(bot.messenger === 'msteams'
        ? { aadObjectId: person.directoryId, email: mail, userPrincipalName: mail, tenantId: bot.tenantId, userRole: 'user' }
        : {}),
    })
  }

  /** How long to wait, ms; 0 where the send fits all windows, and is then counted. */
  function paceOf(chat: Chat): number {
    const now = environment.now()
    chat.sentAt = chat.sentAt.filter(at => now - at < 3_600_000)
    for (const [most, withinMs] of limits.windows) {
      const within = chat.sentAt.filter(at => now - at < withinMs)
      if (within.length >= most) return withinMs - (now - within[0]!)
    }
    chat.sentAt.push(now)
    return 0
  }
}

function no({ status, code, message }: Refusal): PlatformResponse {
  return jsonAnswer(status, { error: { code, message } })
}

function tooMany(waitMs: number): PlatformResponse {
  return jsonAnswer(
    429,
    { error: { code: 'Throttled', message: 'Too Many Requests' } },
    { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))) },
  )
}
