/** What can be pressed, in Telegram's words: buttons under the message, or keys in place of the customer's own keyboard. */
import type { Button, Keyboard } from '@dragoman/core'
import type { WireInlineButton, WireKey, WireMarkup } from './wire.ts'

/** The markup of a message, or undefined where nothing can be pressed. */
export function markupOf(keyboard: Keyboard | undefined): WireMarkup | undefined {
  switch (keyboard?.kind) {
    case 'buttons': {
      const rows = filled(keyboard.rows?.map(row => row.flatMap(inlineButton)))
      return rows.length > 0 ? { inline_keyboard: rows } : undefined
    }
    case 'quick_replies': {
      const rows = filled(keyboard.rows?.map(row => row.map(key)))
      return rows.length > 0 ? { keyboard: rows, resize_keyboard: true, one_time_keyboard: true } : undefined
    }
    case 'list': {
      const rows = filled(
        keyboard.sections?.flatMap(section => section.rows.map(row => [{ text: row.title, callback_data: row.payload || row.title }])),
      )
      return rows.length > 0 ? { inline_keyboard: rows } : undefined
    }
    default:
      return undefined
  }
}

/** Sharing a contact or place is possible from keys only, never from a button under a message. */
function inlineButton(button: Button): WireInlineButton[] {
  switch (button.kind) {
    case 'reply':
      return [{ text: button.title, callback_data: button.payload || button.title }]
    case 'url':
      return [{ text: button.title, url: button.url }]
    case 'phone':
      // There is no button that calls; this one puts the number on the clipboard.
      return [{ text: button.title, copy_text: { text: button.phone } }]
    default:
      return []
  }
}

/** What is pressed comes back as an ordinary text: the title is all that a key carries. */
function key(button: Button): WireKey {
  if (button.kind === 'share_contact') return { text: button.title, request_contact: true }
  return button.kind === 'share_location' ? { text: button.title, request_location: true } : { text: button.title }
}

function filled<T>(rows: T[][] | undefined): T[][] {
  return (rows ?? []).filter(row => row.length > 0)
}
