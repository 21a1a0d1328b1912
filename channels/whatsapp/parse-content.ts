/**
 * The content of one WhatsApp message, inbound or echoed → canonical content.
 * Always holds: never throws and never gives nothing: what cannot be shown is `unsupported` with its type and what the platform said of it.
 */

import { arrayAt, booleanAt, compact, idAt, numericAt, objectAt, stringAt, textAt } from '@dragoman/channel-kit'
import type { ContactCardEntry, Content, Media, Money, OrderItem, RichText } from '@dragoman/core'
import { readMarkup } from './markup.ts'

/** The id of a medium in a webhook lives 7 days (30 until 2025-10-09); a link beside it 5 minutes. */
const mediaIdLifeMs = 7 * 24 * 60 * 60_000

/** The content of a message, without what can be chosen (buttons, lists) and without orders. */
export function contentOf(message: unknown, at: number): Content {
  const type = textAt(message, 'type') ?? 'unknown'
  switch (type) {
    case 'text': {
      const body = stringAt(message, 'text', 'body')
      return body === undefined ? unsupported(message, type) : { kind: 'text', text: readMarkup(body) }
    }
    case 'image':
    case 'video': {
      const media = mediaIn(message, type, at)
      return media ? compact({ kind: type, media, caption: captionIn(message, type) }) : unsupported(message, type)
    }
    case 'audio': {
      const media = mediaIn(message, type, at)
      if (!media) return unsupported(message, type)
      return { kind: booleanAt(message, 'audio', 'voice') ? 'voice' : 'audio', media }
    }
    case 'voice': {
      const media = mediaIn(message, type, at)
      return media ? { kind: 'voice', media } : unsupported(message, type)
    }
    case 'document': {
      const media = mediaIn(message, type, at)
      return media ? compact({ kind: 'file', media, caption: captionIn(message, type) }) : unsupported(message, type)
    }
    case 'sticker': {
      const media = mediaIn(message, type, at)
      return media ? { kind: 'sticker', media } : unsupported(message, type)
    }
    case 'location':
      return locationOf(message) ?? unsupported(message, type)
    case 'contacts': {
      const contacts = arrayAt(message, 'contacts').map(card => cardOf(card, textAt(message, 'origin') === 'contact_request'))
      return contacts.length ? { kind: 'contact_card', contacts } : unsupported(message, type)
    }
    case 'interactive':
      return sentInteractive(message) ?? unsupported(message, type)
    case 'template':
      return compact({
        kind: 'template',
        name: textAt(message, 'template', 'name') ?? 'template',
        language: textAt(message, 'template', 'language', 'code') ?? textAt(message, 'template', 'language') ?? '',
        values: [],
      })
    default:
      return unsupported(message, type)
  }
}

/** An order as content; prices come in whole units of the currency. */
export function orderOf(message: unknown): Extract<Content, { kind: 'order' }> {
  const items = arrayAt(message, 'order', 'product_items').map(
    (item): OrderItem =>
      compact({
        productId: idAt(item, 'product_retailer_id') ?? '?',
        quantity: numericAt(item, 'quantity') ?? 1,
        price: moneyOf(numericAt(item, 'item_price'), textAt(item, 'currency')),
      }),
  )
  const text = textAt(message, 'order', 'text')
  return compact({
    kind: 'order',
    items,
    text: text ? { text } : undefined,
    catalogId: idAt(message, 'order', 'catalog_id'),
    total: totalOf(items),
  })
}

/** What the platform said of a message that it, or we, cannot show. */
export function unsupported(message: unknown, type: string): Content {
  const inner = textAt(message, 'unsupported', 'type') ?? textAt(message, 'interactive', 'type')
  return compact({ kind: 'unsupported', type: inner ?? type, detail: errorsOf(message) })
}

/** The errors beside a message, in words; undefined where there are none. */
export function errorsOf(message: unknown): string | undefined {
  const words = arrayAt(message, 'errors').map(error =>
    [idAt(error, 'code'), textAt(error, 'error_data', 'details') ?? textAt(error, 'title') ?? textAt(error, 'message')]
      .filter(Boolean)
      .join(' '),
  )
  return words.filter(Boolean).join('; ') || undefined
}

function mediaIn(message: unknown, type: string, at: number): Media | undefined {
  const file = objectAt(message, type)
  const id = idAt(file, 'id')
  const url = textAt(file, 'url') ?? textAt(file, 'link')
  if (!id && !url) return undefined
  return compact({
    ref: compact({ from: 'platform' as const, id, url, expiresAt: at > 0 ? at + mediaIdLifeMs : undefined }),
    mimeType: textAt(file, 'mime_type'),
    name: textAt(file, 'filename'),
  })
}

function captionIn(message: unknown, type: string): RichText | undefined {
  const caption = textAt(message, type, 'caption')
  return caption ? readMarkup(caption) : undefined
}

function locationOf(message: unknown): Content | undefined {
  const latitude = numericAt(message, 'location', 'latitude')
  const longitude = numericAt(message, 'location', 'longitude')
  if (latitude === undefined || longitude === undefined || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return undefined
  return compact<Content>({
    kind: 'location',
    latitude,
    longitude,
    name: textAt(message, 'location', 'name'),
    address: textAt(message, 'location', 'address'),
  })
}

function cardOf(card: unknown, own: boolean): ContactCardEntry {
  const phones = arrayAt(card, 'phones').flatMap(phone => {
    const waId = idAt(phone, 'wa_id')
    return textAt(phone, 'phone') ?? (waId ? `+${waId}` : [])
  })
  // A shared own number comes as a vCard alone.
  const fromVcard = phones.length
    ? []
    : [...(textAt(card, 'vcard') ?? '').matchAll(/^TEL[^:\n]*:(.+)$/gim)].map(match => (match[1] ?? '').trim())
  const emails = arrayAt(card, 'emails').flatMap(email => textAt(email, 'email') ?? [])
  const names = [textAt(card, 'name', 'first_name'), textAt(card, 'name', 'last_name')].filter(Boolean).join(' ')
  return compact({
    name: textAt(card, 'name', 'formatted_name') ?? (names || (/^FN[^:\n]*:(.+)$/im.exec(textAt(card, 'vcard') ?? '')?.[1]?.trim() ?? '?')),
    phones: [...phones, ...fromVcard],
    emails: emails.length ? emails : undefined,
    organization: textAt(card, 'org', 'company'),
    own: own || undefined,
  })
}

/** Buttons and lists that the business sent from the WhatsApp Business app: their words. */
function sentInteractive(message: unknown): Content | undefined {
  const body = textAt(message, 'interactive', 'body', 'text')
  return body ? { kind: 'text', text: readMarkup(body) } : undefined
}

function moneyOf(amount: number | undefined, currency: string | undefined): Money | undefined {
  if (amount === undefined || !currency || !/^[A-Z]{3}$/.test(currency)) return undefined
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  return { amountMinor: Math.round(amount * 10 ** digits), currency }
}

function totalOf(items: readonly OrderItem[]): Money | undefined {
  const currency = items[0]?.price?.currency
  if (!currency || items.some(item => item.price?.currency !== currency)) return undefined
  return { amountMinor: items.reduce((sum, item) => sum + (item.price?.amountMinor ?? 0) * item.quantity, 0), currency }
}
