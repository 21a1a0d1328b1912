/**
 * Where Viber can be reached, and who may use it for what: dated reports, not legal advice. After the last row of a country its state is
 * unknown and is shown so.
 */
import type { LawFact, ReachFact } from '@dragoman/core'

const checkedOn = '2026-11-23'

export const reach: ReachFact[] = [
  {
    country: 'RU',
    state: 'reachable',
    until: '2024-12-13',
    note: { en: 'Works', ru: 'Работает' },
    source: 'press: fontanka.ru 2024-12-13',
    checkedOn,
    confidence: 'observed',
  },
  {
    country: 'RU',
    state: 'blocked',
    since: '2024-12-13',
    note: {
      en: 'Access restricted by the regulator; then 26 % of the population used it monthly, 14 % daily. Who still comes, comes by a VPN',
      ru: 'Доступ ограничен регулятором; тогда им пользовались 26 % населения в месяц и 14 % в день. Те, кто остался, заходят через VPN',
    },
    source: 'press: fontanka.ru 2024-12-13 (Mediascope, November 2024)',
    checkedOn,
    confidence: 'observed',
  },
]

const foreignMessengers = 'fsrbit.ru 2023-04-14, on the list of foreign messengers'
const law41 = 'Federal Law 41-FZ of 2025-04-01; commentary: tenchat.ru and telmenews.ru 2025-06, amic.ru 2025-07-17'

function personalData(business: string): LawFact {
  return {
    country: 'RU',
    business,
    message: 'personal_data',
    state: 'forbidden',
    since: '2023-03-01',
    note: {
      en: 'No personal or payment data through foreign messengers; Viber is on the list',
      ru: 'Через иностранные мессенджеры нельзя передавать персональные и платёжные данные; Viber в списке',
    },
    source: foreignMessengers,
    checkedOn,
    confidence: 'observed',
  }
}

function serviceNotice(business: string): LawFact {
  return {
    country: 'RU',
    business,
    message: 'service_notice',
    state: 'forbidden',
    since: '2025-06-01',
    note: {
      en: 'No notices to and no service communication with citizens through foreign messengers',
      ru: 'Через иностранные мессенджеры нельзя уведомлять граждан и вести с ними служебную переписку',
    },
    source: law41,
    checkedOn,
    confidence: 'observed',
  }
}

export const law: LawFact[] = [
  ...['bank', 'broker', 'insurer', 'pension_fund', 'depository'].map(personalData),
  ...['bank', 'payment_system', 'telecom', 'marketplace', 'classifieds', 'state_body', 'state_owned'].map(serviceNotice),
  {
    country: 'RU',
    business: '*',
    message: 'advertising',
    state: 'restricted',
    since: '2025-09-01',
    note: {
      en: 'Advertising on a resource to which access is restricted is an offence (art. 5 part 10.7 of the law on advertising); Viber has been restricted since December 2024',
      ru: 'Реклама на ресурсе, доступ к которому ограничен, – правонарушение (ст. 5 ч. 10.7 закона о рекламе); доступ к Viber ограничен с декабря 2024 года',
    },
    source: 'press: xakep.ru 2026-03-06',
    checkedOn,
    confidence: 'observed',
  },
]
