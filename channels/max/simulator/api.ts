/**
 * The simulated MAX API: token, pace, faults, methods, and the hosts that take and give files.
 * Always holds: the token stands bare in the header; a file's address permits one upload and needs no token.
 */
import {
  hideSecrets,
  htmlAnswer,
  jsonOf,
  logExcerpt,
  matchRoute,
  type PlatformRequest,
  type PlatformResponse,
  randomText,
  readParameters,
  type SimulatorKind,
  strikes,
} from '@dragoman/channel-kit/simulator'
import { limits } from './limits.ts'
import { readMessage } from './message.ts'
import { badPayload, no, notFound, ok, type Reply, respond, textOf } from './reply.ts'
import {
  addMessage,
  type Bot,
  type Dialog,
  fileAddress,
  type Json,
  storeFile,
  type World,
  wireBot,
  wireMessage,
  wirePerson,
} from './state.ts'
import type { Updates } from './updates.ts'

export const routes: SimulatorKind['routes'] = [
  { method: 'GET', path: '/me', origin: 'api' },
  { method: 'GET', path: '/subscriptions', origin: 'api' },
  { method: 'POST', path: '/subscriptions', origin: 'api' },
  { method: 'DELETE', path: '/subscriptions', origin: 'api' },
  { method: 'GET', path: '/updates', origin: 'api' },
  { method: 'POST', path: '/uploads', origin: 'api' },
  { method: 'POST', path: '/messages', origin: 'api' },
  { method: 'PUT', path: '/messages', origin: 'api' },
  { method: 'DELETE', path: '/messages', origin: 'api' },
  { method: 'POST', path: '/answers', origin: 'api' },
  { method: 'GET', path: '/videos/:token', origin: 'api' },
  { method: 'GET', path: '/chats/:chatId', origin: 'api' },
  { method: 'POST', path: '/chats/:chatId/actions', origin: 'api' },
  { method: 'POST', path: '/upload/:id', origin: 'api' },
  { method: 'GET', path: '/files/:token', origin: 'api' },
]

const actions = ['typing_on', 'sending_photo', 'sending_video', 'sending_audio', 'sending_file']

/** Answers one request to the platform. */
export async function handle(world: World, updates: Updates, request: PlatformRequest): Promise<PlatformResponse> {
  const { environment, state } = world
  const response = await answer(world, updates, request)
  const tokens = Object.values(state.bots).map(bot => bot.token)
  const show = (text: string) => hideSecrets(text, tokens)
  if (request.path !== '/updates' || response.body.length > 40) {
    environment.log({
      at: environment.now(),
      direction: 'request',
      what: show(`${request.method} ${request.path}`),
      status: response.hangMs === undefined ? response.status : 0,
      sent: show(logExcerpt(request.body, request.headers['content-type'])),
      received: show(logExcerpt(response.body, response.headers?.['content-type'])),
    })
  }
  return response
}

async function answer(world: World, updates: Updates, request: PlatformRequest): Promise<PlatformResponse> {
  const matched = matchRoute(routes, request.method, request.path)
  if (!matched) return respond(notFound('Method'))
  const { route, parameters } = matched
  if (route.path === '/upload/:id') return takeUpload(world, parameters.id ?? '', request)
  if (route.path === '/files/:token') return giveFile(world, parameters.token ?? '')
  const bot = Object.values(world.state.bots).find(candidate => candidate.token === request.headers.authorization)
  if (!bot || strikes(world.faults, 'expiredToken')) return respond(no(401, 'verify.token', 'Invalid access_token'))
  if (isTooFast(world, bot)) return respond(no(429, 'too.many.requests', 'Too many requests'))
  const value = (jsonOf(request.body) ?? {}) as Json
  const reply = await perform(`${route.method} ${route.path}`)
  const response = respond(reply)
  const isSend = route.method === 'POST' && route.path === '/messages'
  return isSend && reply.ok && strikes(world.faults, 'timeoutAfterAccept') ? { ...response, hangMs: 60_000 } : response

  async function perform(name: string): Promise<Reply> {
    switch (name) {
      case 'GET /me':
        return ok(wireBot(bot!, world.environment.now()))
      case 'GET /subscriptions':
        return ok({
          subscriptions: bot!.subscriptions.map(({ url, types, time }) => ({ url, time: Math.floor(time), update_types: types })),
        })
      case 'POST /subscriptions':
        return subscribe(world, bot!, value)
      case 'DELETE /subscriptions': {
        const url = request.query.url ?? ''
        if (!bot!.subscriptions.some(one => one.url === url)) return notFound('Subscription')
        bot!.subscriptions = bot!.subscriptions.filter(one => one.url !== url)
        updates.halt(bot!, url)
        return ok({ success: true })
      }
      case 'GET /updates':
        return poll(updates, bot!, request.query)
      case 'POST /uploads':
        return openUpload(world, request.query.type ?? '')
      case 'POST /messages': {
        if (strikes(world.faults, 'rateLimit')) return no(429, 'too.many.requests', 'Too many requests')
        if (strikes(world.faults, 'serverError')) return no(500, 'internal.error', 'Internal error')
        return send(world, bot!, request.query, value)
      }
      case 'PUT /messages':
        return edit(world, bot!, request.query.message_id ?? '', value)
      case 'DELETE /messages':
        return remove(world, bot!, request.query.message_id ?? '')
      case 'POST /answers': {
        const press = world.state.presses[request.query.callback_id ?? '']
        if (press?.botId !== bot!.id) return notFound('Callback')
        if (textOf(value.notification) === '' && !value.message) return badPayload('message or notification must be given')
        return ok({ success: true })
      }
      case 'GET /videos/:token': {
        const file = world.state.files[parameters.token ?? '']
        if (file?.kind !== 'video') return notFound('Video')
        const address = fileAddress(world, parameters.token!)
        return ok({ token: parameters.token, urls: { mp4_720: address }, width: 640, height: 360, duration: 3 })
      }
      case 'GET /chats/:chatId': {
        const dialog = dialogOf(world, bot!, parameters.chatId)
        return dialog ? ok(wireChat(world, dialog)) : notFound('Chat')
      }
      default: {
        const dialog = dialogOf(world, bot!, parameters.chatId)
        if (!dialog) return notFound('Chat')
        if (!actions.includes(textOf(value.action))) return badPayload('action: unknown')
        dialog.typingUntil = world.environment.now() + limits.typingMs
        world.environment.changed()
        world.environment.after(limits.typingMs + 50, () => world.environment.changed())
        return ok({ success: true })
      }
    }
  }
}

function isTooFast(world: World, bot: Bot): boolean {
  const now = world.environment.now()
  bot.pace.tokens = Math.min(limits.burst, bot.pace.tokens + (Math.max(0, now - bot.pace.at) / 1000) * limits.perSecond)
  bot.pace.at = now
  if (bot.pace.tokens < 1) return true
  bot.pace.tokens -= 1
  return false
}

/** HTTPS on port 443 only; the loopback of a simulated platform is let through. */
function subscribe(world: World, bot: Bot, value: Json): Reply {
  const url = textOf(value.url)
  const secret = value.secret === undefined ? undefined : textOf(value.secret)
  if (!URL.canParse(url)) return badPayload('url: wrong')
  const { protocol, hostname, port } = new URL(url)
  const loopback = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
  if (!loopback && (protocol !== 'https:' || port !== '')) return badPayload('url: https on port 443 only')
  if (secret !== undefined && !/^[A-Za-z0-9_-]{5,256}$/.test(secret)) return badPayload('secret: wrong')
  const types = Array.isArray(value.update_types) ? value.update_types.map(String) : null
  bot.subscriptions = bot.subscriptions.filter(one => one.url !== url)
  bot.subscriptions.push({ url, types, time: world.environment.now(), ...(secret === undefined ? {} : { secret }) })
  bot.updates = []
  return ok({ success: true })
}

async function poll(updates: Updates, bot: Bot, query: Record<string, string>): Promise<Reply> {
  if (bot.subscriptions.length > 0) return no(405, 'method.not.allowed', 'Long polling does not work while a webhook is set')
  const marker = /^-?\d+$/.test(query.marker ?? '') ? Number(query.marker) : undefined
  const seconds = Math.min(limits.pollSeconds, Math.max(0, Number(query.timeout ?? 30)))
  const limit = Math.min(limits.updatesPerPoll, Math.max(1, Number(query.limit ?? 100)))
  return ok(await updates.poll(bot, marker, query.types ? query.types.split(',') : undefined, limit, seconds * 1000))
}

/** Videos and sound get their token here, pictures and files with the upload. */
function openUpload(world: World, kind: string): Reply {
  if (!(kind in limits.uploadBytes)) return badPayload('type: unknown')
  const id = randomText(world.environment.random, 24)
  const token = randomText(world.environment.random, 43)
  world.state.uploads[id] = { kind, token, used: false }
  const url = `${world.environment.origin}/upload/${id}`
  return ok(kind === 'video' || kind === 'audio' ? { url, token } : { url })
}

function takeUpload(world: World, id: string, request: PlatformRequest): PlatformResponse {
  const upload = world.state.uploads[id]
  const [file] = readParameters(request).files.filter(part => part.name === 'data')
  if (!upload || upload.used) return respond(notFound('Upload'))
  if (!file) return respond(badPayload('data is missing'))
  const most = limits.uploadBytes[upload.kind as keyof typeof limits.uploadBytes]
  if (file.bytes.length > most) return respond(no(413, 'upload.error', 'File is too large'))
  upload.used = true
  // Larger kinds are worked on for a while.
  const notReady = upload.kind === 'image' ? 0 : 1
  storeFile(world, upload.kind, { bytes: file.bytes, mimeType: file.mimeType, name: file.fileName ?? 'file' }, upload.token, notReady)
  if (upload.kind === 'image') return respond(ok({ photos: { [id]: { token: upload.token } } }))
  if (upload.kind === 'file') return respond(ok({ fileId: 1, token: upload.token }))
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: '<retval>1</retval>' }
}

function giveFile(world: World, token: string): PlatformResponse {
  const stored = world.state.files[token]
  const kept = stored && world.environment.kept(stored.keptId)
  return kept ? { status: 200, headers: { 'content-type': kept.mimeType }, body: kept.bytes } : htmlAnswer(404, 'Not Found')
}

function send(world: World, bot: Bot, query: Record<string, string>, value: Json): Reply {
  const dialog =
    dialogOf(world, bot, query.chat_id) ??
    Object.values(world.state.dialogs).find(one => one.botId === bot.id && String(one.personId) === query.user_id)
  if (!dialog) return no(404, 'chat.not.found', 'Chat not found')
  if (dialog.stopped || !dialog.started) return no(403, 'chat.denied', 'error.dialog.suspended')
  const read = readMessage(world, value)
  if ('refusal' in read) return read.refusal
  const link = value.link as { type?: string; mid?: string } | null | undefined
  if (link && !dialog.messages.some(message => message.mid === link.mid)) return notFound('Message')
  const message = addMessage(world, dialog, {
    from: 'business',
    ...read,
    ...(link?.mid ? { link: { type: link.type ?? 'reply', mid: link.mid } } : {}),
  })
  return ok({ message: wireMessage(world, dialog, message) })
}

function edit(world: World, bot: Bot, mid: string, value: Json): Reply {
  const found = ownMessage(world, bot, mid)
  if (!found) return notFound('Message')
  const { message } = found
  const hasKeyboard = message.attachments.some(attachment => attachment.type === 'inline_keyboard')
  if (!hasKeyboard && world.environment.now() - message.at > limits.editWithinMs)
    return ok({ success: false, message: 'The message is too old to be edited' })
  // What is null stays as it is.
  const words = value.text === null || value.text === undefined ? { text: message.text } : { text: value.text, format: value.format }
  const kept = message.attachments.filter(attachment => attachment.type !== 'inline_keyboard').map(requestOf)
  const keyboards = message.attachments.filter(attachment => attachment.type === 'inline_keyboard')
  const read = readMessage(world, { ...words, attachments: Array.isArray(value.attachments) ? value.attachments : [...kept, ...keyboards] })
  if ('refusal' in read) return read.refusal
  Object.assign(message, read, { editedAt: world.environment.now() })
  world.environment.changed()
  return ok({ success: true })
}

function requestOf(attachment: Json): Json {
  const payload = attachment.payload as Json | undefined
  return payload?.token === undefined ? attachment : { type: attachment.type, payload: { token: payload.token } }
}

function remove(world: World, bot: Bot, mid: string): Reply {
  const found = ownMessage(world, bot, mid)
  if (!found) return notFound('Message')
  found.message.deleted = true
  world.environment.changed()
  return ok({ success: true })
}

function ownMessage(world: World, bot: Bot, mid: string) {
  for (const dialog of Object.values(world.state.dialogs)) {
    const message =
      dialog.botId === bot.id ? dialog.messages.find(one => one.mid === mid && one.from === 'business' && !one.deleted) : undefined
    if (message) return { dialog, message }
  }
  return undefined
}

function dialogOf(world: World, bot: Bot, chatId: string | undefined): Dialog | undefined {
  return Object.values(world.state.dialogs).find(dialog => dialog.botId === bot.id && String(dialog.chatId) === chatId)
}

function wireChat(world: World, dialog: Dialog): Json {
  const person = world.state.people[dialog.personId]!
  const at = Math.floor(dialog.messages.at(-1)?.at ?? world.environment.now())
  return {
    chat_id: dialog.chatId,
    type: 'dialog',
    status: 'active',
    title: null,
    icon: null,
    last_event_time: at,
    participants_count: 2,
    is_public: false,
    description: null,
    dialog_with_user: { ...wirePerson(person, at), avatar_url: person.avatar, full_avatar_url: person.avatar },
  }
}
