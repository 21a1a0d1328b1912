/** What one must know to connect a mailbox: two servers, one sign-in. RFC 8314 (encryption from the first byte), RFC 6409 (submission). */
import type { Badge, ConfigField, ConfigSchema } from '@dragoman/core'

export const badge: Badge = {
  name: 'E-mail',
  iconPath:
    'M4 5h16c1.1 0 2 .9 2 2v10c0 1.1-.9 2-2 2H4c-1.1 0-2-.9-2-2V7c0-1.1.9-2 2-2Zm.4 2.2 7 5.3c.4.3.8.3 1.2 0l7-5.3c.4-.3.1-.7-.2-.7H4.6c-.3 0-.6.4-.2.7Z',
  color: '#4f6bed',
}

/** No servers of the channel's own: each mailbox has others, named by its settings. */
export const origins = {} as const

/** The two servers that the settings name. `imaps` and `smtps` are encrypted from the first byte, the others by STARTTLS. */
export function originsOf(config: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const incoming = serverOf('imap', config.incomingHost, config.incomingPort, config.incomingSecurity)
  const outgoing = serverOf('smtp', config.outgoingHost, config.outgoingPort, config.outgoingSecurity)
  return { ...(incoming ? { imap: incoming } : {}), ...(outgoing ? { smtp: outgoing } : {}) }
}

const ports: Record<string, string> = { imaps: '993', imap: '143', smtps: '465', smtp: '587' }

function serverOf(
  kind: 'imap' | 'smtp',
  host: string | undefined,
  port: string | undefined,
  security: string | undefined,
): string | undefined {
  const name = host?.trim().toLowerCase()
  if (!name || !/^[a-z0-9.:[\]-]+$/.test(name)) return undefined
  const scheme = security === 'starttls' ? kind : `${kind}s`
  return `${scheme}://${name.includes(':') && !name.startsWith('[') ? `[${name}]` : name}:${/^\d{1,5}$/.test(port ?? '') ? port : ports[scheme]}`
}

const hostPattern = '^[A-Za-z0-9](?:[A-Za-z0-9.\\-]*[A-Za-z0-9])?$'
const securities = [
  { value: 'tls', label: { en: 'Encrypted from the start (SSL/TLS)', ru: 'Шифрование с начала (SSL/TLS)' } },
  { value: 'starttls', label: { en: 'STARTTLS', ru: 'STARTTLS' } },
]

function server(way: 'incoming' | 'outgoing', names: { en: string; ru: string }, host: string, port: string): ConfigField[] {
  return [
    {
      name: `${way}Host`,
      label: { en: `${names.en} server`, ru: `Сервер ${names.ru}` },
      kind: 'text',
      required: true,
      of: 'account',
      pattern: hostPattern,
      placeholder: host,
    },
    {
      name: `${way}Port`,
      label: { en: `${names.en} port`, ru: `Порт ${names.ru}` },
      kind: 'text',
      required: false,
      of: 'account',
      pattern: '^[1-9][0-9]{0,4}$',
      defaultValue: port,
    },
    {
      name: `${way}Security`,
      label: { en: `${names.en} encryption`, ru: `Шифрование ${names.ru}` },
      kind: 'choice',
      required: false,
      of: 'account',
      choices: securities,
      defaultValue: 'tls',
    },
  ]
}

export const config: ConfigSchema = {
  fields: [
    {
      name: 'address',
      label: { en: 'Address', ru: 'Адрес' },
      help: {
        en: 'Customers write to it, and answers come from it.',
        ru: 'На него пишут клиенты, с него уходят ответы.',
      },
      kind: 'text',
      required: true,
      of: 'account',
      pattern: '^[^\\s@<>,;:"]+@[^\\s@<>,;:"]+\\.[^\\s@<>,;:"]+$',
      placeholder: 'help@shop.example',
    },
    {
      name: 'senderName',
      label: { en: 'Sender’s name', ru: 'Имя отправителя' },
      help: { en: 'Stands beside the address in the customer’s list of letters.', ru: 'Стоит рядом с адресом в списке писем у клиента.' },
      kind: 'text',
      required: false,
      of: 'account',
      placeholder: 'Shop',
    },
    {
      name: 'user',
      label: { en: 'User name', ru: 'Имя пользователя' },
      help: { en: 'Empty: the address.', ru: 'Пусто – адрес.' },
      kind: 'text',
      required: false,
      of: 'account',
    },
    {
      name: 'password',
      label: { en: 'Password', ru: 'Пароль' },
      help: {
        en: 'Gmail, Outlook, Yandex, Mail.ru and iCloud want an app password, made in the security settings of the mailbox.',
        ru: 'Gmail, Outlook, Яндекс, Mail.ru и iCloud требуют пароль приложения: его создают в настройках безопасности ящика.',
      },
      kind: 'secret',
      required: true,
      of: 'account',
    },
    ...server('incoming', { en: 'Incoming mail (IMAP)', ru: 'входящей почты (IMAP)' }, 'imap.shop.example', '993'),
    ...server('outgoing', { en: 'Outgoing mail (SMTP)', ru: 'исходящей почты (SMTP)' }, 'smtp.shop.example', '465'),
    {
      name: 'mailbox',
      label: { en: 'Folder', ru: 'Папка' },
      help: {
        en: 'Only this folder is looked into; nothing in it is changed.',
        ru: 'Читается только эта папка; в ней ничего не меняется.',
      },
      kind: 'text',
      required: false,
      of: 'account',
      defaultValue: 'INBOX',
    },
    {
      name: 'subject',
      label: { en: 'Subject of new letters', ru: 'Тема новых писем' },
      help: {
        en: 'Where you write first and give none. Answers keep the customer’s subject.',
        ru: 'Если вы пишете первыми и темы не дали. Ответы сохраняют тему клиента.',
      },
      kind: 'text',
      required: false,
      of: 'account',
    },
    {
      name: 'signature',
      label: { en: 'Signature', ru: 'Подпись' },
      help: { en: 'Stands under every letter.', ru: 'Ставится под каждым письмом.' },
      kind: 'text',
      required: false,
      of: 'account',
    },
  ],
  steps: [
    {
      en: 'Use a mailbox of the team’s own (help@…): every letter in its folder is shown to the desk.',
      ru: 'Возьмите общий ящик команды (help@…): все письма его папки видны операторам.',
    },
    {
      en: 'Switch on IMAP in the mailbox, and make an app password where the provider asks for one.',
      ru: 'Включите в ящике IMAP и создайте пароль приложения, если почтовая служба его требует.',
    },
    {
      en: 'The domain should have SPF, DKIM and DMARC records, or answers end in the spam folder.',
      ru: 'У домена должны быть записи SPF, DKIM и DMARC, иначе ответы попадут в спам.',
    },
    {
      en: 'Letters that come after the connection are shown; older ones stay where they are.',
      ru: 'Показываются письма, пришедшие после подключения; старые остаются на месте.',
    },
  ],
  ways: ['poll'],
}
