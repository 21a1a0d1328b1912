/** The `pricing` object of a status, by the calendar: what Meta charges for has changed three times in two years. */

export type PriceCategory = 'service' | 'utility' | 'marketing' | 'authentication'

export interface Pricing {
  billable: boolean
  pricing_model: 'PMP'
  type: 'regular' | 'free_customer_service' | 'free_entry_point'
  category: string
}

/** From this day on replies and utility templates inside the window are charged too. */
const meteredSince = Date.UTC(2026, 9, 1)
/** Free-form messages per number and month that cost nothing since then. */
export const freeServiceMessages = 1_000

export interface PricedMessage {
  category: PriceCategory
  at: number
  /** The 24-hour window was open. */
  inWindow: boolean
  /** The free entry point of an advertisement was open. */
  inEntryPoint: boolean
  /** Free-form messages delivered this month before this one. */
  deliveredBefore: number
}

/** What the message costs. The value for the free thousand is not documented; this one is assumed. */
export function pricingOf({ category, at, inWindow, inEntryPoint, deliveredBefore }: PricedMessage): Pricing {
  if (inEntryPoint) return { billable: false, pricing_model: 'PMP', type: 'free_entry_point', category: 'referral_conversion' }
  const isFree =
    category === 'service'
      ? at < meteredSince || deliveredBefore < freeServiceMessages
      : category === 'utility' && inWindow && at < meteredSince
  return { billable: !isFree, pricing_model: 'PMP', type: isFree ? 'free_customer_service' : 'regular', category }
}

/** The month of a time, as `2026-11`. */
export function monthOf(at: number): string {
  return new Date(at).toISOString().slice(0, 7)
}
