/**
 * What one must know to connect a bot of Microsoft's Bot Connector: the registration's three values and where they are found.
 * Always holds: the secret goes only to the token address, access tokens only to the service addresses listed here.
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
 */
import type { AccountView, Badge, ConfigSchema } from '@dragoman/core'

export const badge: Badge = {
  name: 'Teams',
  iconPath:
    'M3 6.5 12 5v14l-9-1.5Zm2 3v1.3h1.8V15h1.5v-4.2h1.8V9.5ZM13 9h5.5c.6 0 1 .4 1 1v4.5a3.3 3.3 0 0 1-6.5.9Zm2.8-5.5a2.2 2.2 0 1 1 0 4.5 2.2 2.2 0 0 1 0-4.5ZM20.5 9h1.2c.5 0 .8.3.8.8v3.7a2.2 2.2 0 0 1-2 2.2Zm.3-3.7a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3Z',
  color: '#5059C9',
}

/** Service addresses (`service`, `directLine`) may have any path below them: an activity names its own. */
export const origins = {
  service: 'https://smba.trafficmanager.net',
  directLine: 'https://directline.botframework.com',
  login: 'https://login.microsoftonline.com',
  keys: 'https://login.botframework.com',
} as const

export function originOf(account: AccountView | undefined, name: keyof typeof origins): string {
  return account?.origins[name] ?? origins[name]
}

/** Skype was closed on this day; what is left of it is history. */
export const skypeRetiredOn = '2025-05-05'

const guid = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$'

export const config: ConfigSchema = {
  fields: [
    {
      name: 'appId',
      label: { en: 'Microsoft App ID', ru: 'Microsoft App ID' },
      help: {
        en: 'In the Azure portal: your Azure Bot → Configuration.',
        ru: 'На портале Azure: ваш Azure Bot → Configuration (Конфигурация).',
      },
      kind: 'text',
      required: true,
      of: 'account',
      pattern: guid,
      placeholder: '22222222-2222-2222-2222-222222222222',
    },
    {
      name: 'appSecret',
      label: { en: 'Client secret', ru: 'Секрет клиента' },
      help: {
        en: 'The value, not the ID, of a secret under Certificates & secrets. It is shown once and ends on a date: note it.',
        ru: 'Значение (не ID) секрета в разделе Certificates & secrets. Показывается один раз и имеет срок – запишите его.',
      },
      kind: 'secret',
      required: true,
      of: 'account',
      pattern: '^\\S{8,200}$',
    },
    {
      name: 'tenantId',
      label: { en: 'App tenant ID', ru: 'ID арендатора (tenant)' },
      help: {
        en: 'Of a single-tenant bot, as all new ones are since 31 July 2025. Leave it empty only for an old multi-tenant one.',
        ru: 'Для бота одной организации – с 31 июля 2025 года других не создать. Пусто – только у старых мультитенантных ботов.',
      },
      kind: 'text',
      required: false,
      of: 'account',
      pattern: guid,
      placeholder: '11111111-1111-1111-1111-111111111111',
    },
    {
      name: 'messenger',
      label: { en: 'Messenger', ru: 'Мессенджер' },
      help: {
        en: 'Skype was closed on 5 May 2025: choose it only to keep the history of an old bot.',
        ru: 'Skype закрыт 5 мая 2025 года: выбирайте его, только чтобы хранить историю старого бота.',
      },
      kind: 'choice',
      required: false,
      of: 'account',
      defaultValue: 'msteams',
      choices: [
        { value: 'msteams', label: { en: 'Microsoft Teams', ru: 'Microsoft Teams' } },
        { value: 'skype', label: { en: 'Skype (closed)', ru: 'Skype (закрыт)' } },
      ],
    },
  ],
  steps: [
    {
      en: 'In the Azure portal create an Azure Bot (single tenant). The price tier F0 is enough: Teams is a free channel.',
      ru: 'На портале Azure создайте Azure Bot (single tenant). Тарифа F0 достаточно: канал Teams бесплатный.',
    },
    {
      en: 'From Configuration copy the Microsoft App ID and the tenant ID; under Manage password make a client secret.',
      ru: 'На странице Configuration скопируйте Microsoft App ID и ID арендатора; в Manage password создайте секрет клиента.',
    },
    {
      en: 'Put all three in here, and the address that is shown afterwards into Configuration → Messaging endpoint.',
      ru: 'Внесите все три значения сюда, а показанный после этого адрес – в Configuration → Messaging endpoint.',
    },
    {
      en: 'Under Channels switch on Microsoft Teams.',
      ru: 'В разделе Channels включите Microsoft Teams.',
    },
    {
      en: 'In the Teams Developer Portal make an app with this bot, personal scope, and have it published. For read receipts add the permission ChatMessageReadReceipt.Read.Chat.',
      ru: 'В Teams Developer Portal создайте приложение с этим ботом, область personal, и опубликуйте его. Для отметок о прочтении добавьте разрешение ChatMessageReadReceipt.Read.Chat.',
    },
  ],
  access: [
    {
      id: 'azure_bot',
      title: { en: 'An Azure Bot', ru: 'Azure Bot' },
      help: {
        en: 'Needs an Azure subscription. Microsoft asks for no review.',
        ru: 'Нужна подписка Azure. Проверки со стороны Microsoft нет.',
      },
      url: 'https://portal.azure.com/#create/Microsoft.AzureBot',
      takesDays: [0, 1],
    },
    {
      id: 'teams_app',
      title: { en: 'A Teams app with the bot', ru: 'Приложение Teams с ботом' },
      help: {
        en: 'For your own organisation an administrator of Teams approves it. For other organisations it goes through the store.',
        ru: 'Для своей организации его одобряет администратор Teams. Для чужих – публикация в магазине.',
      },
      url: 'https://dev.teams.microsoft.com/apps',
    },
  ],
  ways: ['webhook'],
}
