/**
 * What the platform refuses of a message at once, with its own codes.
 * Always holds: a copy of the vendor's numbers of its own, never the adapters'. Characters are counted in UTF-16 units where it does not say how.
 */
import { arrayAt, objectAt, stringAt, textAt } from '@dragoman/channel-kit'
import type { GraphErrorShape } from '../graph-errors.ts'
import { attachmentsOf } from './outbound.ts'
import { templateOf, variablesOf } from './phone-body.ts'
import { day, type FileRule, type World, week } from './rules.ts'
import type { Customer } from './state.ts'

export type Refusal = GraphErrorShape | undefined

export const invalid = (title: string, subcode?: number): GraphErrorShape => ({
  status: 400,
  code: 100,
  title,
  ...(subcode === undefined ? {} : { subcode }),
})

/** Whether the window is open for what is sent. */
export function refuseTime(world: World, customer: Customer, body: Record<string, unknown>): Refusal {
  const age = world.environment.now() - customer.lastAt
  const type = textAt(body, 'messaging_type') ?? 'RESPONSE'
  const tag = textAt(body, 'tag')
  const late: GraphErrorShape = {
    status: 400,
    code: 10,
    subcode: world.rules.lateSubcode,
    title: 'This message is sent outside of allowed window.',
  }
  const hasWritten = customer.lastAt > 0
  if (type === 'UTILITY') return objectAt(body, 'message', 'template') ? undefined : invalid('A utility message needs a template')
  if (objectAt(body, 'message', 'template')) return invalid('A template of this kind needs messaging_type UTILITY')
  if (type !== 'MESSAGE_TAG') return hasWritten && age <= day ? undefined : late
  // Three tags were retired on 27 April 2026 and are refused like any unknown one.
  if (tag === undefined || !world.rules.tags.includes(tag)) return invalid(`Param tag must be one of ${world.rules.tags.join(', ')}`)
  return hasWritten && age <= week ? undefined : late
}

/** Checks a message's own shape. */
export function refuseMessage(message: unknown, world: World): Refusal {
  const { rules } = world
  if (!objectAt(message)) return invalid('Param message is required')
  const template = objectAt(message, 'template')
  if (template) return refuseTemplate(template, world)
  const text = stringAt(message, 'text')
  const attachments = attachmentsOf(message)
  if (text === undefined && attachments.length === 0 && !textAt(message, 'sticker_id')) return invalid('The message is empty')
  if (text !== undefined) {
    if (text.trim() === '') return invalid('The text is empty')
    if (rules.text.lengthOf(text) > rules.text.max)
      return invalid(`Length of param message[text] must be at most ${rules.text.max} ${rules.text.unit}`)
  }
  for (const attachment of attachments) {
    const refusal =
      textAt(attachment, 'type') === 'template' ? refuseStructured(objectAt(attachment, 'payload'), world) : refuseFile(attachment, world)
    if (refusal) return refusal
  }
  return refuseReplies(arrayAt(message, 'quick_replies'), rules.takesPhoneReplies)
}

function refuseReplies(replies: readonly unknown[], takesPhone: boolean): Refusal {
  if (replies.length > 13) return invalid('At most 13 quick replies')
  for (const reply of replies) {
    const type = textAt(reply, 'content_type')
    if (type !== 'text') {
      if (!takesPhone || (type !== 'user_phone_number' && type !== 'user_email'))
        return invalid(`Quick replies of the type ${type} are not supported`)
      continue
    }
    const refusal =
      tooLong(stringAt(reply, 'title'), 20, 'quick reply title') ?? tooLong(stringAt(reply, 'payload'), 1000, 'quick reply payload')
    if (refusal) return refusal
  }
  return undefined
}

function refuseFile(attachment: unknown, world: World): Refusal {
  const type = textAt(attachment, 'type') ?? ''
  const payload = objectAt(attachment, 'payload')
  if (type === 'like_heart' || type === 'MEDIA_SHARE') return undefined
  const rule = Object.hasOwn(world.rules.files, type) ? world.rules.files[type as keyof typeof world.rules.files] : undefined
  if (!rule) return invalid(`Param attachment[type] ${type} is not supported`)
  const id = textAt(payload, 'attachment_id')
  if (id) {
    const file = world.state.files.find(entry => entry.id === id && entry.expiresAt > world.environment.now())
    if (!file) return invalid(`The attachment ${id} is unknown or has expired`, 2018074)
    return file.type === type ? undefined : invalid('The attachment is of another type', 2018047)
  }
  const url = textAt(payload, 'url') ?? ''
  if (!/^https?:\/\//.test(url)) return invalid('The address of the attachment is not valid', 2018008)
  // What the host keeps can be looked at; any other address is taken at its word.
  const kept = world.environment.kept(url.slice(url.lastIndexOf('/') + 1))
  return kept ? refuseBytes(rule, kept.mimeType, kept.bytes.length, rule.maxBytesByUrl) : undefined
}

/** Checks a file's type and size. */
export function refuseBytes(rule: FileRule, mimeType: string, sizeBytes: number, maxBytes: number): Refusal {
  if (!rule.mimeTypes.test(mimeType)) return invalid(`A file of the type ${mimeType} cannot be sent so`, 2018047)
  return sizeBytes > maxBytes ? invalid(`The file is larger than ${maxBytes} bytes`, 2018109) : undefined
}

function refuseStructured(payload: unknown, world: World): Refusal {
  const elements = arrayAt(payload, 'elements')
  switch (textAt(payload, 'template_type')) {
    case 'button': {
      const count = arrayAt(payload, 'buttons').length
      if (count < 1) return invalid('A button template needs at least one button')
      return tooLong(stringAt(payload, 'text'), 640, 'text') ?? refuseButtons(payload, world)
    }
    case 'generic':
      if (elements.length < 1 || elements.length > 10) return invalid('A generic template takes 1 to 10 elements')
      for (const element of elements) {
        const hasMore =
          ['subtitle', 'image_url', 'default_action'].some(key => objectAt(element)?.[key] !== undefined) ||
          arrayAt(element, 'buttons').length > 0
        if (!hasMore) return invalid('An element needs one more property beside its title')
        const subtitle = stringAt(element, 'subtitle')
        const refusal =
          tooLong(stringAt(element, 'title'), 80, 'title') ??
          (subtitle === undefined ? undefined : tooLong(subtitle, 80, 'subtitle')) ??
          refuseButtons(element, world)
        if (refusal) return refusal
      }
      return undefined
    case 'media': {
      const [element, ...others] = elements
      if (!world.rules.mediaTemplate || !element || others.length > 0) return invalid('A media template takes one element')
      const type = textAt(element, 'media_type') ?? ''
      if (type !== 'image' && type !== 'video') return invalid('media_type must be image or video')
      if (!textAt(element, 'attachment_id')) return invalid('A media template takes an attachment_id or an address at the platform')
      return refuseFile({ type, payload: element }, world) ?? refuseButtons(element, world)
    }
    case 'product':
      return world.rules.products && elements.length >= 1 && elements.length <= 10 && elements.every(element => textAt(element, 'id'))
        ? undefined
        : invalid('A product template takes 1 to 10 product ids', 2018320)
    default:
      return invalid('Unknown template_type')
  }
}

function refuseButtons(holder: unknown, world: World): Refusal {
  const buttons = arrayAt(holder, 'buttons')
  if (buttons.length > 3) return invalid('At most 3 buttons')
  for (const button of buttons) {
    const type = textAt(button, 'type')
    const title = tooLong(stringAt(button, 'title'), 20, 'button title')
    if (title) return title
    if (type === 'web_url') {
      if (!/^https?:\/\//.test(textAt(button, 'url') ?? '')) return invalid('The url of a button is not valid')
    } else if (type === 'postback' || (type === 'phone_number' && world.rules.dials)) {
      const refusal = tooLong(stringAt(button, 'payload'), 1000, 'button payload')
      if (refusal) return refusal
    } else return invalid(`A button of the type ${type} is not supported`)
  }
  return undefined
}

function refuseTemplate(sent: unknown, world: World): Refusal {
  const template = templateOf(sent, world.state.templates)
  if (template?.status !== 'APPROVED') return invalid('There is no approved template of this name in this language', 2018320)
  for (const part of ['HEADER', 'BODY']) {
    const wanted = variablesOf(
      textAt(
        template.components.find(component => component.type === part),
        'text',
      ) ?? '',
    )
    const given = arrayAt(
      arrayAt(sent, 'components').find(component => textAt(component, 'type')?.toUpperCase() === part),
      'parameters',
    )
    if (wanted.length !== given.length)
      return invalid(`${part.toLowerCase()}: ${given.length} parameters given, ${wanted.length} expected`, 2018328)
  }
  return undefined
}

export function tooLong(text: string | undefined, max: number, what: string): Refusal {
  if (text === undefined || text.trim() === '') return invalid(`Param ${what} is required`)
  return text.length > max ? invalid(`Length of param ${what} must be at most ${max}`) : undefined
}
