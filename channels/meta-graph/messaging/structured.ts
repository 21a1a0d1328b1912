/** Orders, surveys and forms of Meta's envelope, in canonical words. Always holds: total; what lacks a number counts as one. */
import { arrayAt, compact, idAt, numericAt, objectAt, textAt } from '@dragoman/channel-kit'
import type { Content, Money, OrderItem } from '@dragoman/core'

/** A cart that the customer sent. Prices come in whole units of the currency. */
export function orderOf(order: unknown): Extract<Content, { kind: 'order' }> {
  const items = arrayAt(order, 'products').map(
    (product): OrderItem =>
      compact({
        productId: textAt(product, 'retailer_id') ?? idAt(product, 'id') ?? '?',
        name: textAt(product, 'name'),
        quantity: numericAt(product, 'quantity') ?? 1,
        price: moneyOf(numericAt(product, 'unit_price'), textAt(product, 'currency')),
      }),
  )
  const note = textAt(order, 'note')
  const currency = items[0]?.price?.currency
  const hasOneCurrency = currency !== undefined && items.every(item => item.price?.currency === currency)
  const total = hasOneCurrency
    ? { amountMinor: items.reduce((sum, item) => sum + (item.price?.amountMinor ?? 0) * item.quantity, 0), currency }
    : undefined
  return compact({ kind: 'order', items, text: note ? { text: note } : undefined, total })
}

/** Answers as lines for people: whatever lies below as a question and a short answer. */
export function answersInWords(answers: unknown): string | undefined {
  const lines: string[] = []
  const screens = [...arrayAt(answers, 'feedback_screens'), ...arrayAt(answers, 'screens')]
  for (const screen of screens) {
    for (const [id, question] of Object.entries(objectAt(screen, 'questions') ?? {})) {
      const answer = textAt(question, 'payload')
      const more = textAt(question, 'follow_up', 'payload')
      if (answer || more) lines.push(`${id}: ${[answer, more].filter(Boolean).join(', ')}`)
    }
    for (const response of arrayAt(screen, 'responses')) {
      const key = textAt(response, 'key')
      if (key) lines.push(`${key}: ${textAt(response, 'value') ?? ''}`)
    }
  }
  return lines.join('\n') || undefined
}

function moneyOf(amount: number | undefined, currency: string | undefined): Money | undefined {
  if (amount === undefined || !currency || !/^[A-Z]{3}$/.test(currency)) return undefined
  return { amountMinor: Math.round(amount * 10 ** fractionDigits(currency)), currency }
}

/** Digits after the point: two for euros, none for yen. */
export function fractionDigits(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
}

/** A price as people read it. */
export function priceInWords(price: Money): string {
  if (!/^[A-Z]{3}$/.test(price.currency)) return `${price.amountMinor / 100} ${price.currency}`
  return new Intl.NumberFormat('en', { style: 'currency', currency: price.currency }).format(
    price.amountMinor / 10 ** fractionDigits(price.currency),
  )
}
