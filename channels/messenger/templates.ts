/**
 * Utility templates: the one kind of message that may be sent at any time. Read from the page's list, and filled for sending.
 * Always holds: positions count from 1 here; a picture in a header goes by its public address, for nobody says how an upload would be named there.
 * Vendor: https://developers.facebook.com/docs/messenger-platform/send-messages/utility-messages
 */
import { arrayAt, compact, textAt } from '@dragoman/channel-kit'
import { type MessagePlan, refuse } from '@dragoman/channel-meta-graph'
import type { Content, Media, TemplateInfo, TemplateValue } from '@dragoman/core'
import type { UtilityComponent, UtilityParameter, UtilityTemplate } from './wire.ts'

type Slot = TemplateInfo['slots'][number]
const variable = /\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g

/** One template of the platform's list; undefined where it has no name or language. */
export function readTemplate(item: unknown): TemplateInfo | undefined {
  const name = textAt(item, 'name')
  const language = textAt(item, 'language')
  if (!name || !language) return undefined
  const slots: Slot[] = []
  const buttons: TemplateInfo['buttons'] = []
  let header: TemplateInfo['header']
  let body = ''
  for (const component of arrayAt(item, 'components')) {
    const text = textAt(component, 'text') ?? ''
    switch (textAt(component, 'type')?.toUpperCase()) {
      case 'HEADER':
        header = readHeader(component, text, slots)
        break
      case 'BODY':
        body = text
        slots.push(...textSlots('body', text, component, 'body_text'))
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
    buttons,
    slots,
    reason: reasonOf(textAt(item, 'rejected_reason')),
  })
}

function readHeader(component: unknown, text: string, slots: Slot[]): TemplateInfo['header'] {
  if ((textAt(component, 'format') ?? 'TEXT').toUpperCase() === 'IMAGE') {
    slots.push(compact({ part: 'header', index: 1, kind: 'image', sample: textAt(component, 'example', 'header_handle', 0) }))
    return { kind: 'image' }
  }
  slots.push(...textSlots('header', text, component, 'header_text'))
  return { kind: 'text', text }
}

function readButton(button: unknown, index: number, slots: Slot[]): TemplateInfo['buttons'][number] {
  const title = textAt(button, 'text') ?? ''
  if (textAt(button, 'type')?.toUpperCase() !== 'URL') return { kind: 'reply', title, variable: false }
  const isVariable = /\{\{/.test(textAt(button, 'url') ?? '')
  if (isVariable) slots.push(compact({ part: 'button', index, name: 'url', kind: 'text', sample: textAt(button, 'example', 0) }))
  return { kind: 'url', title, variable: isVariable }
}

function textSlots(part: 'header' | 'body', text: string, component: unknown, examples: string): Slot[] {
  const list = arrayAt(component, 'example', examples)
  const samples = Array.isArray(list[0]) ? (list[0] as unknown[]) : list
  const names = [...new Set([...text.matchAll(variable)].map(match => match[1] ?? ''))]
  return names.map((name, place) => {
    const isNumbered = /^\d+$/.test(name)
    const index = isNumbered ? Number(name) : place + 1
    const sample = samples[index - 1]
    return compact<Slot>({
      part,
      index,
      name: isNumbered ? undefined : name,
      kind: 'text',
      sample: typeof sample === 'string' ? sample : undefined,
    })
  })
}

function reasonOf(reason: string | undefined): string | undefined {
  return reason && reason !== 'NONE' ? reason : undefined
}

/** The message that sends a template. */
export function templateMessage(
  content: Extract<Content, { kind: 'template' }>,
  linkOf: (media: Media) => string | undefined,
): MessagePlan {
  const components: UtilityComponent[] = []
  for (const part of ['header', 'body'] as const) {
    const parameters: UtilityParameter[] = []
    for (const value of inOrder(content.values, part)) {
      const parameter = parameterOf(value, linkOf)
      if (!parameter) return refuse('media_unavailable', 'The picture of a template needs a public address, and this server has none')
      parameters.push(parameter)
    }
    if (parameters.length > 0) components.push({ type: part, parameters })
  }
  for (const value of inOrder(content.values, 'button')) {
    const index = String(Math.max(0, value.index - 1))
    components.push({ type: 'button', sub_type: 'url', index, parameters: [{ type: 'text', text: value.text ?? '' }] })
  }
  const template: UtilityTemplate = {
    name: content.name,
    language: { code: content.language },
    ...(components.length > 0 ? { components } : {}),
  }
  return { ok: true, message: { template }, utility: true }
}

function inOrder(values: readonly TemplateValue[], part: TemplateValue['part']): TemplateValue[] {
  return values.filter(value => value.part === part).toSorted((a, b) => a.index - b.index)
}

function parameterOf(value: TemplateValue, linkOf: (media: Media) => string | undefined): UtilityParameter | undefined {
  if (value.media) {
    const link = linkOf(value.media)
    return link === undefined ? undefined : { type: 'image', image: { link } }
  }
  return { type: 'text', ...(value.name ? { parameter_name: value.name } : {}), text: value.text ?? '' }
}
