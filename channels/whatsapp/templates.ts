/**
 * Approved templates: read from the platform's list, and filled for sending.
 * Always holds: a slot's `name` travels with its value; for buttons it says what kind of button is filled (`url`, `copy_code`, `quick_reply`),
 * because the send request must name it and a value alone cannot tell. Positions count from 1 here and from 0 at the platform.
 */

import { arrayAt, compact, textAt } from '@dragoman/channel-kit'
import type { Content, TemplateInfo, TemplateValue } from '@dragoman/core'
import type { PointerOf } from './message-request.ts'
import type { MediaPointer, MessagePayload, TemplateComponent, TemplateParameter } from './wire.ts'

type Slot = TemplateInfo['slots'][number]
type TemplateButton = TemplateInfo['buttons'][number]

const variable = /\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g
const mediaFormats = { IMAGE: 'image', VIDEO: 'video', DOCUMENT: 'file' } as const

/** One template of the platform's list; undefined where it has no name or language. */
export function readTemplate(item: unknown): TemplateInfo | undefined {
  const name = textAt(item, 'name')
  const language = textAt(item, 'language')
  if (!name || !language) return undefined
  const slots: Slot[] = []
  const buttons: TemplateButton[] = []
  let header: TemplateInfo['header']
  let body = ''
  let footer: string | undefined
  for (const component of arrayAt(item, 'components')) {
    const text = textAt(component, 'text') ?? ''
    switch (textAt(component, 'type')?.toUpperCase()) {
      case 'HEADER':
        header = readHeader(component, text, slots)
        break
      case 'BODY':
        body = text
        slots.push(...textSlots('body', text, samplesOf(component, 'body_text', 'body_text_named_params')))
        break
      case 'FOOTER':
        footer = text
        break
      case 'BUTTONS':
        for (const [place, button] of arrayAt(component, 'buttons').entries()) buttons.push(readButton(button, place + 1, slots))
        break
    }
  }
  return compact({
    name,
    language,
    category: (textAt(item, 'category') ?? 'unknown').toLowerCase(),
    status: (textAt(item, 'status') ?? 'unknown').toLowerCase(),
    header,
    body,
    footer,
    buttons,
    slots,
    reason: reasonOf(textAt(item, 'rejected_reason')),
  })
}

function readHeader(component: unknown, text: string, slots: Slot[]): TemplateInfo['header'] {
  const format = (textAt(component, 'format') ?? 'TEXT').toUpperCase()
  if (format === 'LOCATION') return { kind: 'location' }
  if (Object.hasOwn(mediaFormats, format)) {
    const kind = mediaFormats[format as keyof typeof mediaFormats]
    slots.push(compact({ part: 'header', index: 1, kind, sample: textAt(component, 'example', 'header_handle', 0) }))
    return { kind }
  }
  slots.push(...textSlots('header', text, samplesOf(component, 'header_text', 'header_text_named_params')))
  return { kind: 'text', text }
}

function readButton(button: unknown, index: number, slots: Slot[]): TemplateButton {
  const title = textAt(button, 'text') ?? ''
  const sample = textAt(button, 'example', 0) ?? textAt(button, 'example')
  switch (textAt(button, 'type')?.toUpperCase()) {
    case 'QUICK_REPLY':
      return { kind: 'reply', title, variable: false }
    case 'URL':
    case 'OTP': {
      const isCode = textAt(button, 'type')?.toUpperCase() === 'OTP'
      const isVariable = isCode || /\{\{/.test(textAt(button, 'url') ?? '')
      if (isVariable) slots.push(compact({ part: 'button', index, name: 'url', kind: 'text', sample }))
      return { kind: isCode ? 'copy_code' : 'url', title, variable: isVariable }
    }
    case 'PHONE_NUMBER':
      return { kind: 'phone', title, variable: false }
    case 'COPY_CODE':
      slots.push(compact({ part: 'button', index, name: 'copy_code', kind: 'text', sample }))
      return { kind: 'copy_code', title, variable: true }
    default:
      return { kind: 'other', title, variable: false }
  }
}

function textSlots(part: 'header' | 'body', text: string, samples: Record<string, string>): Slot[] {
  const names = [...new Set([...text.matchAll(variable)].map(match => match[1] ?? ''))]
  return names.map((name, place) => {
    const numbered = /^\d+$/.test(name)
    return compact<Slot>({
      part,
      index: numbered ? Number(name) : place + 1,
      name: numbered ? undefined : name,
      kind: 'text',
      sample: samples[name],
    })
  })
}

function samplesOf(component: unknown, positional: string, named: string): Record<string, string> {
  const list = arrayAt(component, 'example', positional)
  const flat = Array.isArray(list[0]) ? (list[0] as unknown[]) : list
  const samples: Record<string, string> = {}
  for (const [place, sample] of flat.entries()) if (typeof sample === 'string') samples[String(place + 1)] = sample
  for (const entry of arrayAt(component, 'example', named)) {
    const name = textAt(entry, 'param_name')
    if (name) samples[name] = textAt(entry, 'example') ?? ''
  }
  return samples
}

function reasonOf(reason: string | undefined): string | undefined {
  return reason && reason !== 'NONE' ? reason : undefined
}

/** The payload that sends a template; undefined where a file of it is not there. */
export function templatePayload(content: Extract<Content, { kind: 'template' }>, pointerOf: PointerOf): MessagePayload | undefined {
  const components: TemplateComponent[] = []
  for (const part of ['header', 'body'] as const) {
    const parameters: TemplateParameter[] = []
    for (const value of inOrder(content.values, part)) {
      const parameter = parameterOf(value, pointerOf)
      if (!parameter) return undefined
      parameters.push(parameter)
    }
    if (parameters.length) components.push({ type: part, parameters })
  }
  for (const value of inOrder(content.values, 'button')) components.push(buttonOf(value))
  return {
    type: 'template',
    template: { name: content.name, language: { code: content.language }, ...(components.length ? { components } : {}) },
  }
}

function inOrder(values: readonly TemplateValue[], part: TemplateValue['part']): TemplateValue[] {
  return values.filter(value => value.part === part).toSorted((a, b) => a.index - b.index)
}

function parameterOf(value: TemplateValue, pointerOf: PointerOf): TemplateParameter | undefined {
  if (value.media) {
    const pointer = pointerOf(value.media)
    return pointer && mediaParameter(value, pointer)
  }
  const name = value.name ? { parameter_name: value.name } : {}
  return { type: 'text', ...name, text: value.text ?? '' }
}

function mediaParameter(value: TemplateValue, pointer: MediaPointer): TemplateParameter {
  if (value.mediaKind === 'video') return { type: 'video', video: pointer }
  if (value.mediaKind === 'file')
    return { type: 'document', document: { ...pointer, ...(value.media?.name ? { filename: value.media.name } : {}) } }
  return { type: 'image', image: pointer }
}

function buttonOf(value: TemplateValue): TemplateComponent {
  const text = value.text ?? ''
  const place = { type: 'button', index: String(Math.max(0, value.index - 1)) } as const
  if (value.name === 'quick_reply') return { ...place, sub_type: 'quick_reply', parameters: [{ type: 'payload', payload: text }] }
  if (value.name === 'copy_code') return { ...place, sub_type: 'copy_code', parameters: [{ type: 'coupon_code', coupon_code: text }] }
  return { ...place, sub_type: 'url', parameters: [{ type: 'text', text }] }
}
