/** Where VK can be reached, and who may use it for what: dated reports, not legal advice; where nothing stands the state is unknown. */
import type { LawFact, ReachFact } from '@dragoman/core'

const checkedOn = '2026-11-23'

export const reach: ReachFact[] = [
  {
    country: 'RU',
    state: 'reachable',
    note: {
      en: 'Domestic and without hindrance; 93.8 million people a month (Mediascope, April 2025)',
      ru: 'Отечественный сервис, работает без помех; 93,8 млн человек в месяц (Mediascope, апрель 2025)',
    },
    source: 'press and Mediascope 2025-04',
    checkedOn,
    confidence: 'observed',
  },
]

export const law: LawFact[] = [
  {
    country: 'RU',
    business: '*',
    message: '*',
    state: 'allowed',
    note: {
      en: 'A domestic messenger: the rules on foreign messengers do not apply',
      ru: 'Отечественный мессенджер: правила об иностранных мессенджерах на него не распространяются',
    },
    source: 'press; no restriction found',
    checkedOn,
    confidence: 'observed',
  },
]
