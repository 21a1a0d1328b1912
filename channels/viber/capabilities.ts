/**
 * What a Viber bot can express, and how much of it; Business Messages have a sheet of their own. State: REST Bot API, checked 2026-11-23.
 * Always holds: each fact has its page and day; what is not documented is `assumed`, and its number is not to be promised.
 */
import type { Capabilities, Feature, Localized, MediaLimit, Provenance } from '@dragoman/core'
import { businessCapabilities } from './capabilities-business.ts'
import { foundEntities } from './format.ts'
import { law, reach } from './reach.ts'
import { botPastTerms, botTerms } from './terms.ts'

const checkedOn = '2026-11-23'
const api = 'https://developers.viber.com/docs/api/rest-bot-api/'
const mebibyte = 1024 * 1024

export function capabilities(config: Readonly<Record<string, string>>): Capabilities {
  return config.service === 'business' ? businessCapabilities() : botCapabilities()
}

function fact(page: string, confidence: Provenance['confidence'] = 'documented', more: Partial<Provenance> = {}): Provenance {
  return { source: page.startsWith('#') ? `${api}${page}` : page, checkedOn, confidence, ...more }
}

function native(page: string, confidence?: Provenance['confidence'], more: Partial<Provenance> & { note?: Localized } = {}): Feature {
  return { level: 'native', ...fact(page, confidence), ...more }
}

function lacking(level: 'converted' | 'none', en: string, ru: string, page = '#send-message'): Feature {
  return { level, note: { en, ru }, ...fact(page) }
}

function media(maxBytes: number, mimeTypes: string[], caption: boolean, page: string): MediaLimit {
  return { ...native(page), maxBytes, mimeTypes, caption, byUrlOnly: true }
}

function asFile(en: string, ru: string): MediaLimit {
  return {
    ...lacking('converted', en, ru, '#file-message'),
    becomes: 'file',
    maxBytes: 50 * mebibyte,
    mimeTypes: [],
    caption: false,
    byUrlOnly: true,
  }
}

function botCapabilities(): Capabilities {
  const keyboards = 'https://developers.viber.com/docs/tools/keyboards/'
  const buttonNote = {
    en: 'A keyboard of six columns and twelve rows in place of the customer’s own; the latest one is shown. The number of rows is general knowledge.',
    ru: 'Клавиатура в шесть колонок и двенадцать рядов вместо обычной; видна последняя. Число рядов – общеизвестное, не из документации.',
  }
  return {
    // Characters, and the page does not say of which kind.
    text: { max: 7_000, unit: 'utf16', countedAfterMarkup: false, entities: foundEntities, ...fact('#text-message') },
    caption: { max: 512, unit: 'utf16', ...fact('#picture-message') },
    media: {
      image: {
        ...media(mebibyte, ['image/jpeg', 'image/png'], true, '#picture-message'),
        note: {
          en: '1 MB is what iPhones take (Android: 3 MB); a GIF stands still',
          ru: '1 МБ – столько берут айфоны (Android – 3 МБ); GIF не двигается',
        },
      },
      video: {
        ...media(26 * mebibyte, ['video/mp4'], true, '#video-message'),
        note: { en: 'H.264, up to 3 minutes', ru: 'H.264, до 3 минут' },
      },
      audio: asFile('Viber has no audio messages: goes as a file', 'Аудиосообщений в Viber нет: уходит файлом'),
      voice: asFile('Bots cannot send voice messages: goes as a file', 'Боты не отправляют голосовые: уходит файлом'),
      file: {
        ...media(50 * mebibyte, [], false, '#file-message'),
        note: { en: 'Programs (.exe and the like) are refused', ru: 'Программы (.exe и подобные) не принимаются' },
      },
      sticker: {
        ...lacking(
          'converted',
          'Only stickers of Viber’s own catalogue; others go as a picture',
          'Только стикеры из каталога Viber; прочие уходят картинкой',
          '#sticker-message',
        ),
        becomes: 'image',
        maxBytes: mebibyte,
        mimeTypes: [],
        caption: false,
        byUrlOnly: true,
      },
    },
    structured: {
      location: native('#location-message', 'documented', {
        note: { en: 'Name and address go before it as text', ru: 'Название и адрес уходят перед ней текстом' },
      }),
      contact_card: native('#contact-message', 'documented', {
        note: {
          en: 'One message for each number; long names go as text',
          ru: 'По сообщению на каждый номер; длинные имена уходят текстом',
        },
      }),
      poll: lacking('converted', 'Bots have no polls: options become buttons', 'Опросов у ботов нет: варианты становятся кнопками'),
      card: native('#rich-media-message--carousel-content-message', 'documented', {
        note: { en: 'Up to 3 buttons: answers and links', ru: 'До 3 кнопок: ответы и ссылки' },
      }),
      carousel: native('#rich-media-message--carousel-content-message', 'documented', {
        note: {
          en: 'Six cards in one message; more make more messages',
          ru: 'Шесть карточек в сообщении; если больше – сообщений несколько',
        },
      }),
      product: lacking('converted', 'Name and price go as text', 'Название и цена уходят текстом'),
      template: lacking('none', 'Bots have no templates: write freely', 'Шаблонов у ботов нет: пишите свободно'),
      album: lacking('converted', 'Pictures go one by one', 'Картинки уходят по одной'),
      booking: lacking('converted', 'Goes as text', 'Уходит текстом'),
      ticket: lacking('converted', 'Goes as text and a file', 'Уходит текстом и файлом'),
    },
    album: { ...lacking('none', 'Pictures go one by one', 'Картинки уходят по одной'), min: 2, max: 2, mixes: [] },
    buttons: {
      ...native(keyboards, 'assumed', { note: buttonNote }),
      max: 72,
      maxPerRow: 6,
      title: { max: 250, unit: 'utf16' },
      // Documented nowhere; the whole request may have 30 kB.
      payload: { max: 250, unit: 'utf16' },
      kinds: ['reply', 'url', 'share_contact', 'share_location'],
      under: ['text', 'image', 'video', 'audio', 'voice', 'file', 'sticker', 'location', 'contact_card', 'card', 'carousel'],
    },
    quickReplies: {
      ...native(keyboards, 'assumed', {
        note: {
          en: 'The same keyboard; what is pressed comes back as an ordinary message',
          ru: 'Та же клавиатура; нажатие приходит обычным сообщением',
        },
      }),
      max: 72,
      maxPerRow: 6,
      title: { max: 250, unit: 'utf16' },
      payload: { max: 250, unit: 'utf16' },
      kinds: ['reply', 'url', 'share_contact', 'share_location'],
      under: ['text', 'image', 'video', 'audio', 'voice', 'file', 'sticker', 'location', 'contact_card', 'card', 'carousel'],
    },
    list: {
      ...lacking('converted', 'Rows become buttons', 'Строки становятся кнопками', keyboards),
      maxRows: 12,
      maxSections: 1,
      button: { max: 250, unit: 'utf16' },
      title: { max: 250, unit: 'utf16' },
      description: { max: 250, unit: 'utf16' },
      payload: { max: 250, unit: 'utf16' },
    },
    features: {
      reply_to: lacking('none', 'Bots cannot quote a message', 'Боты не могут ответить на конкретное сообщение'),
      edit: lacking('none', 'Bots cannot edit what was sent', 'Боты не могут менять отправленное'),
      delete: lacking('none', 'Bots cannot delete what was sent', 'Боты не могут удалять отправленное'),
      react: lacking('none', 'Bots cannot react', 'Боты не ставят реакций'),
      typing_out: lacking('none', 'Bots cannot show that they type', 'Боты не показывают, что печатают'),
      typing_in: lacking('none', 'Bots are not told that a person is typing', 'Боту не видно, что человек печатает', '#callbacks'),
      mark_read: lacking('none', 'Bots cannot mark messages read', 'Бот не может отметить сообщение прочитанным'),
      links_preview: native('#url-message', 'assumed'),
      deep_link: native('https://developers.viber.com/docs/tools/deep-links/'),
      templates: lacking('none', 'Bots have no templates', 'Шаблонов у ботов нет'),
      customer_edits: lacking('none', 'Bots are not told of edits', 'О правках боту не сообщается', '#callbacks'),
      customer_deletes: lacking('none', 'Bots are not told of deleted messages', 'Об удалениях боту не сообщается', '#callbacks'),
      customer_reactions: lacking('none', 'Bots are not told of reactions', 'О реакциях боту не сообщается', '#callbacks'),
      block_notice: native('#unsubscribed'),
      polling: lacking('none', 'Callbacks only', 'Только вебхуки', '#setting-a-webhook'),
      business_starts: lacking(
        'none',
        'The customer writes or subscribes first; only the welcome may come before. Business Messages may come first',
        'Первым пишет или подписывается клиент; раньше может прийти только приветствие. Первыми пишут бизнес-сообщения',
        '#conversation-started',
      ),
      profile: native('#get-user-details', 'documented', {
        note: { en: 'Twice in 12 hours for each person', ru: 'Два раза за 12 часов на человека' },
      }),
    },
    // Several devices may report, and whoever hides the mark is never reported as having seen.
    receipts: { delivered: 'always', read: 'user_may_hide', ...fact('#message-receipts-callbacks') },
    pace: [
      // At most 100 to one person in an hour without an answer; any message of theirs resets the count.
      { scope: 'chat', perSecond: 100 / 3600, burst: 100, ...fact('https://creators.viber.com') },
      // Named for broadcasts: 500 requests in 10 seconds.
      { scope: 'account', perSecond: 50, burst: 500, ...fact('#broadcast-message') },
    ],
    reach,
    law,
    terms: botTerms,
    past: [...botPastTerms],
    // The apps fetch when the chat is opened, which may be much later: a month. `assumed`.
    mediaLinkTtlMs: 30 * 86_400_000,
    // About an hour, ten tries.
    webhookRetryMs: 3_600_000,
  }
}
