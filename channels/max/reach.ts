/** Where MAX can be reached, and who may use it for what: dated reports, not legal advice. Of other countries than Russia nothing is known here. */
import type { LawFact, ReachFact } from '@dragoman/core'

const checkedOn = '2026-11-23'

export const reach: ReachFact[] = [
  {
    country: 'RU',
    state: 'reachable',
    since: '2025-03',
    note: {
      en: 'Domestic; promoted as the national messenger since 2025',
      ru: 'Отечественный; с 2025 года продвигается как национальный мессенджер',
    },
    source: 'press, 2025 and 2026',
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
    since: '2025-03',
    note: {
      en: 'A domestic messenger: the bans on foreign ones do not touch it',
      ru: 'Отечественный мессенджер: запреты на иностранные его не касаются',
    },
    source: 'Federal Law 41-FZ of 2025-04-01 names foreign messengers only; press, 2025 and 2026',
    checkedOn,
    confidence: 'observed',
  },
]
