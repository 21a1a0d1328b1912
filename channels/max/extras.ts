/**
 * What a bot can do beside sending: look at itself, subscribe, poll, fetch files and people, type, edit, remove, answer presses.
 * Always holds: pure pairs of request and meaning; none of these commits a message, so none is ever uncertain. https://dev.max.ru/docs-api
 */
import { compact, idAt, objectAt, textAt } from '@dragoman/channel-kit'
import type {
  AccountView,
  ChannelExtras,
  Exchange,
  Failure,
  HttpRequest,
  MediaStep,
  MessageBody,
  Result,
  Transmission,
} from '@dragoman/core'
import { readAnswer } from './failures.ts'
import { formatText, isHtml } from './format.ts'
import { chatIn } from './ids.ts'
import { keyboardOf } from './keyboard.ts'
import { call, wantedUpdates } from './wire.ts'

/** The server itself holds a poll for 90 s at most. */
const longestPollSeconds = 90
/** Kept free for the answer's way back. */
const pollReserveMs = 10_000

const unreadable: Failure = { kind: 'retryable', code: 'unreadable', detail: 'The answer has not the documented shape' }

function exchange<Input, Value>(
  request: (input: Input, account: AccountView) => HttpRequest,
  read: (body: unknown, input: Input) => Value | undefined,
): Exchange<Input, Value> {
  return {
    request,
    outcome(transmission, input): Result<Value> {
      const answer = readAnswer(transmission, { commits: false })
      if (!answer.ok) return answer
      const value = read(answer.body, input)
      return value === undefined ? { ok: false, failure: unreadable } : { ok: true, value }
    },
  }
}

/** For calls that only say whether they were done. */
function command<Input>(
  request: (input: Input, account: AccountView) => HttpRequest,
  about: 'chat' | 'message' = 'chat',
  forgives: (failure: Failure, input: Input) => boolean = () => false,
): Exchange<Input, void> {
  return {
    request,
    outcome(transmission, input): Result<void> {
      const answer = readAnswer(transmission, { commits: false }, about)
      if (answer.ok || forgives(answer.failure, input)) return { ok: true, value: undefined }
      return answer
    },
  }
}

export const extras: ChannelExtras = {
  health: exchange(
    (_, account) => call(account, 'GET', 'me'),
    body => {
      const externalId = idAt(body, 'user_id')
      if (externalId === undefined) return undefined
      return compact({
        externalId,
        name: textAt(body, 'first_name') ?? textAt(body, 'name') ?? externalId,
        username: textAt(body, 'username'),
      })
    },
  ),

  subscription: {
    inspect: exchange(
      (_, account) => call(account, 'GET', 'subscriptions'),
      (body, { ourUrl }) => {
        const list = objectAt(body)?.subscriptions
        if (!Array.isArray(list)) return undefined
        const urls = list.flatMap(entry => textAt(entry, 'url') ?? [])
        // Several may stand side by side, and each gets everything.
        const other = urls.find(url => url !== ourUrl)
        const state = urls.length === 0 ? ('none' as const) : other === undefined ? ('ours' as const) : ('someone_else' as const)
        return compact({ state, url: other ?? urls[0] })
      },
    ),
    subscribe: command(({ url, secret }, account) =>
      call(account, 'POST', 'subscriptions', compact({ url, update_types: wantedUpdates, secret: secret || undefined })),
    ),
    // Which one ends must be said; one that is not there is as good as ended.
    unsubscribe: command(
      (input, account) => call(account, 'DELETE', `subscriptions?url=${encodeURIComponent(input?.url ?? '')}`),
      'chat',
      (failure, input) => input !== undefined && failure.kind === 'permanent' && failure.reason === 'recipient_unknown',
    ),
  },

  poll: {
    request({ cursor, waitMs }, account) {
      const seconds = Math.min(longestPollSeconds, Math.max(0, Math.floor((Number(waitMs) || 0) / 1000)))
      const marker = /^-?\d{1,19}$/.test(cursor) ? `&marker=${cursor}` : ''
      const request = call(account, 'GET', `updates?limit=100&timeout=${seconds}${marker}&types=${wantedUpdates.join(',')}`)
      return { ...request, timeoutMs: seconds * 1000 + pollReserveMs }
    },
    outcome(transmission, { cursor }) {
      const answer = readAnswer(transmission, { commits: false })
      if (!answer.ok) return answer
      const updates = objectAt(answer.body)?.updates
      if (!Array.isArray(updates)) return { ok: false, failure: unreadable }
      return { ok: true, value: { bodies: updates.map(update => JSON.stringify(update)), cursor: idAt(answer.body, 'marker') ?? cursor } }
    },
  },

  media: { next: nextMediaStep },

  /** The dialog tells who is at its other end. */
  profile: exchange(
    ({ to }, account) => call(account, 'GET', `chats/${chatIn(to)}`),
    body => {
      const person = objectAt(body, 'dialog_with_user')
      const userId = idAt(person, 'user_id')
      if (!person || userId === undefined) return undefined
      const avatar = textAt(person, 'full_avatar_url') ?? textAt(person, 'avatar_url')
      return compact({
        externalIds: [`user:${userId}`],
        name: [textAt(person, 'first_name'), textAt(person, 'last_name')].filter(Boolean).join(' ') || textAt(person, 'name'),
        username: textAt(person, 'username'),
        avatar: avatar === undefined ? undefined : { url: avatar },
      })
    },
  ),

  typing: command(({ to }, account) => call(account, 'POST', `chats/${chatIn(to)}/actions`, { action: 'typing_on' })),

  edit: command(
    ({ externalId, body, previous }, account) =>
      call(account, 'PUT', `messages?message_id=${encodeURIComponent(externalId)}`, editOf(body, previous)),
    'message',
  ),

  remove: command(({ externalId }, account) => call(account, 'DELETE', `messages?message_id=${encodeURIComponent(externalId)}`), 'message'),

  /** Without words there is nothing to tell: what MAX says to that is no matter. */
  acknowledge: command(
    ({ token, text }, account) =>
      call(account, 'POST', `answers?callback_id=${encodeURIComponent(token || '-')}`, text ? { notification: text } : {}),
    'message',
    (failure, { text }) => !text && failure.kind === 'permanent' && failure.reason === 'invalid',
  ),
}

/** The words change; files stay (null), and the keyboard too unless the message is words only. */
function editOf({ content, keyboard }: MessageBody, previous: MessageBody): Record<string, unknown> {
  const captioned = content.kind === 'album' ? content.items?.[0] : content
  const words = content.kind === 'text' ? content.text : captioned && 'caption' in captioned ? captioned.caption : undefined
  const markup = keyboardOf(keyboard)
  const attachments = content.kind !== 'text' ? null : markup ? [markup] : previous.keyboard ? [] : null
  return compact({
    text: words ? formatText(words).body : null,
    attachments,
    link: null,
    format: words && isHtml(words) ? 'html' : undefined,
  })
}

const sizes = ['mp4_1080', 'mp4_720', 'mp4_480', 'mp4_360', 'mp4_240', 'mp4_144'] as const

/** A video's addresses are asked for by its token; all else has its address in the message. */
function nextMediaStep(ref: { id?: string; url?: string }, done: readonly Transmission[], account: AccountView): MediaStep {
  const token = /^video:([A-Za-z0-9_-]+)$/.exec(ref.id ?? '')?.[1]
  if (token === undefined) return downloadOf(ref.url)
  const last = done.at(-1)
  if (!last) return { kind: 'request', request: call(account, 'GET', `videos/${token}`) }
  const answer = readAnswer(last, { commits: false }, 'message')
  if (!answer.ok) return { kind: 'failed', failure: answer.failure }
  const urls = objectAt(answer.body, 'urls')
  return downloadOf(sizes.map(size => textAt(urls, size)).find(url => url !== undefined) ?? ref.url)
}

function downloadOf(url: string | undefined): MediaStep {
  if (url === undefined || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    const detail = 'The message names no address of the file'
    return { kind: 'failed', failure: { kind: 'permanent', reason: 'media_unavailable', code: 'no_address', detail } }
  }
  const request: HttpRequest = {
    via: 'http',
    method: 'GET',
    url: url.replace(/[{}]/g, encodeURIComponent),
    body: { type: 'none' },
    timeoutMs: 60_000,
  }
  return { kind: 'download', request }
}
