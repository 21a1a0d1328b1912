/**
 * What the widget can show, and how much of it. Always holds: every fact is about our own program, so it is true of this version and is dated by it;
 * the numbers are chosen by us, for the reasons beside them.
 */
import type { Capabilities, Feature, Localized, MediaKind, MediaLimit, Provenance } from '@dragoman/core'
import { shownEntities } from './format.ts'

const mebibyte = 1024 * 1024
const provenance: Provenance = { source: 'our own widget', checkedOn: '2026-11-22', confidence: 'documented' }

function native(note?: Localized): Feature {
  return { level: 'native', ...provenance, ...(note ? { note } : {}) }
}

function lacking(level: 'converted' | 'none', en: string, ru: string): Feature {
  return { level, note: { en, ru }, ...provenance }
}

/** What a phone on a slow line still uploads in a minute or two, and what fits a canvas. */
const largestFile = 25 * mebibyte

function media(mimeTypes: string[], caption = true): MediaLimit {
  return { ...native(), maxBytes: largestFile, mimeTypes, caption }
}

const everywhere: (MediaKind | 'text' | 'location' | 'contact_card' | 'card' | 'carousel')[] = [
  'text',
  'image',
  'video',
  'audio',
  'voice',
  'file',
  'sticker',
  'location',
  'contact_card',
  'card',
  'carousel',
]

/** The emojis of the widget's reaction bar. */
export const reactionEmojis = ['👍', '❤️', '😂', '😮', '😢', '🙏']

export function capabilities(): Capabilities {
  return {
    text: { max: 10_000, unit: 'codepoint', countedAfterMarkup: true, entities: shownEntities, ...provenance },
    caption: { max: 2_000, unit: 'codepoint', ...provenance },
    media: {
      image: media(['image/jpeg', 'image/png', 'image/webp', 'image/gif']),
      video: media(['video/mp4', 'video/webm', 'video/quicktime']),
      audio: media(['audio/mpeg', 'audio/mp4', 'audio/ogg', 'audio/wav', 'audio/webm', 'audio/x-m4a', 'audio/aac', 'audio/flac']),
      voice: media(['audio/ogg', 'audio/mpeg', 'audio/mp4', 'audio/webm', 'audio/x-m4a']),
      file: media([]),
      sticker: media(['image/webp', 'image/png'], false),
    },
    structured: {
      location: native(),
      contact_card: native(),
      poll: lacking('converted', 'Shown as buttons', 'Показывается кнопками'),
      card: native(),
      carousel: native({ en: 'Up to 10 cards', ru: 'До 10 карточек' }),
      product: lacking('converted', 'Name and price go as text', 'Название и цена уходят текстом'),
      template: lacking('none', 'Templates are not needed here: write freely', 'Шаблоны здесь не нужны: пишите свободно'),
      album: lacking('converted', 'Pictures stand one under another', 'Картинки стоят одна под другой'),
      booking: lacking('converted', 'Goes as text', 'Уходит текстом'),
      ticket: lacking('converted', 'Goes as text and a file', 'Уходит текстом и файлом'),
    },
    album: {
      ...lacking('converted', 'Pictures stand one under another', 'Картинки стоят одна под другой'),
      min: 2,
      max: 10,
      mixes: [['image', 'video']],
    },
    buttons: {
      ...native(),
      max: 12,
      maxPerRow: 3,
      // What is still read in one glance in a window 380 px wide.
      title: { max: 40, unit: 'codepoint' },
      payload: { max: 512, unit: 'utf16' },
      kinds: ['reply', 'url', 'phone'],
      under: everywhere,
    },
    quickReplies: {
      ...native(),
      max: 12,
      maxPerRow: 12,
      title: { max: 40, unit: 'codepoint' },
      payload: { max: 512, unit: 'utf16' },
      kinds: ['reply'],
      under: everywhere,
    },
    list: {
      ...native(),
      maxRows: 30,
      maxSections: 10,
      button: { max: 40, unit: 'codepoint' },
      title: { max: 80, unit: 'codepoint' },
      description: { max: 200, unit: 'codepoint' },
      payload: { max: 512, unit: 'utf16' },
    },
    features: {
      reply_to: native(),
      // These five are rows of the hub; the visitors' stream carries them at once, so no request stands behind them.
      edit: native({ en: 'Any time; the visitor sees that it was edited', ru: 'В любое время; посетитель видит пометку об изменении' }),
      delete: native({ en: 'Any time; a trace remains', ru: 'В любое время; остаётся след' }),
      react: native(),
      typing_out: native(),
      mark_read: native(),
      links_preview: lacking('none', 'Links are shown as links', 'Ссылки показываются просто ссылками'),
      deep_link: lacking(
        'none',
        'The chat stands on the site: send the link to the page',
        'Чат стоит на сайте: отправьте ссылку на страницу',
      ),
      templates: lacking('none', 'Templates are not needed here', 'Шаблоны здесь не нужны'),
      typing_in: native({ en: 'That he types, never what', ru: 'Только что печатает, но не что именно' }),
      customer_edits: native(),
      customer_deletes: native(),
      customer_reactions: native(),
      block_notice: lacking(
        'none',
        'A visitor cannot block the chat, only close it',
        'Посетитель не может заблокировать чат, только закрыть',
      ),
      polling: lacking('none', 'There is nobody to ask: visitors post to this hub', 'Опрашивать некого: посетители пишут прямо сюда'),
      business_starts: lacking('none', 'Only in a conversation that the visitor has begun', 'Только в переписке, которую начал посетитель'),
      profile: lacking('none', 'Only what the visitor tells', 'Известно только то, что посетитель сказал сам'),
    },
    receipts: { delivered: 'always', read: 'always', ...provenance },
    // Faster than anybody reads; it keeps a loop in a script of ours from flooding one visitor.
    pace: [{ scope: 'chat', perSecond: 5, burst: 30, ...provenance }],
    reach: [
      {
        country: '*',
        state: 'reachable',
        note: { en: 'Wherever your own site opens', ru: 'Везде, где открывается ваш сайт' },
        ...provenance,
      },
    ],
    law: [],
    mediaLinkTtlMs: 3_600_000,
    // The widget keeps what could not be posted until it can: a week in the browser's storage.
    webhookRetryMs: 7 * 86_400_000,
    reactionEmojis,
  }
}
