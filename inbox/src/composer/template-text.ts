/** A template with its slots filled: what the customer will read, and what is still missing. Pure. */
import type { TemplateView } from '@dragoman/api'

export type Slot = TemplateView['slots'][number]

export function slotKey(slot: Slot): string {
  return `${slot.part}:${slot.name ?? slot.index}`
}

export interface Piece {
  text: string
  /** A slot that nobody filled. */
  missing: boolean
}

/** The text of one part, with `{{1}}` and `{{name}}` replaced. */
export function fillPart(text: string, part: Slot['part'], values: Readonly<Record<string, string>>): Piece[] {
  return text
    .split(/(\{\{\s*[\w.-]+\s*\}\})/)
    .filter(Boolean)
    .map(piece => {
      const name = /^\{\{\s*([\w.-]+)\s*\}\}$/.exec(piece)?.[1]
      if (name === undefined) return { text: piece, missing: false }
      const value = values[`${part}:${name}`]?.trim()
      return value ? { text: value, missing: false } : { text: piece, missing: true }
    })
}

export function missingSlots(template: TemplateView, values: Readonly<Record<string, string>>): Slot[] {
  return template.slots.filter(slot => slot.kind === 'text' && !values[slotKey(slot)]?.trim())
}

export function previewOf(template: TemplateView, values: Readonly<Record<string, string>>): string {
  const join = (text: string | undefined, part: Slot['part']) =>
    text
      ? fillPart(text, part, values)
          .map(piece => piece.text)
          .join('')
      : ''
  return [join(template.header?.text, 'header'), join(template.body, 'body'), template.footer ?? ''].filter(Boolean).join('\n\n')
}
