/**
 * The simulated bot API: token, envelope, methods, faults. Always holds: the HTTP status is 200 even for refusals, the code stands in the body.
 */
import {
  hideSecrets,
  htmlAnswer,
  jsonOf,
  logExcerpt,
  type PlatformRequest,
  type PlatformResponse,
  type SimulatorKind,
  strikes,
} from '@dragoman/channel-kit/simulator'
import { handlePartner } from './business.ts'
import { signed } from './callbacks.ts'
import { checkMessage, keyboardRows, type Refusal, textOf } from './check.ts'
import { giveFile, sizeOf } from './files.ts'
import { limits } from './limits.ts'
import { shownBody } from './shown.ts'
import {
  type Account,
  addMessage,
  type Chat,
  chatKey,
  type Json,
  newToken,
  type WireButton,
  type World,
  wirePerson,
  withToken,
} from './state.ts'

const methods = ['set_webhook', 'send_message', 'broadcast_message', 'get_account_info', 'get_user_details', 'get_online', 'post']

export const routes: SimulatorKind['routes'] = [
  ...methods.map(name => ({ method: 'POST', path: `/pa/${name}`, origin: 'api' })),
  { method: 'POST', path: '/viber/2/messages', origin: 'provider' },
  { method: 'GET', path: '/viber/2/logs', origin: 'provider' },
  { method: 'GET', path: '/media/:id', origin: 'api' },
]

/** Answers one request to the platform. */
export async function handle(world: World, request: PlatformRequest): Promise<PlatformResponse> {
  const { environment, state } = world
  const response = await answer(world, request)
  const secrets = Object.values(state.accounts).flatMap(account => [account.token, account.channelToken, account.key])
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
}

async function answer(world: World, request: PlatformRequest): Promise<PlatformResponse> {
  if (request.path.startsWith('/media/')) return giveFile(world, request.path.slice(7))
  if (request.path.startsWith('/viber/2/')) return handlePartner(world, request)
  const method = /^\/pa\/([a-z_]+)$/.exec(request.path)?.[1] ?? ''
  if (!methods.includes(method) || request.method !== 'POST') return htmlAnswer(404, 'Not Found')
  const given = jsonOf(request.body)
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return refuse({ status: 3, words: 'badData' })
  const value = given as Json
  const token = request.headers['x-viber-auth-token'] ?? textOf(value.auth_token)
  if (token === '') return refuse({ status: 2, words: 'missing_auth_token' })
  const account = Object.values(world.state.accounts).find(
    candidate => candidate.kind === 'bot' && (method === 'post' ? candidate.channelToken : candidate.token) === token,
  )
  if (!account || strikes(world.faults, 'expiredToken')) return refuse({ status: 2, words: 'invalidAuthToken' })
  if (request.body.length > limits.requestBytes) return refuse({ status: 3, words: 'request is too large' })
  switch (method) {
    case 'set_webhook':
      return setWebhook(world, account, value)
    case 'get_account_info':
      return accountInfo(world, account)
    case 'get_user_details':
      return userDetails(world, account, value)
    case 'get_online':
      return online(world, account, value)
    default:
      return sending(world, account, method, value)
  }
}

function sending(world: World, account: Account, method: string, value: Json): PlatformResponse {
  if (strikes(world.faults, 'rateLimit')) return refuse({ status: 12, words: 'tooManyRequests' })
  if (strikes(world.faults, 'serverError')) return htmlAnswer(500, 'Internal Server Error')
  const said =
    method === 'post'
      ? post(world, account, value)
      : method === 'send_message'
        ? sendOne(world, account, value)
        : broadcast(world, account, value)
  if ('words' in said) return refuse(said)
  const response = accept(said.body, said.token)
  return strikes(world.faults, 'timeoutAfterAccept') ? { ...response, hangMs: 60_000 } : response
}

type Said = { body: Json; token: string } | Refusal

function sendOne(world: World, account: Account, value: Json): Said {
  const refusal = checkFrame(account, value) ?? checkMessage(value, url => sizeOf(world, url), 'chat')
  if (refusal) return refusal
  const receiver = textOf(value.receiver)
  const chat = world.state.chats[chatKey(account.id, receiver)]
  if (!chat) return { status: 5, words: 'receiverNotRegistered' }
  const closed = closedFor(world, chat)
  if (closed) return closed
  const token = newToken(world.state)
  deliver(world, account, chat, value, token)
  return { body: { billing_status: inSession(world, chat) ? 1 : 3 }, token }
}

function broadcast(world: World, account: Account, value: Json): Said {
  const list = Array.isArray(value.broadcast_list) ? value.broadcast_list.map(String) : []
  if (list.length === 0) return { status: 4, words: 'broadcast_list is missing' }
  if (list.length > limits.receivers) return { status: 3, words: `broadcast_list is longer than ${limits.receivers}` }
  const refusal = checkFrame(account, value) ?? checkMessage(value, url => sizeOf(world, url), 'chat')
  if (refusal) return refusal
  const token = newToken(world.state)
  const failed_list = list.flatMap(receiver => {
    const chat = world.state.chats[chatKey(account.id, receiver)]
    const closed = chat ? closedFor(world, chat) : { status: 5, words: 'Not found' }
    if (!chat || closed)
      return [{ receiver, status: closed!.status, status_message: closed!.status === 6 ? 'Not subscribed' : closed!.words }]
    deliver(world, account, chat, value, token)
    return []
  })
  return { body: { billing_status: 3, failed_list }, token }
}

function post(world: World, account: Account, value: Json): Said {
  if (value.from !== account.adminId) return { status: 3, words: 'from is not a super admin of the channel' }
  const refusal = checkMessage(value, url => sizeOf(world, url), 'post')
  if (refusal) return refusal
  const token = newToken(world.state)
  account.posts.unshift({ id: token, at: world.environment.now(), text: textOf(value.text) || textOf(value.media) || textOf(value.type) })
  world.environment.changed()
  return { body: { billing_status: 3 }, token }
}

function checkFrame(account: Account, value: Json): Refusal | undefined {
  const name = (value.sender as Json | undefined)?.name
  if (textOf(name) === '') return { status: 4, words: 'sender.name is missing' }
  if (textOf(name).length > limits.senderName) return { status: 3, words: `sender.name is longer than ${limits.senderName}` }
  return account.webhook ? undefined : { status: 10, words: 'webhookNotSet' }
}

function closedFor(world: World, chat: Chat): Refusal | undefined {
  const now = world.environment.now()
  if (chat.blocked || !(chat.subscribed || now < chat.welcomeUntil)) return { status: 6, words: 'receiverNotSubscribed' }
  chat.unansweredAt = chat.unansweredAt.filter(at => at > now - limits.hourMs)
  if (chat.unansweredAt.length >= limits.unanswered)
    return { status: 12, words: 'maximum messages from Public Account to Viber user without reply exceeded.' }
  // The one welcome that is allowed before a person has subscribed.
  if (!chat.subscribed) chat.welcomeUntil = 0
  chat.unansweredAt.push(now)
  return undefined
}

/** Puts the message on the phone, and reports that it came. */
export function deliver(world: World, account: Account, chat: Chat, value: Json, token: string): void {
  const { body, actions } = shownBody(value)
  const keyboard = value.keyboard as { Buttons: WireButton[] } | undefined
  if (value.type !== undefined)
    addMessage(world, chat, { id: token, from: 'business', body, status: 'delivered', ...(actions ? { actions } : {}) })
  if (keyboard) chat.keyboard = keyboardRows(keyboard.Buttons)
  else delete chat.keyboard
  if (typeof value.tracking_data === 'string') chat.tracking = value.tracking_data
  world.tell(account, { event: 'delivered', user_id: chat.personId }, token)
}

function inSession(world: World, chat: Chat): boolean {
  return world.environment.now() - chat.lastInboundAt < 24 * limits.hourMs
}

async function setWebhook(world: World, account: Account, value: Json): Promise<PlatformResponse> {
  const url = textOf(value.url)
  if (url === '') {
    delete account.webhook
    return accept({ event_types: [] })
  }
  const loopback = URL.canParse(url) && /^(localhost|127\..*|\[::1\])$/.test(new URL(url).hostname)
  if (!URL.canParse(url) || (new URL(url).protocol !== 'https:' && !loopback))
    return refuse({ status: 1, words: 'URL not valid or not HTTPS' })
  const body = new TextEncoder().encode(withToken({ event: 'webhook', timestamp: world.environment.now() }, newToken(world.state)))
  const call = signed(url, account.token, body)
  const tried = await world.environment.post({ ...call, body })
  if (tried.status !== 200) return refuse({ status: 1, words: 'Result for webhook request is not 200' })
  const events = Array.isArray(value.event_types) ? value.event_types.map(String) : undefined
  account.webhook = { url, events }
  return accept({
    event_types: [
      ...new Set([
        'subscribed',
        'unsubscribed',
        'webhook',
        'message',
        ...(events ?? ['conversation_started', 'delivered', 'seen', 'failed']),
      ]),
    ],
  })
}

function accountInfo(world: World, account: Account): PlatformResponse {
  const people = Object.values(world.state.chats).filter(chat => chat.accountId === account.id && chat.subscribed)
  return accept({
    id: account.id,
    name: account.name,
    uri: account.uri,
    icon: 'https://media.example/icon.jpg',
    category: 'Shopping',
    subcategory: 'Retail',
    location: { lat: 53.9, lon: 27.56 },
    country: 'BY',
    ...(account.webhook ? { webhook: account.webhook.url, event_types: account.webhook.events ?? [] } : {}),
    subscribers_count: people.length,
    members: [{ id: account.adminId, name: 'Nina', role: 'admin' }],
  })
}

function userDetails(world: World, account: Account, value: Json): PlatformResponse {
  const chat = world.state.chats[chatKey(account.id, textOf(value.id))]
  const person = chat && world.state.people[chat.personId]
  if (!chat || !person) return refuse({ status: 5, words: 'receiverNotRegistered' })
  if (!chat.subscribed) return refuse({ status: 6, words: 'receiverNotSubscribed' })
  const now = world.environment.now()
  chat.detailsAskedAt = chat.detailsAskedAt.filter(at => at > now - limits.detailsSpanMs)
  if (chat.detailsAskedAt.length >= limits.detailsPerPerson) return refuse({ status: 12, words: 'tooManyRequests' })
  chat.detailsAskedAt.push(now)
  const device = { primary_device_os: 'Android 14', viber_version: '24.1.0', mcc: 257, mnc: 1, device_type: 'phone' }
  return accept({ user: { ...wirePerson(person), ...device } })
}

function online(world: World, account: Account, value: Json): PlatformResponse {
  const ids = Array.isArray(value.ids) ? value.ids.map(String) : []
  if (ids.length === 0 || ids.length > limits.onlineIds) return refuse({ status: 3, words: 'ids are not valid' })
  const users = ids.map(id => {
    const known = world.state.chats[chatKey(account.id, id)]
    return { id, online_status: known ? 0 : 4, online_status_message: known ? 'online' : 'unavailable', last_online: 0 }
  })
  return accept({ users })
}

function accept(value: Json, token?: string): PlatformResponse {
  const body = withToken({ status: 0, status_message: 'ok', chat_hostname: 'SN-CHAT-05_', ...value }, token)
  return { status: 200, headers: { 'content-type': 'application/json' }, body }
}

function refuse({ status, words }: Refusal): PlatformResponse {
  const body = JSON.stringify({ status, status_message: words, chat_hostname: 'SN-CHAT-05_' })
  return { status: 200, headers: { 'content-type': 'application/json' }, body }
}
