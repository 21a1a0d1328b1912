/**
 * Where WhatsApp can be reached, and what law says of business messages there: dated facts, not legal advice.
 * Always holds: the newest row of a country holds until a newer one; what is not listed is unknown and must be shown so.
 */
import type { LawFact, ReachFact } from '@dragoman/core'

const checkedOn = '2026-11-22'
const press = { checkedOn, confidence: 'observed' as const }
const commentary = { checkedOn, confidence: 'assumed' as const }

export const reachFacts: ReachFact[] = [
  {
    country: 'RU',
    state: 'degraded',
    since: '2025-08-13',
    source: 'levada.ru 2025-08-20, vedomosti.ru 2025-08-29',
    ...press,
    note: { en: 'Voice calls are restricted by the regulator.', ru: 'Регулятор ограничил голосовые звонки.' },
  },
  {
    country: 'RU',
    state: 'degraded',
    since: '2025-11-28',
    source: 'kommersant.ru 2025-11-28',
    ...press,
    note: { en: 'Full blocking announced, in steps.', ru: 'Объявлена поэтапная полная блокировка.' },
  },
  {
    country: 'RU',
    state: 'blocked',
    since: '2026-02-11',
    source: 'xakep.ru, rbc.ru, kommersant.ru 2026-02-12',
    ...press,
    note: {
      en: 'Removed from the national DNS: reachable only through a VPN.',
      ru: 'Домены убраны из национальной системы DNS: доступен только через VPN.',
    },
  },
]

/** Kinds of business that Federal Law 41-FZ names. */
const barredFromNotices = ['bank', 'payment_system', 'telecom', 'marketplace', 'classifieds', 'state_body', 'state_owned']
const financial = ['bank', 'broker', 'insurer', 'pension_fund', 'depository']

export const lawFacts: LawFact[] = [
  ...financial.map(
    (business): LawFact => ({
      country: 'RU',
      business,
      message: 'personal_data',
      state: 'forbidden',
      since: '2023-03-01',
      source: 'fsrbit.ru 2023-04-14',
      ...commentary,
      note: {
        en: 'No personal or payment data through foreign messengers.',
        ru: 'Персональные и платёжные данные нельзя передавать через иностранные мессенджеры.',
      },
    }),
  ),
  ...barredFromNotices.map(
    (business): LawFact => ({
      country: 'RU',
      business,
      message: 'service_notice',
      state: 'forbidden',
      since: '2025-06-01',
      source: 'Federal Law 41-FZ of 2025-04-01; tenchat.ru, telmenews.ru 2025-06, amic.ru 2025-07-17',
      ...commentary,
      note: {
        en: 'Federal Law 41-FZ: no notices and no service communication with citizens through foreign messengers.',
        ru: 'Закон 41-ФЗ: нельзя уведомлять и обслуживать граждан через иностранные мессенджеры.',
      },
    }),
  ),
  {
    country: 'RU',
    business: '*',
    message: 'advertising',
    state: 'forbidden',
    since: '2026-03-05',
    source: 'vc.ru, news.ru, gazeta.ru 2026-03-05; xakep.ru 2026-03-06',
    ...press,
    note: {
      en: 'Advertising on a restricted resource is an offence since 2025-09-01; the competition authority holds WhatsApp to be one.',
      ru: 'Реклама на ресурсах с ограниченным доступом — нарушение с 01.09.2025; ФАС относит к ним WhatsApp.',
    },
  },
  {
    country: 'US',
    business: '*',
    message: 'advertising',
    state: 'restricted',
    since: '2025-04-01',
    source: 'https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/marketing-templates',
    checkedOn,
    confidence: 'documented',
    note: {
      en: 'Meta delivers no marketing templates to US numbers; no end date is known.',
      ru: 'Meta не доставляет рекламные шаблоны на номера США; когда это кончится, неизвестно.',
    },
  },
]
