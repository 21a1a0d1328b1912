/**
 * What a bot can do beside sending: look at itself, set its webhook, poll, fetch files and people, type, edit, remove, react, answer presses.
 * Always holds: pure pairs of request and meaning; none of these commits a message, so none is ever uncertain. https://core.telegram.org/bots/api
 */
import { booleanAt, compact, idAt, numberAt, stringAt, textAt } from '@dragoman/channel-kit'
import type {
  AccountView,
  ChannelExtras,
  Failure,
  HttpRequest,
  Localized,
  MediaStep,
  MessageBody,
  Recipient,
  Transmission,
} from '@dragoman/core'
import { entrance } from './entrance.ts'
import { command, exchange, unreadable } from './exchanges.ts'
import { deleteBusinessCall } from './extras-business.ts'
import { answerPrivately, publish, removeComment } from './extras-public.ts'
import { readAnswer } from './failures.ts'
import { wireEntities } from './format.ts'
import { chatIdOf, connectionOf, readMessageKey } from './ids.ts'
import { markupOf } from './keyboard.ts'
import { call, fileAddress, wantedUpdates } from './wire.ts'

/** The server itself holds a poll for 50 s at most. */
const longestPollSeconds = 50
/** Kept free for the answer's way back. */
const pollReserveMs = 10_000
/** A bot may fetch files up to 20 MB: https://core.telegram.org/bots/api#getfile */
const largestDownload = 20 * 1024 * 1024

export const extras: ChannelExtras = {
  health: exchange(
    (_, account) => call(account, 'getMe', {}),
    result => {
      const externalId = idAt(result, 'id')
      if (externalId === undefined) return undefined
      const notes = notesOf(result)
      return compact({ externalId, name: textAt(result, 'first_name') ?? externalId, username: textAt(result, 'username'), notes })
    },
  ),

  subscription: {
    inspect: exchange(
      (_, account) => call(account, 'getWebhookInfo', {}),
      (result, { ourUrl }) => {
        const url = stringAt(result, 'url')
        if (url === undefined) return undefined
        return compact({
          state: url === '' ? ('none' as const) : url === ourUrl ? ('ours' as const) : ('someone_else' as const),
          url: url || undefined,
          waiting: numberAt(result, 'pending_update_count'),
          lastError: textAt(result, 'last_error_message'),
        })
      },
    ),
    subscribe: command(({ url, secret }, account) =>
      call(account, 'setWebhook', { url, secret_token: secret || undefined, allowed_updates: wantedUpdates }),
    ),
    unsubscribe: command((_, account) => call(account, 'deleteWebhook', { drop_pending_updates: false })),
  },

  poll: {
    request({ cursor, waitMs }, account) {
      const seconds = Math.min(longestPollSeconds, Math.max(0, Math.floor((Number(waitMs) || 0) / 1000)))
      const offset = /^-?\d{1,15}$/.test(cursor) ? Number(cursor) : undefined
      const request = call(account, 'getUpdates', { offset, limit: 100, timeout: seconds, allowed_updates: wantedUpdates })
      return { ...request, timeoutMs: seconds * 1000 + pollReserveMs }
    },
    outcome(transmission, { cursor }) {
      const answer = readAnswer(transmission, { commits: false })
      if (!answer.ok) return { ok: false, failure: answer.failure }
      if (!Array.isArray(answer.result)) return { ok: false, failure: unreadable }
      const highest = answer.result.reduce<number>((most, update) => Math.max(most, numberAt(update, 'update_id') ?? 0), 0)
      return {
        ok: true,
        value: { bodies: answer.result.map(update => JSON.stringify(update)), cursor: highest > 0 ? String(highest + 1) : cursor },
      }
    },
  },

  media: { next: nextMediaStep },

  profile: exchange(
    ({ to }, account) => call(account, 'getChat', { chat_id: personIdOf(to) }),
    result => {
      const id = idAt(result, 'id')
      if (id === undefined) return undefined
      const avatar = textAt(result, 'photo', 'big_file_id')
      return compact({
        externalIds: [`user:${id}`],
        name: [textAt(result, 'first_name'), textAt(result, 'last_name')].filter(Boolean).join(' ') || undefined,
        username: textAt(result, 'username'),
        avatar: avatar === undefined ? undefined : { id: avatar },
      })
    },
  ),

  typing: command(({ to }, account) =>
    call(account, 'sendChatAction', { business_connection_id: connectionOf(to), chat_id: chatIdOf(to), action: 'typing' }),
  ),

  edit: command(({ externalId, body, previous }, account) => editCall(externalId, body, previous, account), /message is not modified/),

  remove: command(({ externalId }, account) => {
    const key = readMessageKey(externalId)
    if (key?.connection !== undefined) return deleteBusinessCall(account, key.connection, key.messageId)
    return call(account, 'deleteMessage', placeOf(externalId))
  }, /message to delete not found/),

  react: command(({ externalId, emoji }, account) =>
    call(account, 'setMessageReaction', { ...placeOf(externalId), reaction: emoji === null ? [] : [reactionOf(emoji)] }),
  ),

  acknowledge: command(({ token, text }, account) =>
    call(account, 'answerCallbackQuery', { callback_query_id: token, text: text || undefined }),
  ),

  entrance,
  removeComment,
  answerPrivately,
  publish,
}

/** Two switches at BotFather decide what comes in beside the bot's own chats. */
function notesOf(bot: unknown): Localized[] {
  const hasBusiness = booleanAt(bot, 'can_connect_to_business') === true
  const hearsAll = booleanAt(bot, 'can_read_all_group_messages') === true
  return [
    hasBusiness
      ? { en: 'People may connect the bot to their own accounts.', ru: 'Люди могут подключать бота к своим аккаунтам.' }
      : {
          en: 'Business Mode is off: nobody can connect the bot to an own account.',
          ru: 'Business Mode выключен: подключить бота к личному аккаунту нельзя.',
        },
    hearsAll
      ? { en: 'Privacy mode is off: the bot hears everything in its groups.', ru: 'Privacy mode выключен: бот слышит всё в своих группах.' }
      : {
          en: 'Privacy mode is on: in groups where it is no administrator, the bot hears only what is said to it.',
          ru: 'Privacy mode включён: в группах, где бот не администратор, он слышит только обращения к себе.',
        },
  ]
}

/** In public the thread is the group's: the author is asked for by his own number. */
function personIdOf(to: Recipient): number | string {
  const person = to.place ? to.externalIds.find(id => id.startsWith('user:'))?.slice('user:'.length) : undefined
  return person !== undefined && /^\d{1,16}$/.test(person) ? Number(person) : chatIdOf(to)
}

/** Text, caption or only the buttons: whichever of them a message has. A medium itself stays. */
function editCall(externalId: string, body: MessageBody, previous: MessageBody, account: AccountView): HttpRequest {
  const { content } = body
  const place = placeOf(externalId)
  const reply_markup = markupOf(body.keyboard)
  if (content.kind === 'text') {
    const entities = wireEntities(content.text)
    return call(account, 'editMessageText', {
      ...place,
      text: content.text.text,
      entities: entities.length > 0 ? entities : undefined,
      reply_markup,
    })
  }
  const captioned = content.kind === 'album' ? content.items?.[0] : content
  const caption = captioned && 'caption' in captioned ? captioned.caption : undefined
  const hadCaption = 'caption' in previous.content && previous.content.caption !== undefined
  if (caption || hadCaption) {
    const entities = caption ? wireEntities(caption) : []
    return call(account, 'editMessageCaption', {
      ...place,
      caption: caption?.text ?? '',
      caption_entities: entities.length > 0 ? entities : undefined,
      reply_markup,
    })
  }
  return call(account, 'editMessageReplyMarkup', { ...place, reply_markup })
}

function placeOf(externalId: string): { business_connection_id?: string; chat_id: number | undefined; message_id: number | undefined } {
  const key = readMessageKey(externalId)
  const place = { chat_id: key?.chatId, message_id: key?.messageId }
  return key?.connection === undefined ? place : { business_connection_id: key.connection, ...place }
}

function reactionOf(emoji: string): Record<string, string> {
  return emoji.startsWith('custom:') ? { type: 'custom_emoji', custom_emoji_id: emoji.slice(7) } : { type: 'emoji', emoji }
}

/** First the file's address, which is good for an hour, then the file. */
function nextMediaStep(ref: { id?: string; url?: string }, done: readonly Transmission[], account: AccountView): MediaStep {
  const failed = (failure: Failure): MediaStep => ({ kind: 'failed', failure })
  if (!ref.id)
    return failed({ kind: 'permanent', reason: 'media_unavailable', code: 'no_file_id', detail: 'Telegram files are known by id' })
  const last = done.at(-1)
  if (!last) return { kind: 'request', request: call(account, 'getFile', { file_id: ref.id }) }
  const answer = readAnswer(last, { commits: false })
  if (!answer.ok) return failed(answer.failure)
  const sizeBytes = numberAt(answer.result, 'file_size')
  const path = textAt(answer.result, 'file_path')
  if (sizeBytes !== undefined && sizeBytes > largestDownload) {
    return failed({ kind: 'permanent', reason: 'too_large', code: '400', detail: 'Bad Request: file is too big' })
  }
  if (path === undefined)
    return failed({ kind: 'permanent', reason: 'media_unavailable', code: 'no_file_path', detail: 'Telegram named no path for the file' })
  // A server of one's own may answer with a place on its disk, which is no address.
  if (path.startsWith('/') || path.split('/').includes('..')) {
    return failed({ kind: 'permanent', reason: 'media_unavailable', code: 'local_path', detail: 'The server answered with a local path' })
  }
  const request: HttpRequest = { via: 'http', method: 'GET', url: fileAddress(account, path), body: { type: 'none' }, timeoutMs: 60_000 }
  return compact({ kind: 'download' as const, request, sizeBytes, name: path.split('/').at(-1) || undefined })
}
