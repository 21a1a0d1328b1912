/**
 * What can be pressed: an inline keyboard, which is an attachment of the message. https://dev.max.ru/docs-api
 * Always holds: rows that are too wide for their kind of button are broken, never refused.
 */
import type { Button, Keyboard } from '@dragoman/core'
import type { WireAttachment, WireButton } from './wire.ts'

const widestRow = 7
/** Rows that hold links or ask for a contact or place. */
const widestOtherRow = 3

export function keyboardOf(keyboard: Keyboard | undefined): Extract<WireAttachment, { type: 'inline_keyboard' }> | undefined {
  const buttons = rowsOf(keyboard)
    .flatMap(broken)
    .filter(row => row.length > 0)
  return buttons.length > 0 ? { type: 'inline_keyboard', payload: { buttons } } : undefined
}

function rowsOf(keyboard: Keyboard | undefined): WireButton[][] {
  switch (keyboard?.kind) {
    case 'buttons':
      return (keyboard.rows ?? []).map(row => row.flatMap(wireButton))
    case 'quick_replies':
      // There are no keys in place of the customer's own keyboard; this button says its title as the customer's message.
      return (keyboard.rows ?? []).map(row =>
        row.flatMap(button => (button.kind === 'reply' ? [{ type: 'message', text: button.title }] : wireButton(button))),
      )
    case 'list':
      return (keyboard.sections ?? []).flatMap(section =>
        section.rows.map(row => [{ type: 'callback', text: row.title, payload: row.payload }]),
      )
    default:
      return []
  }
}

function wireButton(button: Button): WireButton[] {
  switch (button.kind) {
    case 'reply':
      return [{ type: 'callback', text: button.title, payload: button.payload }]
    case 'url':
      return [{ type: 'link', text: button.title, url: button.url }]
    case 'phone':
      // Nothing calls; this one puts the number on the clipboard.
      return [{ type: 'clipboard', text: button.title, payload: button.phone }]
    case 'share_contact':
      return [{ type: 'request_contact', text: button.title }]
    case 'share_location':
      return [{ type: 'request_geo_location', text: button.title }]
    default:
      return []
  }
}

function broken(row: WireButton[]): WireButton[][] {
  const width = row.some(button => button.type !== 'callback' && button.type !== 'message' && button.type !== 'clipboard')
    ? widestOtherRow
    : widestRow
  const rows: WireButton[][] = []
  for (let from = 0; from < row.length; from += width) rows.push(row.slice(from, from + width))
  return rows
}
