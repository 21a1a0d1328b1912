/**
 * Where Telegram can be reached, and who may use it for what: dated reports, not legal advice. After the last row of a country its state is
 * unknown and is shown so.
 */
import type { LawFact, ReachFact } from '@dragoman/core'

const checkedOn = '2026-11-22'

export const reach: ReachFact[] = [
  {
    country: 'RU',
    state: 'reachable',
    since: '2025-08-13',
    until: '2026-02-10',
    note: { en: 'Messages work; voice calls are restricted', ru: 'Сообщения работают; голосовые звонки ограничены' },
    source: 'press: levada.ru 2025-08-20, vedomosti.ru 2025-08-29',
    checkedOn,
    confidence: 'observed',
  },
  {
    country: 'RU',
    state: 'degraded',
    since: '2026-02-10',
    until: '2026-04-01',
    note: { en: 'Slowed down, confirmed by the regulator', ru: 'Замедлён, это подтвердил регулятор' },
    source: 'press: 66.ru 2026-02-17',
    checkedOn,
    confidence: 'observed',
  },
  {
    country: 'RU',
    state: 'unknown',
    since: '2026-04-01',
    note: {
      en: 'Slowed down since February 2026; a full block was reported as decided for April but not confirmed. Check before you rely on it',
      ru: 'Замедлён с февраля 2026 года; о полной блокировке с апреля сообщалось, но подтверждения нет. Проверьте, прежде чем рассчитывать на него',
    },
    source: 'press: klerk.ru 2026-02-17 and others (unconfirmed)',
    checkedOn,
    confidence: 'assumed',
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
      en: 'No personal or payment data through foreign messengers',
      ru: 'Через иностранные мессенджеры нельзя передавать персональные и платёжные данные',
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
    until: '2026-03-05',
    note: {
      en: 'Advertising on a resource to which access is restricted is an offence (art. 5 part 10.7 of the law on advertising)',
      ru: 'Реклама на ресурсе, доступ к которому ограничен, – правонарушение (ст. 5 ч. 10.7 закона о рекламе)',
    },
    source: 'press: xakep.ru 2026-03-06',
    checkedOn,
    confidence: 'observed',
  },
  {
    country: 'RU',
    business: '*',
    message: 'advertising',
    state: 'forbidden',
    since: '2026-03-05',
    note: {
      en: 'The competition authority holds advertising in Telegram to be unlawful',
      ru: 'Антимонопольная служба считает рекламу в Telegram незаконной',
    },
    source: 'press: vc.ru, news.ru, gazeta.ru 2026-03-05 and 06',
    checkedOn,
    confidence: 'observed',
  },
]
