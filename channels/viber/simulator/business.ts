/**
 * The simulated partner for Business Messages: one endpoint that takes messages, reports that go out. Always holds: a message that Viber would not
 * pass on is refused with a status in the answer; the same message id a second time makes no second message.
 */
import { htmlAnswer, jsonAnswer, jsonOf, type PlatformRequest, type PlatformResponse, strikes } from '@dragoman/channel-kit/simulator'
import type { Content, Keyboard, MessageBody } from '@dragoman/core'
import { textOf } from './check.ts'
import { sizeOf } from './files.ts'
import { limits, programName } from './limits.ts'
import { readMarkup } from './markup.ts'
import { type Account, addMessage, type Chat, type Json, type World } from './state.ts'

const own = limits.business

export function handlePartner(world: World, request: PlatformRequest): PlatformResponse {
  const key = /^App (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
  const account = Object.values(world.state.accounts).find(candidate => candidate.kind === 'business' && candidate.key === key)
  if (!account || strikes(world.faults, 'expiredToken')) return problem(401, 'UNAUTHORIZED', 'Invalid login details')
  if (request.method === 'GET' && request.path === '/viber/2/logs') return jsonAnswer(200, { results: [] })
  if (request.method !== 'POST' || request.path !== '/viber/2/messages') return problem(404, 'NOT_FOUND', 'Requested URL not found')
  if (strikes(world.faults, 'rateLimit'))
    return {
      ...problem(429, 'TOO_MANY_REQUESTS', 'Too many requests'),
      headers: { 'content-type': 'application/json', 'retry-after': String(Math.ceil(world.faults.rateLimitRetryAfterMs / 1000)) },
    }
  if (strikes(world.faults, 'serverError')) return htmlAnswer(500, 'Internal Server Error')
  const messages = (jsonOf(request.body) as Json | undefined)?.messages
  if (!Array.isArray(messages) || messages.length === 0) return problem(400, 'BAD_REQUEST', 'Bad Request')
  const answers = (messages as Json[]).flatMap(message => take(world, account, message))
  const response = jsonAnswer(200, { bulkId: `bulk-${world.environment.now()}`, messages: answers })
  return strikes(world.faults, 'timeoutAfterAccept') ? { ...response, hangMs: 60_000 } : response
}

function take(world: World, account: Account, message: Json): Json[] {
  const destinations = Array.isArray(message.destinations) ? (message.destinations as Json[]) : []
  return destinations.map(destination => {
    const to = textOf(destination.to)
    const messageId = textOf(destination.messageId)
    const chat = Object.values(world.state.chats).find(
      candidate => candidate.accountId === account.id && world.state.people[candidate.personId]?.phone.replace(/\D/g, '') === to,
    )
    const code = refusal(world, account, message, chat)
    const status = code
      ? {
          groupId: code === 'SRVC_NOT_VIBER_USER' || code === 'SRVC_USER_BLOCKED' ? 2 : 5,
          groupName: 'REJECTED',
          name: code,
          description: code,
        }
      : { groupId: 1, groupName: 'PENDING', id: 7, name: 'PENDING_ENROUTE', description: 'Message sent to next instance' }
    if (!code && chat && !chat.messages.some(known => known.id === messageId)) deliver(world, account, chat, message, messageId, to)
    return { messageId, status, destination: to }
  })
}

/** Viber's code for what it does not take; undefined where it does. */
function refusal(world: World, account: Account, message: Json, chat: Chat | undefined): string | undefined {
  const options = (message.options ?? {}) as Json
  const content = (message.content ?? {}) as Json
  if (message.sender !== account.id) return 'SRVC_BAD_SERVICE_ID'
  if (options.label !== 'PROMOTIONAL' && options.label !== 'TRANSACTIONAL') return 'SRVC_BAD_LABEL'
  const life = (options.validityPeriod as Json | undefined) ?? { amount: 24, timeUnit: 'HOURS' }
  const seconds = Number(life.amount) * ({ SECONDS: 1, MINUTES: 60, HOURS: 3_600, DAYS: 86_400 }[textOf(life.timeUnit)] ?? Number.NaN)
  if (!(seconds >= own.lifeMinSeconds && seconds <= own.lifeMaxSeconds)) return 'SRVC_INVALID_TTL'
  const wrong = wrongContent(world, content)
  if (wrong) return wrong
  if (!chat) return 'SRVC_NOT_VIBER_USER'
  if (chat.blocked) return 'SRVC_USER_BLOCKED'
  if (options.applySessionRate === true && chat.unansweredAt.length >= own.unanswered) return 'SRVC_WAIT_FOR_USER_RESPONSE'
  return undefined
}

function wrongContent(world: World, content: Json): string | undefined {
  const button = content.button as Json | undefined
  if (textOf(content.text).length > own.text) return 'SRVC_BAD_DATA'
  if (button && (textOf(button.title) === '' || textOf(button.title).length > own.buttonTitle || !URL.canParse(textOf(button.action))))
    return 'SRVC_BAD_DATA'
  switch (content.type) {
    case 'TEXT':
      return textOf(content.text) === '' ? 'SRVC_BAD_PARAMETERS' : undefined
    case 'IMAGE':
      if (!URL.canParse(textOf(content.mediaUrl))) return 'SRVC_BAD_PARAMETERS'
      return (sizeOf(world, textOf(content.mediaUrl)) ?? 0) > own.imageBytes ? 'SRVC_BAD_FILE_SIZE' : undefined
    case 'VIDEO': {
      if (!URL.canParse(textOf(content.mediaUrl))) return 'SRVC_BAD_PARAMETERS'
      if (textOf(content.thumbnailUrl) === '' || textOf(content.thumbnailUrl).length > own.thumbnail) return 'SRVC_BAD_THUMBNAIL'
      const seconds = Number(/^PT(\d+)S$/.exec(textOf(content.mediaDuration))?.[1] ?? Number.NaN)
      return seconds <= own.videoSeconds ? undefined : 'SRVC_BAD_DURATION'
    }
    case 'FILE':
      if (!URL.canParse(textOf(content.mediaUrl))) return 'SRVC_BAD_PARAMETERS'
      if (textOf(content.fileName).length > own.fileName) return 'SRVC_BAD_FILE_NAME_LENGTH'
      return programName.test(textOf(content.fileName)) ? 'SRVC_FILE_NOT_PERMITTED' : undefined
    case 'LIST': {
      const options = (Array.isArray(content.options) ? content.options : []) as Json[]
      if (options.length === 0 || options.length > own.listOptions) return 'SRVC_BAD_DATA'
      return options.some(option => textOf(option.text) === '' || textOf(option.text).length > own.listOption) ? 'SRVC_BAD_DATA' : undefined
    }
    case 'CAROUSEL': {
      const cards = (Array.isArray(content.cards) ? content.cards : []) as Json[]
      if (cards.length < own.cardsMin || cards.length > own.cardsMax) return 'SRVC_BAD_DATA'
      return cards.some(card => !URL.canParse(textOf(card.mediaUrl)) || !Array.isArray(card.buttons)) ? 'SRVC_BAD_DATA' : undefined
    }
    case 'OTP_TEMPLATE':
      return textOf(content.templateId) === '' ? 'SRVC_BAD_PARAMETERS' : undefined
    default:
      return 'SRVC_BAD_MESSAGE_TYPE'
  }
}

function deliver(world: World, account: Account, chat: Chat, message: Json, messageId: string, to: string): void {
  const content = message.content as Json
  const callbackData = textOf((message.webhooks as Json | undefined)?.callbackData)
  addMessage(world, chat, {
    id: messageId,
    from: 'business',
    body: shown(content),
    status: 'delivered',
    ...(callbackData ? { callbackData } : {}),
  })
  chat.unansweredAt.push(world.environment.now())
  if (content.type === 'LIST')
    chat.keyboard = (content.options as Json[]).map(option => [{ Text: textOf(option.text), ActionType: 'reply' }])
  else delete chat.keyboard
  const now = timeText(world.environment.now())
  world.report(account, {
    results: [
      {
        bulkId: 'bulk',
        messageId,
        to,
        sender: account.id,
        sentAt: now,
        doneAt: now,
        messageCount: 1,
        price: { pricePerMessage: 0.03, currency: 'EUR' },
        status: { groupId: 3, groupName: 'DELIVERED', id: 5, name: 'DELIVERED_TO_HANDSET', description: 'Message delivered to handset' },
        error: { groupId: 0, groupName: 'OK', id: 0, name: 'NO_ERROR', description: 'No Error', permanent: false },
        platform: {},
        ...(callbackData ? { callbackData } : {}),
      },
    ],
  })
}

function shown(content: Json): MessageBody {
  const text = readMarkup(textOf(content.text))
  const media = { ref: { from: 'link' as const, url: textOf(content.mediaUrl).replace(/[?&]name=[^&]*$/, '') } }
  const caption = text.text === '' ? {} : { caption: text }
  const button = content.button as Json | undefined
  const keyboard: Keyboard | undefined = button && {
    kind: 'buttons',
    rows: [[{ kind: 'url', title: textOf(button.title), url: textOf(button.action) }]],
  }
  const under = keyboard ? { keyboard } : {}
  switch (content.type) {
    case 'IMAGE':
      return { content: { kind: 'image', media, ...caption }, ...under }
    case 'VIDEO':
      return { content: { kind: 'video', media, ...caption }, ...under }
    case 'FILE':
      return { content: { kind: 'file', media: { ...media, name: textOf(content.fileName) } } }
    case 'CAROUSEL':
      return { content: carousel(content) }
    case 'OTP_TEMPLATE':
      return {
        content: {
          kind: 'text',
          text: { text: `${textOf(content.templateId)}: ${Object.values((content.parameters ?? {}) as Json).join(', ')}` },
        },
      }
    default:
      return { content: { kind: 'text', text }, ...under }
  }
}

function carousel(content: Json): Content {
  const cards = (content.cards as Json[]).map(card => {
    const [title = '', ...more] = textOf(card.text).split('\n')
    const buttons = (card.buttons as Json[]).map(button => ({
      kind: 'url' as const,
      title: textOf(button.title),
      url: textOf(button.action),
    }))
    const url = textOf(card.mediaUrl).replace(/[?&]name=[^&]*$/, '')
    return {
      title,
      ...(more.length > 0 ? { text: more.join('\n') } : {}),
      media: { ref: { from: 'link' as const, url } },
      mediaKind: 'image' as const,
      buttons,
    }
  })
  return { kind: 'carousel', cards, ...(textOf(content.text).trim() ? { text: { text: textOf(content.text) } } : {}) }
}

/** What a person answered, as the partner forwards it. */
export function reportInbound(world: World, account: Account, chat: Chat, messageId: string, message: Json): void {
  const person = world.state.people[chat.personId]!
  const before = chat.messages.findLast(known => known.from === 'business')
  world.report(account, {
    results: [
      {
        sender: person.phone.replace(/\D/g, ''),
        to: account.id,
        integrationType: 'VIBER',
        receivedAt: timeText(world.environment.now()),
        messageId,
        ...(before ? { pairedMessageId: before.id, ...(before.callbackData ? { callbackData: before.callbackData } : {}) } : {}),
        message,
        price: { pricePerMessage: 0, currency: 'EUR' },
      },
    ],
    messageCount: 1,
    pendingMessageCount: 0,
  })
}

export function reportSeen(world: World, account: Account, chat: Chat, messageId: string): void {
  const now = timeText(world.environment.now())
  const to = world.state.people[chat.personId]!.phone.replace(/\D/g, '')
  world.report(account, { results: [{ messageId, from: account.id, to, sentAt: now, seenAt: now }] })
}

function timeText(at: number): string {
  return new Date(at).toISOString().replace('Z', '+0000')
}

function problem(status: number, messageId: string, text: string): PlatformResponse {
  return jsonAnswer(status, { requestError: { serviceException: { messageId, text } } })
}
