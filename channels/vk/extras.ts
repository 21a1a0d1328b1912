/**
 * What a community can do beside sending: look at itself and at people, poll, type, mark read, change, take back, react, answer presses, and in
 * public take comments away and answer their authors in private.
 * Always holds: pure pairs of request and meaning; only the private answer makes a message.
 */
import { arrayAt, compact, idAt, objectAt, textAt } from '@dragoman/channel-kit'
import type { AccountView, ChannelExtras, Exchange, Failure, HttpRequest, MediaStep, Result } from '@dragoman/core'
import { groupIdOf } from './config.ts'
import { readAnswer } from './failures.ts'
import { addressOf } from './frame.ts'
import { messageKey, peerIdOf, readCommentKey, readMessageKey, userIdOf } from './ids.ts'
import { keyboardOf } from './keyboard.ts'
import { poll } from './long-poll.ts'
import { reactionIdOf } from './reactions.ts'
import { contentOf, frameOf, isFailure, readSent } from './send.ts'
import { call, foreignAddress } from './wire.ts'

const unreadable: Failure = { kind: 'retryable', code: 'unreadable', detail: 'The answer has not the documented shape' }
/** A line at the bottom of the screen takes no more. */
const longestNote = 90

/** For methods that only say `1`. `forgive`: codes that mean "it is so already". */
function command<Input>(
  request: (input: Input, account: AccountView) => HttpRequest,
  forgive: readonly number[] = [],
): Exchange<Input, void> {
  return {
    request,
    outcome(transmission): Result<void> {
      const answer = readAnswer(transmission, { commits: false })
      if (answer.ok || (answer.code !== undefined && forgive.includes(answer.code))) return { ok: true, value: undefined }
      return { ok: false, failure: answer.failure }
    },
  }
}

function exchange<Input, Value>(
  request: (input: Input, account: AccountView) => HttpRequest,
  read: (response: unknown, account: AccountView) => Value | undefined,
): Exchange<Input, Value> {
  return {
    request,
    outcome(transmission, _, account) {
      const answer = readAnswer(transmission, { commits: false })
      if (!answer.ok) return { ok: false, failure: answer.failure }
      const value = read(answer.response, account)
      return value === undefined ? { ok: false, failure: unreadable } : { ok: true, value }
    },
  }
}

/** The message's peer and number; 0 where it is none, which VK refuses. */
function placeOf(externalId: string): { peer_id: number; cmid: number } {
  const key = readMessageKey(externalId)
  return { peer_id: key?.peerId ?? 0, cmid: key?.number ?? 0 }
}

export const extras: ChannelExtras = {
  health: exchange(
    (_, account) => call(account, 'groups.getById', {}),
    (response, account) => {
      const group = objectAt(arrayAt(response, 'groups')[0]) ?? objectAt(arrayAt(response)[0])
      const externalId = idAt(group, 'id')
      if (externalId === undefined) return undefined
      const typed = account.config.groupId
      const warnings =
        typed === undefined || typed === externalId
          ? undefined
          : [
              {
                en: `The key belongs to community ${externalId}, not to ${typed}.`,
                ru: `Ключ принадлежит сообществу ${externalId}, а не ${typed}.`,
              },
            ]
      return compact({ externalId, name: textAt(group, 'name') ?? externalId, username: textAt(group, 'screen_name'), warnings })
    },
  ),

  poll,

  media: { next: nextMediaStep },

  profile: exchange(
    ({ to }, account) => call(account, 'users.get', { user_ids: userIdOf(to) ?? peerIdOf(to), fields: 'photo_200' }),
    response => {
      const user = arrayAt(response)[0]
      const id = idAt(user, 'id')
      if (id === undefined) return undefined
      const avatar = textAt(user, 'photo_200')
      return compact({
        externalIds: [`user:${id}`],
        name: [textAt(user, 'first_name'), textAt(user, 'last_name')].filter(Boolean).join(' ') || undefined,
        // The short name may change; this address stays, and events know no other.
        username: addressOf(id),
        avatar: avatar === undefined ? undefined : { url: avatar },
      })
    },
  ),

  typing: command(({ to }, account) => call(account, 'messages.setActivity', { peer_id: peerIdOf(to), type: 'typing' })),

  markRead: command(({ to, externalId }, account) =>
    call(account, 'messages.markAsRead', { peer_id: peerIdOf(to), up_to_cmid: readMessageKey(externalId)?.number ?? 0 }),
  ),

  edit: command(({ externalId, body }, account) => {
    // VK takes the files off a message that is changed without naming them again: only words are changed, the rest VK refuses as empty.
    const message = body.content.kind === 'text' ? body.content.text.text : ''
    const keyboard = keyboardOf(body.keyboard)
    return call(account, 'messages.edit', { ...placeOf(externalId), message, keyboard, keep_forward_messages: true, keep_snippets: true })
  }),

  remove: command(
    ({ to, externalId }, account) => {
      if (to.place) return deleteComment(externalId, account)
      const { peer_id, cmid } = placeOf(externalId)
      return call(account, 'messages.delete', { peer_id, cmids: cmid, delete_for_all: true })
    },
    [104],
  ),

  react: command(({ externalId, emoji }, account) =>
    emoji === null
      ? call(account, 'messages.deleteReaction', placeOf(externalId))
      : call(account, 'messages.sendReaction', { ...placeOf(externalId), reaction_id: reactionIdOf(emoji) }),
  ),

  acknowledge: command(({ token, text }, account) => {
    const [event_id, user_id, peer_id] = token.split('|')
    const note = text ? { type: 'show_snackbar', text: text.slice(0, longestNote) } : undefined
    return call(account, 'messages.sendMessageEventAnswer', {
      event_id,
      user_id: user_id ?? '0',
      peer_id: peer_id ?? '0',
      event_data: note,
    })
  }),

  removeComment: command(({ externalId }, account) => deleteComment(externalId, account), [211, 243]),

  answerPrivately: {
    request({ to, body, idempotencyKey }, account) {
      const frame = frameOf({ body, idempotencyKey }, Number(userIdOf(to) ?? 0))
      // Without files: there is no step before this one in which to bring them.
      const words = contentOf(body.content, [], account)
      return call(account, 'messages.send', { ...frame, ...(isFailure(words) ? {} : words) })
    },
    outcome(transmission, { to }) {
      const sent = readSent({ step: 'send', transmission })
      if (!sent.ok) return { ok: false, failure: sent.failure }
      const externalIds = [`user:${sent.peerId}`, ...to.externalIds.filter(id => id !== `user:${sent.peerId}`)]
      return { ok: true, value: { threadId: sent.peerId, externalIds, messageId: messageKey(sent.peerId, sent.number) } }
    },
  },
}

function deleteComment(externalId: string, account: AccountView): HttpRequest {
  const key = readCommentKey(externalId)
  return call(account, 'wall.deleteComment', { owner_id: key?.ownerId ?? `-${groupIdOf(account)}`, comment_id: key?.commentId ?? '0' })
}

/** Files lie open at addresses that are hard to guess; nothing of ours goes there. */
function nextMediaStep(ref: { id?: string; url?: string }): MediaStep {
  const url = foreignAddress(ref.url)
  if (url === undefined) {
    const detail = 'VK named no address of this file'
    return { kind: 'failed', failure: { kind: 'permanent', reason: 'media_unavailable', code: 'no_address', detail } }
  }
  return { kind: 'download', request: { via: 'http', method: 'GET', url, body: { type: 'none' }, timeoutMs: 60_000 } }
}
