/** What a phone shows of a message that a bot sent: content, and the buttons of its cards. */
import type { Button, Card, Content, MessageBody } from '@dragoman/core'
import { plainText, textOf } from './check.ts'
import { limits } from './limits.ts'
import type { Json, WireButton } from './state.ts'

export function shownBody(value: Json): { body: MessageBody; actions?: WireButton[][] } {
  const text = textOf(value.text)
  const media = { ref: { from: 'link' as const, url: addressOf(textOf(value.media)) } }
  const caption = text === '' ? {} : { caption: { text } }
  switch (value.type) {
    case 'picture':
      return { body: { content: { kind: 'image', media, ...caption } } }
    case 'video':
      return { body: { content: { kind: 'video', media: { ...media, sizeBytes: Number(value.size) }, ...caption } } }
    case 'file':
      return { body: { content: { kind: 'file', media: { ...media, name: textOf(value.file_name), sizeBytes: Number(value.size) } } } }
    case 'contact': {
      const contact = value.contact as Json
      return {
        body: { content: { kind: 'contact_card', contacts: [{ name: textOf(contact.name), phones: [textOf(contact.phone_number)] }] } },
      }
    }
    case 'location': {
      const place = value.location as Json
      return { body: { content: { kind: 'location', latitude: Number(place.lat), longitude: Number(place.lon) } } }
    }
    case 'sticker':
      return { body: { content: { kind: 'sticker', media: { ref: { from: 'platform', id: String(value.sticker_id) } } } } }
    case 'rich_media':
      return shownCards(value.rich_media as Json)
    case 'url':
      return { body: { content: plain(textOf(value.media)) } }
    default:
      return { body: { content: plain(text) } }
  }
}

function plain(text: string): Content {
  return { kind: 'text', text: { text } }
}

/** The apps fetch the address; what stands after the question mark is for Viber's check of the ending. */
function addressOf(url: string): string {
  return url.replace(/[?&]name=[^&]*$/, '')
}

/** Buttons make blocks of the same height; each block is a card. */
function shownCards(media: Json): { body: MessageBody; actions: WireButton[][] } {
  const height = Number(media.ButtonsGroupRows ?? limits.richMediaRows)
  const cards: Card[] = []
  const actions: WireButton[][] = []
  let block: WireButton[] = []
  let filled = 0
  for (const button of media.Buttons as WireButton[]) {
    block.push(button)
    filled += (button.Rows ?? 1) * ((button.Columns ?? limits.columns) / limits.columns)
    if (filled < height) continue
    cards.push(cardOf(block))
    actions.push(block.filter(isAction))
    block = []
    filled = 0
  }
  const rows = actions.filter(row => row.length > 0)
  const keyboard = rows.length > 0 ? { keyboard: { kind: 'buttons' as const, rows: rows.map(row => row.map(shownButton)) } } : {}
  const content: Content = cards.length === 1 ? { kind: 'card', card: cards[0]! } : { kind: 'carousel', cards }
  return { body: { content, ...keyboard }, actions: rows }
}

function cardOf(block: readonly WireButton[]): Card {
  const words = block.find(button => !isAction(button) && button.Text)
  const picture = block.find(button => button.Image)
  const lines = plainText(words?.Text ?? '').split('\n')
  const buttons = block.filter(isAction).map(shownButton)
  return {
    title: lines[0] ?? '',
    ...(lines.length > 1 ? { text: lines.slice(1).join('\n') } : {}),
    ...(picture ? { media: { ref: { from: 'link' as const, url: addressOf(picture.Image!) } }, mediaKind: 'image' as const } : {}),
    ...(buttons.length > 0 ? { buttons } : {}),
  }
}

function isAction(button: WireButton): boolean {
  return button.ActionType !== 'none'
}

function shownButton(button: WireButton): Button {
  const title = plainText(button.Text ?? '')
  return button.ActionType === 'open-url'
    ? { kind: 'url', title, url: button.ActionBody ?? '' }
    : { kind: 'reply', title, payload: button.ActionBody ?? '' }
}
