/**
 * What one must know to connect a MAX bot: the token, and the way to it, which leads through a check of the organisation. https://dev.max.ru/docs
 * Always holds: the token goes to the API's address only; files are uploaded to addresses that the API names, without it.
 */
import type { Badge, ConfigSchema } from '@dragoman/core'

export const badge: Badge = {
  name: 'MAX',
  iconPath:
    'M12 2.5C6.5 2.5 2.6 6.3 2.6 12c0 4.4.9 9.5 2.9 9.5 1.2 0 1.9-1.3 2.6-1.3.6 0 1.6 1.1 4 1.1 5.3 0 9.3-4 9.3-9.4S17.4 2.5 12 2.5Zm0 13.9c-1.4 0-2.3-.6-2.9-.6-.4 0-.7.5-1.1.5-.6 0-1-1.8-1-4.2 0-2.9 2-4.7 4.9-4.7s5 2 5 4.6-2 4.4-4.9 4.4Z',
  color: '#5B3FF2',
}

/** The only address that is told the token. */
export const origins = { api: 'https://platform-api2.max.ru' } as const

export const config: ConfigSchema = {
  fields: [
    {
      name: 'token',
      label: { en: 'Bot token', ru: 'Токен бота' },
      help: {
        en: 'In the MAX partner cabinet: Chat bots → the bot → Integration → Get token.',
        ru: 'В кабинете партнёра MAX: «Чат-боты» → бот → «Интеграция» → «Получить токен».',
      },
      kind: 'secret',
      required: true,
      of: 'account',
      pattern: '^[A-Za-z0-9_\\-.=+/]{20,300}$',
    },
    {
      name: 'username',
      label: { en: 'Bot username', ru: 'Имя пользователя бота' },
      help: {
        en: 'For links into the chat, for example id7700000000_bot; filled in by the live check.',
        ru: 'Нужно для ссылок в чат, например id7700000000_bot; подставится само при проверке.',
      },
      kind: 'text',
      required: false,
      of: 'account',
      pattern: '^@?[A-Za-z0-9_]{3,64}$',
      placeholder: 'id7700000000_bot',
    },
    {
      name: 'webhookSecret',
      label: { en: 'Webhook secret', ru: 'Секрет вебхука' },
      help: {
        en: 'MAX repeats it with every webhook. Leave it empty and one is made.',
        ru: 'MAX присылает его с каждым вебхуком. Оставьте пустым – создадим сами.',
      },
      kind: 'secret',
      required: false,
      of: 'endpoint',
      pattern: '^[A-Za-z0-9_\\-]{5,256}$',
      generated: true,
    },
  ],
  steps: [
    {
      en: 'In the partner cabinet open the approved bot, get its token and put it in here.',
      ru: 'В кабинете партнёра откройте одобренного бота, получите токен и вставьте его сюда.',
    },
    {
      en: 'The server must trust the certificates of the Russian Ministry of Digital Development: set NODE_EXTRA_CA_CERTS to a file with them before starting the program.',
      ru: 'Сервер должен доверять сертификатам Минцифры: перед запуском программы укажите файл с ними в NODE_EXTRA_CA_CERTS.',
    },
    {
      en: 'The webhook needs public HTTPS on port 443 with the certificate of a known authority or of the Ministry. Polling is for trying things out only: MAX slows it down and keeps events for a short time.',
      ru: 'Вебхуку нужен публичный HTTPS на порту 443 с сертификатом известного центра или Минцифры. Опрос годится только для проб: MAX ограничивает его скорость и недолго хранит события.',
    },
    {
      en: 'If the bot already works somewhere else, the check will say so before anything is taken over.',
      ru: 'Если бот уже где-то работает, проверка скажет об этом раньше, чем что-либо изменится.',
    },
  ],
  access: [
    {
      id: 'organisation',
      title: { en: 'Have the organisation verified', ru: 'Подтвердите организацию' },
      help: {
        en: 'Since August 2025 bots are open to Russian legal entities and sole traders only (later texts also name the self-employed). One signs in to the partner cabinet and confirms the organisation.',
        ru: 'С августа 2025 года боты доступны только российским юрлицам и ИП (в поздних текстах названы и самозанятые). Войдите в кабинет партнёра и подтвердите организацию.',
      },
      url: 'https://dev.max.ru/docs',
    },
    {
      id: 'bot',
      title: { en: 'Make the bot', ru: 'Создайте бота' },
      help: {
        en: 'Up to five bots for an organisation. The username is made by MAX from the tax number: id<INN>_bot.',
        ru: 'До пяти ботов на организацию. Имя пользователя MAX составит из ИНН: id<ИНН>_bot.',
      },
    },
    {
      id: 'moderation',
      title: { en: 'Wait for the moderation', ru: 'Дождитесь модерации' },
      help: {
        en: 'Name, picture and description are looked at; after that the token can be had.',
        ru: 'Проверяются название, картинка и описание; после этого можно получить токен.',
      },
      takesDays: [0, 2],
    },
  ],
  ways: ['webhook', 'poll'],
}
