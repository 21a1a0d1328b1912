/**
 * The simulated Bot API: addresses, token, envelope, pace, faults, and the choice of method.
 * Always holds: an answer is what the vendor's servers say in that case, status and words; files lie beside the methods, under the token too.
 */
import {
  hideSecrets,
  logExcerpt,
  type PlatformRequest,
  type PlatformResponse,
  readParameters,
  type SimulatorKind,
  strikes,
} from '@dragoman/channel-kit/simulator'
import { accountMethods, entranceMethods } from './account.ts'
import { businessChat, businessMethods } from './business.ts'
import { answerPress, changeMethods } from './changing.ts'
import { limits } from './limits.ts'
import { copyPost } from './public.ts'
import { badRequest, type Call, envelope, no, type Reply, textOf, tooMany } from './reply.ts'
import { sendMethods } from './sending.ts'
import { type Bot, type Chat, chatOf, type World } from './state.ts'
import type { Updates } from './updates.ts'

const methodNames = [
  'getMe',
  'getUpdates',
  'setWebhook',
  'deleteWebhook',
  'getWebhookInfo',
  'getFile',
  'getChat',
  'sendMessage',
  'sendPhoto',
  'sendVideo',
  'sendAnimation',
  'sendVideoNote',
  'sendAudio',
  'sendVoice',
  'sendDocument',
  'sendSticker',
  'sendMediaGroup',
  'sendLocation',
  'sendVenue',
  'sendContact',
  'sendPoll',
  'sendChatAction',
  'editMessageText',
  'editMessageCaption',
  'editMessageReplyMarkup',
  'deleteMessage',
  'setMessageReaction',
  'answerCallbackQuery',
  'readBusinessMessage',
  'deleteBusinessMessages',
  'getBusinessConnection',
  'setMyDescription',
  'setMyCommands',
  'setChatMenuButton',
]

export const routes: SimulatorKind['routes'] = [
  ...methodNames.map(name => ({ method: 'POST', path: `/bot:token/${name}`, origin: 'api' })),
  { method: 'GET', path: '/file/bot:token/:path*', origin: 'api' },
]

/** Answers one request to the platform. */
export async function handle(world: World, updates: Updates, request: PlatformRequest): Promise<PlatformResponse> {
  const { environment, state } = world
  const file = /^\/file\/bot([^/]+)\/(.+)$/.exec(request.path)
  const path = /^\/bot([^/]+)\/(?:test\/)?([^/]+)$/.exec(request.path)
  const response = file
    ? giveFile(file[1]!, file[2]!)
    : path
      ? await answerMethod(path[1]!, path[2]!.toLowerCase())
      : envelope(no(404, 'Not Found'))
  const tokens = Object.values(state.bots).map(bot => bot.token)
  const show = (text: string) => hideSecrets(text, tokens)
  if (path?.[2]?.toLowerCase() !== 'getupdates' || response.status !== 200 || response.body.length > 30) {
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

  async function answerMethod(token: string, method: string): Promise<PlatformResponse> {
    if (!/^[1-9]\d*:[^/]{1,70}$/.test(token)) return envelope(no(404, 'Not Found'))
    const bot = Object.values(state.bots).find(candidate => candidate.token === token)
    if (!bot || strikes(world.faults, 'expiredToken')) return envelope(no(401, 'Unauthorized'))
    const call = readParameters(request)
    const account = accountMethods[method]
    if (account) return envelope(await account(world, updates, bot, call))
    if (method === 'answercallbackquery') return envelope(answerPress(world, bot, call))
    const business = businessMethods[method] ?? entranceMethods[method]
    if (business) return envelope(business(world, bot, call))
    const act = sendMethods[method] ?? changeMethods[method]
    if (!act) return envelope(no(404, 'Not Found: method not found'))
    if (strikes(world.faults, 'rateLimit')) return envelope(tooMany(Math.ceil(world.faults.rateLimitRetryAfterMs / 1000)))
    if (strikes(world.faults, 'serverError')) return envelope(no(500, 'Internal Server Error: restart'))
    const chat = chatIn(bot, call)
    if ('refusal' in chat) return envelope(chat.refusal)
    const slow = method.startsWith('send') && method !== 'sendchataction' ? paced(bot, chat) : undefined
    if (slow) return envelope(slow)
    const before = chat.messages.length
    const reply = act(world, bot, chat, call)
    if (chat.group?.kind === 'channel') for (const post of chat.messages.slice(before)) copyPost(world, bot, post)
    if (reply.ok && strikes(world.faults, 'timeoutAfterAccept')) return { ...envelope(reply), hangMs: 60_000 }
    return envelope(reply)
  }

  function chatIn(bot: Bot, call: Call): Chat | { refusal: Reply } {
    const id = textOf(call, 'chat_id') ?? ''
    if (id === '') return { refusal: badRequest('chat_id is empty') }
    if (call.values.business_connection_id !== undefined) return businessChat(world, bot, call, 'can_reply')
    if (/^[@-]/.test(id)) return groupIn(bot, id)
    const person = state.people[id]
    const chat = person && chatOf(state, bot.id, person.id)
    if (!person || !chat) return { refusal: badRequest('chat not found') }
    if (chat.blocked) return { refusal: no(403, 'Forbidden: bot was blocked by the user') }
    if (!chat.started) return { refusal: no(403, "Forbidden: bot can't initiate conversation with a user") }
    return chat
  }

  /** A channel takes posts of its administrators only; a group takes words of its members. */
  function groupIn(bot: Bot, id: string): Chat | { refusal: Reply } {
    const chat = Object.values(state.chats).find(
      candidate =>
        candidate.botId === bot.id && candidate.group && (`@${candidate.group.username}` === id || String(candidate.group.id) === id),
    )
    if (!chat?.group) return { refusal: badRequest('chat not found') }
    if (chat.group.kind === 'channel' && !chat.group.rights.includes('can_post_messages'))
      return { refusal: badRequest('need administrator rights in the channel chat') }
    return chat
  }

  function paced(bot: Bot, chat: Chat): Reply | undefined {
    const inChat: [number, number] = chat.group ? [limits.groupPerSecond, limits.groupBurst] : [limits.chatPerSecond, limits.chatBurst]
    const waits = [take(chat.pace, ...inChat), take(bot.pace, limits.botPerSecond, limits.botBurst)]
    const longest = Math.max(...waits)
    return longest > 0 ? tooMany(Math.max(1, Math.ceil(longest))) : undefined
  }

  /** A token bucket; gives the seconds to wait, 0 where a token was taken. */
  function take(pace: { tokens: number; at: number }, perSecond: number, burst: number): number {
    const now = environment.now()
    pace.tokens = Math.min(burst, pace.tokens + (Math.max(0, now - pace.at) / 1000) * perSecond)
    pace.at = now
    if (pace.tokens < 1) return (1 - pace.tokens) / perSecond
    pace.tokens -= 1
    return 0
  }

  function giveFile(token: string, filePath: string): PlatformResponse {
    const bot = Object.values(state.bots).find(candidate => candidate.token === token)
    if (!bot) return envelope(no(401, 'Unauthorized'))
    const stored = Object.values(state.files).find(candidate => candidate.path === filePath)
    const kept = stored?.keptId === undefined ? undefined : environment.kept(stored.keptId)
    if (!kept) return envelope(no(404, 'Not Found'))
    return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: kept.bytes }
  }
}
