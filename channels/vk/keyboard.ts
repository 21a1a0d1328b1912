/**
 * Keyboards: under a message (`inline`), where a press is a callback, or in place of the keyboard, where a press is a message with a payload.
 * Always holds: the title travels with a callback's payload, because the event of a press does not name it.
 * https://dev.vk.com/ru/api/bots/development/keyboard
 */
import { parseJson, stringAt } from '@dragoman/channel-kit'
import type { Button, Keyboard } from '@dragoman/core'

export interface WireButton {
  action: { type: 'callback' | 'text' | 'open_link' | 'location'; label?: string; link?: string; payload?: string }
  color?: 'primary' | 'secondary'
}
export interface WireKeyboard {
  inline?: boolean
  one_time?: boolean
  buttons: WireButton[][]
}

export function keyboardOf(keyboard: Keyboard | undefined): WireKeyboard | undefined {
  if (keyboard?.kind === 'buttons')
    return { inline: true, buttons: keyboard.rows.map(row => row.flatMap(button => wireButton(button, true))) }
  if (keyboard?.kind === 'quick_replies')
    return { one_time: true, buttons: keyboard.rows.map(row => row.flatMap(button => wireButton(button, false))) }
  return undefined
}

export function wireButton(button: Button, isCallback: boolean): WireButton[] {
  switch (button.kind) {
    case 'reply':
      return [
        isCallback
          ? {
              action: { type: 'callback', label: button.title, payload: JSON.stringify({ b: button.payload, t: button.title }) },
              color: 'secondary',
            }
          : { action: { type: 'text', label: button.title, payload: JSON.stringify({ b: button.payload }) }, color: 'secondary' },
      ]
    case 'url':
      return [{ action: { type: 'open_link', label: button.title, link: button.url } }]
    case 'share_location':
      return [{ action: { type: 'location' } }]
    default:
      return []
  }
}

/** What a button of ours or of another program carried. VK gives it as an object or as its text. */
export function readPayload(value: unknown): { payload?: string; title?: string; command?: string } {
  const object = typeof value === 'string' ? parseJson(value) : value
  const payload = stringAt(object, 'b')
  const title = stringAt(object, 't')
  const command = stringAt(object, 'command')
  const whole = typeof value === 'string' ? value : value === undefined || value === null ? undefined : JSON.stringify(value)
  return {
    ...(payload !== undefined ? { payload } : whole ? { payload: whole } : {}),
    ...(title ? { title } : {}),
    ...(command ? { command } : {}),
  }
}

/** Our own reference, which goes along with every message and comes back with its echo. */
export function readRef(value: unknown): string | undefined {
  return typeof value === 'string' ? stringAt(parseJson(value), 'ref') : undefined
}
