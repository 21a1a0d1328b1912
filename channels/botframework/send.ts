/**
 * Sending one part: one activity that commits; before it a new conversation, where only the person is known (proactive).
 * Always holds: pure and total; files and pictures go by address, because the Connector takes no bytes in Teams; nothing goes to Skype any more.
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-send-and-receive-messages
 */
import { compact, textAt } from '@dragoman/channel-kit'
import type { AccountView, Content, Failure, Keyboard, Media, OutboundPart, RichText, SendStep, StepResult } from '@dragoman/core'
import { type CardWords, cardAttachment, cardWords } from './cards.ts'
import { originOf, origins, skypeRetiredOn } from './config.ts'
import { readAnswer } from './failures.ts'
import { markup } from './format.ts'
import { messageKey, readMessageKey, readThread, threadKey, userIdOf } from './ids.ts'
import { botIdOf, call, frameOf, type WireActivity, type WireAttachment } from './wire.ts'

export function next(part: OutboundPart, done: readonly StepResult[], account: AccountView, now: number): SendStep {
  try {
    return nextStep(part, done, account, now)
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'malformed part'
    return failed({ kind: 'permanent', reason: 'invalid', code: 'malformed_part', detail })
  }
}

function nextStep(part: OutboundPart, done: readonly StepResult[], account: AccountView, now: number): SendStep {
  const { channelId } = readThread(part.to.threadId)
  // A simulator may still speak it.
  if (channelId === 'skype' && originOf(account, 'service') === origins.service && now >= Date.parse(skypeRetiredOn))
    return failed({ kind: 'permanent', reason: 'unsupported', code: 'channel_retired', detail: `Skype was closed on ${skypeRetiredOn}` })
  const opened = openConversation(part, done, account)
  if ('kind' in opened) return opened
  const to = { ...part.to, threadId: opened.threadId }
  const activity = activityOf({ ...part, to }, account)
  if ('kind' in activity) return failed(activity)
  const result = done.findLast(earlier => earlier.step === 'send')
  const { conversationId } = readThread(to.threadId)
  if (!result)
    return {
      kind: 'request',
      step: 'send',
      commits: true,
      request: call(account, to, 'POST', ['conversations', conversationId, 'activities'], activity),
    }
  const answer = readAnswer(result.transmission, { commits: true })
  if (!answer.ok) return failed(answer.failure)
  const id = textAt(answer.body, 'id')
  // 202 may come without an id: taken on, to be made in a while. A reference of our own stands in for it.
  if (id === undefined && answer.status !== 202)
    return failed({ kind: 'uncertain', code: 'no_activity_id', detail: 'The Connector took the message but did not name it' })
  return {
    kind: 'outcome',
    outcome: compact({
      kind: 'sent' as const,
      externalIds: [messageKey(to.threadId, id ?? `unnamed:${part.ref}`)],
      at: timeOf(id),
    }),
  }
}

/** Teams makes activity ids of the time in ms; others do not. */
export function timeOf(activityId: string | undefined): number | undefined {
  return activityId !== undefined && /^1\d{12}$/.test(activityId) ? Number(activityId) : undefined
}

/** The conversation to write into: the one that is known, or a new one with a person of whom only the id is. */
function openConversation(part: OutboundPart, done: readonly StepResult[], account: AccountView): { threadId: string } | SendStep {
  const { channelId, conversationId } = readThread(part.to.threadId)
  if (conversationId !== '') return { threadId: part.to.threadId }
  const userId = userIdOf(part.to)
  if (userId === undefined)
    return failed({
      kind: 'permanent',
      reason: 'recipient_unknown',
      code: 'no_conversation',
      detail: 'Neither a conversation nor a person is named',
    })
  const result = done.findLast(earlier => earlier.step === 'conversation')
  if (!result) {
    const { tenantId } = account.config
    const value = {
      isGroup: false,
      bot: { id: botIdOf(account) },
      members: [{ id: userId }],
      ...(tenantId ? { tenantId, channelData: { tenant: { id: tenantId } } } : {}),
    }
    return { kind: 'request', step: 'conversation', commits: false, request: call(account, part.to, 'POST', ['conversations'], value) }
  }
  const answer = readAnswer(result.transmission, { commits: false })
  if (!answer.ok) return failed(answer.failure)
  const id = textAt(answer.body, 'id')
  if (id === undefined) return failed({ kind: 'retryable', code: 'no_conversation_id', detail: 'The Connector named no conversation' })
  return { threadId: threadKey(channelId, id) }
}

/** The activity that says what the part says. */
export function activityOf(part: Pick<OutboundPart, 'body' | 'to' | 'media' | 'replyTo'>, account: AccountView): WireActivity | Failure {
  const { content, keyboard } = part.body
  const { channelId } = readThread(part.to.threadId)
  const words = wordsOf(content)
  const formatted = words ? markup(words) : undefined
  const attachments = attachmentsOf(content, keyboard, part, channelId)
  if (!Array.isArray(attachments)) return attachments
  if (!formatted?.body && attachments.length === 0)
    return { kind: 'permanent', reason: 'invalid', code: 'empty', detail: 'There is nothing to send' }
  const userId = userIdOf(part.to)
  const replied = part.replyTo === undefined ? undefined : readMessageKey(part.replyTo)?.activityId
  const quick = keyboard?.kind === 'quick_replies' ? keyboard.rows.flat().filter(button => button.kind === 'reply') : []
  return compact<WireActivity>({
    type: 'message',
    ...frameOf(account, part.to),
    replyToId: replied,
    text: formatted?.body || undefined,
    textFormat: formatted?.body ? formatted.format : undefined,
    attachmentLayout: content.kind === 'carousel' ? 'carousel' : undefined,
    attachments: attachments.length > 0 ? attachments : undefined,
    suggestedActions:
      quick.length > 0
        ? {
            to: userId === undefined ? [] : [userId],
            // What is pressed comes back as if it had been typed.
            actions: quick.map(({ title }) => ({ type: 'imBack', title, value: title })),
          }
        : undefined,
  })
}

function wordsOf(content: Content): RichText | undefined {
  if (content.kind === 'text' || content.kind === 'carousel') return content.text
  // A file's words stand on its card.
  return content.kind === 'image' ? content.caption : undefined
}

type Attached = WireAttachment[] | Failure

function attachmentsOf(content: Content, keyboard: Keyboard | undefined, part: Pick<OutboundPart, 'media'>, channelId: string): Attached {
  const buttons = keyboard?.kind === 'buttons' ? keyboard.rows.flat() : []
  const pressed = buttons.length > 0 ? [cardAttachment(channelId, { buttons })] : []
  switch (content.kind) {
    case 'text':
      return pressed
    case 'image': {
      const picture = addressOf(content.media, part)
      if (typeof picture !== 'string') return picture
      const { name, mimeType } = describe(content.media, part)
      return [compact({ contentType: mimeType ?? 'image/*', contentUrl: picture, name }), ...pressed]
    }
    case 'file': {
      const address = addressOf(content.media, part)
      if (typeof address !== 'string') return address
      const { name } = describe(content.media, part)
      const title = name ?? 'file'
      const words: CardWords = { title, ...(content.caption?.text ? { text: content.caption.text } : {}), buttons: [] }
      return [cardAttachment(channelId, { ...words, buttons: [{ kind: 'url', title: '⬇', url: address }, ...buttons] })]
    }
    case 'card':
    case 'carousel': {
      const cards = content.kind === 'card' ? [content.card] : content.cards
      const made: WireAttachment[] = []
      for (const card of cards) {
        const address = card.media ? addressOf(card.media, part) : undefined
        if (address !== undefined && typeof address !== 'string') return address
        // A video has no place on a card: it is behind a button.
        const isVideo = card.mediaKind === 'video' && address !== undefined
        const shown = isVideo ? { ...card, buttons: [{ kind: 'url' as const, title: '▶', url: address }, ...(card.buttons ?? [])] } : card
        made.push(cardAttachment(channelId, cardWords(shown, isVideo ? undefined : address)))
      }
      return [...made, ...pressed]
    }
    default:
      return {
        kind: 'permanent',
        reason: 'unsupported',
        code: 'content_not_supported',
        detail: `The Connector has no message of the kind ${content.kind}`,
      }
  }
}

/** The address under which Teams or the person fetches a medium. */
function addressOf(media: Media | undefined, part: Pick<OutboundPart, 'media'>): string | Failure {
  const ref = media?.ref
  const url = ref?.from === 'file' ? part.media[ref.fileId]?.url : ref?.url
  return url ?? { kind: 'permanent', reason: 'media_unavailable', code: 'no_public_url', detail: 'The file has no public address' }
}

function describe(media: Media | undefined, part: Pick<OutboundPart, 'media'>): { name?: string; mimeType?: string } {
  const source = media?.ref.from === 'file' ? part.media[media.ref.fileId] : undefined
  return compact({ name: source?.name || media?.name, mimeType: source?.mimeType || media?.mimeType })
}

function failed(failure: Failure): SendStep {
  return { kind: 'outcome', outcome: { kind: 'failed', failure } }
}
