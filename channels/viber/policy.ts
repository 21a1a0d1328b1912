/**
 * When one may write on Viber, and what it costs [mechanics 16]. A bot writes to subscribers at any time: within a session free of charge, outside it
 * for money. Business Messages may come first to any number, for money.
 * Always holds: what a message costs is in `terms.ts`, dated, because the vendor changed it twice in two years.
 */
import type { Provenance, ReplyPolicy } from '@dragoman/core'
import { partner, vendor } from './terms.ts'

/** Since there are bots one may write to subscribers at any time; only the price has changed. */
const opened: Provenance = { ...vendor, since: '2016-11', confidence: 'observed' }

/** From the first message of a session; what is written within it does not lengthen it. */
export const sessionMs = 24 * 60 * 60_000

export const replyPolicy: ReplyPolicy = {
  rules: [
    { allows: 'freeform', window: 'session', priceClass: 'free', ...vendor, since: '2022-09-01' },
    { allows: 'freeform', window: 'business_session', priceClass: 'session', ...partner },
    { allows: 'freeform', priceClass: 'initiated', ...opened },
  ],
  windows: {
    session: {
      lengthMs: sessionMs,
      name: { en: '24 free hours after the customer wrote', ru: '24 бесплатных часа после сообщения клиента' },
      ...vendor,
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
