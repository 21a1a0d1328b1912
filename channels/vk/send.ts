/**
 * Sending one part: uploads first, three steps for each file, then one `messages.send` that commits; in public one `wall.createComment`.
 * Always holds: pure and total; `random_id` is made of the idempotency key, and VK sends a message with the same number only once, so that an
 * uncertain send may be repeated; our own reference goes along in `payload` and comes back with the echo.
 * https://dev.vk.com/ru/method/messages.send
 */
import { arrayAt, compact, idAt, numericAt, objectAt, sha256Hex } from '@dragoman/channel-kit'
import type { AccountView, Card, Content, Failure, LearnedHandle, Media, OutboundPart, SendStep, StepResult } from '@dragoman/core'
import { groupIdOf } from './config.ts'
import { itemFailure, readAnswer } from './failures.ts'
import { commentKey, messageKey, peerIdOf, readCommentKey, readMessageKey, readPostId } from './ids.ts'
import { keyboardOf, wireButton } from './keyboard.ts'
import { uploadStep, type WireKind } from './upload.ts'
import { call } from './wire.ts'

export function next(part: OutboundPart, done: readonly StepResult[], account: AccountView, _now: number): SendStep {
  try {
    return part.to.place ? nextComment(part, done, account) : nextMessage(part, done, account)
  } catch (error) {
    return failed({
      kind: 'permanent',
      reason: 'invalid',
      code: 'malformed_part',
      detail: error instanceof Error ? error.message : 'malformed part',
    })
  }
}

function nextMessage(part: OutboundPart, done: readonly StepResult[], account: AccountView): SendStep {
  const peerId = peerIdOf(part.to)
  const { content } = part.body
  const wanted = filesOf(content)
  if (!Array.isArray(wanted)) return failed(wanted)
  const attachments: string[] = []
  const learned: LearnedHandle[] = []
  for (const [index, { media, wire }] of wanted.entries()) {
    const step = uploadStep(media, wire, index + 1, { sources: part.media, peerId, account, done })
    if (step.kind === 'failed') return failed(step.failure, learned)
    if (step.kind === 'step') return { kind: 'request', step: step.step, commits: false, request: step.request }
    attachments.push(step.attachment)
    if (step.learned) learned.push(step.learned)
  }
  const words = contentOf(content, attachments, account)
  if (isFailure(words)) return failed(words, learned)
  const parameters = { ...frameOf(part, peerId), ...words }
  const result = done.findLast(earlier => earlier.step === 'send')
  if (!result) return { kind: 'request', step: 'send', commits: true, request: call(account, 'messages.send', parameters) }
  const sent = readSent(result)
  if (!sent.ok) return failed(sent.failure, learned)
  const key = messageKey(sent.peerId, sent.number)
  // Each picture of an album is a message of its own here.
  const count = content.kind === 'album' ? Math.max(1, content.items.length) : 1
  const externalIds = Array.from({ length: count }, (_, index) => (index === 0 ? key : `${key}~${index + 1}`))
  return { kind: 'outcome', outcome: { kind: 'sent', externalIds }, ...(learned.length > 0 ? { learned } : {}) }
}

type Sent = { ok: true; peerId: string; number: string } | { ok: false; failure: Failure }

/** One recipient in a list of one: the only form in which VK names the message by both of its numbers. */
export function readSent(result: StepResult): Sent {
  const answer = readAnswer(result.transmission, { commits: true })
  if (!answer.ok) return answer
  const [item] = arrayAt(answer.response)
  const refused = itemFailure(item, { commits: true })
  if (refused) return { ok: false, failure: refused }
  const peerId = idAt(item, 'peer_id')
  const number = idAt(item, 'conversation_message_id')
  if (peerId === undefined || number === undefined || number === '0')
    return { ok: false, failure: { kind: 'uncertain', code: 'no_message_id', detail: 'VK took the message but did not name it' } }
  return { ok: true, peerId, number }
}

/** Whom, in answer to what, with which keys, and what makes a repeat a repeat. */
export function frameOf(
  part: Pick<OutboundPart, 'body' | 'replyTo' | 'idempotencyKey'> & { ref?: string },
  peerId: number,
): Record<string, unknown> {
  const replied = part.replyTo === undefined ? undefined : readMessageKey(part.replyTo)
  return compact({
    peer_ids: String(peerId),
    random_id: randomIdOf(part.idempotencyKey),
    forward: replied ? { peer_id: replied.peerId, conversation_message_ids: [replied.number], is_reply: true } : undefined,
    keyboard: keyboardOf(part.body.keyboard),
    payload: part.ref === undefined ? undefined : { ref: part.ref },
    disable_mentions: true,
  })
}

/** Never 0, which VK takes for "send it in any case"; 31 bits. */
export function randomIdOf(key: string): number {
  return Number.parseInt(sha256Hex(key).slice(0, 8), 16) & 0x7fffffff || 1
}

/** The files that have to be there before the message can be sent. */
function filesOf(content: Content): { media: Media | undefined; wire: WireKind }[] | Failure {
  switch (content.kind) {
    case 'image':
      return [{ media: content.media, wire: 'photo' }]
    case 'file':
      return [{ media: content.media, wire: 'doc' }]
    case 'voice':
      return [{ media: content.media, wire: 'audio_message' }]
    case 'album':
      return content.items.map(item => ({ media: item.media, wire: item.kind === 'image' ? 'photo' : 'doc' }))
    case 'carousel':
      return content.cards.flatMap(card => (card.media ? [{ media: card.media, wire: 'photo' as const }] : []))
    case 'text':
    case 'location':
    case 'product':
      return []
    default:
      return {
        kind: 'permanent',
        reason: 'unsupported',
        code: 'content_not_supported',
        detail: `VK has no message of the kind ${content.kind}`,
      }
  }
}

/** What the message says, as parameters; or why that cannot be said. */
export function contentOf(content: Content, attachments: readonly string[], account: AccountView): Record<string, unknown> | Failure {
  const attachment = attachments.length > 0 ? attachments.join(',') : undefined
  switch (content.kind) {
    case 'text':
      return { message: content.text.text }
    case 'location': {
      const words = [content.name, content.address].filter(Boolean).join('\n')
      return compact({ lat: content.latitude, long: content.longitude, message: words || undefined })
    }
    case 'product':
      return productOf(content, account)
    case 'carousel': {
      const pictures = [...attachments]
      const elements = content.cards.map(card => elementOf(card, card.media ? pictures.shift() : undefined))
      // VK shows no carousel without words above it.
      return { message: content.text?.text || '⬇', template: { type: 'carousel', elements } }
    }
    case 'album': {
      const words = content.items.map(item => item.caption?.text).filter(Boolean)
      return compact({ attachment, message: words.join('\n') || undefined })
    }
    default: {
      const caption = 'caption' in content ? content.caption?.text : undefined
      return compact({ attachment, message: caption || undefined })
    }
  }
}

export function isFailure(value: Record<string, unknown> | Failure): value is Failure {
  return Object.hasOwn(value, 'kind')
}

function elementOf(card: Card, picture: string | undefined): Record<string, unknown> {
  return compact({
    title: card.title,
    description: [card.text, card.price && priceText(card.price)].filter(Boolean).join(' · ') || undefined,
    // Without `photo` in front, and without the key behind.
    photo_id: picture
      ?.replace(/^photo/, '')
      .split('_')
      .slice(0, 2)
      .join('_'),
    buttons: card.buttons?.length ? card.buttons.flatMap(button => wireButton(button, true)) : undefined,
    action: picture === undefined ? undefined : { type: 'open_photo' },
  })
}

function priceText(price: { amountMinor: number; currency: string }): string {
  return `${price.amountMinor / 100} ${price.currency}`
}

/** A product of the community's own shop, or of the one that the catalogue's number names. */
function productOf(content: Extract<Content, { kind: 'product' }>, account: AccountView): Record<string, unknown> | Failure {
  const ownerId = /^-?\d{1,15}$/.test(content.catalogId ?? '') ? content.catalogId : `-${groupIdOf(account)}`
  if (!/^\d{1,15}$/.test(content.productId))
    return { kind: 'permanent', reason: 'invalid', code: 'product_id', detail: 'Products of VK are known by a number' }
  return compact({ attachment: `market${ownerId}_${content.productId}`, message: content.text?.text || undefined })
}

function nextComment(part: OutboundPart, done: readonly StepResult[], account: AccountView): SendStep {
  const { content, keyboard } = part.body
  const post = readPostId(part.to.place?.postId ?? '')
  if (!post) return failed({ kind: 'permanent', reason: 'invalid', code: 'post_id', detail: 'The post is not known' })
  if (content.kind !== 'text' || keyboard)
    return failed({ kind: 'permanent', reason: 'unsupported', code: 'content_not_supported', detail: 'A comment is a text' })
  if (content.text.text.trim() === '')
    return failed({ kind: 'permanent', reason: 'invalid', code: 'empty', detail: 'The comment is empty' })
  const result = done.findLast(earlier => earlier.step === 'comment')
  if (!result) {
    const first = /^comments:-?\d+_\d+:(\d+)$/.exec(part.to.threadId)?.[1]
    const replied = part.replyTo === undefined ? undefined : readCommentKey(part.replyTo)?.commentId
    const parameters = compact({
      owner_id: post.ownerId,
      post_id: post.postNumber,
      from_group: groupIdOf(account),
      message: content.text.text,
      reply_to_comment: replied ?? first,
      guid: part.idempotencyKey,
    })
    return { kind: 'request', step: 'comment', commits: true, request: call(account, 'wall.createComment', parameters) }
  }
  const answer = readAnswer(result.transmission, { commits: true })
  if (!answer.ok) return failed(answer.failure)
  const id = numericAt(objectAt(answer.response), 'comment_id')
  if (id === undefined) return failed({ kind: 'uncertain', code: 'no_comment_id', detail: 'VK took the comment but did not name it' })
  return { kind: 'outcome', outcome: { kind: 'sent', externalIds: [commentKey(post.ownerId, String(id))] } }
}

function failed(failure: Failure, learned: LearnedHandle[] = []): SendStep {
  return { kind: 'outcome', outcome: { kind: 'failed', failure }, ...(learned.length > 0 ? { learned } : {}) }
}
