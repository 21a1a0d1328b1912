/**
 * Where Teams can be reached, and who may use it for what; and that Skype is no more. Dated reports, not legal advice; where nothing stands the
 * state is unknown and is shown so.
 */
import type { LawFact, ReachFact } from '@dragoman/core'
import { skypeRetiredOn } from './config.ts'

const checkedOn = '2026-11-23'

export const teamsReach: ReachFact[] = [
  {
    country: 'RU',
    state: 'unknown',
    note: {
      en: 'No report on whether Teams works without hindrance. Check before you rely on it',
      ru: 'Сведений о том, работает ли Teams без помех, нет. Проверьте, прежде чем рассчитывать на него',
    },
    source: 'nothing found',
    checkedOn,
    confidence: 'assumed',
  },
]

export const skypeReach: ReachFact[] = [
  {
    country: '*',
    state: 'closed',
    since: skypeRetiredOn,
    note: {
      en: 'Closed by its owner; accounts were moved to Teams Free',
      ru: 'Закрыт владельцем; аккаунты перенесены в Teams Free',
    },
    source: 'press on the announcement of 2025-02-28 and the closing of 2025-05-05',
    checkedOn,
    confidence: 'documented',
  },
]

function personalData(business: string): LawFact {
  return {
    country: 'RU',
    business,
    message: 'personal_data',
    state: 'forbidden',
    since: '2023-03-01',
    note: {
      en: 'No personal or payment data through foreign messengers; Teams is on the list',
      ru: 'Через иностранные мессенджеры нельзя передавать персональные и платёжные данные; Teams в перечне',
    },
    source: 'fsrbit.ru 2023-04-14, on the list of foreign messengers',
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
    source: 'Federal Law 41-FZ of 2025-04-01; commentary: tenchat.ru and telmenews.ru 2025-06, amic.ru 2025-07-17',
    checkedOn,
    confidence: 'observed',
  }
}

export const law: LawFact[] = [
  ...['bank', 'broker', 'insurer', 'pension_fund', 'depository'].map(personalData),
  ...['bank', 'payment_system', 'telecom', 'marketplace', 'classifieds', 'state_body', 'state_owned'].map(serviceNotice),
]
