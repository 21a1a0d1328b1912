/**
 * Makes parts from one canonical message, as this messenger can carry them, with a note on every loss; or refuses. Always holds: nothing is cut
 * silently; every part keeps the channel's limits; the words of all parts are the words of the message.
 */
import type { Capabilities } from '../capabilities.ts'
import type { MessageBody } from '../content.ts'
import { type FormattedText, joinRichText, type RichText } from '../rich-text.ts'
import { type FitContext, refuse } from './context.ts'
import { fitKeyboard } from './keyboard.ts'
import { fitAlbum, fitMedia } from './media.ts'
import { convertStructured } from './structured.ts'
import { fitText } from './text.ts'
import type { Fit, FittedPart } from './types.ts'

/** Fits `message` to `capabilities`. `formatText` is the channel's own: lengths are counted as the platform counts them. */
export function fit(message: MessageBody, capabilities: Capabilities, formatText: (text: RichText) => FormattedText): Fit {
  const context: FitContext = { capabilities, formatText, notes: [], refusals: [] }
  const bodies = fitBody(context, message)
  if (context.refusals.length > 0) return { kind: 'refused', refusals: context.refusals }
  if (bodies.length === 0) return { kind: 'refused', refusals: [{ code: 'empty' }] }
  const parts = bodies.map(body => withLength(context, body))
  return { kind: 'parts', parts: message.subject === undefined ? parts : parts.map(withSubject(message.subject)), notes: context.notes }
}

function fitBody(context: FitContext, body: MessageBody): MessageBody[] {
  const { content } = body
  switch (content.kind) {
    case 'text': {
      if (content.text.text.trim() === '') return refuse(context, 'empty')
      const { keyboard, words } = fitKeyboard(context, body.keyboard, 'text')
      return fitText(context, withWords(content.text, words), keyboard)
    }
    case 'image':
    case 'video':
    case 'audio':
    case 'voice':
    case 'file':
    case 'sticker': {
      const { keyboard, words } = fitKeyboard(context, body.keyboard, content.kind)
      if (words === undefined) return fitMedia(context, content, keyboard)
      if (content.kind === 'sticker') return [...fitMedia(context, content, undefined), ...fitText(context, { text: words }, undefined)]
      return fitMedia(
        context,
        { ...content, caption: content.caption?.text ? withWords(content.caption, words) : { text: words } },
        undefined,
      )
    }
    case 'album': {
      const { keyboard, words } = fitKeyboard(context, body.keyboard, 'text')
      const parts = fitAlbum(context, content.items, keyboard)
      return words === undefined || context.refusals.length > 0 ? parts : [...parts, ...fitText(context, { text: words }, undefined)]
    }
    case 'location':
    case 'contact_card':
    case 'poll':
    case 'card':
    case 'carousel':
    case 'product':
    case 'booking':
    case 'ticket': {
      const converted = convertStructured(context, content, body.keyboard)
      if (converted !== undefined) return converted.flatMap(part => fitBody(context, part))
      const { keyboard, words } = fitKeyboard(context, body.keyboard, content.kind)
      return [{ content, keyboard }, ...(words === undefined ? [] : fitText(context, { text: words }, undefined))]
    }
    case 'template':
      if (context.capabilities.structured.template.level === 'none') return refuse(context, 'template_not_supported')
      return [{ content }]
    case 'choice':
    case 'order':
    case 'story_reply':
    case 'call':
    case 'unsupported':
      return refuse(context, 'content_not_supported', { kind: content.kind })
  }
}

function lengthOf({ length, segments }: FormattedText, max: number): FittedPart['length'] {
  return segments ? { used: length, max, segments } : { used: length, max }
}

/** Every part is a letter of its own where there are subjects at all. */
function withSubject(subject: string): (part: FittedPart) => FittedPart {
  return part => ({ ...part, body: { ...part.body, subject } })
}

function withWords(text: RichText, words: string | undefined): RichText {
  return words === undefined ? text : joinRichText([text, { text: words }], '\n\n')
}

function withLength(context: FitContext, body: MessageBody): FittedPart {
  const clean: MessageBody = body.keyboard === undefined ? { content: body.content } : body
  if (body.content.kind === 'text')
    return { body: clean, length: lengthOf(context.formatText(body.content.text), context.capabilities.text.max) }
  if ('caption' in body.content && body.content.caption)
    return { body: clean, length: { used: context.formatText(body.content.caption).length, max: context.capabilities.caption.max } }
  return { body: clean }
}
