/**
 * What a Telegram bot can express in a private chat, and how much of it. State: Bot API 10.4 (2026-11-09).
 * Always holds: each fact has its page and the day on which it was checked; what Telegram does not document but the field shows is `observed`
 * or `assumed`, never `documented`.
 */
import type { Capabilities, Feature, Localized, MediaLimit, Provenance } from '@dragoman/core'
import { shownEntities } from './format.ts'
import { law, reach } from './reach.ts'

const checkedOn = '2026-11-22'
const api = 'https://core.telegram.org/bots/api'
const mebibyte = 1024 * 1024

function fact(page: string, confidence: Provenance['confidence'] = 'documented', more: Partial<Provenance> = {}): Provenance {
  return { source: page.startsWith('#') ? `${api}${page}` : page, checkedOn, confidence, ...more }
}

function native(page: string, confidence?: Provenance['confidence'], more: Partial<Provenance> & { note?: Localized } = {}): Feature {
  return { level: 'native', ...fact(page, confidence), ...more }
}

function lacking(level: 'converted' | 'none', en: string, ru: string, page = '#available-methods'): Feature {
  return { level, note: { en, ru }, ...fact(page) }
}

function media(maxBytes: number, mimeTypes: string[], caption: boolean, page: string): MediaLimit {
  return { ...native(page), maxBytes, mimeTypes, caption }
}

/** Emojis that a bot may react with, in the order of Telegram's own list: https://core.telegram.org/bots/api#reactiontypeemoji */
export const reactionEmojis = [
  '👍',
  '👎',
  '❤',
  '🔥',
  '🥰',
  '👏',
  '😁',
  '🤔',
  '🤯',
  '😱',
  '🤬',
  '😢',
  '🎉',
  '🤩',
  '🤮',
  '💩',
  '🙏',
  '👌',
  '🕊',
  '🤡',
  '🥱',
  '🥴',
  '😍',
  '🐳',
  '❤‍🔥',
  '🌚',
  '🌭',
  '💯',
  '🤣',
  '⚡',
  '🍌',
  '🏆',
  '💔',
  '🤨',
  '😐',
  '🍓',
  '🍾',
  '💋',
  '🖕',
  '😈',
  '😴',
  '😭',
  '🤓',
  '👻',
  '👨‍💻',
  '👀',
  '🎃',
  '🙈',
  '😇',
  '😨',
  '🤝',
  '✍',
  '🤗',
  '🫡',
  '🎅',
  '🎄',
  '☃',
  '💅',
  '🤪',
  '🗿',
  '🆒',
  '💘',
  '🙉',
  '🦄',
  '😘',
  '💊',
  '🙊',
  '😎',
  '👾',
  '🤷‍♂',
  '🤷',
  '🤷‍♀',
  '😡',
]

export function capabilities(): Capabilities {
  return {
    text: { max: 4096, unit: 'utf16', countedAfterMarkup: true, entities: shownEntities, ...fact('#sendmessage') },
    caption: { max: 1024, unit: 'utf16', ...fact('#sendphoto') },
    media: {
      image: media(10 * mebibyte, ['image/jpeg', 'image/png', 'image/webp', 'image/bmp'], true, '#sendphoto'),
      video: media(50 * mebibyte, ['video/mp4'], true, '#sendvideo'),
      audio: media(50 * mebibyte, ['audio/mpeg', 'audio/mp4', 'audio/x-m4a', 'audio/m4a'], true, '#sendaudio'),
      voice: media(50 * mebibyte, ['audio/ogg', 'audio/mpeg', 'audio/mp4', 'audio/x-m4a', 'audio/m4a'], true, '#sendvoice'),
      file: media(50 * mebibyte, [], true, '#senddocument'),
      sticker: media(50 * mebibyte, ['image/webp', 'application/x-tgsticker', 'video/webm'], false, '#sendsticker'),
    },
    structured: {
      location: native('#sendlocation'),
      contact_card: native('#sendcontact'),
      poll: native('#sendpoll', 'documented', {
        note: {
          en: '1 to 12 options of up to 100 characters; the question up to 300',
          ru: 'От 1 до 12 вариантов до 100 знаков; вопрос до 300 знаков',
        },
        since: '2026-05-08',
      }),
      card: lacking('converted', 'Shown as a picture with a caption and buttons', 'Показывается как картинка с подписью и кнопками'),
      carousel: lacking('converted', 'Shown as an album or as single messages', 'Показывается альбомом или отдельными сообщениями'),
      product: lacking(
        'converted',
        'Telegram has no product messages; name and price go as text',
        'Товаров в Telegram нет: название и цена уходят текстом',
      ),
      template: lacking('none', 'Telegram has no templates: write freely', 'Шаблонов в Telegram нет: пишите свободно'),
      album: native('#sendmediagroup'),
      booking: lacking('converted', 'Goes as text', 'Уходит текстом'),
      ticket: lacking('converted', 'Goes as text and a file', 'Уходит текстом и файлом'),
    },
    album: { ...native('#sendmediagroup'), min: 2, max: 10, mixes: [['image', 'video'], ['file'], ['audio']] },
    buttons: {
      ...native('#inlinekeyboardmarkup', 'observed', {
        note: {
          en: 'At most 100 buttons, 8 in a row: seen in practice, not documented. What a button carries: 64 bytes, documented.',
          ru: 'Не больше 100 кнопок, до 8 в ряду – проверено на практике, в документации этого нет. Данные кнопки – 64 байта, по документации.',
        },
      }),
      max: 100,
      maxPerRow: 8,
      // Telegram names no limit and shortens what does not fit on the screen; longer ones cannot be read on a phone.
      title: { max: 64, unit: 'utf16' },
      payload: { max: 64, unit: 'byte' },
      kinds: ['reply', 'url'],
      under: ['text', 'image', 'video', 'audio', 'voice', 'file', 'sticker', 'location', 'contact_card', 'poll'],
    },
    quickReplies: {
      ...native('#replykeyboardmarkup', 'observed', {
        note: {
          en: 'Keys in place of the keyboard; what is pressed comes back as an ordinary message with the key’s title.',
          ru: 'Клавиши вместо клавиатуры; нажатие приходит обычным сообщением с текстом клавиши.',
        },
      }),
      max: 300,
      maxPerRow: 12,
      title: { max: 64, unit: 'utf16' },
      payload: { max: 256, unit: 'utf16' },
      kinds: ['reply', 'share_contact', 'share_location'],
      under: ['text', 'image', 'video', 'audio', 'voice', 'file', 'sticker', 'location', 'contact_card', 'poll'],
    },
    list: {
      ...lacking('converted', 'Telegram has no lists: rows become buttons', 'Списков в Telegram нет: строки становятся кнопками'),
      maxRows: 100,
      maxSections: 10,
      button: { max: 64, unit: 'utf16' },
      title: { max: 64, unit: 'utf16' },
      description: { max: 256, unit: 'utf16' },
      payload: { max: 64, unit: 'byte' },
    },
    features: {
      reply_to: native('#replyparameters', 'documented', { since: '2023-12-29' }),
      edit: native('#updating-messages', 'observed', {
        note: { en: 'The bot’s own messages, without a time limit', ru: 'Сообщения бота, без ограничения по времени' },
      }),
      delete: native('#deletemessage', 'documented', { note: { en: 'Within 48 hours', ru: 'В течение 48 часов' } }),
      react: native('#setmessagereaction', 'documented', {
        since: '2023-12-29',
        note: { en: 'One reaction per message', ru: 'Одна реакция на сообщение' },
      }),
      typing_out: native('#sendchataction', 'documented', { note: { en: 'Shown for 5 seconds', ru: 'Показывается 5 секунд' } }),
      typing_in: lacking('none', 'Bots are not told that a person is typing', 'Боту не видно, что человек печатает', '#update'),
      mark_read: lacking('none', 'Bots cannot mark messages read', 'Бот не может отметить сообщение прочитанным'),
      links_preview: native('#linkpreviewoptions', 'documented', { since: '2023-12-29' }),
      deep_link: native('https://core.telegram.org/bots/features#deep-linking', 'documented', {
        note: { en: 'Up to 64 characters of A–Z, a–z, 0–9, _ and -', ru: 'До 64 знаков: A–Z, a–z, 0–9, _ и -' },
      }),
      templates: lacking('none', 'Telegram has no templates', 'Шаблонов в Telegram нет'),
      customer_edits: native('#update'),
      customer_deletes: lacking('none', 'Bots are not told of deleted messages', 'Об удалённых сообщениях боту не сообщается', '#update'),
      customer_reactions: native('#messagereactionupdated', 'observed', {
        since: '2023-12-29',
        note: {
          en: 'Documented for chats where the bot is an administrator; in private chats it arrives when subscribed to',
          ru: 'В документации – для чатов, где бот администратор; в личных чатах приходит, если подписаться',
        },
      }),
      block_notice: native('#chatmemberupdated', 'documented', { since: '2021-03-09' }),
      polling: native('#getupdates'),
      business_starts: lacking(
        'none',
        'The customer must start the bot first',
        'Первым бота запускает клиент',
        'https://core.telegram.org/bots/faq',
      ),
      profile: native('#getchat'),
    },
    receipts: { delivered: 'never', read: 'never', ...fact('#available-methods', 'observed') },
    pace: [
      { scope: 'chat', perSecond: 1, burst: 3, ...fact('https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this') },
      {
        scope: 'account',
        perSecond: 30,
        // Fewer at once than in a second: what was late on its way must not count twice in the platform's second.
        burst: 8,
        ...fact('https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this'),
      },
      // 20 a minute.
      {
        scope: 'group',
        perSecond: 20 / 60,
        burst: 5,
        ...fact('https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this'),
      },
    ],
    reach,
    law,
    // Telegram fetches at once; an hour covers its own retries. `assumed`: no page says it.
    mediaLinkTtlMs: 3_600_000,
    // Updates are kept for 24 hours: https://core.telegram.org/bots/api#getting-updates
    webhookRetryMs: 86_400_000,
    deleteWithinMs: 48 * 3_600_000,
    reactionEmojis,
  }
}
