/**
 * What can be pressed, in Viber's words: a keyboard of six columns that takes the place of the customer's own.
 * Always holds: rows stay rows; a button of ours carries payload and title in one ActionBody, because a press comes back as that text and nothing
 * else, and is silent, so that nobody reads it in the chat; a quick reply says its title aloud. https://developers.viber.com/docs/tools/keyboards/
 */
import { objectAt, parseJson, stringAt } from '@dragoman/channel-kit'
import type { Button, Keyboard } from '@dragoman/core'
import type { WireButton, WireKeyboard } from './wire.ts'

const columns = 6

/** The keyboard of a message, or undefined where nothing can be pressed. */
export function keyboardOf(keyboard: Keyboard | undefined): WireKeyboard | undefined {
  const rows = rowsOf(keyboard).filter(row => row.length > 0)
  if (rows.length === 0) return undefined
  const Buttons = rows.flatMap(row => row.map((button, index) => ({ ...button, Columns: widthOf(index, row.length), Rows: 1 })))
  return { Type: 'keyboard', DefaultHeight: false, Buttons }
}

function rowsOf(keyboard: Keyboard | undefined): WireButton[][] {
  switch (keyboard?.kind) {
    case 'buttons':
      return (keyboard.rows ?? []).map(row => row.flatMap(button => wireButton(button, false)))
    case 'quick_replies':
      return (keyboard.rows ?? []).map(row => row.flatMap(button => wireButton(button, true)))
    case 'list':
      return (keyboard.sections ?? []).flatMap(section =>
        section.rows.map(row => wireButton({ kind: 'reply', title: row.title, payload: row.payload }, false)),
      )
    default:
      return []
  }
}

/** Sharing a number or a place is possible from a keyboard only, never from a carousel. */
function wireButton(button: Button, aloud: boolean): WireButton[] {
  const look = { Columns: columns, Rows: 1, Text: escapeText(button.title), TextSize: 'regular' as const }
  switch (button.kind) {
    case 'reply':
      return [
        aloud
          ? { ...look, ActionType: 'reply', ActionBody: button.title }
          : { ...look, ActionType: 'reply', ActionBody: pressText(button.title, button.payload), Silent: true },
      ]
    case 'url':
      return [{ ...look, ActionType: 'open-url', ActionBody: button.url }]
    case 'share_contact':
      return [{ ...look, ActionType: 'share-phone', ActionBody: 'phone' }]
    case 'share_location':
      return [{ ...look, ActionType: 'location-picker', ActionBody: 'location' }]
    default:
      return []
  }
}

/** Six columns shared out: the first buttons of a row take what is left over. */
function widthOf(index: number, count: number): number {
  const each = Math.floor(columns / Math.min(count, columns))
  return each + (index < columns - each * count ? 1 : 0)
}

/** Buttons read a subset of HTML; what a person typed must not be taken for it. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** The text that a press says to us. */
export function pressText(title: string, payload: string): string {
  return JSON.stringify({ p: payload, t: title })
}

/** What was pressed, where a text is such a press; nobody types exactly these two members by chance. */
export function readPress(text: string): { title: string; payload: string } | undefined {
  if (!text.startsWith('{"p":')) return undefined
  const press = objectAt(parseJson(text))
  const payload = stringAt(press, 'p')
  const title = stringAt(press, 't')
  return press && payload !== undefined && title !== undefined && Object.keys(press).length === 2 ? { title, payload } : undefined
}

/** Sharing wants a newer app. */
export function minVersionOf(keyboard: WireKeyboard | undefined): number | undefined {
  return keyboard?.Buttons.some(button => button.ActionType === 'share-phone' || button.ActionType === 'location-picker') ? 3 : undefined
}
