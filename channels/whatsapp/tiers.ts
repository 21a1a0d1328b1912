/**
 * How many people a business portfolio may write to first in a moving 24 hours, step by step, and how good its number is held to be.
 * Always holds: dated, because the steps have moved; a word or figure that is not known is kept as it came, never guessed.
 * Vendor: https://developers.facebook.com/documentation/business-messaging/whatsapp/messaging-limits
 */
import type { Localized, Provenance } from '@dragoman/core'

export interface Tier extends Provenance {
  tier: string
  /** -1: without a limit, as Meta itself writes it. */
  peoplePerDay: number
}

const fact: Provenance = {
  source: 'https://developers.facebook.com/documentation/business-messaging/whatsapp/messaging-limits',
  checkedOn: '2026-11-23',
  confidence: 'documented',
}
/** On this day limits went from single numbers to the whole portfolio, and 1,000 became 2,000. */
const portfolioSince = '2025-10-08'

export const tiers: readonly Tier[] = [
  { tier: 'TIER_50', peoplePerDay: 50, ...fact, until: portfolioSince },
  { tier: 'TIER_250', peoplePerDay: 250, ...fact },
  { tier: 'TIER_1K', peoplePerDay: 1_000, ...fact, until: portfolioSince },
  { tier: 'TIER_2K', peoplePerDay: 2_000, ...fact, since: portfolioSince },
  { tier: 'TIER_10K', peoplePerDay: 10_000, ...fact },
  { tier: 'TIER_100K', peoplePerDay: 100_000, ...fact },
  { tier: 'TIER_UNLIMITED', peoplePerDay: -1, ...fact },
]

/** The step that a word or a figure names: Meta writes `TIER_2K` in one place and 2000, or -1, in another. */
export function tierOf(value: string | undefined): { tier: string; peoplePerDay?: number } | undefined {
  if (value === undefined) return undefined
  const found = tiers.find(entry => entry.tier === value || String(entry.peoplePerDay) === value)
  if (found) return { tier: found.tier, peoplePerDay: found.peoplePerDay }
  return /^\d{1,9}$/.test(value) ? { tier: value, peoplePerDay: Number(value) } : { tier: value }
}

/** The limit in words, for a manager. */
export function tierWords(value: string): Localized {
  const known = tierOf(value)
  if (known?.peoplePerDay === undefined) return { en: `Limit for writing first: ${value}.`, ru: `Лимит на первые сообщения: ${value}.` }
  if (known.peoplePerDay < 0) {
    return { en: 'Any number of people may be written to first.', ru: 'Первыми можно писать любому числу людей.' }
  }
  return {
    en: `Up to ${known.peoplePerDay.toLocaleString('en')} people in 24 hours may be written to first, all numbers of the portfolio together.`,
    ru: `Первыми можно написать ${known.peoplePerDay.toLocaleString('ru')} людям за 24 часа – на все номера портфолио вместе.`,
  }
}

/** How Meta rates the number, from blocks and complaints of the last seven days. */
export const qualityWords: Readonly<Record<string, Localized>> = {
  GREEN: { en: 'Quality is high.', ru: 'Качество высокое.' },
  YELLOW: { en: 'Quality is medium.', ru: 'Качество среднее.' },
  RED: { en: 'Quality is low.', ru: 'Качество низкое.' },
  UNKNOWN: { en: 'Meta has not rated the quality yet.', ru: 'Meta ещё не оценила качество.' },
}
