/**
 * What Viber Business Messages can express, as partners document them. Numbers of carousel, list and button titles are from memory of the
 * fact sheet (`assumed`) and are not to be promised. https://www.infobip.com/docs/viber
 */
import type { Capabilities, Feature, Localized, MediaLimit, Provenance } from '@dragoman/core'
import { longestLifeSeconds, shortestLifeSeconds } from './business-send.ts'
import { styledEntities } from './format.ts'
import { law, reach } from './reach.ts'
import { businessTerms } from './terms.ts'

const checkedOn = '2026-11-23'
const partner = 'https://www.infobip.com/docs/viber'
const mebibyte = 1024 * 1024

function fact(confidence: Provenance['confidence'] = 'documented', more: Partial<Provenance> = {}): Provenance {
  return { source: partner, checkedOn, confidence, ...more }
}

function native(confidence?: Provenance['confidence'], more: Partial<Provenance> & { note?: Localized } = {}): Feature {
  return { level: 'native', ...fact(confidence), ...more }
}

function lacking(level: 'converted' | 'none', en: string, ru: string): Feature {
  return { level, note: { en, ru }, ...fact() }
}

function media(megabytes: number, mimeTypes: string[], caption: boolean): MediaLimit {
  return { ...native(), maxBytes: megabytes * mebibyte, mimeTypes, caption, byUrlOnly: true }
}

function asFile(en: string, ru: string): MediaLimit {
  return { ...lacking('converted', en, ru), becomes: 'file', maxBytes: 200 * mebibyte, mimeTypes: [], caption: false, byUrlOnly: true }
}

export function businessCapabilities(): Capabilities {
  const none = (en: string, ru: string) => lacking('none', en, ru)
  return {
    text: { max: 1_000, unit: 'utf16', countedAfterMarkup: false, entities: styledEntities, ...fact() },
    caption: { max: 1_000, unit: 'utf16', ...fact() },
    media: {
      image: media(20, ['image/jpeg', 'image/png'], true),
      video: {
        ...media(200, ['video/mp4', 'video/quicktime', 'video/3gpp'], true),
        note: { en: 'Up to 10 minutes', ru: 'До 10 минут' },
      },
      audio: asFile('Goes as a file', 'Уходит файлом'),
      voice: asFile('Goes as a file', 'Уходит файлом'),
      file: {
        ...media(200, [], false),
        note: { en: 'Documents only; the name up to 25 characters', ru: 'Только документы; имя до 25 знаков' },
        since: '2025',
      },
      sticker: {
        ...lacking('converted', 'Goes as a picture', 'Уходит картинкой'),
        becomes: 'image',
        maxBytes: 20 * mebibyte,
        mimeTypes: [],
        caption: false,
        byUrlOnly: true,
      },
    },
    structured: {
      location: lacking('converted', 'Goes as a link to a map', 'Уходит ссылкой на карту'),
      contact_card: lacking('converted', 'Goes as text', 'Уходит текстом'),
      poll: lacking('converted', 'Goes as text', 'Уходит текстом'),
      card: lacking('converted', 'Goes as a picture with words', 'Уходит картинкой с текстом'),
      carousel: native('documented', {
        since: '2025',
        note: {
          en: '2 to 5 cards, each with a picture and one or two links',
          ru: 'От 2 до 5 карточек, в каждой картинка и одна-две ссылки',
        },
      }),
      product: lacking('converted', 'Name and price go as text', 'Название и цена уходят текстом'),
      template: native('documented', {
        note: { en: 'Templates of one-time codes, by their id at the partner', ru: 'Шаблоны одноразовых кодов, по их id у партнёра' },
      }),
      album: lacking('converted', 'Pictures go one by one', 'Картинки уходят по одной'),
      booking: lacking('converted', 'Goes as text', 'Уходит текстом'),
      ticket: lacking('converted', 'Goes as text and a file', 'Уходит текстом и файлом'),
    },
    album: { ...none('Pictures go one by one', 'Картинки уходят по одной'), min: 2, max: 2, mixes: [] },
    buttons: {
      ...native('assumed', { note: { en: 'One link under a message', ru: 'Одна ссылка под сообщением' } }),
      max: 1,
      maxPerRow: 1,
      title: { max: 30, unit: 'utf16' },
      payload: { max: 1_000, unit: 'utf16' },
      kinds: ['url'],
      under: ['text', 'image', 'video'],
    },
    quickReplies: {
      ...native('assumed', {
        since: '2025',
        note: {
          en: 'A list to choose from; the choice comes back as an ordinary message',
          ru: 'Список для выбора; выбранное приходит обычным сообщением',
        },
      }),
      max: 10,
      maxPerRow: 1,
      title: { max: 80, unit: 'utf16' },
      payload: { max: 80, unit: 'utf16' },
      kinds: ['reply'],
      under: ['text'],
    },
    list: {
      ...lacking('converted', 'Goes as text', 'Уходит текстом'),
      maxRows: 10,
      maxSections: 1,
      button: { max: 30, unit: 'utf16' },
      title: { max: 80, unit: 'utf16' },
      description: { max: 80, unit: 'utf16' },
      payload: { max: 80, unit: 'utf16' },
    },
    features: {
      reply_to: none('Cannot quote a message', 'Нельзя ответить на конкретное сообщение'),
      edit: none('Cannot be edited', 'Отправленное не изменить'),
      delete: none('Cannot be deleted', 'Отправленное не удалить'),
      react: none('No reactions', 'Реакций нет'),
      typing_out: none('Not shown', 'Не показывается'),
      typing_in: none('Not told', 'Не видно'),
      mark_read: none('No read marks', 'Отметок о прочтении нет'),
      links_preview: native('assumed'),
      deep_link: none('The business writes first', 'Первым пишет бизнес'),
      templates: none('The partner lists no templates here', 'Список шаблонов есть только у партнёра'),
      customer_edits: none('Not told', 'Не сообщается'),
      customer_deletes: none('Not told', 'Не сообщается'),
      customer_reactions: none('Not told', 'Не сообщается'),
      block_notice: none('Shows only when a message is refused', 'Видно только по отказу в доставке'),
      polling: none('Callbacks only', 'Только вебхуки'),
      business_starts: native('documented', {
        note: {
          en: 'To any number that has Viber; paid for each delivered message',
          ru: 'На любой номер с Viber; оплачивается каждое доставленное',
        },
      }),
      profile: none('Only the number is known', 'Известен только номер'),
    },
    receipts: { delivered: 'always', read: 'user_may_hide', ...fact() },
    pace: [
      // In a session at most five in a row without an answer (older texts: ten), sixty in all.
      { scope: 'chat', perSecond: 60 / 86_400, burst: 5, ...fact('documented') },
    ],
    reach,
    law,
    terms: businessTerms,
    mediaLinkTtlMs: 30 * 86_400_000,
    webhookRetryMs: 3_600_000,
    timeToLive: { minMs: shortestLifeSeconds * 1_000, maxMs: longestLifeSeconds * 1_000, ...fact() },
  }
}
