/** What VK takes for a keyboard or a carousel, and what it refuses. */
import { jsonOf } from '@dragoman/channel-kit/simulator'
import type { Button, Card } from '@dragoman/core'
import { limits } from './limits.ts'
import type { Json } from './state.ts'

export interface ReadKeyboard {
  rows: Json[][]
  inline: boolean
  oneTime: boolean
}

/** The keyboard of a call, `undefined` where there is none, or `refused` (error 911). */
export function readKeyboard(text: unknown): ReadKeyboard | 'refused' | undefined {
  if (text === undefined || text === '') return undefined
  const keyboard = typeof text === 'string' ? (jsonOf(text) as Json | undefined) : undefined
  const rows = keyboard?.buttons
  if (!keyboard || !Array.isArray(rows)) return 'refused'
  const inline = keyboard.inline === true
  if (inline && keyboard.one_time === true) return 'refused'
  const most = inline ? limits.inline : limits.keyboard
  if (rows.length > most.rows || rows.some(row => !Array.isArray(row) || row.length > most.perRow || row.length === 0)) return 'refused'
  const all = rows.flat() as Json[]
  if (all.length > most.all || all.some(button => !isButton(button))) return 'refused'
  return { rows: rows as Json[][], inline, oneTime: keyboard.one_time === true }
}

export function isButton(button: Json): boolean {
  const action = button.action as Json | undefined
  if (!action || !['text', 'callback', 'open_link', 'location', 'vkpay', 'open_app'].includes(String(action.type))) return false
  if (button.color !== undefined && !['primary', 'secondary', 'negative', 'positive'].includes(String(button.color))) return false
  if (action.type === 'location' || action.type === 'vkpay') return action.label === undefined
  if (typeof action.label !== 'string' || action.label === '' || action.label.length > limits.label) return false
  if (action.type === 'open_link' && !/^https?:\/\//.test(String(action.link ?? ''))) return false
  const { payload } = action
  return payload === undefined || (typeof payload === 'string' && payload.length <= limits.payload && jsonOf(payload) !== undefined)
}

export interface ReadCarousel {
  elements: Json[]
}

/** The carousel of a call, or `refused`. */
export function readCarousel(text: unknown): ReadCarousel | 'refused' | undefined {
  if (text === undefined || text === '') return undefined
  const template = typeof text === 'string' ? (jsonOf(text) as Json | undefined) : undefined
  const elements = template?.elements as Json[] | undefined
  if (template?.type !== 'carousel' || !Array.isArray(elements) || elements.length === 0 || elements.length > limits.carousel.elements)
    return 'refused'
  for (const element of elements) {
    const buttons = (element.buttons ?? []) as Json[]
    const words = [element.title, element.description].map(word => String(word ?? ''))
    if (words.some(word => word.length > limits.carousel.text) || buttons.length > limits.carousel.buttons) return 'refused'
    if ((!element.title && !element.photo_id) || buttons.some(button => !isButton(button))) return 'refused'
  }
  return { elements }
}

export function shownButton(button: Json): Button {
  const action = button.action as Json
  const title = String(action.label ?? '📍')
  if (action.type === 'open_link') return { kind: 'url', title, url: String(action.link) }
  if (action.type === 'location') return { kind: 'share_location', title }
  return { kind: 'reply', title, payload: String(action.payload ?? '') }
}

export function shownCard(element: Json, pictureUrl: string | undefined): Card {
  const buttons = ((element.buttons ?? []) as Json[]).map(shownButton)
  return {
    title: String(element.title ?? ''),
    ...(element.description ? { text: String(element.description) } : {}),
    ...(pictureUrl ? { media: { ref: { from: 'link', url: pictureUrl } } } : {}),
    ...(buttons.length > 0 ? { buttons } : {}),
  }
}
