/**
 * When a business may write on WhatsApp, and under which price class [mechanics 16].
 * Always holds: free-form needs the 24-hour window of a customer's own message; an approved template may always be sent.
 * The free entry point of an advertisement changes only the price: it opens with our first answer and permits no free-form by itself.
 */
import type { Provenance, ReplyPolicy } from '@dragoman/core'

const windowSource: Provenance = {
  source: 'https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages',
  checkedOn: '2026-11-22',
  confidence: 'documented',
}
const priceSource: Provenance = {
  source: 'https://developers.facebook.com/documentation/business-messaging/whatsapp/pricing',
  checkedOn: '2026-11-22',
  confidence: 'documented',
}

export const serviceWindowMs = 24 * 60 * 60_000
export const entryPointWindowMs = 72 * 60 * 60_000

export const replyPolicy: ReplyPolicy = {
  rules: [
    { allows: 'freeform', window: 'service', priceClass: 'service', ...windowSource },
    { allows: 'template', window: 'entry_point', priceClass: 'free', ...priceSource },
    { allows: 'template', priceClass: 'template', ...windowSource },
  ],
  windows: {
    service: {
      lengthMs: serviceWindowMs,
      name: { en: '24 hours after the customer wrote', ru: '24 часа после сообщения клиента' },
      ...windowSource,
    },
    entry_point: {
      lengthMs: entryPointWindowMs,
      name: { en: '72 free hours after an advertisement', ru: '72 бесплатных часа после рекламы' },
      ...priceSource,
    },
  },
  closedIn: ['blocked'],
}

/** How one class of message is charged in a span of time: dated, because the vendor changed it three times in two years. */
export interface PriceRule extends Provenance {
  priceClass: 'service' | 'utility_in_window' | 'utility' | 'authentication' | 'marketing' | 'entry_point'
  charged: 'free' | 'per_conversation' | 'per_message' | 'per_message_after_free'
  /** Messages per business number and month that cost nothing. */
  freePerMonth?: number
}

const perMessage = { ...priceSource, since: '2025-07-01' }

/** `since` is the first day, `until` the first day on which it no longer holds. */
export const priceRules: readonly PriceRule[] = [
  { priceClass: 'service', charged: 'free', ...priceSource, since: '2024-11-01', until: '2026-10-01' },
  { priceClass: 'service', charged: 'per_message_after_free', freePerMonth: 1_000, ...priceSource, since: '2026-10-01' },
  { priceClass: 'utility_in_window', charged: 'per_conversation', ...priceSource, since: '2024-11-01', until: '2025-07-01' },
  { priceClass: 'utility_in_window', charged: 'free', ...perMessage, until: '2026-10-01' },
  { priceClass: 'utility_in_window', charged: 'per_message', ...priceSource, since: '2026-10-01' },
  { priceClass: 'utility', charged: 'per_message', ...perMessage },
  { priceClass: 'authentication', charged: 'per_message', ...perMessage },
  { priceClass: 'marketing', charged: 'per_message', ...perMessage },
  { priceClass: 'entry_point', charged: 'free', ...perMessage },
]

/** The rule that holds for a class on an ISO day, or undefined where nothing is known. */
export function priceRuleOn(priceClass: PriceRule['priceClass'], day: string): PriceRule | undefined {
  return priceRules.find(
    rule => rule.priceClass === priceClass && (rule.since ?? '') <= day && (rule.until === undefined || rule.until > day),
  )
}
