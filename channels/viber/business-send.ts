/**
 * Business Messages through a partner: one request, one message to one phone number. The partner's shape is Infobip's; others would be another file.
 * Always holds: the message's id is ours, so a receipt leads back to the part even where no answer came; a time to live outside of Viber's bounds is
 * moved to the nearest bound. https://www.infobip.com/docs/viber
 */
import { arrayAt, compact } from '@dragoman/channel-kit'
import type { AccountView, Button, Card, Content, Failure, OutboundPart, SendStep, StepResult } from '@dragoman/core'
import { destinationOf } from './address.ts'
import { messageFailure, readPartnerAnswer } from './business-failures.ts'
import { formatText } from './format.ts'
import { addressOfMedia, notesOf } from './media.ts'
import { money } from './rich-media.ts'
import { partnerCall } from './wire.ts'

export const shortestLifeSeconds = 30
export const longestLifeSeconds = 1_209_600
const usualLifeSeconds = 86_400

type Plan = Record<string, unknown>

export function nextBusiness(part: OutboundPart, done: readonly StepResult[], account: AccountView): SendStep {
  const content = contentOf(part)
  if ('kind' in content) return failed(content as Failure)
  const result = done.findLast(earlier => earlier.step === 'send')
  if (!result) {
    const message = {
      sender: account.config.senderName ?? account.externalId,
      destinations: [{ to: destinationOf(part.to), messageId: part.idempotencyKey }],
      content,
      options: {
        label: account.config.category === 'PROMOTIONAL' ? 'PROMOTIONAL' : 'TRANSACTIONAL',
        validityPeriod: { amount: lifeSeconds(part, account), timeUnit: 'SECONDS' },
        applySessionRate: part.windows?.includes('business_session') ?? false,
        trackingData: part.ref,
      },
      webhooks: { contentType: 'application/json', callbackData: part.ref },
    }
    return {
      kind: 'request',
      step: 'send',
      commits: true,
      request: partnerCall(account, 'POST', 'viber/2/messages', { messages: [message] }),
    }
  }
  const answer = readPartnerAnswer(result.transmission, { commits: true })
  if (!answer.ok) return failed(answer.failure)
  const accepted = arrayAt(answer.body, 'messages')[0]
  const failure = messageFailure(accepted)
  if (failure) return failed(failure)
  return { kind: 'outcome', outcome: { kind: 'sent', externalIds: [part.idempotencyKey] } }
}

function lifeSeconds(part: OutboundPart, account: AccountView): number {
  const wanted = part.timeToLiveMs === undefined ? Number(account.config.timeToLive || usualLifeSeconds) : part.timeToLiveMs / 1000
  const seconds = Number.isFinite(wanted) ? Math.round(wanted) : usualLifeSeconds
  return Math.min(longestLifeSeconds, Math.max(shortestLifeSeconds, seconds))
}

function contentOf(part: OutboundPart): Plan | Failure {
  const { content, keyboard } = part.body
  const button = buttonOf(part)
  if (button && 'kind' in button) return button
  switch (content.kind) {
    case 'text': {
      const text = formatText(content.text).body
      if (keyboard?.kind === 'quick_replies') {
        const options = (keyboard.rows ?? []).flat().map(option => ({ text: option.title }))
        return { type: 'LIST', text, options }
      }
      return compact({ type: 'TEXT', text, button })
    }
    case 'image': {
      const mediaUrl = addressOfMedia(content.media, part, 'image')
      if (typeof mediaUrl === 'object') return mediaUrl
      return compact({ type: 'IMAGE', text: content.caption ? formatText(content.caption).body : undefined, mediaUrl, button })
    }
    case 'video':
      return videoOf(content, part, button)
    case 'audio':
    case 'voice':
    case 'file': {
      const mediaUrl = addressOfMedia(content.media, part, 'file')
      if (typeof mediaUrl === 'object') return mediaUrl
      return { type: 'FILE', mediaUrl, fileName: notesOf(content.media, part).name ?? 'file.bin' }
    }
    case 'carousel':
      return carouselOf(content, part)
    case 'template':
      // Codes for signing in: the partner's template with its slots by name.
      return {
        type: 'OTP_TEMPLATE',
        templateId: content.name,
        language: content.language,
        parameters: Object.fromEntries((content.values ?? []).map(value => [value.name ?? `parameter${value.index}`, value.text ?? ''])),
      }
    default:
      return unsupported('content_not_supported', `Business Messages have no message of the kind ${content.kind}`)
  }
}

/** A video must name a preview picture; nothing here makes one, so the clip's own address stands there (not tried against a real partner). */
function videoOf(content: Extract<Content, { kind: 'video' }>, part: OutboundPart, button: WireLink | undefined): Plan | Failure {
  const mediaUrl = addressOfMedia(content.media, part, 'video')
  if (typeof mediaUrl === 'object') return mediaUrl
  const { seconds } = notesOf(content.media, part)
  return compact({
    type: 'VIDEO',
    text: content.caption ? formatText(content.caption).body : undefined,
    mediaUrl,
    mediaDuration: `PT${seconds ?? 1}S`,
    thumbnailUrl: mediaUrl,
    button,
  })
}

function carouselOf(content: Extract<Content, { kind: 'carousel' }>, part: OutboundPart): Plan | Failure {
  const cards: Plan[] = []
  for (const card of content.cards ?? []) {
    if (!card.media) return unsupported('card_without_picture', 'Each card of Business Messages needs a picture')
    const mediaUrl = addressOfMedia(card.media, part, 'image')
    if (typeof mediaUrl === 'object') return mediaUrl
    const buttons = (card.buttons ?? []).map(linkOf)
    if (buttons.length === 0 || buttons.includes(undefined))
      return unsupported('card_buttons', 'Each card of Business Messages needs one or two links')
    cards.push({ text: wordsOf(card), mediaUrl, buttons })
  }
  return compact({ type: 'CAROUSEL', text: content.text ? formatText(content.text).body : ' ', cards })
}

function wordsOf(card: Card): string {
  return [card.title, card.text, card.price && money(card.price)].filter(Boolean).join('\n')
}

interface WireLink {
  title: string
  action: string
}

function linkOf(button: Button): WireLink | undefined {
  return button.kind === 'url' ? { title: button.title, action: button.url } : undefined
}

/** One link under a message; undefined where there is none. */
function buttonOf(part: OutboundPart): WireLink | undefined | Failure {
  const { keyboard } = part.body
  if (!keyboard || keyboard.kind === 'quick_replies') return undefined
  const buttons = keyboard.kind === 'buttons' ? (keyboard.rows ?? []).flat() : []
  const link = buttons.length === 1 ? linkOf(buttons[0]!) : undefined
  return link ?? unsupported('one_link_only', 'A message of Business Messages takes one link')
}

function unsupported(code: string, detail: string): Failure {
  return { kind: 'permanent', reason: 'unsupported', code, detail }
}

function failed(failure: Failure): SendStep {
  return { kind: 'outcome', outcome: { kind: 'failed', failure } }
}
