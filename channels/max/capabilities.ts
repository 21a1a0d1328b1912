/**
 * What a MAX bot can express in a dialog, and how much of it. State: Bot API 0.0.32 (2026-07-01).
 * Always holds: each fact has its page and the day on which it was checked; what MAX does not document is `assumed`, never `documented`.
 */
import type { Capabilities, Feature, Localized, MediaLimit, Provenance } from '@dragoman/core'
import { shownEntities } from './format.ts'
import { law, reach } from './reach.ts'

const checkedOn = '2026-11-23'
const api = 'https://dev.max.ru/docs-api'
const mebibyte = 1024 * 1024

function fact(page: string, confidence: Provenance['confidence'] = 'documented', more: Partial<Provenance> = {}): Provenance {
  return { source: `${api}${page}`, checkedOn, confidence, ...more }
}

function native(page: string, confidence?: Provenance['confidence'], more: Partial<Provenance> & { note?: Localized } = {}): Feature {
  return { level: 'native', ...fact(page, confidence), ...more }
}

function lacking(level: 'converted' | 'none', en: string, ru: string, page = ''): Feature {
  return { level, note: { en, ru }, ...fact(page) }
}

function media(megabytes: number, mimeTypes: string[], note?: Localized): MediaLimit {
  return { ...native('/methods/POST/uploads'), maxBytes: megabytes * mebibyte, mimeTypes, caption: true, ...(note ? { note } : {}) }
}

const pictures = ['image/jpeg', 'image/png', 'image/gif', 'image/tiff', 'image/bmp', 'image/heic']

export function capabilities(): Capabilities {
  return {
    text: { max: 4_000, unit: 'utf16', countedAfterMarkup: false, entities: shownEntities, ...fact('/methods/POST/messages') },
    caption: { max: 4_000, unit: 'utf16', ...fact('/methods/POST/messages') },
    media: {
      image: media(50, pictures, { en: 'Up to 7680 × 7680', ru: 'До 7680 × 7680' }),
      video: media(250, ['video/mp4', 'video/quicktime', 'video/x-matroska', 'video/webm']),
      audio: media(256, ['audio/*'], { en: 'Up to 60 minutes', ru: 'До 60 минут' }),
      voice: {
        ...lacking('converted', 'Goes as sound', 'Уходит как звук', '/methods/POST/uploads'),
        becomes: 'audio',
        maxBytes: 256 * mebibyte,
        mimeTypes: ['audio/*'],
        caption: true,
      },
      file: media(4_096, []),
      sticker: {
        ...lacking(
          'converted',
          'Only stickers of MAX itself, by their code; others go as a picture',
          'Только стикеры самого MAX, по коду; прочие уходят картинкой',
          '/methods/POST/messages',
        ),
        becomes: 'image',
        maxBytes: 50 * mebibyte,
        mimeTypes: [],
        caption: false,
      },
    },
    structured: {
      location: native('/methods/POST/messages', 'documented', {
        note: { en: 'Name and address stand above it as text', ru: 'Название и адрес стоят над ней текстом' },
      }),
      contact_card: native('/methods/POST/messages'),
      poll: lacking('converted', 'Bots have no polls: options become buttons', 'Опросов у ботов нет: варианты становятся кнопками'),
      card: lacking('converted', 'Shown as a picture with words and buttons', 'Показывается картинкой с подписью и кнопками'),
      carousel: lacking('converted', 'Shown as an album or as single messages', 'Показывается альбомом или отдельными сообщениями'),
      product: lacking('converted', 'Name and price go as text', 'Название и цена уходят текстом'),
      template: lacking('none', 'MAX has no templates: write freely', 'Шаблонов в MAX нет: пишите свободно'),
      album: native('/methods/POST/messages', 'assumed'),
      booking: lacking('converted', 'Goes as text', 'Уходит текстом'),
      ticket: lacking('converted', 'Goes as text and a file', 'Уходит текстом и файлом'),
    },
    // One message with several attachments; how many is not documented.
    album: { ...native('/methods/POST/messages', 'assumed'), min: 2, max: 10, mixes: [['image', 'video']] },
    buttons: {
      ...native('', 'assumed', {
        note: {
          en: 'Up to 210 buttons in 30 rows of 7, of 3 where a row holds links or asks for a contact or place: general knowledge. Lengths are documented.',
          ru: 'До 210 кнопок: 30 рядов по 7, а с ссылками и запросами контакта или места – по 3; это общеизвестное. Длины – из документации.',
        },
      }),
      max: 210,
      maxPerRow: 7,
      title: { max: 128, unit: 'utf16' },
      payload: { max: 1_024, unit: 'utf16' },
      kinds: ['reply', 'url', 'share_contact', 'share_location'],
      under: ['text', 'image', 'video', 'audio', 'voice', 'file', 'sticker', 'location', 'contact_card'],
    },
    quickReplies: {
      ...lacking('converted', 'Become buttons under the message', 'Становятся кнопками под сообщением'),
      max: 210,
      maxPerRow: 7,
      title: { max: 128, unit: 'utf16' },
      payload: { max: 1_024, unit: 'utf16' },
      kinds: ['reply', 'url', 'share_contact', 'share_location'],
      under: ['text', 'image', 'video', 'audio', 'voice', 'file', 'sticker', 'location', 'contact_card'],
    },
    list: {
      ...lacking('converted', 'Rows become buttons', 'Строки становятся кнопками'),
      maxRows: 30,
      maxSections: 1,
      button: { max: 128, unit: 'utf16' },
      title: { max: 128, unit: 'utf16' },
      description: { max: 128, unit: 'utf16' },
      payload: { max: 1_024, unit: 'utf16' },
    },
    features: {
      reply_to: native('/methods/POST/messages'),
      edit: native('/methods/PUT/messages', 'documented', {
        note: { en: 'Within 7 days; with buttons at any time', ru: 'В течение 7 дней; с кнопками – в любое время' },
      }),
      delete: native('/methods/DELETE/messages'),
      react: lacking('none', 'Bots cannot react', 'Боты не ставят реакций'),
      typing_out: native('/methods/POST/chats/-chatId-/actions'),
      typing_in: lacking('none', 'Bots are not told that a person is typing', 'Боту не видно, что человек печатает', '/objects/Update'),
      mark_read: lacking(
        'none',
        'Bots cannot mark messages read',
        'Бот не может отметить сообщение прочитанным',
        '/methods/POST/chats/-chatId-/actions',
      ),
      links_preview: native('/methods/POST/messages'),
      deep_link: native('', 'documented', { note: { en: 'Up to 512 characters', ru: 'До 512 знаков' } }),
      templates: lacking('none', 'MAX has no templates', 'Шаблонов в MAX нет'),
      customer_edits: native('/objects/Update'),
      customer_deletes: native('/objects/Update'),
      customer_reactions: lacking('none', 'Bots are not told of reactions', 'О реакциях боту не сообщается', '/objects/Update'),
      block_notice: native('/objects/Update'),
      polling: native('/methods/GET/updates', 'documented', {
        note: { en: 'For development and tests only', ru: 'Только для разработки и проб' },
      }),
      business_starts: lacking('none', 'The customer must start the bot first', 'Первым бота запускает клиент'),
      profile: native('/methods/GET/chats/-chatId-'),
    },
    // Views are counted in channels only.
    receipts: { delivered: 'never', read: 'never', ...fact('/objects/Update') },
    pace: [{ scope: 'account', perSecond: 30, burst: 30, ...fact('/methods/POST/uploads') }],
    reach,
    law,
    // MAX takes the bytes; only pictures may be named by an address, and are fetched at once. `assumed`.
    mediaLinkTtlMs: 3_600_000,
    // Ten tries, 60 s × 2.5^n; after 8 hours without success the subscription ends.
    webhookRetryMs: 8 * 3_600_000,
    editWithinMs: 7 * 86_400_000,
  }
}
