/**
 * Public threads on Meta's platforms: an answer under a comment, hiding, taking away, and the one private message that a comment permits.
 * Always holds: an answer goes under the comment that is answered, else under the first one of the thread; what is written in public is plain text
 * with at most one picture by its address.
 */
import { compact, objectAt, textAt } from '@dragoman/channel-kit'
import type { AccountView, ChannelExtras, Exchange, MessageBody, OutboundPart, PublicPlace, SendStep, StepResult } from '@dragoman/core'
import { commitFailure, deleteRequest, idIn, messagesRequest, postRequest, resultOf } from './calls.ts'
import type { MessagingDialect } from './dialect.ts'
import { threadOf } from './identity.ts'
import { messageOf } from './message-request.ts'
import { wordsOf } from './plain-text.ts'
import type { Tools } from './send.ts'

/** The thread of a first comment, or of a place where somebody named the business. */
export function commentThreadOf(place: PublicPlace, firstId: string): string {
  return `${place.kind === 'mention' ? 'mention' : 'comments'}:${firstId}`
}

/** The first comment of a thread. */
export function firstCommentOf(threadId: string): string {
  return threadId.slice(threadId.indexOf(':') + 1)
}

/** The next step of posting a comment. */
export function nextCommentStep(
  dialect: MessagingDialect,
  part: OutboundPart,
  done: readonly StepResult[],
  account: AccountView,
): SendStep {
  const [answered] = done
  if (answered) {
    const failure = commitFailure(dialect, answered.transmission)
    const id = idIn(answered.transmission, 'id')
    if (failure) return { kind: 'outcome', outcome: { kind: 'failed', failure } }
    if (id) return { kind: 'outcome', outcome: { kind: 'sent', externalIds: [id] } }
    const detail = `${dialect.name} answered without the id of the comment`
    return { kind: 'outcome', outcome: { kind: 'failed', failure: { kind: 'uncertain', code: 'no_comment_id', detail } } }
  }
  const { content, keyboard } = part.body
  const first = firstCommentOf(part.to.threadId)
  const target = dialect.comments.underFirst ? first : (part.replyTo ?? first)
  const place = part.to.place
  if (keyboard || !place || (content.kind !== 'text' && content.kind !== 'image'))
    return refused('unsupported', 'A comment is a text, with a picture at most')
  if (content.kind === 'image' && !dialect.comments.takesPictures) return refused('unsupported', 'Comments take no pictures here')
  const picture = content.kind === 'image' ? pictureOf(content.media, part) : undefined
  if (content.kind === 'image' && !picture) return refused('media_unavailable', 'A picture in a comment needs a public address')
  const text = content.kind === 'text' ? wordsOf(content.text) : content.caption ? wordsOf(content.caption) : ''
  if (text.trim() === '' && !picture) return refused('invalid', 'The comment is empty')
  const url = dialect.url(account, dialect.comments.answerPath(target, place, account))
  const value = dialect.comments.answer(text, picture, target, place)
  return { kind: 'request', step: 'comment', commits: true, request: postRequest(url, value) }
}

function pictureOf(media: { ref: { from: string; fileId?: string; url?: string } }, part: OutboundPart): string | undefined {
  return media.ref.from === 'file' ? part.media[media.ref.fileId ?? '']?.url : media.ref.url
}

function refused(reason: 'unsupported' | 'invalid' | 'media_unavailable', detail: string): SendStep {
  return { kind: 'outcome', outcome: { kind: 'failed', failure: { kind: 'permanent', reason, code: reason, detail } } }
}

type CommentExtras = Required<Pick<ChannelExtras, 'hide' | 'removeComment' | 'answerPrivately'>>

/** What can be done with somebody's comment. */
export function commentExtras(dialect: MessagingDialect, tools: Tools): CommentExtras {
  const commentUrl = (account: AccountView, id: string) => dialect.url(account, encodeURIComponent(id))
  const answerPrivately: Exchange<
    Parameters<CommentExtras['answerPrivately']['request']>[0],
    { threadId: string; externalIds: string[]; messageId: string }
  > = {
    request: (input, account) =>
      messagesRequest(dialect, account, {
        recipient: dialect.comments.privateRecipient(input.externalId, input.to.place),
        message: privateMessage(input.body, tools),
      }),
    outcome: transmission => {
      const failure = commitFailure(dialect, transmission)
      if (failure) return { ok: false, failure }
      const body = transmission.kind === 'answered' ? objectAt(transmission.body) : undefined
      const personId = textAt(body, 'recipient_id')
      const messageId = textAt(body, 'message_id')
      if (personId && messageId) return { ok: true, value: { threadId: threadOf(personId), externalIds: [threadOf(personId)], messageId } }
      const detail = `${dialect.name} took the private answer and did not say to whom it went`
      return { ok: false, failure: { kind: 'uncertain', code: 'no_message_id', detail } }
    },
  }
  return {
    hide: {
      request: (input, account) => postRequest(commentUrl(account, input.externalId), dialect.comments.hide(input.hidden)),
      outcome: transmission => resultOf(dialect, transmission, () => undefined),
    },
    removeComment: {
      request: (input, account) => deleteRequest(commentUrl(account, input.externalId)),
      outcome: transmission => resultOf(dialect, transmission, () => undefined),
    },
    answerPrivately,
  }
}

/** The private message. Files are not uploaded on this way: only what has an address of its own can go along. */
function privateMessage(body: MessageBody, tools: Tools): Record<string, unknown> {
  const linkOf = (media: { ref: { from: string; url?: string } }) => (media.ref.from === 'file' ? undefined : media.ref.url)
  const made = messageOf(body, {
    ...tools,
    linkOf,
    pointerOf: media => {
      const url = linkOf(media)
      return url ? { url } : undefined
    },
  })
  return made.ok ? made.message : compact({ text: '' })
}
