/** What one decides when the chat is put into a site: how it looks, how it greets, on which sites it may stand. */
import type { Badge, ConfigSchema } from '@dragoman/core'

export const badge: Badge = {
  name: 'Web chat',
  iconPath:
    'M12 3C6.5 3 2 6.8 2 11.5c0 2.3 1.1 4.4 2.9 5.9-.1 1.2-.6 2.3-1.4 3.2-.3.3-.1.9.4.9 2.1-.1 3.9-.8 5.3-1.9.9.2 1.8.4 2.8.4 5.5 0 10-3.8 10-8.5S17.5 3 12 3ZM8 13a1.5 1.5 0 1 1 0-3 1.5 1.5 0 0 1 0 3Zm4 0a1.5 1.5 0 1 1 0-3 1.5 1.5 0 0 1 0 3Zm4 0a1.5 1.5 0 1 1 0-3 1.5 1.5 0 0 1 0 3Z',
  color: '#0f766e',
}

export const config: ConfigSchema = {
  fields: [
    {
      name: 'title',
      label: { en: 'Heading of the chat', ru: 'Заголовок чата' },
      help: {
        en: 'Visitors read it at the top of the window. Empty: “Chat with us”.',
        ru: 'Его видят посетители вверху окна. Пусто – «Напишите нам».',
      },
      kind: 'localized',
      required: false,
      of: 'account',
    },
    {
      name: 'greeting',
      label: { en: 'Greeting', ru: 'Приветствие' },
      help: { en: 'Stands above an empty conversation.', ru: 'Стоит над пустой перепиской.' },
      kind: 'localized',
      required: false,
      of: 'account',
    },
    {
      name: 'accent',
      label: { en: 'Accent colour', ru: 'Цвет' },
      help: { en: 'Of the button and of the visitor’s own messages.', ru: 'Цвет кнопки и сообщений посетителя.' },
      kind: 'text',
      required: false,
      of: 'account',
      pattern: '^#[0-9a-fA-F]{6}$',
      placeholder: '#0f766e',
      defaultValue: '#0f766e',
    },
    {
      name: 'position',
      label: { en: 'Corner', ru: 'Угол' },
      kind: 'choice',
      required: false,
      of: 'account',
      defaultValue: 'right',
      choices: [
        { value: 'right', label: { en: 'Bottom right', ru: 'Справа внизу' } },
        { value: 'left', label: { en: 'Bottom left', ru: 'Слева внизу' } },
      ],
    },
    {
      name: 'ask',
      label: { en: 'Ask who writes', ru: 'Спрашивать, кто пишет' },
      help: {
        en: 'Asked once, after the first message. Whoever does not want to say may write all the same.',
        ru: 'Один раз, после первого сообщения. Кто не хочет отвечать, может писать и так.',
      },
      kind: 'choice',
      required: false,
      of: 'account',
      defaultValue: 'nothing',
      choices: [
        { value: 'nothing', label: { en: 'Nothing', ru: 'Ничего' } },
        { value: 'name', label: { en: 'Name', ru: 'Имя' } },
        { value: 'name_and_email', label: { en: 'Name and e-mail', ru: 'Имя и почту' } },
      ],
    },
    {
      name: 'availability',
      label: { en: 'In the head of the chat', ru: 'В шапке чата' },
      help: {
        en: 'Visitors see when you are back, and how soon you usually reply, by real figures.',
        ru: 'Посетители видят, когда вы вернётесь и как скоро обычно отвечаете, – по настоящим цифрам.',
      },
      kind: 'choice',
      required: false,
      of: 'account',
      defaultValue: 'hours_and_time',
      choices: [
        { value: 'hours_and_time', label: { en: 'Hours and reply time', ru: 'Часы и время ответа' } },
        { value: 'hours', label: { en: 'Hours only', ru: 'Только часы' } },
        { value: 'nothing', label: { en: 'Nothing', ru: 'Ничего' } },
      ],
    },
    {
      name: 'origins',
      label: { en: 'Sites where the chat may stand', ru: 'Сайты, где может стоять чат' },
      help: {
        en: 'Addresses such as https://shop.example. Empty: any site. Others get no answer from the hub.',
        ru: 'Адреса вида https://shop.example. Пусто – любой сайт. Остальным сервер не отвечает.',
      },
      kind: 'origins',
      required: false,
      of: 'account',
      pattern: '^(\\s*https?://[^\\s/,]+\\s*[,\\s]?)*$',
      placeholder: 'https://shop.example',
    },
    {
      name: 'visitorSecret',
      label: { en: 'Key that signs visitors', ru: 'Ключ подписи посетителей' },
      help: {
        en: 'Your site signs its logged-in customers with it. Leave it empty and one is made.',
        ru: 'Им ваш сайт подписывает вошедших клиентов. Оставьте пустым – создадим сами.',
      },
      kind: 'secret',
      required: false,
      of: 'endpoint',
      pattern: '^[A-Za-z0-9_\\-]{24,256}$',
      generated: true,
    },
  ],
  steps: [
    { en: 'Choose how the chat looks and what it says first.', ru: 'Выберите, как чат выглядит и что говорит первым.' },
    {
      en: 'After connecting, copy the script line into every page of your site, before the closing body tag.',
      ru: 'После подключения скопируйте строку со скриптом на каждую страницу сайта, перед закрывающим тегом body.',
    },
    {
      en: 'Name the sites where it may stand, so that nobody else uses your address.',
      ru: 'Перечислите сайты, где он может стоять, чтобы вашим адресом не пользовались чужие.',
    },
  ],
  ways: ['visitor'],
}
