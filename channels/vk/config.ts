/** What one must know to connect a VK community: its number, a key, and for webhooks the two words of the Callback API. */
import type { AccountView, Badge, ConfigSchema } from '@dragoman/core'

export const badge: Badge = {
  name: 'VK',
  iconPath:
    'M12.8 17.5C6.6 17.5 3.1 13.2 3 6.5h3.1c.1 4.9 2.3 7 4 7.4V6.5h2.9v4.2c1.7-.2 3.5-2.1 4.1-4.2H20c-.5 2.7-2.5 4.6-3.9 5.5 1.4.7 3.7 2.4 4.6 5.5h-3.2c-.7-2.1-2.4-3.8-4.5-4v4h-.2Z',
  color: '#0077FF',
}

/** The only address that is told the key. Upload and long-poll servers are named by it, and are told nothing. */
export const origins = { api: 'https://api.vk.com' } as const

export function groupIdOf(account: AccountView): string {
  return account.externalId || (account.config.groupId ?? '')
}

export const config: ConfigSchema = {
  fields: [
    {
      name: 'groupId',
      label: { en: 'Community ID', ru: 'ID сообщества' },
      help: {
        en: 'The number alone: in the address club123456, or in Manage → API usage.',
        ru: 'Только цифры: в адресе вида club123456 или в разделе «Управление → Работа с API».',
      },
      kind: 'text',
      required: true,
      of: 'account',
      pattern: '^[1-9][0-9]{0,14}$',
      placeholder: '123456',
    },
    {
      name: 'token',
      label: { en: 'Community access key', ru: 'Ключ доступа сообщества' },
      help: {
        en: 'Manage → API usage → Access keys: with messages, photos, files and, for comments, the wall.',
        ru: '«Управление → Работа с API → Ключи доступа»: сообщения, фотографии, файлы, а для комментариев и стена.',
      },
      kind: 'secret',
      required: true,
      of: 'account',
      pattern: '^[A-Za-z0-9._\\-]{20,400}$',
    },
    {
      name: 'screenName',
      label: { en: 'Short address', ru: 'Короткий адрес' },
      help: { en: 'For links into the chat; without it the number is used.', ru: 'Для ссылок в чат; если не указан, берётся номер.' },
      kind: 'text',
      required: false,
      of: 'account',
      pattern: '^[A-Za-z][A-Za-z0-9_.]{2,31}$',
      placeholder: 'shop_demo',
    },
    {
      name: 'confirmation',
      label: { en: 'Confirmation string', ru: 'Строка подтверждения' },
      help: {
        en: 'For webhooks: Manage → API usage → Callback API → “String to be returned by the server”.',
        ru: 'Для вебхуков: «Управление → Работа с API → Callback API → Строка, которую должен вернуть сервер».',
      },
      kind: 'text',
      required: false,
      of: 'account',
      pattern: '^[A-Za-z0-9]{4,32}$',
      placeholder: 'a1b2c3d4',
    },
    {
      name: 'webhookSecret',
      label: { en: 'Secret key of the Callback API', ru: 'Секретный ключ Callback API' },
      help: {
        en: 'VK puts it into every webhook. Leave it empty and one is made; enter the same at VK.',
        ru: 'VK вкладывает его в каждый вебхук. Оставьте пустым – создадим сами; тот же ключ укажите в VK.',
      },
      kind: 'secret',
      required: false,
      of: 'endpoint',
      pattern: '^[A-Za-z0-9_\\-]{1,50}$',
      generated: true,
    },
  ],
  steps: [
    {
      en: 'In the community: Manage → Messages → switch community messages on; under Bot settings switch bot capabilities on.',
      ru: 'В сообществе: «Управление → Сообщения» – включите сообщения; в «Настройках для бота» включите возможности ботов.',
    },
    {
      en: 'Manage → API usage → create an access key with messages, photos, files and the wall. Put it in here with the community’s number.',
      ru: '«Управление → Работа с API» – создайте ключ с доступом к сообщениям, фотографиям, файлам и стене. Внесите его сюда вместе с номером сообщества.',
    },
    {
      en: 'Polling: on the Long Poll API page switch it on, version 5.199, and tick the events named below.',
      ru: 'Опрос: на странице Long Poll API включите его, версия 5.199, и отметьте события, перечисленные ниже.',
    },
    {
      en: 'Webhook: on the Callback API page enter the address and the secret key from here, press Confirm, and tick the events.',
      ru: 'Вебхук: на странице Callback API укажите адрес и секретный ключ отсюда, нажмите «Подтвердить» и отметьте события.',
    },
    {
      en: 'Events: all of “Messages”; for comments “Wall posts: added” and all of “Wall comments”; for orders “New order”.',
      ru: 'События: все в разделе «Сообщения»; для комментариев – «Записи на стене: добавление» и все «Комментарии на стене»; для заказов – «Новый заказ».',
    },
  ],
  ways: ['poll', 'webhook'],
}
