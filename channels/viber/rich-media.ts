/**
 * Cards and carousels as Viber's rich media: each card is a block of six columns and seven rows at most, made of buttons that show a picture, words
 * or an action. Always holds: all cards of one message have the same height; at most six cards go in one message, more make more messages; what a
 * card cannot carry is a failure, never left out. https://developers.viber.com/docs/api/rest-bot-api/#rich-media-message--carousel-content-message
 */
import type { Button, Card, Failure, Money, OutboundPart } from '@dragoman/core'
import { escapeText, pressText } from './keyboard.ts'
import { addressOfMedia } from './media.ts'
import type { WireButton, WireMessage, WireRichMedia } from './wire.ts'

const columns = 6
const rows = 7
const mostCards = 6
const mostButtons = 3

export function richMediaOf(cards: readonly Card[], part: OutboundPart): WireMessage[] | Failure {
  const messages: WireMessage[] = []
  for (let from = 0; from < cards.length; from += mostCards) {
    const some = cards.slice(from, from + mostCards)
    const buttons = Math.max(0, ...some.map(card => card.buttons?.length ?? 0))
    if (buttons > mostButtons) return refused('card_buttons', `A card takes at most ${mostButtons} buttons`)
    const blocks: WireButton[] = []
    for (const card of some) {
      const block = blockOf(card, buttons, part)
      if ('kind' in block) return block
      blocks.push(...block.buttons)
    }
    const rich_media: WireRichMedia = {
      Type: 'rich_media',
      ButtonsGroupColumns: columns,
      ButtonsGroupRows: rows,
      BgColor: '#FFFFFF',
      Buttons: blocks,
    }
    messages.push({ type: 'rich_media', min_api_version: 7, alt_text: some.map(altText).join('\n'), rich_media })
  }
  return messages
}

/** Picture above, words in the middle, actions below; what one card has fewer of, its words take. */
function blockOf(card: Card, mostActions: number, part: OutboundPart): { buttons: WireButton[] } | Failure {
  const actions: WireButton[] = []
  for (const button of card.buttons ?? []) {
    const action = actionOf(button)
    if (!action) return refused('card_button_kind', 'Cards take answers and links only')
    actions.push(action)
  }
  if (card.media && card.mediaKind === 'video') return refused('card_video', 'A card shows no video')
  const picture = card.media ? addressOfMedia(card.media, part, 'image') : undefined
  if (typeof picture === 'object') return picture
  const pictureRows = picture === undefined ? 0 : mostActions > 2 ? 2 : 3
  const words = [
    `<b>${escapeText(card.title)}</b>`,
    ...(card.text ? [escapeText(card.text)] : []),
    ...(card.price ? [escapeText(money(card.price))] : []),
  ].join('<br>')
  return {
    buttons: [
      ...(picture === undefined
        ? []
        : [{ Columns: columns, Rows: pictureRows, ActionType: 'none' as const, Image: picture, BgColor: '#FFFFFF' }]),
      {
        Columns: columns,
        Rows: rows - pictureRows - actions.length,
        ActionType: 'none',
        Text: words,
        TextSize: 'regular',
        TextVAlign: 'top',
        TextHAlign: 'left',
        BgColor: '#FFFFFF',
      },
      ...actions,
    ],
  }
}

function actionOf(button: Button): WireButton | undefined {
  const look = { Columns: columns, Rows: 1, Text: escapeText(button.title), TextSize: 'regular' as const }
  if (button.kind === 'reply') return { ...look, ActionType: 'reply', ActionBody: pressText(button.title, button.payload), Silent: true }
  return button.kind === 'url' ? { ...look, ActionType: 'open-url', ActionBody: button.url } : undefined
}

/** What old apps show instead. */
function altText(card: Card): string {
  return [card.title, card.text, card.price && money(card.price)].filter(Boolean).join(' – ')
}

export function money(price: Money): string {
  try {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency: price.currency })
    return format.format(price.amountMinor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2))
  } catch {
    return `${price.amountMinor} ${price.currency}`
  }
}

function refused(code: string, detail: string): Failure {
  return { kind: 'permanent', reason: 'unsupported', code, detail }
}
