/**
 * What Viber checks of a message before it takes it: kinds, lengths, endings of addresses, keyboards. Each check gives a status with words, or nothing.
 */
import { limits, programName } from './limits.ts'
import type { Json, WireButton } from './state.ts'

export interface Refusal {
  status: number
  words: string
}

const bad = (words: string): Refusal => ({ status: 3, words })
const missing = (words: string): Refusal => ({ status: 4, words })

const keyboardActions = ['reply', 'open-url', 'share-phone', 'location-picker', 'none']
const cardActions = ['reply', 'open-url', 'none']

/** `sizeOf` gives the bytes behind an address where this machine can know it. */
export function checkMessage(value: Json, sizeOf: (url: string) => number | undefined, place: 'chat' | 'post'): Refusal | undefined {
  const keyboard = value.keyboard ?? undefined
  if (keyboard !== undefined) {
    if (place === 'post') return bad('keyboard is not supported')
    const refusal = checkKeyboard(keyboard)
    if (refusal) return refusal
  }
  if (textOf(value.tracking_data).length > limits.trackingData) return bad('tracking_data is too long')
  const version = Number(value.min_api_version ?? 1)
  switch (value.type) {
    case undefined:
      return keyboard === undefined ? missing('type is missing') : undefined
    case 'text':
      if (textOf(value.text) === '') return missing('text is missing')
      return textOf(value.text).length > limits.text ? bad(`text is longer than ${limits.text}`) : undefined
    case 'picture':
      return checkPicture(value, sizeOf)
    case 'video':
      return checkVideo(value)
    case 'file':
      return checkFile(value)
    case 'contact': {
      const contact = (value.contact ?? {}) as Json
      const name = textOf(contact.name)
      const phone = textOf(contact.phone_number)
      if (name === '' || phone === '') return missing('contact is missing')
      return name.length > limits.contactName || phone.length > limits.contactPhone ? bad('contact is too long') : undefined
    }
    case 'location': {
      const { lat, lon } = (value.location ?? {}) as Json
      if (lat === undefined || lon === undefined) return missing('location is missing')
      return Math.abs(Number(lat)) <= 90 && Math.abs(Number(lon)) <= 180 ? undefined : bad('location is not valid')
    }
    case 'url':
      return checkAddress(textOf(value.media))
    case 'sticker':
      return Number.isInteger(value.sticker_id) ? undefined : missing('sticker_id is missing')
    case 'rich_media':
      if (place === 'post') return bad('rich_media is not supported')
      if (version < 2) return { status: 14, words: 'min_api_version is too low for rich_media' }
      return checkRichMedia(value.rich_media)
    default:
      return bad(`unknown type ${textOf(value.type)}`)
  }
}

function checkPicture(value: Json, sizeOf: (url: string) => number | undefined): Refusal | undefined {
  const media = textOf(value.media)
  const address = checkAddress(media)
  if (address) return address
  if (!/\.(jpe?g|png|gif)$/i.test(media)) return bad('media must end with jpeg, jpg, png or gif')
  if (value.text === undefined) return missing('text is missing')
  if (textOf(value.text).length > limits.caption) return bad(`text is longer than ${limits.caption}`)
  return (sizeOf(media) ?? 0) > limits.pictureBytes ? bad('media is too large') : undefined
}

function checkVideo(value: Json): Refusal | undefined {
  const media = textOf(value.media)
  const address = checkAddress(media)
  if (address) return address
  if (!/\.mp4$/i.test(media)) return bad('media must end with mp4')
  if (!Number.isInteger(value.size) || Number(value.size) <= 0) return missing('size is missing')
  if (Number(value.size) > limits.videoBytes) return bad('video is too large')
  if (Number(value.duration ?? 0) > limits.videoSeconds) return bad('video is too long')
  return textOf(value.text).length > limits.caption ? bad(`text is longer than ${limits.caption}`) : undefined
}

function checkFile(value: Json): Refusal | undefined {
  const address = checkAddress(textOf(value.media))
  if (address) return address
  const name = textOf(value.file_name)
  if (!Number.isInteger(value.size) || Number(value.size) <= 0) return missing('size is missing')
  if (name === '' || name.length > limits.fileName || !/\.[A-Za-z0-9]{1,8}$/.test(name)) return bad('file_name is not valid')
  if (programName.test(name)) return bad('file type is not allowed')
  return Number(value.size) > limits.fileBytes ? bad('file is too large') : undefined
}

function checkAddress(media: string): Refusal | undefined {
  if (media === '') return missing('media is missing')
  return URL.canParse(media) && media.length <= limits.url ? undefined : bad('media is not a valid address')
}

function checkKeyboard(given: unknown): Refusal | undefined {
  const keyboard = given as Json
  if (typeof given !== 'object' || given === null) return bad('keyboard is not valid')
  if (keyboard.Type !== 'keyboard') return bad('keyboard is not valid. [object has missing required properties (["Type"])]')
  const buttons = Array.isArray(keyboard.Buttons) ? (keyboard.Buttons as WireButton[]) : []
  if (buttons.length === 0) return bad('keyboard is not valid')
  const refusal = buttons.map(button => checkButton(button, keyboardActions, 2)).find(Boolean)
  if (refusal) return refusal
  return keyboardRows(buttons).length > limits.keyboardRows ? bad('keyboard is not valid: too many rows') : undefined
}

function checkRichMedia(given: unknown): Refusal | undefined {
  const media = (given ?? {}) as Json
  const columns = Number(media.ButtonsGroupColumns ?? limits.columns)
  const rows = Number(media.ButtonsGroupRows ?? limits.richMediaRows)
  const buttons = Array.isArray(media.Buttons) ? (media.Buttons as WireButton[]) : []
  if (buttons.length === 0 || !(columns >= 1 && columns <= limits.columns) || !(rows >= 1 && rows <= limits.richMediaRows))
    return bad('rich_media is not valid')
  const refusal = buttons.map(button => checkButton(button, cardActions, limits.richMediaRows)).find(Boolean)
  if (refusal) return refusal
  const cells = buttons.reduce((sum, button) => sum + (button.Columns ?? limits.columns) * (button.Rows ?? 1), 0)
  if (cells > limits.cards * columns * rows) return bad('rich_media is not valid: too many buttons')
  return cells % (columns * rows) === 0 ? undefined : bad('rich_media is not valid: a block is not filled')
}

function checkButton(button: WireButton, actions: readonly string[], mostRows: number): Refusal | undefined {
  const { Columns = limits.columns, Rows = 1, ActionType = 'reply' } = button
  if (!(Columns >= 1 && Columns <= limits.columns) || !(Rows >= 1 && Rows <= mostRows)) return bad('button is not valid: size')
  if (!actions.includes(ActionType)) return bad(`button is not valid: ActionType ${ActionType}`)
  if ((ActionType === 'reply' || ActionType === 'open-url') && textOf(button.ActionBody) === '')
    return bad('button is not valid: ActionBody is missing')
  if (ActionType === 'open-url' && !URL.canParse(textOf(button.ActionBody))) return bad('button is not valid: ActionBody is no address')
  return plainText(textOf(button.Text)).length > limits.buttonText ? bad('button is not valid: Text is too long') : undefined
}

/** Buttons fill six columns from left to right, then the next row. */
export function keyboardRows(buttons: readonly WireButton[]): WireButton[][] {
  const rows: WireButton[][] = []
  let used = limits.columns as number
  for (const button of buttons) {
    const width = button.Columns ?? limits.columns
    if (used + width > limits.columns) {
      rows.push([])
      used = 0
    }
    rows.at(-1)!.push(button)
    used += width
  }
  return rows
}

/** What a button's little HTML looks like. */
export function plainText(html: string): string {
  return html
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(/<\/?(b|i|u|s|font)(\s[^>]*)?>/gi, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
