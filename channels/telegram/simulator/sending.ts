/** The methods that put a message into a chat. Each checks what the vendor's servers check, in their words. */
import { randomDigits } from '@dragoman/channel-kit/simulator'
import type { Content, MessageBody } from '@dragoman/core'
import { limits } from './limits.ts'
import { type Markup, readMarkup, readText, shownKeyboard, shownText } from './markup.ts'
import { type FileKind, type MediaNotes, shownMedia, takeFile, wireMedia } from './media.ts'
import { badRequest, broken, type Call, flagOf, jsonOf, numberOf, ok, type Reply, textOf } from './reply.ts'
import { addMessage, type Bot, type Chat, chatKey, type Json, type StoredMessage, type World, wireMessage } from './state.ts'

export type SendMethod = (world: World, bot: Bot, chat: Chat, call: Call) => Reply

const fileKinds: Record<string, FileKind> = {
  sendphoto: 'photo',
  sendvideo: 'video',
  sendanimation: 'animation',
  sendvideonote: 'video_note',
  sendaudio: 'audio',
  sendvoice: 'voice',
  senddocument: 'document',
  sendsticker: 'sticker',
}

export const sendMethods: Record<string, SendMethod> = {
  sendmessage(world, _bot, chat, call) {
    const text = readText(call, 'text', limits.textLength)
    if ('refusal' in text) return text.refusal
    if (text.text.trim() === '') return badRequest('message text is empty')
    const wire = { text: text.text, ...(text.entities.length > 0 ? { entities: text.entities } : {}) }
    return put(world, chat, call, { kind: 'text', text: shownText(text.text, text.entities) }, wire)
  },
  ...Object.fromEntries(Object.entries(fileKinds).map(([method, kind]) => [method, fileMethod(kind)])),
  sendmediagroup: sendAlbum,
  sendlocation(world, _bot, chat, call) {
    const place = placeOf(call)
    if (!place) return badRequest('wrong latitude or longitude specified')
    const period = numberOf(call, 'live_period')
    if (period !== undefined && period !== 0x7fffffff && (period < 60 || period > 86_400)) return badRequest('wrong live period specified')
    const location = { ...place, ...(period === undefined ? {} : { live_period: period }) }
    const liveUntil = period === undefined ? {} : { liveUntil: world.environment.now() + period * 1000 }
    return put(world, chat, call, { kind: 'location', ...place, ...liveUntil }, { location })
  },
  sendvenue(world, _bot, chat, call) {
    const place = placeOf(call)
    const title = textOf(call, 'title')
    const address = textOf(call, 'address')
    if (!place) return badRequest('wrong latitude or longitude specified')
    if (!title || !address) return badRequest(`parameter "${title ? 'address' : 'title'}" is required`)
    return put(
      world,
      chat,
      call,
      { kind: 'location', ...place, name: title, address },
      { location: place, venue: { location: place, title, address } },
    )
  },
  sendcontact(world, _bot, chat, call) {
    const phone = textOf(call, 'phone_number')
    const name = textOf(call, 'first_name')
    const vcard = textOf(call, 'vcard')
    if (!phone || !name) return badRequest(`parameter "${phone ? 'first_name' : 'phone_number'}" is required`)
    if (vcard !== undefined && Buffer.byteLength(vcard) > limits.vcardBytes) return badRequest('vCard is too long')
    const phones = [phone, ...[...(vcard ?? '').matchAll(/^TEL[^:]*:(.+)$/gm)].map(match => match[1]!.trim())]
    const contact = { phone_number: phone.replace(/^\+/, ''), first_name: name, ...(vcard ? { vcard } : {}) }
    return put(world, chat, call, { kind: 'contact_card', contacts: [{ name, phones: [...new Set(phones)] }] }, { contact })
  },
  sendpoll(world, _bot, chat, call) {
    const question = textOf(call, 'question') ?? ''
    const given = jsonOf(call, 'options')
    if (question === '' || question.length > limits.pollQuestion)
      return badRequest(`poll question length must not exceed ${limits.pollQuestion}`)
    if (given === broken || !Array.isArray(given) || given.length === 0) return badRequest('poll must have at least 1 option')
    if (given.length > limits.pollOptions) return badRequest(`poll can't have more than ${limits.pollOptions} options`)
    const texts = given.map(option => (typeof option === 'string' ? option : String((option as Json).text ?? '')))
    if (texts.some(text => text === '' || text.length > limits.pollOption))
      return badRequest(`poll options length must not exceed ${limits.pollOption}`)
    const id = randomDigits(world.environment.random, 16)
    const multiple = flagOf(call, 'allows_multiple_answers')
    // Anonymous unless told otherwise.
    const anonymous = call.values.is_anonymous === undefined || flagOf(call, 'is_anonymous')
    const poll = {
      id,
      question,
      options: texts.map((text, index) => ({ persistent_id: String(index), text, voter_count: 0 })),
      total_voter_count: 0,
      is_closed: false,
      is_anonymous: anonymous,
      type: 'regular',
      allows_multiple_answers: multiple,
      allows_revoting: true,
      members_only: false,
    }
    const content: Content = { kind: 'poll', question, options: texts.map(text => ({ text, votes: 0 })), multiple, anonymous }
    const reply = put(world, chat, call, content, { poll })
    if (reply.ok)
      world.state.polls[id] = {
        id,
        chat: chatKey(chat.botId, chat.personId, chat.connection),
        messageId: chat.messages.at(-1)!.id,
        votes: {},
      }
    return reply
  },
}

function fileMethod(kind: FileKind): SendMethod {
  return (world, _bot, chat, call) => {
    const file = takeFile(world, call, kind, call.values[kind], kind)
    if ('refusal' in file) return file.refusal
    const caption =
      kind === 'sticker' || kind === 'video_note' ? { text: '', entities: [] } : readText(call, 'caption', limits.captionLength)
    if ('refusal' in caption) return caption.refusal
    const notes = notesOf(call)
    return put(world, chat, call, shownMedia(kind, file, notes, shownText(caption.text, caption.entities)), {
      ...wireMedia(world, kind, file, notes),
      ...captionWire(caption),
    })
  }
}

const albumTypes: Record<string, FileKind> = { photo: 'photo', video: 'video', audio: 'audio', document: 'document' }

function sendAlbum(world: World, bot: Bot, chat: Chat, call: Call): Reply {
  const given = jsonOf(call, 'media')
  if (given === broken || !Array.isArray(given)) return badRequest("can't parse media JSON object")
  const items = given as Json[]
  if (items.length < limits.albumMin) return badRequest('there must be at least 2 messages in an album')
  if (items.length > limits.albumMax) return badRequest('too many messages to send as an album')
  const kinds = new Set(items.map(item => String(item.type)))
  const pictures = [...kinds].every(kind => kind === 'photo' || kind === 'video')
  if ([...kinds].some(kind => !albumTypes[kind]) || (kinds.size > 1 && !pictures))
    return badRequest("can't use the media of the specified type in the album")
  if (call.values.reply_markup !== undefined) return badRequest("can't use reply markup in an album")
  const ready: { content: Content; wire: Json }[] = []
  for (const [index, item] of items.entries()) {
    const kind = albumTypes[String(item.type)]!
    const file = takeFile(world, call, kind, item.media, '')
    const itemCall = { values: item, files: [] }
    const caption = readText(itemCall, 'caption', limits.captionLength)
    const refusal = 'refusal' in file ? file.refusal : 'refusal' in caption ? caption.refusal : undefined
    if (refusal && !refusal.ok)
      return refusal.code === 413
        ? refusal
        : badRequest(`failed to send message #${index + 1} with the error message "${refusal.description.replace('Bad Request: ', '')}"`)
    if ('refusal' in file || 'refusal' in caption) continue
    const notes = notesOf(itemCall)
    const content = shownMedia(kind, file, notes, shownText(caption.text, caption.entities))
    ready.push({ content, wire: { ...wireMedia(world, kind, file, notes), ...captionWire(caption) } })
  }
  const groupId = randomDigits(world.environment.random, 17)
  const replyTo = repliedTo(chat, call)
  if (typeof replyTo === 'object') return replyTo
  const sent = ready.map(({ content, wire }) =>
    addMessage(world, chat, {
      from: 'business',
      wire,
      body: { content },
      groupId,
      ...(replyTo ? { replyTo } : {}),
      ...threadOf(chat, replyTo),
    }),
  )
  void bot
  return ok(sent.map(message => wireMessage(world, chat, message)))
}

function put(world: World, chat: Chat, call: Call, content: Content, wire: Json): Reply {
  const markup = readMarkup(call)
  if ('refusal' in markup) return markup.refusal
  // "Not supported for messages sent on behalf of a business account"; the words of the refusal are assumed.
  if (chat.connection !== undefined && (markup.keys || markup.remove)) return badRequest('REPLY_MARKUP_INVALID')
  const replyTo = repliedTo(chat, call)
  if (typeof replyTo === 'object') return replyTo
  const keyboard = shownKeyboard(markup.inline)
  const body: MessageBody = keyboard ? { content, keyboard } : { content }
  const message: Omit<StoredMessage, 'id' | 'at' | 'reactions'> = {
    from: 'business',
    wire: { ...wire, ...(markup.inline ? { reply_markup: { inline_keyboard: markup.inline } } : {}) },
    body,
    ...(replyTo === undefined ? {} : { replyTo }),
    ...threadOf(chat, replyTo),
  }
  applyKeys(chat, markup)
  return ok(wireMessage(world, chat, addMessage(world, chat, message)))
}

/** In a group an answer belongs to the thread of what it answers. */
function threadOf(chat: Chat, replyTo: number | undefined): { threadId?: number } {
  if (chat.group?.kind !== 'supergroup' || replyTo === undefined) return {}
  return { threadId: chat.messages.find(message => message.id === replyTo)?.threadId ?? replyTo }
}

function applyKeys(chat: Chat, markup: Markup): void {
  if (markup.remove) delete chat.keyboard
  if (markup.keys) {
    chat.keyboard = markup.keys
    chat.oneTime = markup.oneTime === true
  }
}

/** The message that is replied to; a refusal where it is gone and must not be. */
function repliedTo(chat: Chat, call: Call): number | undefined | Reply {
  const given = jsonOf(call, 'reply_parameters')
  if (given === undefined) return undefined
  if (given === broken || typeof given !== 'object' || given === null) return badRequest("can't parse reply parameters JSON object")
  const { message_id: id, allow_sending_without_reply: loose } = given as { message_id?: number; allow_sending_without_reply?: boolean }
  if (chat.messages.some(message => message.id === id && !message.deleted)) return id
  return loose || chat.connection !== undefined ? undefined : badRequest('message to be replied not found')
}

function placeOf(call: Call): { latitude: number; longitude: number } | undefined {
  const latitude = numberOf(call, 'latitude')
  const longitude = numberOf(call, 'longitude')
  return latitude === undefined || longitude === undefined || Math.abs(latitude) > 90 || Math.abs(longitude) > 180
    ? undefined
    : { latitude, longitude }
}

function notesOf(call: Call): MediaNotes {
  const notes: MediaNotes = {}
  const seconds = numberOf(call, 'duration')
  const width = numberOf(call, 'width') ?? numberOf(call, 'length')
  const height = numberOf(call, 'height')
  const title = textOf(call, 'title')
  const performer = textOf(call, 'performer')
  const emoji = textOf(call, 'emoji')
  return {
    ...notes,
    ...(seconds === undefined ? {} : { durationSeconds: seconds }),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(title ? { title } : {}),
    ...(performer ? { performer } : {}),
    ...(emoji ? { emoji } : {}),
  }
}

function captionWire({ text, entities }: { text: string; entities: Json[] }): Json {
  if (text === '') return {}
  return { caption: text, ...(entities.length > 0 ? { caption_entities: entities } : {}) }
}
