/**
 * What one must know to connect Viber: which of its two services, and for each the way to its credentials, which is an application in both cases.
 * Always holds: a bot's token signs its webhooks too, so it belongs to the endpoint; the partner's address is told only the partner's key.
 */
import type { AccountView, Badge, ConfigField, ConfigSchema } from '@dragoman/core'
import { access, steps } from './config-steps.ts'

export const badge: Badge = {
  name: 'Viber',
  iconPath:
    'M12 2C6.6 2 3 5 3 10.4c0 3.2 1.2 5.6 3.5 6.9V21c0 .8.9 1.2 1.5.6l2.9-3 1.1.1c5.4 0 9-3 9-8.3S17.4 2 12 2Zm3.9 11.9c-.5.9-1.3 1.4-2.2 1.1-2.9-1-5.6-3.6-6.6-6.4-.3-.9.1-1.8.9-2.4.4-.3.8-.2 1.1.2l1.1 1.5c.3.4.3.8 0 1.2l-.5.6c.5 1.3 1.5 2.3 2.8 2.9l.6-.6c.4-.3.8-.3 1.2-.1l1.5 1c.4.3.4.7.1 1ZM12.4 6.1c2 .2 3.3 1.6 3.5 3.6a.5.5 0 0 1-1 .1c-.1-1.5-1.1-2.5-2.6-2.7a.5.5 0 0 1 .1-1Z',
  color: '#7360F2',
}

/** `api` is told a bot's token; `provider` is the partner's address where the settings name no other. */
export const origins = { api: 'https://chatapi.viber.com', provider: 'https://api.infobip.com' } as const

/** A partner gives every customer an address of its own. */
export function originsOf(config: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const own = (config.providerOrigin ?? '').trim().replace(/\/+$/, '')
  return URL.canParse(own) && new URL(own).protocol === 'https:' ? { ...origins, provider: own } : origins
}

/** Which of the two services an account is of; a bot where nothing is said. */
export function isBusiness(account: Pick<AccountView, 'config'>): boolean {
  return account.config?.service === 'business'
}

const fields: ConfigField[] = [
  {
    name: 'service',
    label: { en: 'Service', ru: 'Услуга' },
    help: {
      en: 'A bot answers people who wrote to it or subscribed. Business Messages reach people by phone number, through a partner of Viber.',
      ru: 'Бот отвечает тем, кто написал ему или подписался. Бизнес-сообщения приходят по номеру телефона, через партнёра Viber.',
    },
    kind: 'choice',
    required: true,
    of: 'account',
    defaultValue: 'bot',
    choices: [
      { value: 'bot', label: { en: 'Bot', ru: 'Бот' } },
      { value: 'business', label: { en: 'Business Messages', ru: 'Бизнес-сообщения' } },
    ],
  },
  {
    name: 'senderName',
    label: { en: 'Sender’s name', ru: 'Имя отправителя' },
    help: {
      en: 'Customers read it above each message: up to 28 characters. For Business Messages: the sender that the partner registered for you.',
      ru: 'Клиенты видят его над каждым сообщением, до 28 знаков. Для бизнес-сообщений – имя отправителя, которое зарегистрировал партнёр.',
    },
    kind: 'text',
    required: true,
    of: 'account',
    pattern: '^.{1,28}$',
    placeholder: 'Shop',
  },
  {
    name: 'token',
    label: { en: 'Bot: authentication token', ru: 'Бот: токен' },
    help: {
      en: 'From the bot’s page in the Viber Admin Panel. It also signs what Viber sends us.',
      ru: 'Со страницы бота в Viber Admin Panel. Им же подписано всё, что присылает Viber.',
    },
    kind: 'secret',
    required: false,
    of: 'endpoint',
    pattern: '^[0-9A-Za-z-]{8,80}$',
    placeholder: '4453b6ac12345678-e02c5f1217480000-daec9cbb54480000',
  },
  {
    name: 'senderAvatar',
    label: { en: 'Bot: picture of the sender', ru: 'Бот: картинка отправителя' },
    help: { en: 'An address of a picture up to 100 KB, 720 × 720.', ru: 'Адрес картинки до 100 КБ, 720 × 720.' },
    kind: 'text',
    required: false,
    of: 'account',
    pattern: '^https://[^\\s]+$',
  },
  {
    name: 'username',
    label: { en: 'Bot: URI', ru: 'Бот: URI' },
    help: { en: 'For links into the chat; filled in by the live check.', ru: 'Нужен для ссылок в чат; подставится сам при проверке.' },
    kind: 'text',
    required: false,
    of: 'account',
    pattern: '^[A-Za-z0-9_.-]{1,64}$',
    placeholder: 'shopdemo',
  },
  {
    name: 'welcome',
    label: { en: 'Bot: welcome', ru: 'Бот: приветствие' },
    help: {
      en: 'Sent when somebody opens the chat for the first time, before they have written. Free of charge; the only message that may come first.',
      ru: 'Придёт, когда человек впервые откроет чат, ещё ничего не написав. Бесплатно; других сообщений первым бот слать не может.',
    },
    kind: 'localized',
    required: false,
    of: 'account',
  },
  {
    name: 'channelToken',
    label: { en: 'Channel: token for posts', ru: 'Канал: токен для публикаций' },
    help: {
      en: 'Only to post in a Viber Channel. A super admin finds it on the channel’s info screen under Developer tools.',
      ru: 'Нужен только для публикаций в канале Viber. Суперадминистратор найдёт его на экране канала, в «Инструментах разработчика».',
    },
    kind: 'secret',
    required: false,
    of: 'account',
    pattern: '^[0-9A-Za-z-]{8,80}$',
  },
  {
    name: 'channelAdminId',
    label: { en: 'Channel: id of the super admin', ru: 'Канал: id суперадминистратора' },
    help: {
      en: 'Posts appear from this person. get_account_info with the channel’s token lists the ids.',
      ru: 'Публикации выходят от этого человека. Список id даёт get_account_info с токеном канала.',
    },
    kind: 'text',
    required: false,
    of: 'account',
    pattern: '^[^\\s]{1,64}$',
  },
  {
    name: 'providerOrigin',
    label: { en: 'Business Messages: partner’s address', ru: 'Бизнес-сообщения: адрес партнёра' },
    help: {
      en: 'The base address of your account at the partner, for example https://xxxxx.api.infobip.com.',
      ru: 'Базовый адрес вашего аккаунта у партнёра, например https://xxxxx.api.infobip.com.',
    },
    kind: 'text',
    required: false,
    of: 'account',
    pattern: '^https://[^\\s/]+/?$',
    placeholder: 'https://xxxxx.api.infobip.com',
  },
  {
    name: 'providerKey',
    label: { en: 'Business Messages: partner’s key', ru: 'Бизнес-сообщения: ключ партнёра' },
    help: { en: 'The API key of your account at the partner.', ru: 'API-ключ вашего аккаунта у партнёра.' },
    kind: 'secret',
    required: false,
    of: 'account',
  },
  {
    name: 'category',
    label: { en: 'Business Messages: category', ru: 'Бизнес-сообщения: категория' },
    help: {
      en: 'How messages are labelled and priced. In Russia, Belarus and Ukraine transactional ones need an approved template.',
      ru: 'От неё зависят пометка и цена. В России, Беларуси и Украине транзакционным нужен одобренный шаблон.',
    },
    kind: 'choice',
    required: false,
    of: 'account',
    defaultValue: 'TRANSACTIONAL',
    choices: [
      { value: 'TRANSACTIONAL', label: { en: 'Transactional', ru: 'Транзакционные' } },
      { value: 'PROMOTIONAL', label: { en: 'Promotional', ru: 'Рекламные' } },
    ],
  },
  {
    name: 'timeToLive',
    label: { en: 'Business Messages: time to live, seconds', ru: 'Бизнес-сообщения: срок жизни, секунд' },
    help: {
      en: 'A message that has not reached the phone by then is given up: from 30 seconds to 14 days (1,209,600).',
      ru: 'Если за это время сообщение не дошло до телефона, оно не придёт вовсе: от 30 секунд до 14 суток (1 209 600).',
    },
    kind: 'text',
    required: false,
    of: 'account',
    pattern: '^[1-9][0-9]{1,6}$',
    defaultValue: '86400',
  },
  {
    name: 'providerSecret',
    label: { en: 'Business Messages: webhook secret', ru: 'Бизнес-сообщения: секрет вебхука' },
    help: {
      en: 'The partner signs nothing; it must send this in the header x-webhook-secret, or in the address as ?secret=. Leave it empty and one is made.',
      ru: 'Партнёр ничего не подписывает: пусть передаёт секрет в заголовке x-webhook-secret или в адресе – ?secret=. Оставьте пустым – создадим сами.',
    },
    kind: 'secret',
    required: false,
    of: 'endpoint',
    pattern: '^[A-Za-z0-9_\\-]{8,256}$',
    generated: true,
  },
]

export const config: ConfigSchema = { fields, steps, access, ways: ['webhook'] }
