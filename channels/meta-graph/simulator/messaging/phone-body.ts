/** What a phone shows of a message that the business sent: the platform's JSON → body, with files as links. */
import { arrayAt, idAt, objectAt, stringAt, textAt } from '@dragoman/channel-kit'
import type { Button, Card, Content, Keyboard, Media, MessageBody } from '@dragoman/core'
import type { World } from './rules.ts'
import type { Template } from './state.ts'

/** The body of any message. */
export function phoneBody(message: unknown, world: World): MessageBody {
  const content = contentOf(message, world)
  const replies = arrayAt(message, 'quick_replies')
  if (replies.length === 0) return content
  const rows = replies.map((reply): Button[] => [
    textAt(reply, 'content_type') === 'text'
      ? { kind: 'reply', title: stringAt(reply, 'title') ?? '', payload: stringAt(reply, 'payload') ?? '' }
      : { kind: 'share_contact', title: textAt(reply, 'content_type') === 'user_email' ? 'My e-mail' : 'My phone number' },
  ])
  return { content: content.content, keyboard: { kind: 'quick_replies', rows } }
}

function contentOf(message: unknown, world: World): MessageBody {
  const template = objectAt(message, 'template')
  if (template) return utilityBody(template, world.state.templates)
  if (textAt(message, 'sticker_id')) return { content: { kind: 'sticker', media: { ref: { from: 'link', url: '' } }, emoji: '👍' } }
  const attachments = arrayAt(message, 'attachments')
  if (attachments.length > 0) {
    const items = attachments.map(entry => ({ kind: 'image' as const, media: mediaOf(objectAt(entry, 'payload'), world) }))
    return { content: { kind: 'album', items } }
  }
  const attachment = objectAt(message, 'attachment')
  if (!attachment) return { content: { kind: 'text', text: { text: stringAt(message, 'text') ?? '' } } }
  const type = textAt(attachment, 'type') ?? ''
  const payload = objectAt(attachment, 'payload')
  switch (type) {
    case 'image':
    case 'video':
    case 'audio':
    case 'file':
      return { content: { kind: type, media: mediaOf(payload, world) } }
    case 'like_heart':
      return { content: { kind: 'sticker', media: { ref: { from: 'link', url: '' } }, emoji: '❤️' } }
    case 'template':
      return templateBody(payload, world)
    default:
      return { content: { kind: 'unsupported', type } }
  }
}

function templateBody(payload: unknown, world: World): MessageBody {
  const elements = arrayAt(payload, 'elements')
  switch (textAt(payload, 'template_type')) {
    case 'button':
      return withButtons({ kind: 'text', text: { text: stringAt(payload, 'text') ?? '' } }, [buttonsOf(payload)])
    case 'generic': {
      const cards = elements.map(cardOf)
      const [first, ...others] = cards
      const content: Content = first && others.length === 0 ? { kind: 'card', card: first } : { kind: 'carousel', cards }
      return withButtons(content, elements.map(buttonsOf))
    }
    case 'media': {
      const [element] = elements
      const kind = textAt(element, 'media_type') === 'video' ? 'video' : 'image'
      return withButtons({ kind, media: mediaOf(element, world) }, [buttonsOf(element)])
    }
    case 'product':
      return { content: { kind: 'product', productId: idAt(elements[0], 'id') ?? '' } }
    default:
      return { content: { kind: 'unsupported', type: textAt(payload, 'template_type') ?? 'template' } }
  }
}

/** Buttons of a text stand below one another; those of cards in a row for each card. */
function withButtons(content: Content, rows: Button[][]): MessageBody {
  const shown = rows.length === 1 ? (rows[0] ?? []).map(button => [button]) : rows
  const keyboard: Keyboard = { kind: 'buttons', rows: shown }
  return rows.flat().length > 0 ? { content, keyboard } : { content }
}

function cardOf(element: unknown): Card {
  const text = textAt(element, 'subtitle')
  const picture = textAt(element, 'image_url')
  return {
    title: stringAt(element, 'title') ?? '',
    ...(text ? { text } : {}),
    ...(picture ? { media: { ref: { from: 'link' as const, url: picture } }, mediaKind: 'image' as const } : {}),
  }
}

function buttonsOf(holder: unknown): Button[] {
  return arrayAt(holder, 'buttons').map((button): Button => {
    const title = stringAt(button, 'title') ?? ''
    const payload = stringAt(button, 'payload') ?? ''
    if (textAt(button, 'type') === 'web_url') return { kind: 'url', title, url: stringAt(button, 'url') ?? '' }
    return textAt(button, 'type') === 'phone_number' ? { kind: 'phone', title, phone: payload } : { kind: 'reply', title, payload }
  })
}

function mediaOf(payload: unknown, world: World): Media {
  const file = world.state.files.find(entry => entry.id === textAt(payload, 'attachment_id'))
  if (!file) return { ref: { from: 'link', url: textAt(payload, 'url') ?? '' } }
  return { ref: { from: 'link', url: file.url }, mimeType: file.mimeType, name: file.name, sizeBytes: file.sizeBytes }
}

/** The template that a message names. */
export function templateOf(template: unknown, templates: readonly Template[]): Template | undefined {
  return templates.find(entry => entry.name === textAt(template, 'name') && entry.language === textAt(template, 'language', 'code'))
}

/** Its variables, in order. */
export function variablesOf(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map(match => match[1] ?? ''))]
}

function utilityBody(sent: unknown, templates: readonly Template[]): MessageBody {
  const template = templateOf(sent, templates)
  const given = arrayAt(sent, 'components')
  const fill = (type: string) => {
    const text =
      textAt(
        template?.components.find(part => part.type === type),
        'text',
      ) ?? ''
    const parameters = arrayAt(
      given.find(part => textAt(part, 'type')?.toUpperCase() === type),
      'parameters',
    )
    return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
      const parameter = /^\d+$/.test(name)
        ? parameters[Number(name) - 1]
        : parameters.find(entry => textAt(entry, 'parameter_name') === name)
      return stringAt(parameter, 'text') ?? ''
    })
  }
  const words = [fill('HEADER'), fill('BODY')].filter(Boolean).join('\n')
  const buttons = arrayAt(
    template?.components.find(part => part.type === 'BUTTONS'),
    'buttons',
  ).map((button): Button => {
    const title = stringAt(button, 'text') ?? ''
    return textAt(button, 'type') === 'URL'
      ? { kind: 'url', title, url: stringAt(button, 'url') ?? '' }
      : { kind: 'reply', title, payload: stringAt(button, 'payload') ?? title }
  })
  return withButtons({ kind: 'text', text: { text: words } }, [buttons])
}
