/**
 * What a VK community can express in messages. State: API 5.199, November 2026.
 * Always holds: each fact has its page and the day on which it was checked; numbers that VK does not document any more are `observed`.
 */
import type { Capabilities, Feature, Localized, MediaLimit, Provenance } from '@dragoman/core'
import { shownEntities } from './format.ts'
import { law, reach } from './reach.ts'
import { reactionEmojis } from './reactions.ts'

const checkedOn = '2026-11-23'
const mebibyte = 1024 * 1024
const send = 'https://dev.vk.com/ru/method/messages.send'
const keyboards = 'https://dev.vk.com/ru/api/bots/development/keyboard'
const uploads = 'https://dev.vk.com/ru/api/upload/overview'
const events = 'https://dev.vk.com/ru/api/community-events/json-schema'

type Confidence = Provenance['confidence']

function fact(source: string, confidence: Confidence = 'documented', more: Partial<Provenance> = {}): Provenance {
  return { source, checkedOn, confidence, ...more }
}

function native(source: string, confidence?: Confidence, note?: Localized): Feature {
  return { level: 'native', ...fact(source, confidence), ...(note ? { note } : {}) }
}

function lacking(level: 'converted' | 'none', en: string, ru: string, source = send, confidence?: Confidence): Feature {
  return { level, note: { en, ru }, ...fact(source, confidence) }
}

export function capabilities(): Capabilities {
  const file: MediaLimit = {
    ...native(uploads, 'documented', { en: 'Not MP3 and not programs', ru: 'Кроме MP3 и программ' }),
    maxBytes: 200 * mebibyte,
    mimeTypes: [],
    caption: true,
  }
  const asFile = (en: string, ru: string): MediaLimit => ({ ...file, ...lacking('converted', en, ru, uploads), becomes: 'file' })
  return {
    // The schema says 9000; messages above 4096 are refused or cut in pieces in practice.
    text: { max: 4096, unit: 'utf16', countedAfterMarkup: false, entities: shownEntities, ...fact(send, 'observed') },
    caption: { max: 4096, unit: 'utf16', ...fact(send, 'observed') },
    media: {
      image: {
        ...native(`${uploads}#photos`, 'documented'),
        maxBytes: 50 * mebibyte,
        mimeTypes: ['image/jpeg', 'image/png', 'image/gif'],
        caption: true,
      },
      video: asFile('Communities cannot upload videos by key: goes as a file', 'Ключом сообщества видео не загрузить: уходит файлом'),
      audio: asFile('Goes as a file; MP3 is refused', 'Уходит файлом; MP3 не принимается'),
      voice: {
        ...native(`${uploads}#voice`, 'observed', { en: 'Ogg with Opus', ru: 'Ogg с кодеком Opus' }),
        maxBytes: 200 * mebibyte,
        mimeTypes: ['audio/ogg', 'audio/opus'],
        caption: false,
      },
      file,
      sticker: { ...asFile('Goes as a picture', 'Уходит картинкой'), caption: false, becomes: 'image' },
    },
    structured: {
      location: native(send),
      contact_card: lacking('converted', 'Goes as text', 'Уходит текстом'),
      poll: lacking('converted', 'Goes as buttons', 'Уходит кнопками'),
      card: lacking('converted', 'Goes as a picture with words and buttons', 'Уходит картинкой с текстом и кнопками'),
      carousel: native('https://dev.vk.com/ru/api/bots/development/messages#carousel', 'observed', {
        en: 'Up to 10 cards with up to 3 buttons; titles and descriptions up to 80 characters',
        ru: 'До 10 карточек, до 3 кнопок на каждой; заголовок и описание до 80 знаков',
      }),
      product: native(send, 'documented', { en: 'From the community’s shop, by its number', ru: 'Из магазина сообщества, по номеру' }),
      template: lacking('none', 'There are no templates: write freely', 'Шаблонов нет: пишите свободно'),
      album: native(send),
      booking: lacking('converted', 'Goes as text', 'Уходит текстом'),
      ticket: lacking('converted', 'Goes as text and a file', 'Уходит текстом и файлом'),
    },
    album: { ...native(send), min: 2, max: 10, mixes: [['image']] },
    buttons: {
      ...native(keyboards, 'observed'),
      max: 10,
      maxPerRow: 5,
      title: { max: 40, unit: 'utf16' },
      // 255 with what stands around it; the title travels beside it, because the event of a press does not name it.
      payload: { max: 200, unit: 'utf16' },
      kinds: ['reply', 'url', 'share_location'],
      under: ['text', 'image', 'file', 'location'],
    },
    quickReplies: {
      ...native(keyboards, 'observed', {
        en: 'Keys in place of the keyboard; a press comes back as a message with what the key carried',
        ru: 'Клавиши вместо клавиатуры; нажатие приходит сообщением с данными клавиши',
      }),
      max: 40,
      maxPerRow: 5,
      title: { max: 40, unit: 'utf16' },
      payload: { max: 200, unit: 'utf16' },
      kinds: ['reply', 'url', 'share_location'],
      under: ['text', 'image', 'file', 'location'],
    },
    list: {
      ...lacking('converted', 'There are no lists: rows become buttons', 'Списков нет: строки становятся кнопками', keyboards),
      maxRows: 10,
      maxSections: 1,
      button: { max: 40, unit: 'utf16' },
      title: { max: 40, unit: 'utf16' },
      description: { max: 72, unit: 'utf16' },
      payload: { max: 200, unit: 'utf16' },
    },
    features: {
      reply_to: native(send),
      edit: native('https://dev.vk.com/ru/method/messages.edit', 'documented', {
        en: 'Words only, within 24 hours',
        ru: 'Только текст, в течение 24 часов',
      }),
      delete: native('https://dev.vk.com/ru/method/messages.delete', 'documented', {
        en: 'For both sides within 24 hours',
        ru: 'Для обеих сторон в течение 24 часов',
      }),
      react: native('https://dev.vk.com/ru/method/messages.sendReaction', 'observed', {
        en: 'Which number is which emoji was seen, not documented',
        ru: 'Какой номер какому эмодзи отвечает, известно из практики, а не из документации',
      }),
      typing_out: native('https://dev.vk.com/ru/method/messages.setActivity'),
      typing_in: native(`${events}#message_typing_state`),
      mark_read: native('https://dev.vk.com/ru/method/messages.markAsRead'),
      links_preview: native(send),
      deep_link: native('https://dev.vk.com/ru/api/community-messages/ref', 'observed'),
      templates: lacking('none', 'There are no templates', 'Шаблонов нет'),
      customer_edits: native(`${events}#message_edit`),
      customer_deletes: lacking(
        'none',
        'Communities are not told of deleted messages',
        'Об удалённых сообщениях сообществу не сообщается',
        events,
        'observed',
      ),
      customer_reactions: native(`${events}#message_reaction_event`),
      block_notice: native(`${events}#message_deny`),
      polling: native('https://dev.vk.com/ru/api/bots-long-poll/getting-started'),
      business_starts: lacking('none', 'The person must write first or allow messages', 'Первым пишет человек или разрешает сообщения'),
      profile: native('https://dev.vk.com/ru/method/users.get'),
    },
    receipts: { delivered: 'never', read: 'always', ...fact(`${events}#message_read`) },
    pace: [{ scope: 'account', perSecond: 20, burst: 20, ...fact('https://dev.vk.com/ru/api/api-requests', 'observed') }],
    reach,
    law,
    // Files are handed over, not fetched.
    mediaLinkTtlMs: 3_600_000,
    // No page says how long; a server that keeps failing is marked so and left out. `assumed`.
    webhookRetryMs: 3_600_000,
    editWithinMs: 86_400_000,
    deleteWithinMs: 86_400_000,
    reactionEmojis,
  }
}
