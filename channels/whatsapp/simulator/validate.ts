/**
 * What the platform refuses at once, with its own codes: missing and wrong parameters, limits of length and number, templates that do not fit.
 * Always holds: a copy of the vendor's numbers of its own, never the adapter's. Characters are counted in UTF-16 units.
 */
import { arrayAt, idAt, numericAt, objectAt, stringAt, textAt } from '@dragoman/channel-kit'
import type { GraphErrorShape } from '@dragoman/channel-meta-graph/simulator'
import type { StoredFile, WhatsAppState } from './state.ts'
import type { SeededTemplate } from './template-seeds.ts'

export type Refusal = GraphErrorShape | undefined

const MiB = 1024 * 1024
const mediaRules: { pattern: RegExp; maxBytes: number }[] = [
  { pattern: /^image\/(jpeg|png)$/, maxBytes: 5 * MiB },
  { pattern: /^image\/webp$/, maxBytes: 500 * 1024 },
  { pattern: /^video\/(mp4|3gpp)$/, maxBytes: 16 * MiB },
  { pattern: /^audio\/(aac|amr|mpeg|mp4|ogg)$/, maxBytes: 16 * MiB },
  { pattern: /./, maxBytes: 100 * MiB },
]
const takenBy: Record<string, RegExp> = {
  image: /^image\/(jpeg|png)$/,
  video: /^video\//,
  audio: /^audio\//,
  sticker: /^image\/webp$/,
  document: /./,
}

const product = 'whatsapp'
export const parameterInvalid = (details: string): GraphErrorShape => ({
  status: 400,
  code: 131009,
  title: 'Parameter value is not valid',
  details,
  product,
})
export const parameterMissing = (details: string): GraphErrorShape => ({
  status: 400,
  code: 131008,
  title: 'Required parameter is missing',
  details,
  product,
})
export const invalidParameter = (details: string): GraphErrorShape => ({
  status: 400,
  code: 100,
  title: 'Invalid parameter',
  details,
  product,
})
const templateError = (status: number, code: number, title: string, details: string): GraphErrorShape => ({
  status,
  code,
  title,
  details,
  product,
})

/** Checks an upload. */
export function refuseUpload(mimeType: string, sizeBytes: number): Refusal {
  const bare = mimeType.split(';')[0]?.trim() ?? ''
  if (/^(image|video|audio)\//.test(bare) && !mediaRules.slice(0, -1).some(rule => rule.pattern.test(bare))) {
    return invalidParameter(`Param file must be a file of a supported type, got ${bare}`)
  }
  const rule = mediaRules.find(candidate => candidate.pattern.test(bare))
  if (rule && sizeBytes > rule.maxBytes) return invalidParameter(`The file is larger than ${rule.maxBytes} bytes`)
  if (sizeBytes === 0) return invalidParameter('The file is empty')
  return undefined
}

/** Checks a message as far as the platform does before it answers. */
export function refuseMessage(
  message: Record<string, unknown>,
  state: WhatsAppState,
  fileOf: (id: string) => StoredFile | undefined,
): Refusal {
  if (message.messaging_product !== product) return invalidParameter('Param messaging_product must be whatsapp')
  if (!textAt(message, 'to') && !textAt(message, 'recipient')) return invalidParameter('The parameter to is required')
  const reference = message.biz_opaque_callback_data
  if (reference !== undefined && (typeof reference !== 'string' || reference.length > 512)) {
    return parameterInvalid('biz_opaque_callback_data is longer than 512 characters')
  }
  const type = textAt(message, 'type') ?? 'text'
  switch (type) {
    case 'text':
      return tooLong(stringAt(message, 'text', 'body'), 4096, "text['body']") ?? undefined
    case 'image':
    case 'video':
    case 'audio':
    case 'document':
    case 'sticker':
      return refuseMedia(objectAt(message, type), type, fileOf)
    case 'location': {
      const latitude = numericAt(message, 'location', 'latitude')
      const longitude = numericAt(message, 'location', 'longitude')
      if (latitude === undefined || longitude === undefined) return parameterMissing('latitude and longitude are required')
      return Math.abs(latitude) > 90 || Math.abs(longitude) > 180 ? parameterInvalid('latitude or longitude is out of range') : undefined
    }
    case 'contacts': {
      const contacts = arrayAt(message, 'contacts')
      if (contacts.length === 0 || contacts.length > 257) return parameterInvalid('contacts takes 1 to 257 entries')
      for (const contact of contacts) {
        if (!textAt(contact, 'name', 'formatted_name')) return parameterMissing('name.formatted_name is required')
        const parts = ['first_name', 'last_name', 'middle_name', 'prefix', 'suffix']
        if (!parts.some(part => textAt(contact, 'name', part))) return parameterMissing('name needs one more part beside formatted_name')
      }
      return undefined
    }
    case 'reaction': {
      if (!textAt(message, 'reaction', 'message_id')) return parameterMissing('reaction.message_id is required')
      if (message.context !== undefined) return parameterInvalid('A reaction cannot be a reply')
      return undefined
    }
    case 'interactive':
      return refuseInteractive(objectAt(message, 'interactive'), fileOf)
    case 'template':
      return refuseTemplate(message, state, fileOf)
    default:
      return { status: 400, code: 131051, title: 'Unsupported message type', details: `Message type ${type} is not supported`, product }
  }
}

function refuseMedia(media: unknown, type: string, fileOf: (id: string) => StoredFile | undefined): Refusal {
  const id = idAt(media, 'id')
  const link = textAt(media, 'link')
  if (!id === !link) return parameterMissing(`${type} needs either id or link`)
  if (id) {
    const file = fileOf(id)
    if (!file) return invalidParameter(`The media id ${id} is unknown or has expired`)
    if (!takenBy[type]?.test(file.mimeType)) return parameterInvalid(`A file of type ${file.mimeType} cannot be sent as ${type}`)
    if ((media as { voice?: unknown }).voice === true && !file.mimeType.startsWith('audio/ogg'))
      return parameterInvalid('A voice message must be Ogg with Opus')
  }
  const caption = stringAt(media, 'caption')
  if (caption !== undefined && (type === 'audio' || type === 'sticker')) return parameterInvalid(`${type} takes no caption`)
  return caption === undefined ? undefined : tooLong(caption, 1024, `${type}['caption']`)
}

function refuseInteractive(interactive: unknown, fileOf: (id: string) => StoredFile | undefined): Refusal {
  const type = textAt(interactive, 'type')
  const header = objectAt(interactive, 'header')
  const headerType = textAt(header, 'type')
  if (headerType === 'text') {
    const refusal = tooLong(stringAt(header, 'text'), 60, 'header text')
    if (refusal) return refusal
  } else if (header) {
    if (type === 'list' || !headerType || !['image', 'video', 'document'].includes(headerType))
      return parameterInvalid('This header is not allowed here')
    const refusal = refuseMedia(objectAt(header, headerType), headerType, fileOf)
    if (refusal) return refusal
  }
  const footer = objectAt(interactive, 'footer')
  if (footer) {
    const refusal = tooLong(stringAt(footer, 'text'), 60, 'footer text')
    if (refusal) return refusal
  }
  const body = stringAt(interactive, 'body', 'text')
  if (type !== 'product') {
    const refusal = tooLong(body, type === 'list' ? 4096 : 1024, 'body text')
    if (refusal) return refusal
  }
  switch (type) {
    case 'button':
      return refuseButtons(arrayAt(interactive, 'action', 'buttons'))
    case 'list':
      return refuseList(interactive)
    case 'cta_url':
      if (!/^https?:\/\//.test(textAt(interactive, 'action', 'parameters', 'url') ?? '')) return parameterInvalid('url is not valid')
      return tooLong(stringAt(interactive, 'action', 'parameters', 'display_text'), 20, 'display_text')
    case 'product':
      return idAt(interactive, 'action', 'catalog_id') ? undefined : parameterMissing('catalog_id is required')
    default:
      return parameterInvalid(`Interactive type ${type ?? 'nothing'} is not supported`)
  }
}

function refuseButtons(buttons: readonly unknown[]): Refusal {
  if (buttons.length < 1 || buttons.length > 3)
    return parameterInvalid('Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3')
  const titles = new Set<string>()
  for (const button of buttons) {
    const title = stringAt(button, 'reply', 'title')
    const refusal = tooLong(title, 20, 'Button title') ?? tooLong(stringAt(button, 'reply', 'id'), 256, 'Button id')
    if (refusal) return refusal
    titles.add(title ?? '')
  }
  return titles.size === buttons.length ? undefined : parameterInvalid('Button titles must be unique')
}

function refuseList(interactive: unknown): Refusal {
  const sections = arrayAt(interactive, 'action', 'sections')
  const rows = sections.flatMap(section => arrayAt(section, 'rows'))
  if (sections.length < 1 || sections.length > 10) return parameterInvalid('Max allowed sections: 10')
  if (rows.length < 1 || rows.length > 10) return parameterInvalid('Total row count exceed max allowed count: 10')
  const button = tooLong(stringAt(interactive, 'action', 'button'), 20, 'List button')
  if (button) return button
  for (const section of sections) {
    const title = stringAt(section, 'title')
    if (sections.length > 1 && !title) return parameterMissing('Sections need titles where there are several')
    const refusal = title === undefined ? undefined : tooLong(title, 24, 'Section title')
    if (refusal) return refusal
  }
  for (const row of rows) {
    const description = stringAt(row, 'description')
    const refusal =
      tooLong(stringAt(row, 'title'), 24, 'Row title') ??
      tooLong(stringAt(row, 'id'), 200, 'Row id') ??
      (description === undefined ? undefined : tooLong(description, 72, 'Row description'))
    if (refusal) return refusal
  }
  return undefined
}

/** The template that a message names. */
export function templateOf(message: unknown, state: WhatsAppState): SeededTemplate | undefined {
  const name = textAt(message, 'template', 'name')
  const language = textAt(message, 'template', 'language', 'code')
  return state.templates.find(template => template.name === name && template.language === language)
}

function refuseTemplate(message: unknown, state: WhatsAppState, fileOf: (id: string) => StoredFile | undefined): Refusal {
  const name = textAt(message, 'template', 'name') ?? ''
  const language = textAt(message, 'template', 'language', 'code') ?? ''
  const template = templateOf(message, state)
  if (!template || template.status === 'REJECTED' || template.status === 'PENDING') {
    return templateError(
      404,
      132001,
      'Template name does not exist in the translation',
      `template name (${name}) does not exist in ${language}`,
    )
  }
  if (template.status === 'PAUSED') return templateError(400, 132015, 'Template is Paused', `template ${name} is paused due to low quality`)
  if (template.status === 'DISABLED') return templateError(400, 132016, 'Template is Disabled', `template ${name} is disabled`)
  for (const part of ['HEADER', 'BODY'] as const) {
    const wanted = template.components.find(component => component.type === part)
    const given = arrayAt(message, 'template', 'components').find(component => textAt(component, 'type')?.toUpperCase() === part)
    const parameters = arrayAt(given, 'parameters')
    if (part === 'HEADER' && wanted?.format && wanted.format !== 'TEXT') {
      const kind = wanted.format.toLowerCase()
      if (textAt(parameters[0], 'type') !== kind) {
        return templateError(
          400,
          132012,
          'Parameter format does not match format in the created template',
          `header: Format mismatch, expected ${wanted.format}`,
        )
      }
      const refusal = kind === 'location' ? undefined : refuseMedia(objectAt(parameters[0], kind), kind, fileOf)
      if (refusal) return refusal
      continue
    }
    const names = [...new Set([...(wanted?.text ?? '').matchAll(/\{\{(\w+)\}\}/g)].map(match => match[1] ?? ''))]
    if (names.length !== parameters.length) {
      return templateError(
        400,
        132000,
        'Number of parameters does not match the expected number of params',
        `${part.toLowerCase()}: number of localizable_params (${parameters.length}) does not match the expected number of params (${names.length})`,
      )
    }
    const isNamed = names.some(variable => !/^\d+$/.test(variable))
    if (isNamed && names.some(variable => !parameters.some(parameter => textAt(parameter, 'parameter_name') === variable))) {
      return templateError(400, 132012, 'Parameter format does not match format in the created template', 'body: parameter_name is missing')
    }
    if (parameters.some(parameter => !textAt(parameter, 'text')))
      return parameterInvalid(`${part.toLowerCase()}: a text parameter is empty`)
  }
  return refuseTemplateButtons(message, template)
}

function refuseTemplateButtons(message: unknown, template: SeededTemplate): Refusal {
  const buttons = template.components.find(component => component.type === 'BUTTONS')?.buttons ?? []
  const given = arrayAt(message, 'template', 'components').filter(component => textAt(component, 'type') === 'button')
  for (const component of given) {
    const button = buttons[numericAt(component, 'index') ?? -1]
    const wanted = button?.type === 'QUICK_REPLY' ? 'quick_reply' : button?.type.toLowerCase()
    if (!button || textAt(component, 'sub_type') !== wanted) {
      return templateError(
        400,
        132018,
        'Invalid template parameters',
        `button at index ${numericAt(component, 'index') ?? '?'} is of another type`,
      )
    }
  }
  for (const [index, button] of buttons.entries()) {
    const needs = (button.type === 'URL' && button.url?.includes('{{')) || button.type === 'COPY_CODE'
    if (needs && !given.some(component => numericAt(component, 'index') === index)) {
      return templateError(
        400,
        131008,
        'Required parameter is missing',
        `buttons: Button at index ${index} of type ${button.type} requires a parameter`,
      )
    }
  }
  return undefined
}

function tooLong(text: string | undefined, max: number, what: string): Refusal {
  if (text === undefined || text.trim() === '') return parameterMissing(`${what} is required`)
  return text.length > max ? parameterInvalid(`Param ${what} must be at most ${max} characters long`) : undefined
}
