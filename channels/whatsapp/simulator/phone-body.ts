/** What a phone shows of a message that the business sent: the platform's JSON → body, with files as links. */
import { arrayAt, idAt, numericAt, objectAt, stringAt, textAt } from '@dragoman/channel-kit'
import type { Content, Keyboard, Media, MessageBody } from '@dragoman/core'
import { readMarkup } from './markup.ts'
import type { SeededTemplate } from './template-seeds.ts'

export type ShowFile = (pointer: unknown) => Media

/** The body of a message of any type; reactions have none. */
export function phoneBody(message: unknown, show: ShowFile, template: SeededTemplate | undefined): MessageBody {
  const type = textAt(message, 'type') ?? 'text'
  const value = objectAt(message, type)
  switch (type) {
    case 'text':
      return { content: { kind: 'text', text: readMarkup(stringAt(value, 'body') ?? '') } }
    case 'image':
    case 'video':
      return { content: { kind: type, media: show(value), ...caption(stringAt(value, 'caption')) } }
    case 'audio':
      return { content: { kind: value?.voice === true ? 'voice' : 'audio', media: show(value) } }
    case 'document':
      return { content: { kind: 'file', media: named(show(value), textAt(value, 'filename')), ...caption(stringAt(value, 'caption')) } }
    case 'sticker':
      return { content: { kind: 'sticker', media: show(value) } }
    case 'location': {
      const name = textAt(value, 'name')
      const address = textAt(value, 'address')
      return {
        content: {
          kind: 'location',
          latitude: numericAt(value, 'latitude') ?? 0,
          longitude: numericAt(value, 'longitude') ?? 0,
          ...(name ? { name } : {}),
          ...(address ? { address } : {}),
        },
      }
    }
    case 'contacts':
      return {
        content: {
          kind: 'contact_card',
          contacts: arrayAt(message, 'contacts').map(contact => ({
            name: textAt(contact, 'name', 'formatted_name') ?? '',
            phones: arrayAt(contact, 'phones').flatMap(phone => textAt(phone, 'phone') ?? []),
          })),
        },
      }
    case 'interactive':
      return interactiveBody(value, show)
    case 'template':
      return template ? templateBody(message, template, show) : { content: { kind: 'unsupported', type } }
    default:
      return { content: { kind: 'unsupported', type } }
  }
}

function interactiveBody(interactive: unknown, show: ShowFile): MessageBody {
  const content = withHeader(objectAt(interactive, 'header'), stringAt(interactive, 'body', 'text') ?? '', show)
  const keyboard = interactiveKeyboard(interactive)
  if (textAt(interactive, 'type') === 'product') {
    return {
      content: {
        kind: 'product',
        productId: textAt(interactive, 'action', 'product_retailer_id') ?? '',
        catalogId: idAt(interactive, 'action', 'catalog_id'),
      },
    }
  }
  return keyboard ? { content, keyboard } : { content }
}

function interactiveKeyboard(interactive: unknown): Keyboard | undefined {
  switch (textAt(interactive, 'type')) {
    case 'button':
      return {
        kind: 'buttons',
        rows: arrayAt(interactive, 'action', 'buttons').map(button => [
          { kind: 'reply', title: stringAt(button, 'reply', 'title') ?? '', payload: stringAt(button, 'reply', 'id') ?? '' },
        ]),
      }
    case 'list':
      return {
        kind: 'list',
        button: stringAt(interactive, 'action', 'button') ?? '',
        sections: arrayAt(interactive, 'action', 'sections').map(section => ({
          ...(textAt(section, 'title') ? { title: textAt(section, 'title') } : {}),
          rows: arrayAt(section, 'rows').map(row => ({
            title: stringAt(row, 'title') ?? '',
            payload: stringAt(row, 'id') ?? '',
            ...(textAt(row, 'description') ? { description: textAt(row, 'description') } : {}),
          })),
        })),
      }
    case 'cta_url':
      return {
        kind: 'buttons',
        rows: [
          [
            {
              kind: 'url',
              title: stringAt(interactive, 'action', 'parameters', 'display_text') ?? '',
              url: stringAt(interactive, 'action', 'parameters', 'url') ?? '',
            },
          ],
        ],
      }
    default:
      return undefined
  }
}

function templateBody(message: unknown, template: SeededTemplate, show: ShowFile): MessageBody {
  const given = arrayAt(message, 'template', 'components')
  const parametersOf = (type: string) =>
    arrayAt(
      given.find(component => textAt(component, 'type') === type),
      'parameters',
    )
  const fill = (text: string, parameters: readonly unknown[]) =>
    text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
      const parameter = /^\d+$/.test(name)
        ? parameters[Number(name) - 1]
        : parameters.find(entry => textAt(entry, 'parameter_name') === name)
      return stringAt(parameter, 'text') ?? ''
    })
  const part = (type: string) => template.components.find(component => component.type === type)
  const header = part('HEADER')
  const heading = header?.format === 'TEXT' ? `*${fill(header.text ?? '', parametersOf('header'))}*\n` : ''
  const footer = part('FOOTER')?.text
  const words = `${heading}${fill(part('BODY')?.text ?? '', parametersOf('body'))}${footer ? `\n_${footer}_` : ''}`
  const media = header?.format && header.format !== 'TEXT' ? parametersOf('header')[0] : undefined
  const content = withHeader(objectAt(media), words, show)
  const rows = (part('BUTTONS')?.buttons ?? []).map((button, index) => {
    const component = given.find(entry => textAt(entry, 'type') === 'button' && numericAt(entry, 'index') === index)
    const filled = arrayAt(component, 'parameters')[0]
    if (button.type === 'URL') {
      return [{ kind: 'url' as const, title: button.text, url: (button.url ?? '').replace(/\{\{1\}\}/, stringAt(filled, 'text') ?? '') }]
    }
    if (button.type === 'PHONE_NUMBER') return [{ kind: 'phone' as const, title: button.text, phone: button.phone_number ?? '' }]
    return [{ kind: 'reply' as const, title: button.text, payload: stringAt(filled, 'payload') ?? button.text }]
  })
  return rows.length ? { content, keyboard: { kind: 'buttons', rows } } : { content }
}

function withHeader(header: unknown, words: string, show: ShowFile): Content {
  const type = textAt(header, 'type')
  const text = readMarkup(words)
  if (type === 'image' || type === 'video') return { kind: type, media: show(objectAt(header, type)), caption: text }
  if (type === 'document') return { kind: 'file', media: show(objectAt(header, type)), caption: text }
  if (type === 'text') return { kind: 'text', text: readMarkup(`*${stringAt(header, 'text') ?? ''}*\n${words}`) }
  return { kind: 'text', text }
}

function caption(text: string | undefined): { caption?: ReturnType<typeof readMarkup> } {
  return text ? { caption: readMarkup(text) } : {}
}

function named(media: Media, name: string | undefined): Media {
  return name ? { ...media, name } : media
}
