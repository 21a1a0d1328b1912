/**
 * What Viber charges for: dated facts for the registry. Bots made before 2024-02-05 stay on the terms of 2022-09-01, whose end here is the end for new
 * ones. Always holds: a price is named only where it is one for all; others depend on country and category. https://help.viber.com
 */
import type { PastFact, Provenance, TermFact } from '@dragoman/core'

export const vendor: Provenance = { source: 'https://help.viber.com', checkedOn: '2026-11-23', confidence: 'documented' }
export const partner: Provenance = { source: 'https://www.infobip.com/docs/viber', checkedOn: '2026-11-23', confidence: 'documented' }

export const botTerms: Readonly<Record<string, TermFact>> = {
  bot: {
    charged: 'per_month',
    amountMinor: 10_000,
    currency: 'EUR',
    note: { en: 'For each bot; by application and contract only', ru: 'За каждого бота; только по заявке и договору' },
    ...vendor,
    since: '2024-02-05',
  },
  initiated_message: {
    charged: 'per_message',
    note: {
      en: 'Outside a session, by the price of the country. Bots made before 2024-02-05 keep 10,000 free messages a month',
      ru: 'Вне сессии, по цене страны. У ботов, созданных до 05.02.2024, остаются 10 000 бесплатных сообщений в месяц',
    },
    ...vendor,
    since: '2024-02-05',
  },
  session_message: {
    charged: 'free',
    note: { en: 'Within 24 hours of the first message of a session', ru: 'В течение 24 часов с первого сообщения сессии' },
    ...vendor,
    since: '2022-09-01',
  },
  welcome: {
    charged: 'free',
    note: { en: 'In the answer to a newly opened chat', ru: 'В ответ на впервые открытый чат' },
    ...vendor,
    since: '2022-09-01',
  },
}

export const botPastTerms: readonly PastFact[] = [
  {
    of: 'terms.initiated_message',
    until: '2022-09-01',
    note: { en: 'Free of charge', ru: 'Бесплатно' },
    ...vendor,
    confidence: 'observed',
  },
  {
    of: 'terms.initiated_message',
    max: 10_000,
    note: {
      en: '10,000 free messages a month (UTC), not accumulated; above that charged',
      ru: '10 000 бесплатных сообщений в месяц (UTC), без переноса; сверх того – платно',
    },
    ...vendor,
    since: '2022-09-01',
    until: '2024-02-05',
  },
  {
    of: 'terms.bot',
    until: '2024-02-05',
    note: { en: 'Free of charge, made by anybody', ru: 'Бесплатно, мог создать любой' },
    ...vendor,
  },
]

export const businessTerms: Readonly<Record<string, TermFact>> = {
  sender: {
    charged: 'per_month',
    note: { en: 'As a rule a monthly minimum for each sender', ru: 'Обычно месячный минимум за каждого отправителя' },
    ...partner,
    confidence: 'observed',
  },
  initiated_message: {
    charged: 'per_message',
    note: { en: 'Delivered ones only, by country and category', ru: 'Только доставленные, по стране и категории' },
    ...partner,
  },
  session_message: {
    charged: 'per_message',
    note: { en: 'At the lower price of a session', ru: 'По меньшей цене сессии' },
    ...partner,
  },
  abroad: {
    charged: 'per_message',
    note: {
      en: 'International rates outside the home country, for senders registered since then',
      ru: 'Международные цены вне домашней страны – для отправителей, зарегистрированных с этого дня',
    },
    ...partner,
    since: '2024-10-01',
  },
}
