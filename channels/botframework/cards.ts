/**
 * Cards: Adaptive Cards in Teams, hero cards in Skype, which never learned the others.
 * Always holds: words go as text runs, which know no markdown; a button carries its title and payload in an object of ours, so that a press is known
 * again. https://adaptivecards.io/explorer/ , https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference
 */
import type { Button, Card, Money } from '@dragoman/core'
import { adaptiveCardType, heroCardType, type WireAction, type WireAttachment } from './wire.ts'

export interface CardWords {
  title?: string
  text?: string
  price?: Money
  imageUrl?: string
  buttons: readonly Button[]
}

/** Teams shows Adaptive Cards up to this version everywhere. */
const version = '1.5'

export function cardAttachment(channelId: string, words: CardWords): WireAttachment {
  return channelId === 'skype' ? heroCard(words) : adaptiveCard(words)
}

export function cardWords(card: Card, imageUrl: string | undefined): CardWords {
  return {
    title: card.title,
    ...(card.text ? { text: card.text } : {}),
    ...(card.price ? { price: card.price } : {}),
    ...(imageUrl ? { imageUrl } : {}),
    buttons: card.buttons ?? [],
  }
}

function adaptiveCard({ title, text, price, imageUrl, buttons }: CardWords): WireAttachment {
  const block = (words: string, style: Record<string, unknown> = {}) => ({
    type: 'RichTextBlock',
    inlines: [{ type: 'TextRun', text: words, ...style }],
  })
  const body = [
    ...(imageUrl ? [{ type: 'Image', url: imageUrl, size: 'Stretch', altText: title ?? '' }] : []),
    ...(title ? [block(title, { weight: 'Bolder', size: 'Medium' })] : []),
    ...(text ? [block(text)] : []),
    ...(price ? [block(priceText(price), { weight: 'Bolder' })] : []),
  ]
  const actions = buttons.flatMap((button): unknown[] => {
    if (button.kind === 'url') return [{ type: 'Action.OpenUrl', title: button.title, url: button.url }]
    if (button.kind === 'reply') return [{ type: 'Action.Submit', title: button.title, data: dataOf(button) }]
    return []
  })
  return {
    contentType: adaptiveCardType,
    content: {
      type: 'AdaptiveCard',
      $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
      version,
      body,
      ...(actions.length > 0 ? { actions } : {}),
    },
  }
}

function heroCard({ title, text, price, imageUrl, buttons }: CardWords): WireAttachment {
  const lines = [text, price && priceText(price)].filter(Boolean).join('\n\n')
  return {
    contentType: heroCardType,
    content: {
      ...(title ? { title } : {}),
      ...(lines ? { text: lines } : {}),
      ...(imageUrl ? { images: [{ url: imageUrl }] } : {}),
      buttons: buttons.flatMap((button): WireAction[] => {
        if (button.kind === 'url') return [{ type: 'openUrl', title: button.title, value: button.url }]
        if (button.kind === 'reply') return [{ type: 'postBack', title: button.title, value: dataOf(button) }]
        return []
      }),
    },
  }
}

/** Comes back as `value` of the message that a press makes. */
function dataOf(button: Extract<Button, { kind: 'reply' }>): { dragoman: { title: string; payload: string } } {
  return { dragoman: { title: button.title, payload: button.payload } }
}

function priceText(price: Money): string {
  try {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency: price.currency })
    return format.format(price.amountMinor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2))
  } catch {
    return `${price.amountMinor / 100} ${price.currency}`
  }
}
