/** Reading a message that a bot sends: what the vendor checks, and what the phone will show of it. */
import type { AlbumItem, Button, Content, MessageBody } from '@dragoman/core'
import { limits } from './limits.ts'
import { readHtml, shownText } from './markup.ts'
import { badPayload, no, type Reply, textOf } from './reply.ts'
import { fileAddress, type Json, type World } from './state.ts'

export interface ReadMessage {
  text: string
  markup: Json[]
  attachments: Json[]
  body: MessageBody
}

export function readMessage(world: World, value: Json): ReadMessage | { refusal: Reply } {
  const refuse = (refusal: Reply) => ({ refusal })
  const given = value.text === null || value.text === undefined ? '' : textOf(value.text)
  if (given.length > limits.text) return refuse(badPayload(`text: size must be between 0 and ${limits.text}`))
  if (value.format !== undefined && value.format !== null && value.format !== 'html' && value.format !== 'markdown')
    return refuse(badPayload('format: unknown'))
  const { text, markup } = value.format === 'html' ? readHtml(given) : { text: given, markup: [] }
  const requests = Array.isArray(value.attachments) ? (value.attachments as Json[]) : []
  if (text.trim() === '' && requests.length === 0) return refuse(badPayload('text or attachments must be given'))
  const attachments: Json[] = []
  const items: AlbumItem[] = []
  let other: Content | undefined
  let rows: Button[][] = []
  const words = shownText(text, markup)
  for (const request of requests) {
    const payload = (request.payload ?? {}) as Json
    switch (request.type) {
      case 'image':
      case 'video':
      case 'audio':
      case 'file': {
        const read = readFile(world, request.type, payload)
        if ('refusal' in read) return read
        attachments.push(read.attachment)
        items.push(read.item)
        break
      }
      case 'sticker': {
        if (textOf(payload.code) === '') return refuse(badPayload('sticker: code is missing'))
        attachments.push({ type: 'sticker', payload: { code: payload.code, url: 'https://media.example/s.webp' }, width: 512, height: 512 })
        other = { kind: 'sticker', media: { ref: { from: 'platform', id: textOf(payload.code) } } }
        break
      }
      case 'contact': {
        const card = textOf(payload.vcf_info)
        if (payload.name === undefined) return refuse(badPayload('contact: name is missing'))
        const phones = [...card.matchAll(/^TEL[^:]*:(.+)$/gm)].map(match => match[1]!.trim())
        const contact = { name: textOf(payload.name), phones: phones.length > 0 ? phones : [textOf(payload.vcf_phone)] }
        attachments.push({ type: 'contact', payload: { vcf_info: card } })
        other =
          other?.kind === 'contact_card'
            ? { ...other, contacts: [...other.contacts, contact] }
            : { kind: 'contact_card', contacts: [contact] }
        break
      }
      case 'location': {
        const { latitude, longitude } = request as { latitude?: number; longitude?: number }
        if (typeof latitude !== 'number' || typeof longitude !== 'number' || Math.abs(latitude) > 90 || Math.abs(longitude) > 180)
          return refuse(badPayload('location: wrong coordinates'))
        attachments.push({ type: 'location', latitude, longitude })
        const [name, ...address] = text.split('\n')
        other = {
          kind: 'location',
          latitude,
          longitude,
          ...(name ? { name } : {}),
          ...(address.length > 0 ? { address: address.join('\n') } : {}),
        }
        break
      }
      case 'inline_keyboard': {
        const buttons = Array.isArray(payload.buttons) ? (payload.buttons as Json[][]) : []
        const wrong = wrongKeyboard(buttons)
        if (wrong) return refuse(badPayload(wrong))
        attachments.push({ type: 'inline_keyboard', payload: { buttons } })
        rows = buttons.map(row => row.map(shownButton))
        break
      }
      default:
        return refuse(badPayload(`attachments: unknown type ${textOf(request.type)}`))
    }
  }
  const caption = text === '' ? {} : { caption: words }
  const [first] = items
  const content: Content =
    items.length > 1
      ? { kind: 'album', items: items.map((item, index) => (index === 0 ? { ...item, ...caption } : item)) }
      : first
        ? { ...first, ...caption }
        : (other ?? { kind: 'text', text: words })
  const body: MessageBody = rows.length > 0 ? { content, keyboard: { kind: 'buttons', rows } } : { content }
  return { text, markup, attachments, body }
}

function readFile(
  world: World,
  type: 'image' | 'video' | 'audio' | 'file',
  payload: Json,
): { attachment: Json; item: AlbumItem } | { refusal: Reply } {
  const address = textOf(payload.url)
  if (type === 'image' && address !== '')
    return {
      attachment: { type, payload: { photo_id: 1, token: 'by-address', url: address } },
      item: { kind: 'image', media: { ref: { from: 'link', url: address } } },
    }
  const token = textOf(payload.token)
  const file = world.state.files[token]
  if (!file || file.kind !== type) return { refusal: badPayload('attachment: invalid token') }
  if (file.notReady > 0) {
    file.notReady -= 1
    return { refusal: no(400, 'attachment.not.ready', `Key: errors.process.attachment.${type}.not.processed`) }
  }
  const media = { ref: { from: 'link' as const, url: file.url }, mimeType: file.mimeType, name: file.name, sizeBytes: file.sizeBytes }
  return { attachment: wireFile(world, token), item: { kind: type, media } }
}

/** A file as the platform describes it. */
export function wireFile(world: World, token: string): Json {
  const file = world.state.files[token]!
  const url = fileAddress(world, token)
  switch (file.kind) {
    case 'image':
      return { type: 'image', payload: { photo_id: 4_484_450_835, token, url } }
    case 'video':
      return { type: 'video', payload: { url, token }, width: 640, height: 360, duration: 3 }
    case 'file':
      return { type: 'file', payload: { url, token }, filename: file.name, size: file.sizeBytes }
    default:
      return { type: 'audio', payload: { url, token } }
  }
}

function wrongKeyboard(rows: readonly Json[][]): string | undefined {
  if (rows.length === 0) return 'keyboard: empty'
  if (rows.length > limits.rows || rows.flat().length > limits.buttons) return 'keyboard: too many buttons'
  for (const row of rows) {
    if (row.length === 0) return 'keyboard: empty row'
    const plain = row.every(button => button.type === 'callback' || button.type === 'message' || button.type === 'clipboard')
    if (row.length > (plain ? limits.rowWidth : limits.otherRowWidth)) return 'keyboard: row is too wide'
    for (const button of row) {
      const text = textOf(button.text)
      if (text === '' || text.length > limits.buttonText) return `keyboard: text must be between 1 and ${limits.buttonText}`
      if ((button.type === 'callback' || button.type === 'clipboard') && textOf(button.payload).length > limits.buttonPayload)
        return 'keyboard: payload is too long'
      if (button.type === 'link' && (!URL.canParse(textOf(button.url)) || textOf(button.url).length > limits.buttonUrl))
        return 'keyboard: wrong url'
      if (
        !['callback', 'link', 'request_contact', 'request_geo_location', 'message', 'clipboard', 'open_app'].includes(textOf(button.type))
      )
        return `keyboard: unknown button ${textOf(button.type)}`
    }
  }
  return undefined
}

function shownButton(button: Json): Button {
  const title = textOf(button.text)
  switch (button.type) {
    case 'link':
      return { kind: 'url', title, url: textOf(button.url) }
    case 'request_contact':
      return { kind: 'share_contact', title }
    case 'request_geo_location':
      return { kind: 'share_location', title }
    case 'clipboard':
      return { kind: 'phone', title, phone: textOf(button.payload) }
    default:
      return { kind: 'reply', title, payload: textOf(button.payload) || title }
  }
}
