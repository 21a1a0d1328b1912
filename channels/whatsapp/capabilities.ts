/**
 * What WhatsApp can express through the Cloud API, and how much of it.
 * Always holds: every fact names its source and the day it was checked; where the vendor does not say how characters are counted, UTF-16
 * units are assumed, which never counts fewer than another reading would.
 */
import type { Capabilities, Feature, Level, Localized, MediaLimit, Provenance } from '@dragoman/core'
import { lawFacts, reachFacts } from './reach.ts'

const docs = 'https://developers.facebook.com/documentation/business-messaging/whatsapp'
const checkedOn = '2026-11-22'

const documented = (page: string, more: Partial<Provenance> = {}): Provenance => ({
  source: `${docs}/${page}`,
  checkedOn,
  confidence: 'documented',
  ...more,
})
const feature = (level: Level, page: string, note?: Localized, more: Partial<Provenance> = {}): Feature => ({
  level,
  ...(note ? { note } : {}),
  ...documented(page, more),
})

const MiB = 1024 * 1024

const media = (maxBytes: number, mimeTypes: string[], caption: boolean, note?: Localized): MediaLimit => ({
  ...feature('native', 'business-phone-numbers/media', note),
  maxBytes,
  mimeTypes,
  caption,
})

const officeTypes = [
  'text/plain',
  'application/pdf',
  'application/msword',
  'application/vnd.ms-excel',
  'application/vnd.ms-powerpoint',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
]
/** The types the vendor names for documents; others go through in practice, so the limit itself takes any. */
export const documentedFileTypes: readonly string[] = officeTypes

const words: Record<string, Localized> = {
  asText: { en: 'Sent as a text.', ru: 'Отправляется текстом.' },
  oneByOne: {
    en: 'Sent one after another; the app gathers pictures by itself.',
    ru: 'Уходят по одному; приложение само собирает фото в альбом.',
  },
  noEdit: {
    en: 'The platform lets no business change or take back what it sent.',
    ru: 'Платформа не даёт компании исправить или отозвать отправленное.',
  },
  coexistence: {
    en: 'Only for numbers that are also used in the WhatsApp Business app.',
    ru: 'Только для номеров, которые работают и в приложении WhatsApp Business.',
  },
}

export function capabilities(config: Readonly<Record<string, string>> = {}): Capabilities {
  const perSecond = Number(config.throughput) || 80
  return {
    text: {
      max: 4_096,
      unit: 'utf16',
      countedAfterMarkup: false,
      entities: ['bold', 'italic', 'strikethrough', 'code', 'pre', 'quote', 'link', 'url', 'email', 'phone'],
      ...documented('messages/text-messages'),
    },
    caption: { max: 1_024, unit: 'utf16', ...documented('messages/image-messages') },
    media: {
      image: media(5 * MiB, ['image/jpeg', 'image/png'], true),
      video: media(16 * MiB, ['video/mp4', 'video/3gpp'], true, {
        en: 'H.264 with AAC, one sound track. Round and looping videos arrive as ordinary ones.',
        ru: 'H.264 с AAC, одна звуковая дорожка. Кружки и GIF приходят обычным видео.',
      }),
      audio: media(16 * MiB, ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'], false),
      voice: {
        ...media(16 * MiB, ['audio/ogg'], false, {
          en: 'Ogg with Opus; above 512 KB it must be downloaded before it plays.',
          ru: 'Ogg с Opus. Больше 512 КБ — сначала скачивается, потом играет.',
        }),
        since: '2025-10-16',
      },
      file: media(100 * MiB, [], true, {
        en: 'PDF, text and office files by the documents; others go through in practice.',
        ru: 'По документации — PDF, текст и офисные файлы; остальные на деле тоже проходят.',
      }),
      sticker: media(500 * 1024, ['image/webp'], false, {
        en: '512×512; a still one up to 100 KB, an animated one up to 500 KB.',
        ru: '512×512; неподвижный — до 100 КБ, анимированный — до 500 КБ.',
      }),
    },
    structured: {
      location: feature('native', 'messages/location-messages', {
        en: 'A point; live location does not exist here.',
        ru: 'Точка на карте; трансляции геопозиции здесь нет.',
      }),
      contact_card: feature('native', 'messages/contacts-messages'),
      poll: feature('converted', 'messages/interactive-list-messages', {
        en: 'There are no polls; becomes buttons or a list.',
        ru: 'Опросов нет; станет кнопками или списком.',
      }),
      card: feature('converted', 'messages/interactive-reply-buttons-messages', {
        en: 'Becomes a picture with words and buttons.',
        ru: 'Станет картинкой с подписью и кнопками.',
      }),
      carousel: feature('converted', 'messages/interactive-media-carousel-messages', {
        en: 'Sent card by card. The native carousel demands a link button on every card.',
        ru: 'Отправляется по карточке. Родная карусель требует кнопку-ссылку на каждой карточке.',
      }),
      product: feature('converted', 'messages/interactive-product-messages', {
        en: 'Native products need a catalogue at Meta; without one they are sent as a text.',
        ru: 'Для карточек товара нужен каталог в Meta; без него отправляется текст.',
      }),
      template: feature('native', 'templates/overview'),
      album: feature('converted', 'messages/image-messages', words.oneByOne),
      booking: feature('converted', 'messages/text-messages', words.asText),
      ticket: feature('converted', 'messages/text-messages', words.asText),
    },
    album: { min: 2, max: 1, mixes: [], ...feature('converted', 'messages/image-messages', words.oneByOne) },
    buttons: {
      ...feature('native', 'messages/interactive-reply-buttons-messages', {
        en: 'Up to three answers, or one link. A picture without words gets a pointing hand as its text.',
        ru: 'До трёх ответов или одна ссылка. Картинка без подписи получит указательный палец вместо текста.',
      }),
      max: 3,
      maxPerRow: 1,
      title: { max: 20, unit: 'utf16' },
      payload: { max: 256, unit: 'utf16' },
      kinds: ['reply', 'url'],
      oneKindOnly: true,
      under: ['text', 'image', 'video', 'file'],
      bodyMax: 1_024,
    },
    quickReplies: {
      ...feature('converted', 'messages/interactive-reply-buttons-messages', {
        en: 'Become buttons on the message.',
        ru: 'Станут кнопками под сообщением.',
      }),
      max: 3,
      maxPerRow: 1,
      title: { max: 20, unit: 'utf16' },
      payload: { max: 256, unit: 'utf16' },
      kinds: ['reply'],
      under: ['text', 'image', 'video', 'file'],
      bodyMax: 1_024,
    },
    list: {
      ...feature('native', 'messages/interactive-list-messages', {
        en: 'Ten rows in all, in up to ten sections.',
        ru: 'Всего десять строк, не больше десяти разделов.',
      }),
      maxRows: 10,
      maxSections: 10,
      button: { max: 20, unit: 'utf16' },
      title: { max: 24, unit: 'utf16' },
      description: { max: 72, unit: 'utf16' },
      payload: { max: 200, unit: 'utf16' },
      bodyMax: 4_096,
    },
    features: {
      reply_to: feature('native', 'messages/contextual-replies', {
        en: 'The quote is not drawn for messages older than about 30 days.',
        ru: 'Цитата не рисуется, если сообщению больше месяца.',
      }),
      edit: feature('none', 'messages/send-messages', words.noEdit),
      delete: feature('none', 'messages/send-messages', words.noEdit),
      react: feature('native', 'messages/reaction-messages', {
        en: 'One emoji, on messages up to 30 days old.',
        ru: 'Один эмодзи, на сообщения не старше 30 дней.',
      }),
      typing_out: feature(
        'native',
        'typing-indicators',
        {
          en: 'Tied to the last message of the customer, which it also marks as read; ends after 25 s.',
          ru: 'Привязано к последнему сообщению клиента и отмечает его прочитанным; гаснет через 25 с.',
        },
        { since: '2025-04-08' },
      ),
      typing_in: feature('none', 'webhooks/overview', {
        en: 'Nobody is told that a customer types.',
        ru: 'О том, что клиент печатает, не сообщают.',
      }),
      mark_read: feature('native', 'messages/mark-message-as-read', {
        en: 'Earlier messages are marked along with it.',
        ru: 'Отмечает и все более ранние сообщения.',
      }),
      links_preview: feature('native', 'messages/text-messages'),
      deep_link: feature('native', 'business-phone-numbers/qr-codes', {
        en: 'wa.me link with a text that the customer sends; needs the telephone number in the settings.',
        ru: 'Ссылка wa.me с готовым текстом, который отправит клиент; нужен номер телефона в настройках.',
      }),
      templates: feature('native', 'templates/overview'),
      customer_edits: feature('native', 'webhooks/reference/messages/edit', words.coexistence, { since: '2025-11-25' }),
      customer_deletes: feature('native', 'webhooks/reference/messages/revoke', words.coexistence, { since: '2025-11-25' }),
      customer_reactions: feature('native', 'webhooks/reference/messages/reaction'),
      block_notice: feature('none', 'support/error-codes', {
        en: 'Nobody is told of a block: sends simply fail as undeliverable.',
        ru: 'О блокировке не сообщают: сообщения просто не доставляются.',
      }),
      polling: feature('none', 'webhooks/overview', { en: 'Needs a public address.', ru: 'Нужен публичный адрес.' }),
      business_starts: feature('native', 'templates/overview', {
        en: 'With an approved template only; 250 to 100,000 different people in 24 hours, or any number, as the portfolio’s limit is.',
        ru: 'Только одобренным шаблоном; от 250 до 100 000 разных людей за 24 часа или без ограничения – по лимиту портфолио.',
      }),
      profile: feature('none', 'webhooks/reference/messages', {
        en: 'The name comes with each message; there is no picture.',
        ru: 'Имя приходит с каждым сообщением; фотографии нет.',
      }),
    },
    receipts: { delivered: 'always', read: 'user_may_hide', ...documented('webhooks/reference/messages/status') },
    pace: [
      // At once less than the platform bears: what was late on its way must not count twice in its second.
      { scope: 'account', perSecond, burst: perSecond / 4, ...documented('throughput') },
      // 45, as documented, and one of them for the way.
      { scope: 'pair', perSecond: 1 / 6, burst: 44, ...documented('throughput') },
    ],
    reach: reachFacts,
    law: lawFacts,
    // A `link` is fetched at once and cached for ten minutes; an hour leaves room for a slow start.
    mediaLinkTtlMs: 60 * 60_000,
    // The vendor's pages disagree (7 days, 36 h); the longer span is the safe one.
    webhookRetryMs: 7 * 24 * 60 * 60_000,
  }
}
