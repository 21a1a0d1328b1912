/**
 * What Instagram can express for a professional account, and how much of it.
 * Always holds: every fact names its source and the day it was checked; texts are counted in bytes of UTF-8, as the vendor counts them; titles
 * in UTF-16 units, which never counts fewer than another reading would. Facebook login has product cards besides.
 */
import type { Capabilities, Feature, Level, Localized, MediaLimit, Provenance } from '@dragoman/core'
import { lawFacts, reachFacts } from './reach.ts'

const docs = 'https://developers.facebook.com/docs/instagram-platform'
const messaging = 'instagram-api-with-instagram-login/messaging-api'
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
const media = (maxBytes: number, mimeTypes: string[], note?: Localized, more: Partial<Provenance> = {}): MediaLimit => ({
  ...feature('native', messaging, note, more),
  maxBytes,
  mimeTypes,
  caption: false,
})

const asText: Localized = { en: 'Sent as a text.', ru: 'Отправляется текстом.' }
const noEdit: Localized = {
  en: 'No program may change or take back what was sent; in the app people can.',
  ru: 'Программы не могут исправить или отозвать отправленное; люди могут сделать это в приложении.',
}
const oneByOne: Localized = {
  en: 'Up to ten pictures in one message exist since 2026-05-06; what comes back for them is not documented, so they go one by one.',
  ru: 'До десяти фото в одном сообщении – с 06.05.2026; что приходит в ответ, не описано, поэтому они уходят по одному.',
}
const soundTypes = ['audio/aac', 'audio/mp4', 'audio/x-m4a', 'audio/wav']

export function capabilities(config: Readonly<Record<string, string>>): Capabilities {
  const isByPage = config.login === 'page'
  return {
    text: {
      max: 1_000,
      unit: 'byte',
      countedAfterMarkup: false,
      entities: ['link', 'url', 'mention', 'hashtag'],
      ...documented(messaging),
    },
    caption: { max: 1_000, unit: 'byte', ...documented(messaging) },
    media: {
      image: media(8 * MiB, ['image/png', 'image/jpeg', 'image/gif'], {
        en: 'Words go in a message of their own.',
        ru: 'Подпись уходит отдельным сообщением.',
      }),
      video: media(25 * MiB, ['video/mp4', 'video/ogg', 'video/x-msvideo', 'video/quicktime', 'video/webm']),
      audio: media(25 * MiB, soundTypes),
      voice: {
        ...feature('converted', messaging, { en: 'Sent as a sound: AAC, M4A or WAV.', ru: 'Отправляется звуком: AAC, M4A или WAV.' }),
        maxBytes: 25 * MiB,
        mimeTypes: soundTypes,
        caption: false,
        becomes: 'audio',
      },
      file: media(25 * MiB, ['application/pdf'], { en: 'PDF only.', ru: 'Только PDF.' }, { since: '2025-12-19' }),
      sticker: {
        ...feature('none', messaging, { en: 'Only a heart of its own exists.', ru: 'Есть только собственное сердечко.' }),
        maxBytes: 0,
        mimeTypes: [],
        caption: false,
      },
    },
    structured: {
      location: feature('converted', messaging, asText),
      contact_card: feature('converted', messaging, asText),
      poll: feature('converted', `${messaging}/quick-replies`, {
        en: 'There are no polls in chats; becomes quick replies.',
        ru: 'Опросов в чатах нет; станет быстрыми ответами.',
      }),
      card: feature('native', `${messaging}/generic-template`, {
        en: 'Title and text of 80 characters, up to three buttons; a picture needs a public address.',
        ru: 'Заголовок и текст по 80 знаков, до трёх кнопок; картинке нужен публичный адрес.',
      }),
      carousel: feature('native', `${messaging}/generic-template`, { en: 'Up to ten cards.', ru: 'До десяти карточек.' }),
      product: isByPage
        ? feature('native', 'product-template', {
            en: 'By the product’s id in the catalogue at Meta.',
            ru: 'По идентификатору товара в каталоге Meta.',
          })
        : feature('converted', 'product-template', {
            en: 'Product cards want Facebook login; sent as a text.',
            ru: 'Карточки товаров есть только при входе через Facebook; отправляется текстом.',
          }),
      template: feature('none', messaging, {
        en: 'There are no templates.',
        ru: 'Шаблонов нет.',
      }),
      album: feature('converted', messaging, oneByOne),
      booking: feature('converted', messaging, asText),
      ticket: feature('converted', messaging, asText),
    },
    album: { min: 2, max: 1, mixes: [], ...feature('converted', messaging, oneByOne) },
    buttons: {
      ...feature(
        'native',
        `${messaging}/button-template`,
        { en: 'Up to three under a text of 640 characters.', ru: 'До трёх под текстом до 640 знаков.' },
        { since: '2023-09-12' },
      ),
      max: 3,
      maxPerRow: 1,
      title: { max: 20, unit: 'utf16' },
      payload: { max: 1_000, unit: 'utf16' },
      kinds: ['reply', 'url'],
      under: ['text'],
      bodyMax: 640,
    },
    quickReplies: {
      ...feature('native', `${messaging}/quick-replies`, {
        en: 'Up to thirteen; they go once one was pressed, and are not shown on the website. Asking for telephone or e-mail ended on 2026-10-05.',
        ru: 'До тринадцати; исчезают после нажатия и не видны на сайте. Запрос телефона и почты отключён 05.10.2026.',
      }),
      max: 13,
      maxPerRow: 1,
      title: { max: 20, unit: 'utf16' },
      payload: { max: 1_000, unit: 'utf16' },
      kinds: ['reply'],
      under: ['text'],
    },
    list: {
      ...feature('none', messaging, { en: 'There are no lists.', ru: 'Списков нет.' }),
      maxRows: 0,
      maxSections: 0,
      button: { max: 20, unit: 'utf16' },
      title: { max: 20, unit: 'utf16' },
      description: { max: 0, unit: 'utf16' },
      payload: { max: 1_000, unit: 'utf16' },
    },
    features: {
      reply_to: feature('native', messaging, undefined, { since: isByPage ? '2025-12-19' : '2026-09-21' }),
      edit: feature('none', messaging, noEdit),
      delete: feature('none', messaging, noEdit),
      react: feature('native', messaging, { en: 'Any emoji.', ru: 'Любой эмодзи.' }, { since: '2025-12' }),
      typing_out: feature('native', `${messaging}/sender-actions`, undefined, { since: '2025-09-23' }),
      typing_in: feature('none', 'webhooks', {
        en: 'Nobody is told that a customer types.',
        ru: 'О том, что клиент печатает, не сообщают.',
      }),
      mark_read: feature('native', `${messaging}/sender-actions`, undefined, { since: '2025-09-23' }),
      links_preview: feature('native', messaging, undefined, { confidence: 'assumed' }),
      deep_link: feature('native', 'ig-me-links', {
        en: 'ig.me link, needs the username in the settings; its payload takes Latin letters, digits and - _ =.',
        ru: 'Ссылка ig.me, нужно имя пользователя в настройках; в метке – латинские буквы, цифры и знаки - _ =.',
      }),
      templates: feature('none', messaging, { en: 'There are no templates.', ru: 'Шаблонов нет.' }),
      customer_edits: feature('native', 'webhooks', undefined, { since: '2025-09-10' }),
      customer_deletes: feature('native', 'webhooks', {
        en: 'What a customer took back must be deleted here too.',
        ru: 'Отозванное клиентом нужно удалить и у себя.',
      }),
      customer_reactions: feature('native', 'webhooks'),
      block_notice: feature('none', messaging, {
        en: 'Nobody is told of a block: sending fails with 551.',
        ru: 'О блокировке не сообщают: отправка завершается ошибкой 551.',
      }),
      polling: feature('none', 'webhooks', { en: 'Needs a public address.', ru: 'Нужен публичный адрес.' }),
      business_starts: feature('none', messaging, {
        en: 'The customer writes first; a comment permits one private message.',
        ru: 'Первым пишет клиент; комментарий даёт право на одно личное сообщение.',
      }),
      profile: feature('native', `${messaging}/user-profile`, {
        en: 'Visible once the person has written.',
        ru: 'Виден после того, как человек написал.',
      }),
    },
    receipts: { delivered: 'never', read: 'user_may_hide', ...documented('webhooks') },
    pace: [{ scope: 'account', perSecond: 300, burst: 300, ...documented('overview', { since: '2024-10-08' }) }],
    reach: reachFacts,
    law: lawFacts,
    // Files are fetched at once; an hour leaves room for a slow start.
    mediaLinkTtlMs: 60 * 60_000,
    webhookRetryMs: 36 * 60 * 60_000,
  }
}
