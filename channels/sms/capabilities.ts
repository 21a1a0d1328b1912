/**
 * What a short message can express: text. Always holds: the limit is ten pieces in either alphabet (`format.ts` counts both on one scale);
 * files are refused, not hidden behind links that nobody asked for.
 */
import type { ButtonLimit, Capabilities, Feature, Localized, MediaLimit, Provenance } from '@dragoman/core'
import { longestText, mostSegments } from './format.ts'
import { law, reach } from './reach.ts'

const checkedOn = '2026-11-23'
const hourMs = 3_600_000

function fact(source: string, confidence: Provenance['confidence'] = 'documented'): Provenance {
  return { source, checkedOn, confidence }
}

function native(source: string, note?: Localized, confidence?: Provenance['confidence']): Feature {
  return { level: 'native', ...fact(source, confidence), ...(note ? { note } : {}) }
}

function lacking(level: 'converted' | 'none', en: string, ru: string): Feature {
  return { level, note: { en, ru }, ...fact('3GPP TS 23.040: a short message is text') }
}

const noFiles: MediaLimit = {
  ...lacking('none', 'A short message carries no files; send a link to them', 'SMS не передаёт файлы – отправьте ссылку'),
  maxBytes: 0,
  mimeTypes: [],
  caption: false,
}

const buttons: ButtonLimit = {
  ...lacking('converted', 'Choices are written out in the text', 'Варианты перечисляются в тексте'),
  max: 0,
  maxPerRow: 0,
  title: { max: 100, unit: 'utf16' },
  payload: { max: 500, unit: 'utf16' },
  kinds: [],
  under: [],
}

export function capabilities(): Capabilities {
  const asText = lacking('converted', 'Goes as text', 'Уходит текстом')
  const none = (en: string, ru: string) => lacking('none', en, ru)
  return {
    text: {
      max: longestText,
      unit: 'codepoint',
      countedAfterMarkup: true,
      entities: [],
      ...fact(`3GPP TS 23.038, 23.040: ${mostSegments} pieces of 153 (GSM) or 67 (UCS-2); the number of pieces is our own`),
    },
    caption: { max: 0, unit: 'codepoint', ...fact('3GPP TS 23.040: a short message is text') },
    media: { image: noFiles, video: noFiles, audio: noFiles, voice: noFiles, file: noFiles, sticker: noFiles },
    structured: {
      location: asText,
      contact_card: asText,
      poll: asText,
      card: asText,
      carousel: asText,
      product: asText,
      template: none('Carriers keep templates in their own consoles', 'Шаблоны операторы держат у себя'),
      album: none('A short message carries no files', 'SMS не передаёт файлы'),
      booking: asText,
      ticket: asText,
    },
    album: { ...none('A short message carries no files', 'SMS не передаёт файлы'), min: 0, max: 0, mixes: [] },
    buttons,
    quickReplies: buttons,
    list: {
      ...lacking('converted', 'Rows are written out in the text', 'Строки перечисляются в тексте'),
      maxRows: 0,
      maxSections: 0,
      button: { max: 100, unit: 'utf16' },
      title: { max: 100, unit: 'utf16' },
      description: { max: 300, unit: 'utf16' },
      payload: { max: 500, unit: 'utf16' },
    },
    features: {
      reply_to: none('A short message answers no other one', 'SMS не отвечает на конкретное сообщение'),
      edit: none('What is sent cannot be changed', 'Отправленное изменить нельзя'),
      delete: none('What is sent cannot be taken back', 'Отправленное отозвать нельзя'),
      react: none('There are no reactions', 'Реакций нет'),
      typing_out: none('Phones do not show it', 'Телефоны этого не показывают'),
      typing_in: none('Phones do not tell it', 'Телефоны этого не сообщают'),
      mark_read: none('The sender is not told', 'Отправитель этого не узнаёт'),
      links_preview: none('Most phones show none', 'Большинство телефонов его не показывает'),
      deep_link: none('An sms: link’s text can be changed by whoever sends it', 'Текст ссылки sms: человек может изменить'),
      templates: none('Carriers keep templates in their own consoles', 'Шаблоны операторы держат у себя'),
      customer_edits: none('What is sent cannot be changed', 'Отправленное изменить нельзя'),
      customer_deletes: none('What is sent cannot be taken back', 'Отправленное отозвать нельзя'),
      customer_reactions: none('There are no reactions', 'Реакций нет'),
      block_notice: native('CTIA Messaging Principles: STOP', {
        en: 'Who answers STOP is not written to any more; a block on the phone itself is not told',
        ru: 'Кто ответил STOP, тому больше не пишем; о блокировке в самом телефоне не сообщается',
      }),
      polling: native('SMPP 3.4: deliver_sm', { en: 'By SMPP, or by asking the gateway', ru: 'По SMPP или опросом шлюза' }),
      business_starts: native('GSM 03.40', {
        en: 'To people who agreed; the sender must be registered in many countries',
        ru: 'Тем, кто согласился; во многих странах отправителя нужно зарегистрировать',
      }),
      profile: none('A phone number has no profile', 'У номера телефона нет профиля'),
    },
    receipts: {
      delivered: 'always',
      read: 'never',
      ...fact('SMPP 3.4, 5.2.28 and appendix B; some networks report only that they took the message'),
    },
    pace: [
      { scope: 'account', perSecond: 10, burst: 10, ...fact('agreed with each carrier; throttling (0x58) tells the truth', 'assumed') },
    ],
    reach,
    law,
    mediaLinkTtlMs: hourMs,
    webhookRetryMs: 24 * hourMs,
    timeToLive: { minMs: 5 * 60_000, maxMs: 7 * 24 * hourMs, ...fact('SMPP 3.4, 7.1.1; carriers keep messages for some days', 'assumed') },
  }
}
