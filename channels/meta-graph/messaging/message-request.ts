/**
 * One canonical body → the `message` object of Meta's send call.
 * Always holds: pure; files are named by pointers made before; lengths are left to the platform (and to `fit` before it); what cannot be expressed
 * is refused with a reason, never bent silently.
 */
import type { Button, Card, Content, Media, MessageBody, PermanentReason } from '@dragoman/core'
import { wordsOf } from './plain-text.ts'
import { priceInWords } from './structured.ts'

/** A file for an attachment: by the id of an upload, or by an address that Meta fetches. */
export type FilePointer = { attachment_id: string } | { url: string }

export interface RequestTools {
  /** How a file is named as an attachment; undefined where it cannot be. */
  pointerOf(media: Media): FilePointer | undefined
  /** A public address of a file, for pictures inside cards. */
  linkOf(media: Media): string | undefined
  /** Contents that only one messenger has. */
  special?(content: Content, tools: RequestTools): MessagePlan | undefined
  /** Whether a picture or a video may carry buttons (media template). */
  mediaTemplate: boolean
  /** Whether a quick reply may ask for the customer's phone. */
  asksPhone: boolean
  /** Whether buttons may dial. */
  dials: boolean
}

export type MessagePlan =
  | { ok: true; message: Record<string, unknown>; utility?: boolean }
  | { ok: false; reason: PermanentReason; detail: string }

export const accept = (message: Record<string, unknown>): MessagePlan => ({ ok: true, message })
export const refuse = (reason: PermanentReason, detail: string): MessagePlan => ({ ok: false, reason, detail })

/** The message for a body, or why there is none. */
export function messageOf(body: MessageBody, tools: RequestTools): MessagePlan {
  const { content, keyboard } = body
  if (!keyboard) return plain(content, tools)
  if (keyboard.kind === 'list') return refuse('unsupported', 'There are no lists here')
  const buttons = keyboard.rows.flat()
  if (buttons.length === 0) return plain(content, tools)
  return keyboard.kind === 'quick_replies' ? withQuickReplies(content, buttons, tools) : withButtons(content, buttons, tools)
}

function plain(content: Content, tools: RequestTools): MessagePlan {
  const special = tools.special?.(content, tools)
  if (special) return special
  switch (content.kind) {
    case 'text':
      return content.text.text.trim() === '' ? refuse('invalid', 'The text is empty') : accept({ text: wordsOf(content.text) })
    case 'image':
    case 'video':
    case 'audio':
    case 'voice':
    case 'file': {
      const payload = tools.pointerOf(content.media)
      if (!payload) return noFile()
      return accept({ attachment: { type: content.kind === 'voice' ? 'audio' : content.kind, payload } })
    }
    case 'card':
      return cards([content.card], tools)
    case 'carousel':
      return cards(content.cards, tools)
    case 'product':
      return template({ template_type: 'product', elements: [{ id: content.productId }] })
    default:
      return refuse('unsupported', `Nothing of the kind ${content.kind} can be sent here`)
  }
}

function withQuickReplies(content: Content, buttons: readonly Button[], tools: RequestTools): MessagePlan {
  const replies: Record<string, unknown>[] = []
  for (const button of buttons) {
    if (button.kind === 'reply') replies.push({ content_type: 'text', title: button.title, payload: button.payload || button.title })
    else if (button.kind === 'share_contact' && tools.asksPhone) replies.push({ content_type: 'user_phone_number' })
    else return refuse('unsupported', `A quick reply cannot be of the kind ${button.kind}`)
  }
  const made = plain(content, tools)
  return made.ok ? { ...made, message: { ...made.message, quick_replies: replies } } : made
}

function withButtons(content: Content, buttons: readonly Button[], tools: RequestTools): MessagePlan {
  if (content.kind === 'card') return cards([{ ...content.card, buttons: [...(content.card.buttons ?? []), ...buttons] }], tools)
  const made = buttonsOf(buttons, tools)
  if (!Array.isArray(made)) return made
  if (content.kind === 'text') return template({ template_type: 'button', text: wordsOf(content.text), buttons: made })
  if ((content.kind === 'image' || content.kind === 'video') && tools.mediaTemplate) {
    const pointer = tools.pointerOf(content.media)
    if (!pointer) return noFile()
    return template({ template_type: 'media', elements: [{ media_type: content.kind, ...pointer, buttons: made }] })
  }
  return refuse('unsupported', `No buttons can stand under ${content.kind} here`)
}

function cards(list: readonly Card[], tools: RequestTools): MessagePlan {
  const [only] = list
  if (!only) return refuse('invalid', 'There is no card')
  const isBare = (card: Card) => !card.text && !card.price && !card.media && !card.buttons?.length
  // A card needs one thing beside its title.
  if (list.length === 1 && isBare(only)) return accept({ text: only.title })
  const elements: Record<string, unknown>[] = []
  for (const card of list) {
    const subtitle = [card.text, card.price && priceInWords(card.price)].filter(Boolean).join(' · ')
    const picture = card.media ? tools.linkOf(card.media) : undefined
    if (card.media && picture === undefined)
      return refuse('media_unavailable', 'The picture of a card needs a public address, and this server has none')
    const buttons = buttonsOf(card.buttons ?? [], tools)
    if (!Array.isArray(buttons)) return buttons
    elements.push({
      title: card.title,
      ...(subtitle || isBare(card) ? { subtitle: subtitle || card.title } : {}),
      ...(picture ? { image_url: picture } : {}),
      ...(buttons.length ? { buttons } : {}),
    })
  }
  return template({ template_type: 'generic', elements })
}

function buttonsOf(buttons: readonly Button[], tools: RequestTools): Record<string, unknown>[] | Extract<MessagePlan, { ok: false }> {
  const made: Record<string, unknown>[] = []
  for (const button of buttons) {
    if (button.kind === 'reply') made.push({ type: 'postback', title: button.title, payload: button.payload || button.title })
    else if (button.kind === 'url') made.push({ type: 'web_url', title: button.title, url: button.url })
    else if (button.kind === 'phone' && tools.dials) made.push({ type: 'phone_number', title: button.title, payload: button.phone })
    else return { ok: false, reason: 'unsupported', detail: `A button cannot be of the kind ${button.kind}` }
  }
  return made
}

export function template(payload: Record<string, unknown>): MessagePlan {
  return accept({ attachment: { type: 'template', payload } })
}

function noFile(): MessagePlan {
  return refuse('media_unavailable', 'The file is not there any more, or it has no public address')
}

/** Files that travel as attachments; pictures in cards are fetched by their address. */
export function attachedMedia(content: Content): Media[] {
  switch (content.kind) {
    case 'image':
    case 'video':
    case 'audio':
    case 'voice':
    case 'file':
      return [content.media]
    default:
      return []
  }
}

/** What kind of attachment a file is uploaded as. */
export function attachmentType(content: Content): 'image' | 'video' | 'audio' | 'file' {
  switch (content.kind) {
    case 'image':
    case 'video':
    case 'audio':
      return content.kind
    case 'voice':
      return 'audio'
    default:
      return 'file'
  }
}
