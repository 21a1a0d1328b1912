/**
 * What can be pressed: made to fit the messenger, or turned into another form of it, or into numbered words. Returns the keyboard that stays and
 * the words that have to be added.
 */
import type { ButtonLimit } from '../capabilities.ts'
import type { Button, ContentKind, Keyboard, ListRow } from '../content.ts'
import { type FitContext, isTooLong, note, refuse } from './context.ts'

export interface FittedKeyboard {
  keyboard?: Keyboard
  /** Words for what has no buttons here, to stand under the text. */
  words?: string
}

/** Fits a keyboard under a content of this kind. */
export function fitKeyboard(context: FitContext, keyboard: Keyboard | undefined, under: ContentKind): FittedKeyboard {
  if (!keyboard) return {}
  if (keyboard.kind === 'list') return fitList(context, keyboard, under)
  const limit = keyboard.kind === 'buttons' ? context.capabilities.buttons : context.capabilities.quickReplies
  if (limit.level !== 'native') {
    if (keyboard.kind === 'quick_replies' && context.capabilities.buttons.level === 'native') {
      note(context, 'quick_replies_to_buttons')
      return fitKeyboard(context, { kind: 'buttons', rows: keyboard.rows }, under)
    }
    return fitAsListOrWords(context, keyboard.rows.flat(), under)
  }
  const all = keyboard.rows.flat()
  const isMixed = limit.oneKindOnly === true && new Set(all.map(button => button.kind)).size > 1
  const fits =
    all.length <= limit.max &&
    all.every(button => limit.kinds.includes(button.kind)) &&
    (limit.under as ContentKind[]).includes(under) &&
    !isMixed
  if (!fits) return fitAsListOrWords(context, all, under)
  if (!checkButtons(context, all, limit)) return {}
  return { keyboard: { ...keyboard, rows: keyboard.rows.flatMap(row => chunks(row, limit.maxPerRow)) } }
}

function checkButtons(context: FitContext, buttons: readonly Button[], limit: ButtonLimit): boolean {
  for (const button of buttons) {
    if (isTooLong(button.title, limit.title)) refuse(context, 'button_title_too_long', { title: button.title, max: limit.title.max })
    if (button.kind === 'reply' && isTooLong(button.payload, limit.payload))
      refuse(context, 'button_payload_too_long', { title: button.title, max: limit.payload.max })
  }
  return context.refusals.length === 0
}

function fitAsListOrWords(context: FitContext, buttons: readonly Button[], under: ContentKind): FittedKeyboard {
  const { list } = context.capabilities
  const replies = buttons.filter(button => button.kind === 'reply')
  const asRows =
    replies.length === buttons.length &&
    under === 'text' &&
    list.level === 'native' &&
    replies.length <= list.maxRows &&
    replies.every(button => !isTooLong(button.title, list.title) && !isTooLong(button.payload, list.payload))
  if (asRows) {
    note(context, 'buttons_to_list', { count: buttons.length })
    return { keyboard: { kind: 'list', button: '☰', sections: [{ rows: replies.map(({ title, payload }) => ({ title, payload })) }] } }
  }
  note(context, 'buttons_to_text', { count: buttons.length })
  return { words: buttons.map((button, index) => wordsOf(button, index)).join('\n') }
}

function wordsOf(button: Button, index: number): string {
  switch (button.kind) {
    case 'url':
      return `${button.title}: ${button.url}`
    case 'phone':
      return `${button.title}: ${button.phone}`
    default:
      return `${index + 1}. ${button.title}`
  }
}

function fitList(context: FitContext, keyboard: Extract<Keyboard, { kind: 'list' }>, under: ContentKind): FittedKeyboard {
  const { list, buttons } = context.capabilities
  const rows = keyboard.sections.flatMap(section => section.rows)
  if (list.level === 'native' && rows.length <= list.maxRows && keyboard.sections.length <= list.maxSections && under === 'text') {
    return checkRows(context, rows, keyboard) ? { keyboard } : {}
  }
  const asButtons: Button[] = rows.map(({ title, payload }) => ({ kind: 'reply', title, payload }))
  const fit =
    buttons.level === 'native' &&
    rows.length <= buttons.max &&
    (buttons.under as ContentKind[]).includes(under) &&
    rows.every(row => !isTooLong(row.title, buttons.title) && !isTooLong(row.payload, buttons.payload))
  if (fit) {
    note(context, 'list_to_buttons', { count: rows.length })
    return { keyboard: { kind: 'buttons', rows: asButtons.map(button => [button]) } }
  }
  note(context, 'list_to_text', { count: rows.length })
  return { words: rows.map((row, index) => `${index + 1}. ${row.title}${row.description ? ` — ${row.description}` : ''}`).join('\n') }
}

function checkRows(context: FitContext, rows: readonly ListRow[], keyboard: Extract<Keyboard, { kind: 'list' }>): boolean {
  const { list } = context.capabilities
  if (isTooLong(keyboard.button, list.button)) refuse(context, 'button_title_too_long', { title: keyboard.button, max: list.button.max })
  for (const row of rows) {
    if (isTooLong(row.title, list.title)) refuse(context, 'list_row_too_long', { title: row.title, max: list.title.max })
    if (row.description && isTooLong(row.description, list.description))
      refuse(context, 'list_row_too_long', { title: row.title, max: list.description.max })
    if (isTooLong(row.payload, list.payload)) refuse(context, 'button_payload_too_long', { title: row.title, max: list.payload.max })
  }
  return context.refusals.length === 0
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const result: T[][] = []
  for (let at = 0; at < items.length; at += size) result.push(items.slice(at, at + size))
  return result
}
