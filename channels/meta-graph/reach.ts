/**
 * Where Meta's two page messengers can be reached, and what law says of business messages there: dated facts, not legal advice. `site` is the site to
 * which a messenger belongs, as press and courts name it.
 * Always holds: the newest row of a country holds until a newer one; what is not listed is unknown and must be shown so.
 */
import type { LawFact, ReachFact } from '@dragoman/core'

const checkedOn = '2026-11-23'
const press = { checkedOn, confidence: 'observed' as const }
const commentary = { checkedOn, confidence: 'assumed' as const }

export function reachFactsOf(site: string): ReachFact[] {
  return [
    {
      country: 'RU',
      state: 'degraded',
      since: '2022-03',
      source: 'widely reported, March 2022',
      ...press,
      note: {
        en: `Access to ${site} is restricted; its owner was designated extremist.`,
        ru: `Доступ к ${site} ограничен; владелец, компания Meta, признан экстремистской организацией.`,
      },
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
}

const barredFromNotices = ['bank', 'payment_system', 'telecom', 'marketplace', 'classifieds', 'state_body', 'state_owned']

export function lawFactsOf(site: string): LawFact[] {
  return [
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
      state: 'restricted',
      since: '2025-09-01',
      until: '2026-03-05',
      source: 'xakep.ru 2026-03-06',
      ...press,
      note: {
        en: 'Advertising on a resource to which access is restricted is an offence (art. 5 part 10.7 of the law on advertising).',
        ru: 'Реклама на ресурсе, доступ к которому ограничен, – правонарушение (ст. 5 ч. 10.7 закона о рекламе).',
      },
    },
    {
      country: 'RU',
      business: '*',
      message: 'advertising',
      state: 'forbidden',
      since: '2026-03-05',
      source: 'vc.ru, news.ru, gazeta.ru 2026-03-05 and 06',
      ...press,
      note: {
        en: `The competition authority holds advertising on ${site} to be unlawful.`,
        ru: `Антимонопольная служба считает рекламу в ${site} незаконной.`,
      },
    },
  ]
}
