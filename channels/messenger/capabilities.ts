/**
 * What Messenger can express for a page, and how much of it.
 * Always holds: every fact names its source and the day it was checked; where the vendor does not say how characters are counted, UTF-16 units
 * are assumed, which never counts fewer than another reading would.
 */
import type { Capabilities, Feature, Level, Localized, MediaLimit, Provenance } from '@dragoman/core'
import { lawFacts, reachFacts } from './reach.ts'

const docs = 'https://developers.facebook.com/docs/messenger-platform'
const checkedOn = '2026-11-23'

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
const sending = 'send-messages'
const media = (mimeTypes: string[], note?: Localized): MediaLimit => ({
  ...feature('native', `${sending}/saving-assets`, note),
  maxBytes: 25 * MiB,
  mimeTypes,
  caption: false,
})

const asText: Localized = { en: 'Sent as a text.', ru: 'Отправляется текстом.' }
const noEdit: Localized = {
  en: 'The platform lets no page change or take back what it sent.',
  ru: 'Платформа не даёт странице исправить или отозвать отправленное.',
}

export function capabilities(): Capabilities {
  return {
    text: {
      max: 2_000,
      unit: 'utf16',
      countedAfterMarkup: false,
      entities: ['link', 'url', 'email', 'phone'],
      ...documented('reference/send-api'),
    },
    caption: { max: 2_000, unit: 'utf16', ...documented('reference/send-api') },
    media: {
      image: media(['image/jpeg', 'image/png', 'image/gif'], {
        en: 'Words go in a message of their own. By address up to 8 MB.',
        ru: 'Подпись уходит отдельным сообщением. По ссылке – до 8 МБ.',
      }),
      video: media(['video/*'], {
        en: 'The platform looks at it for up to 75 s before it is sent.',
        ru: 'Перед отправкой платформа проверяет его до 75 секунд.',
      }),
      audio: media(['audio/*']),
      voice: {
        ...feature('converted', sending, { en: 'Sent as a sound.', ru: 'Отправляется звукозаписью.' }, { confidence: 'assumed' }),
        maxBytes: 25 * MiB,
        mimeTypes: ['audio/*'],
        caption: false,
        becomes: 'audio',
      },
      file: media([], { en: 'Any type but programs.', ru: 'Любой тип, кроме программ.' }),
      sticker: {
        ...feature('converted', `${sending}/stickers`, {
          en: 'Only stickers of its own packs exist here; ours is sent as a file.',
          ru: 'Здесь есть только стикеры из собственных наборов; наш уйдёт файлом.',
        }),
        maxBytes: 25 * MiB,
        mimeTypes: [],
        caption: false,
        becomes: 'file',
      },
    },
    structured: {
      location: feature('converted', sending, asText),
      contact_card: feature('converted', sending, asText),
      poll: feature('converted', `${sending}/quick-replies`, {
        en: 'There are no polls; becomes quick replies.',
        ru: 'Опросов нет; станет быстрыми ответами.',
      }),
      card: feature('native', `${sending}/template/generic`, {
        en: 'Title and text of 80 characters, up to three buttons; a picture needs a public address.',
        ru: 'Заголовок и текст по 80 знаков, до трёх кнопок; картинке нужен публичный адрес.',
      }),
      carousel: feature('native', `${sending}/template/generic`, { en: 'Up to ten cards.', ru: 'До десяти карточек.' }),
      product: feature('native', `${sending}/template/product`, {
        en: 'By the product’s id in the catalogue at Meta.',
        ru: 'По идентификатору товара в каталоге Meta.',
      }),
      template: feature('native', `${sending}/utility-messages`, {
        en: 'Utility messages: notices about an order or an appointment, at any time. Needs page_utility_messaging.',
        ru: 'Служебные уведомления о заказе или записи, в любое время. Нужно разрешение page_utility_messaging.',
      }),
      album: feature('converted', sending, {
        en: 'Sent one after another.',
        ru: 'Уходят по одному.',
      }),
      booking: feature('converted', sending, asText),
      ticket: feature('converted', sending, asText),
    },
    album: {
      min: 2,
      max: 1,
      mixes: [],
      ...feature('converted', sending, {
        en: 'Several pictures in one message exist since 2025-03-19; how many is not documented, so they go one by one.',
        ru: 'Несколько фото в одном сообщении есть с 19.03.2025; сколько именно – не указано, поэтому они уходят по одному.',
      }),
    },
    buttons: {
      ...feature('native', `${sending}/template/button`, {
        en: 'Up to three, under a text of 640 characters, a picture or a video.',
        ru: 'До трёх: под текстом до 640 знаков, фото или видео.',
      }),
      max: 3,
      maxPerRow: 1,
      title: { max: 20, unit: 'utf16' },
      payload: { max: 1_000, unit: 'utf16' },
      kinds: ['reply', 'url', 'phone'],
      under: ['text', 'image', 'video'],
      bodyMax: 640,
    },
    quickReplies: {
      ...feature('native', `${sending}/quick-replies`, {
        en: 'Up to thirteen; they go once one was pressed. One may ask for the telephone number.',
        ru: 'До тринадцати; исчезают после нажатия. Одна может попросить номер телефона.',
      }),
      max: 13,
      maxPerRow: 1,
      title: { max: 20, unit: 'utf16' },
      payload: { max: 1_000, unit: 'utf16' },
      kinds: ['reply', 'share_contact'],
      under: ['text', 'image', 'video', 'audio', 'file', 'card', 'carousel'],
    },
    list: {
      ...feature('none', `${sending}/templates`, {
        en: 'Lists were taken away years ago.',
        ru: 'Списков нет: их убрали много лет назад.',
      }),
      maxRows: 0,
      maxSections: 0,
      button: { max: 20, unit: 'utf16' },
      title: { max: 20, unit: 'utf16' },
      description: { max: 0, unit: 'utf16' },
      payload: { max: 1_000, unit: 'utf16' },
    },
    features: {
      reply_to: feature('native', 'reference/send-api', undefined, { since: '2025-07-15' }),
      edit: feature('none', 'reference/send-api', noEdit),
      delete: feature('none', 'reference/send-api', noEdit),
      react: feature('native', 'reference/send-api', { en: 'Any emoji.', ru: 'Любой эмодзи.' }, { since: '2025-12-02' }),
      typing_out: feature('native', `${sending}/sender-actions`, { en: 'Ends after about 20 s.', ru: 'Гаснет примерно через 20 с.' }),
      typing_in: feature('none', 'webhooks', {
        en: 'Nobody is told that a customer types.',
        ru: 'О том, что клиент печатает, не сообщают.',
      }),
      mark_read: feature('native', `${sending}/sender-actions`),
      links_preview: feature('native', 'reference/send-api', undefined, { confidence: 'assumed' }),
      deep_link: feature('native', 'discovery/m-me-links', {
        en: 'm.me link; its payload takes Latin letters, digits and - _ =.',
        ru: 'Ссылка m.me; в метке – латинские буквы, цифры и знаки - _ =.',
      }),
      templates: feature('native', `${sending}/utility-messages`, { en: 'Utility templates only.', ru: 'Только служебные шаблоны.' }),
      customer_edits: feature('native', 'webhooks', { en: 'Up to five times.', ru: 'До пяти раз.' }, { since: '2024-04-09' }),
      customer_deletes: feature('none', 'webhooks', {
        en: 'Nobody is told that a customer took a message back.',
        ru: 'О том, что клиент отозвал сообщение, не сообщают.',
      }),
      customer_reactions: feature('native', 'webhooks'),
      block_notice: feature('none', 'error-codes', {
        en: 'Nobody is told of a block: sending fails with 551.',
        ru: 'О блокировке не сообщают: отправка завершается ошибкой 551.',
      }),
      polling: feature('none', 'webhooks', { en: 'Needs a public address.', ru: 'Нужен публичный адрес.' }),
      business_starts: feature('none', 'policy/policy-overview', {
        en: 'The customer writes first; a comment permits one private message.',
        ru: 'Первым пишет клиент; комментарий даёт право на одно личное сообщение.',
      }),
      profile: feature('native', 'identity/user-profile'),
    },
    receipts: { delivered: 'always', read: 'user_may_hide', ...documented('webhooks') },
    pace: [{ scope: 'account', perSecond: 300, burst: 300, ...documented('overview') }],
    reach: reachFacts,
    law: lawFacts,
    // Pictures of cards are fetched at once, within 10 s; an hour leaves room for a slow start.
    mediaLinkTtlMs: 60 * 60_000,
    webhookRetryMs: 36 * 60 * 60_000,
  }
}
