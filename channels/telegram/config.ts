/** What one must know to connect a Telegram bot: the fields of the form and the way to the token. https://core.telegram.org/bots/api */
import type { Badge, ConfigSchema } from '@dragoman/core'

export const badge: Badge = {
  name: 'Telegram',
  iconPath:
    'M21.4 4.2 2.9 11.3c-1 .4-1 1.1-.1 1.4l4.6 1.4 1.8 5.5c.2.6.4.8.9.8.4 0 .6-.2 1-.5l2.3-2.2 4.7 3.5c.8.5 1.4.2 1.6-.8l3-14.3c.3-1.3-.5-1.9-1.3-1.6ZM9.2 14.1l8.4-5.3-6.8 6.3-.3 2.7Z',
  color: '#229ED9',
}

/** The only address that is told the token; files come from it too. */
export const origins = { api: 'https://api.telegram.org' } as const

export const config: ConfigSchema = {
  fields: [
    {
      name: 'token',
      label: { en: 'Bot token', ru: 'Токен бота' },
      help: {
        en: 'Looks like 7000001:AA… – BotFather shows it when the bot is made, and again on /token.',
        ru: 'Выглядит как 7000001:AA… BotFather показывает его при создании бота и по команде /token.',
      },
      kind: 'secret',
      required: true,
      of: 'account',
      pattern: '^[1-9][0-9]{0,19}:[A-Za-z0-9_\\-]{20,58}$',
      placeholder: '7000001:AAxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    },
    {
      name: 'username',
      label: { en: 'Bot username', ru: 'Имя пользователя бота' },
      help: {
        en: 'For links into the chat; filled in by the live check.',
        ru: 'Нужно для ссылок в чат; подставится само при проверке.',
      },
      kind: 'text',
      required: false,
      of: 'account',
      pattern: '^@?[A-Za-z][A-Za-z0-9_]{3,31}$',
      placeholder: 'shop_demo_bot',
    },
    {
      name: 'channel',
      label: { en: 'Channel for posts', ru: 'Канал для публикаций' },
      help: {
        en: 'The name (@shop_news) or number (-100…) of a channel where the bot is an administrator. Needed for posting and for telling the channel’s own comments from customers’.',
        ru: 'Имя (@shop_news) или номер (-100…) канала, где бот – администратор. Нужен для публикаций и чтобы отличать комментарии самого канала от клиентских.',
      },
      kind: 'text',
      required: false,
      of: 'account',
      pattern: '^(@[A-Za-z][A-Za-z0-9_]{3,31}|-100[0-9]{5,13})$',
      placeholder: '@shop_news',
    },
    {
      name: 'discussion',
      label: { en: 'Group with the comments', ru: 'Группа с комментариями' },
      help: {
        en: 'Number (-100…) of the group that is linked to the channel; the log names it when the bot is added there. Without it only first comments and answers to the bot are taken.',
        ru: 'Номер (-100…) группы, привязанной к каналу; он появится в журнале, когда бота добавят в группу. Без него приходят только первые комментарии и ответы боту.',
      },
      kind: 'text',
      required: false,
      of: 'account',
      pattern: '^-100[0-9]{5,13}$',
      placeholder: '-1001234567890',
    },
    {
      name: 'webhookSecret',
      label: { en: 'Webhook secret', ru: 'Секрет вебхука' },
      help: {
        en: 'Telegram repeats it with every webhook. Leave it empty and one is made.',
        ru: 'Telegram присылает его с каждым вебхуком. Оставьте пустым – создадим сами.',
      },
      kind: 'secret',
      required: false,
      of: 'endpoint',
      pattern: '^[A-Za-z0-9_\\-]{1,256}$',
      generated: true,
    },
  ],
  steps: [
    { en: 'Open a chat with @BotFather in Telegram and send /newbot.', ru: 'Откройте в Telegram чат с @BotFather и отправьте /newbot.' },
    {
      en: 'Choose a name that customers will see, and a username that ends in “bot”.',
      ru: 'Придумайте имя, которое увидят клиенты, и имя пользователя, которое заканчивается на «bot».',
    },
    { en: 'Copy the token from the answer and put it in here.', ru: 'Скопируйте токен из ответа и вставьте его сюда.' },
    {
      en: 'If the bot already works somewhere else, the check will say so before anything is taken over.',
      ru: 'Если бот уже где-то работает, проверка скажет об этом раньше, чем что-либо изменится.',
    },
    {
      en: 'For a person’s own account: switch on Business Mode at BotFather (Bot Settings); the person then adds the bot in Settings → Telegram Business → Chatbots and gives it the right to reply. Needs Telegram Premium.',
      ru: 'Для личного аккаунта: включите у BotFather Business Mode (Bot Settings), затем человек добавляет бота в разделе «Настройки» → «Telegram для бизнеса» → «Чат-боты» и даёт право отвечать. Нужен Telegram Premium.',
    },
    {
      en: 'For comments: make the bot an administrator of the channel and of its discussion group (with the right to delete messages): otherwise it hears only what is said to it.',
      ru: 'Для комментариев: сделайте бота администратором канала и группы обсуждения (с правом удалять сообщения), иначе он слышит только то, что обращено к нему.',
    },
  ],
  ways: ['webhook', 'poll'],
}
