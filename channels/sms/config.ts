/** What one must know to connect a carrier: either its SMPP line, or a gateway that speaks the small JSON that is written down in README.md. */
import type { Badge, ConfigSchema } from '@dragoman/core'

export const badge: Badge = {
  name: 'SMS',
  iconPath:
    'M4 3h16c1.1 0 2 .9 2 2v11c0 1.1-.9 2-2 2H9.4l-4.2 3.2c-.5.4-1.2 0-1.2-.6V18c-1.1 0-2-.9-2-2V5c0-1.1.9-2 2-2Zm3.5 6.2a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6Zm4.5 0a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6Zm4.5 0a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6Z',
  color: '#2b8a3e',
}

/** No servers of the channel's own: each carrier has others. */
export const origins = {} as const

export type Way = 'smpp' | 'http'

export function wayOf(config: Readonly<Record<string, string>>): Way {
  return config.way === 'http' ? 'http' : 'smpp'
}

/** The server that the settings name. */
export function originsOf(config: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (wayOf(config) === 'http') {
    const url = config.url?.trim().replace(/\/+$/, '') ?? ''
    return /^https:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/.test(url) ? { gateway: url } : {}
  }
  const host = config.host?.trim().toLowerCase() ?? ''
  if (!/^[a-z0-9.:[\]-]+$/.test(host)) return {}
  const scheme = config.security === 'none' ? 'smpp' : 'smpps'
  const port = /^\d{1,5}$/.test(config.port ?? '') ? config.port : scheme === 'smpp' ? '2775' : '3550'
  return { smpp: `${scheme}://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}` }
}

export const config: ConfigSchema = {
  fields: [
    {
      name: 'way',
      label: { en: 'Connection', ru: 'Подключение' },
      kind: 'choice',
      required: false,
      of: 'account',
      choices: [
        { value: 'smpp', label: { en: 'SMPP 3.4 – a carrier’s line', ru: 'SMPP 3.4 – линия оператора' } },
        { value: 'http', label: { en: 'HTTP – a gateway with JSON', ru: 'HTTP – шлюз с JSON' } },
      ],
      defaultValue: 'smpp',
    },
    {
      name: 'sender',
      label: { en: 'Sender', ru: 'Отправитель' },
      help: {
        en: 'A number, a short code, or a name of up to 11 characters. Nobody can answer to a name.',
        ru: 'Номер, короткий номер или имя до 11 знаков. На имя нельзя ответить.',
      },
      kind: 'text',
      required: true,
      of: 'account',
      pattern: '^(\\+?[0-9]{3,15}|[A-Za-z0-9 ._&\\-]{1,11})$',
      placeholder: '+15550100',
    },
    {
      name: 'host',
      label: { en: 'SMPP server', ru: 'Сервер SMPP' },
      kind: 'text',
      required: false,
      of: 'account',
      pattern: '^[A-Za-z0-9](?:[A-Za-z0-9.\\-]*[A-Za-z0-9])?$',
      placeholder: 'smpp.carrier.example',
    },
    {
      name: 'port',
      label: { en: 'SMPP port', ru: 'Порт SMPP' },
      kind: 'text',
      required: false,
      of: 'account',
      pattern: '^[1-9][0-9]{0,4}$',
      placeholder: '3550',
    },
    {
      name: 'security',
      label: { en: 'SMPP encryption', ru: 'Шифрование SMPP' },
      help: {
        en: 'Without it the password and all messages can be read on the way: only over a private line to the carrier.',
        ru: 'Без шифрования пароль и сообщения можно прочитать по пути: только по частной линии к оператору.',
      },
      kind: 'choice',
      required: false,
      of: 'account',
      choices: [
        { value: 'tls', label: { en: 'TLS', ru: 'TLS' } },
        { value: 'none', label: { en: 'None', ru: 'Нет' } },
      ],
      defaultValue: 'tls',
    },
    {
      name: 'bind',
      label: { en: 'SMPP sessions', ru: 'Сессии SMPP' },
      kind: 'choice',
      required: false,
      of: 'account',
      choices: [
        { value: 'transceiver', label: { en: 'One for both directions', ru: 'Одна на оба направления' } },
        { value: 'separate', label: { en: 'One for each direction', ru: 'По одной на направление' } },
      ],
      defaultValue: 'transceiver',
    },
    {
      name: 'systemId',
      label: { en: 'SMPP user (system_id)', ru: 'Пользователь SMPP (system_id)' },
      kind: 'text',
      required: false,
      of: 'account',
      pattern: '^.{1,15}$',
    },
    {
      name: 'systemType',
      label: { en: 'SMPP system type', ru: 'Тип системы SMPP' },
      kind: 'text',
      required: false,
      of: 'account',
      pattern: '^.{0,12}$',
    },
    {
      name: 'url',
      label: { en: 'Gateway’s address', ru: 'Адрес шлюза' },
      kind: 'text',
      required: false,
      of: 'account',
      pattern: '^https://[^\\s?#@]+$',
      placeholder: 'https://gateway.example/sms/v1',
    },
    {
      name: 'password',
      label: { en: 'SMPP password or gateway’s token', ru: 'Пароль SMPP или токен шлюза' },
      kind: 'secret',
      required: true,
      of: 'account',
    },
    {
      name: 'webhookSecret',
      label: { en: 'Webhook secret', ru: 'Секрет вебхука' },
      help: {
        en: 'The gateway signs its webhooks with it. Leave it empty and one is made.',
        ru: 'Им шлюз подписывает вебхуки. Оставьте пустым – создадим сами.',
      },
      kind: 'secret',
      required: false,
      of: 'endpoint',
      generated: true,
    },
    {
      name: 'validityHours',
      label: { en: 'Deliver within, hours', ru: 'Доставить в течение, часов' },
      help: {
        en: 'Later the carrier gives the message up. Empty: its own rule.',
        ru: 'Позже оператор прекратит попытки. Пусто – как принято у него.',
      },
      kind: 'text',
      required: false,
      of: 'account',
      pattern: '^([1-9]|[1-9][0-9]|1[0-5][0-9]|16[0-8])$',
    },
    {
      name: 'stopWords',
      label: { en: 'Words that unsubscribe', ru: 'Слова для отписки' },
      help: {
        en: 'Beside STOP, UNSUBSCRIBE and СТОП; separated by commas. Some countries also want CANCEL, END and QUIT.',
        ru: 'Кроме STOP, UNSUBSCRIBE и СТОП; через запятую. В некоторых странах нужны ещё CANCEL, END и QUIT.',
      },
      kind: 'text',
      required: false,
      of: 'account',
    },
  ],
  steps: [
    {
      en: 'Make a contract with a carrier or gateway and register the sender: in many countries a name or number must be registered before it is delivered.',
      ru: 'Заключите договор с оператором или шлюзом и зарегистрируйте отправителя: во многих странах без этого сообщения не доставят.',
    },
    {
      en: 'SMPP: ask for host, port, system_id, password and how many sessions are allowed. The carrier usually wants to know your address.',
      ru: 'SMPP: узнайте хост, порт, system_id, пароль и число сессий. Оператор обычно просит сообщить ваш адрес.',
    },
    {
      en: 'HTTP: the gateway must speak the JSON of the documentation; a small adapter in front of another vendor’s will do.',
      ru: 'HTTP: шлюз должен понимать JSON из документации; перед чужим шлюзом достаточно небольшой прослойки.',
    },
    {
      en: 'Write first only to people who agreed; whoever answers STOP is not written to any more.',
      ru: 'Пишите первыми только тем, кто согласился; тем, кто ответит STOP, больше не пишем.',
    },
  ],
  ways: ['poll', 'webhook'],
}
