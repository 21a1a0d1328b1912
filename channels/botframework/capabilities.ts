/**
 * What a bot can express in a personal chat of Teams, and what it could in Skype until that was closed. State: November 2026.
 * Always holds: each fact has its page and the day on which it was checked; what Microsoft does not document is `observed` or `assumed`.
 */
import type { Capabilities, Feature, Localized, MediaLimit, Provenance } from '@dragoman/core'
import { skypeRetiredOn } from './config.ts'
import { shownEntities } from './format.ts'
import { law, skypeReach, teamsReach } from './reach.ts'

const checkedOn = '2026-11-23'
const mebibyte = 1024 * 1024
const platform = 'https://learn.microsoft.com/microsoftteams/platform'
const connector = 'https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference'
const conversations = `${platform}/bots/how-to/conversations/conversation-messages`
const cards = `${platform}/task-modules-and-cards/cards/cards-reference`

type Confidence = Provenance['confidence']

export function capabilities(config: Readonly<Record<string, string>>): Capabilities {
  const isSkype = config.messenger === 'skype'
  const until = isSkype ? { until: skypeRetiredOn } : {}

  function fact(source: string, confidence: Confidence = 'documented'): Provenance {
    return {
      source: isSkype ? `${source} – as of Skype, from memory of the field` : source,
      checkedOn,
      confidence: isSkype ? 'assumed' : confidence,
      ...until,
    }
  }
  function native(source: string, confidence?: Confidence, note?: Localized): Feature {
    return { level: 'native', ...fact(source, confidence), ...(note ? { note } : {}) }
  }
  function lacking(level: 'converted' | 'none', en: string, ru: string, source: string = conversations, confidence?: Confidence): Feature {
    return { level, note: { en, ru }, ...fact(source, confidence) }
  }
  function asFile(en: string, ru: string): MediaLimit {
    return {
      ...lacking('converted', en, ru, cards, 'observed'),
      maxBytes: 100 * mebibyte,
      mimeTypes: [],
      caption: true,
      byUrlOnly: true,
      becomes: 'file',
    }
  }

  return {
    text: {
      // A whole message may have about 100 KB in UTF-16; a fifth of it is left to names, buttons and the frame.
      max: isSkype ? 10_000 : 40_000,
      unit: 'utf16',
      countedAfterMarkup: false,
      entities: shownEntities,
      ...fact(`${platform}/bots/how-to/format-your-bot-messages`),
    },
    caption: { max: isSkype ? 10_000 : 40_000, unit: 'utf16', ...fact(conversations) },
    media: {
      image: {
        ...native(`${conversations}#picture-messages`, 'documented', {
          en: 'PNG, JPEG or GIF up to 1024×1024 and 1 MB, fetched from a public address; larger ones go as a file',
          ru: 'PNG, JPEG или GIF до 1024×1024 и 1 МБ, по публичной ссылке; большие уходят файлом',
        }),
        maxBytes: mebibyte,
        mimeTypes: ['image/png', 'image/jpeg', 'image/gif'],
        caption: true,
        byUrlOnly: true,
      },
      video: asFile('Goes as a card with a link', 'Уходит карточкой со ссылкой'),
      audio: asFile('Goes as a card with a link', 'Уходит карточкой со ссылкой'),
      voice: asFile('Bots have no voice notes: goes as a card with a link', 'Голосовых у ботов нет: уходит карточкой со ссылкой'),
      file: {
        ...native(cards, 'observed', {
          en: 'A card with a button that opens the file; the link works for 30 days',
          ru: 'Карточка с кнопкой, которая открывает файл; ссылка действует 30 дней',
        }),
        // The file stays with us: the number is ours.
        maxBytes: 100 * mebibyte,
        mimeTypes: [],
        caption: true,
        byUrlOnly: true,
      },
      sticker: {
        ...lacking('converted', 'Goes as a picture', 'Уходит картинкой', conversations, 'observed'),
        maxBytes: mebibyte,
        mimeTypes: ['image/png', 'image/jpeg', 'image/gif'],
        caption: false,
        byUrlOnly: true,
        becomes: 'image',
      },
    },
    structured: {
      location: lacking('converted', 'Goes as text with a link to a map', 'Уходит текстом со ссылкой на карту', conversations, 'observed'),
      contact_card: lacking('converted', 'Goes as text', 'Уходит текстом', conversations, 'observed'),
      poll: lacking('converted', 'Goes as buttons', 'Уходит кнопками', cards, 'observed'),
      card: native(cards),
      carousel: native(cards, 'observed', { en: 'Up to 10 cards', ru: 'До 10 карточек' }),
      product: lacking('converted', 'Goes as text', 'Уходит текстом', cards, 'observed'),
      template: lacking('none', 'There are no templates: write freely', 'Шаблонов нет: пишите свободно'),
      album: lacking('none', 'Pictures go one by one', 'Картинки уходят по одной', conversations, 'observed'),
      booking: lacking('converted', 'Goes as text', 'Уходит текстом', conversations, 'observed'),
      ticket: lacking('converted', 'Goes as text and a file', 'Уходит текстом и файлом', conversations, 'observed'),
    },
    album: {
      ...lacking('none', 'Pictures go one by one', 'Картинки уходят по одной', conversations, 'observed'),
      min: 2,
      max: 10,
      mixes: [],
    },
    buttons: {
      ...native(cards, 'observed', {
        en: isSkype ? 'At most 5 on a hero card' : 'Six are shown, further ones would stand behind a menu',
        ru: isSkype ? 'Не больше 5 на карточке' : 'Видны шесть, остальные ушли бы в меню',
      }),
      max: isSkype ? 5 : 6,
      maxPerRow: isSkype ? 1 : 6,
      // No limit is documented; longer ones cannot be read on a phone.
      title: { max: 40, unit: 'utf16' },
      payload: { max: 1_000, unit: 'utf16' },
      kinds: ['reply', 'url'],
      under: ['text', 'image', 'file'],
    },
    quickReplies: {
      ...native(`${conversations}#send-suggested-actions`, 'observed', {
        en: 'Up to six; a press comes back as typed text',
        ru: 'До шести; нажатие приходит обычным текстом',
      }),
      max: isSkype ? 10 : 6,
      maxPerRow: 6,
      title: { max: 40, unit: 'utf16' },
      payload: { max: 1_000, unit: 'utf16' },
      kinds: ['reply'],
      under: ['text'],
    },
    list: {
      ...lacking('converted', 'There are no lists: rows become buttons', 'Списков нет: строки становятся кнопками', cards, 'observed'),
      maxRows: 6,
      maxSections: 1,
      button: { max: 40, unit: 'utf16' },
      title: { max: 40, unit: 'utf16' },
      description: { max: 72, unit: 'utf16' },
      payload: { max: 1_000, unit: 'utf16' },
    },
    features: {
      reply_to: lacking(
        'none',
        'A bot’s answer shows no quote in a personal chat',
        'В личном чате ответ бота не показывает цитату',
        conversations,
        'observed',
      ),
      edit: isSkype
        ? lacking('none', 'Skype did not let bots change messages', 'Skype не давал ботам менять сообщения')
        : native(`${platform}/bots/how-to/update-and-delete-bot-messages`),
      delete: isSkype
        ? lacking('none', 'Skype did not let bots delete messages', 'Skype не давал ботам удалять сообщения')
        : native(`${platform}/bots/how-to/update-and-delete-bot-messages`),
      react: lacking(
        'none',
        'Bots have no documented way to react',
        'Документированного способа ставить реакции у ботов нет',
        conversations,
        'assumed',
      ),
      typing_out: native(`${conversations}#typing-indicator`, 'documented', {
        en: 'Shown for about 3 seconds',
        ru: 'Показывается около 3 секунд',
      }),
      typing_in: native(`${connector}#activity-object`, 'observed'),
      mark_read: lacking(
        'none',
        'Bots cannot mark messages read',
        'Бот не может отметить сообщение прочитанным',
        conversations,
        'observed',
      ),
      links_preview: lacking('none', 'Links of bots are not unfurled', 'Ссылки ботов не разворачиваются', conversations, 'assumed'),
      deep_link: isSkype
        ? lacking('none', 'Links to Skype lead nowhere any more', 'Ссылки на Skype больше никуда не ведут')
        : native(`${platform}/concepts/build-and-test/deep-link-teams`, 'observed', {
            en: 'The payload stands in the message field, and the person sends it',
            ru: 'Метка подставляется в поле сообщения, человек отправляет её сам',
          }),
      templates: lacking('none', 'There are no templates', 'Шаблонов нет'),
      customer_edits: isSkype
        ? lacking('none', 'Skype did not tell bots', 'Skype не сообщал об этом ботам')
        : native(`${conversations}#receive-update-message-activity`),
      customer_deletes: isSkype
        ? lacking('none', 'Skype did not tell bots', 'Skype не сообщал об этом ботам')
        : native(`${conversations}#receive-delete-message-activity`),
      customer_reactions: isSkype
        ? lacking('none', 'Skype did not tell bots', 'Skype не сообщал об этом ботам')
        : native(`${platform}/bots/build-conversational-capability`, 'documented', {
            en: 'On messages of the bot',
            ru: 'На сообщения бота',
          }),
      block_notice: native(`${platform}/bots/how-to/conversations/subscribe-to-conversation-events`, 'documented', {
        en: 'When the app is taken away',
        ru: 'Когда приложение удаляют',
      }),
      polling: lacking('none', 'The Connector only posts', 'Connector только сам присылает события', connector),
      business_starts: lacking(
        'none',
        'Only where the app is installed, and never by phone number',
        'Только там, где установлено приложение, и никогда по номеру телефона',
        `${platform}/bots/how-to/conversations/send-proactive-messages`,
      ),
      profile: native(`${platform}/bots/how-to/get-teams-context`),
    },
    receipts: {
      delivered: 'never',
      read: isSkype ? 'never' : 'user_may_hide',
      ...fact(
        `${conversations} – read receipts need ChatMessageReadReceipt.Read.Chat in the app, and the person or the firm may switch them off`,
      ),
    },
    pace: [
      // 60 in 30 seconds and 7 in one; 1800 in an hour. Only the last and the 50 were seen documented lately.
      { scope: 'chat', perSecond: 0.5, burst: 7, ...fact(`${platform}/bots/how-to/rate-limit`, 'observed') },
      { scope: 'account', perSecond: 50, burst: 50, ...fact(`${platform}/bots/how-to/rate-limit`) },
    ],
    reach: isSkype ? skypeReach : teamsReach,
    law,
    past: [
      {
        of: 'messengers.skype',
        level: 'native',
        until: skypeRetiredOn,
        note: {
          en: 'Skype was reached by the same bots until its owner closed it; history stays readable, nothing is sent there',
          ru: 'Те же боты работали в Skype, пока владелец его не закрыл; история читается, отправить туда ничего нельзя',
        },
        source: 'announcement of 2025-02-28; closed on 2025-05-05',
        checkedOn,
        confidence: 'documented',
      },
    ],
    // A file is opened by the person, whenever that is.
    mediaLinkTtlMs: 30 * 86_400_000,
    // There is no second try: what was not taken at once is lost. `assumed`: no page promises one.
    webhookRetryMs: 0,
  }
}
