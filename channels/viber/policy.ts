/**
 * When one may write on Viber, and what it costs [mechanics 16]. A bot writes to subscribers at any time: within a session free of charge, outside it
 * for money. Business Messages may come first to any number, for money.
 * Always holds: terms are dated, because the vendor changed them three times in two years.
 */
import type { Provenance, ReplyPolicy } from '@dragoman/core'

const terms: Provenance = {
  source: 'https://help.viber.com',
  checkedOn: '2026-11-23',
  confidence: 'documented',
}
const partner: Provenance = {
  source: 'https://www.infobip.com/docs/viber',
  checkedOn: '2026-11-23',
  confidence: 'documented',
}

/** From the first message of a session; what is written within it does not lengthen it. */
export const sessionMs = 24 * 60 * 60_000

export const replyPolicy: ReplyPolicy = {
  rules: [
    { allows: 'freeform', window: 'session', priceClass: 'free', ...terms, since: '2022-09-01' },
    { allows: 'freeform', window: 'business_session', priceClass: 'session', ...partner },
    { allows: 'freeform', priceClass: 'initiated', ...terms, since: '2024-02-05' },
  ],
  windows: {
    session: {
      lengthMs: sessionMs,
      name: { en: '24 free hours after the customer wrote', ru: '24 бесплатных часа после сообщения клиента' },
      ...terms,
      since: '2022-09-01',
    },
    business_session: {
      lengthMs: sessionMs,
      name: { en: '24 hours at the session price', ru: '24 часа по цене сессии' },
      ...partner,
    },
  },
  closedIn: ['blocked', 'not_started'],
}

/** What Viber charges for in a span of time. `until` is the first day on which it no longer holds. */
export interface CommercialTerm extends Provenance {
  service: 'bot' | 'business'
  what: 'bot_fee' | 'session_message' | 'initiated_message' | 'welcome' | 'sender_fee'
  charged: 'free' | 'per_message' | 'per_message_after_free' | 'per_month'
  freePerMonth?: number
  /** Minor units and currency, where the vendor names one price for all. */
  price?: { amountMinor: number; currency: string }
  /** Bots made before the day on which the terms began stay on the earlier ones. */
  onlyFor?: 'bots_before_2024_02_05'
}

export const commercialTerms: readonly CommercialTerm[] = [
  { service: 'bot', what: 'initiated_message', charged: 'free', ...terms, until: '2022-09-01', confidence: 'observed' },
  {
    service: 'bot',
    what: 'initiated_message',
    charged: 'per_message_after_free',
    freePerMonth: 10_000,
    onlyFor: 'bots_before_2024_02_05',
    ...terms,
    since: '2022-09-01',
  },
  { service: 'bot', what: 'session_message', charged: 'free', ...terms, since: '2022-09-01' },
  { service: 'bot', what: 'welcome', charged: 'free', ...terms, since: '2024-02-05' },
  { service: 'bot', what: 'bot_fee', charged: 'per_month', price: { amountMinor: 10_000, currency: 'EUR' }, ...terms, since: '2024-02-05' },
  { service: 'bot', what: 'initiated_message', charged: 'per_message', ...terms, since: '2024-02-05' },
  { service: 'business', what: 'initiated_message', charged: 'per_message', ...partner },
  { service: 'business', what: 'session_message', charged: 'per_message', ...partner },
  { service: 'business', what: 'sender_fee', charged: 'per_month', ...partner, confidence: 'observed' },
]

/** The terms that hold on an ISO day. */
export function termsOn(service: CommercialTerm['service'], day: string): CommercialTerm[] {
  return commercialTerms.filter(
    term => term.service === service && (term.since ?? '') <= day && (term.until === undefined || term.until > day),
  )
}
