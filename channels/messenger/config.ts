/**
 * What Messenger asks of an account, and how the owner gets each value.
 * Always holds: `token` and the endpoint's `appSecret` and `verifyToken` are secrets; the rest may be shown.
 * Vendor: https://developers.facebook.com/docs/messenger-platform/getting-started
 */
import type { AccountView, ConfigSchema } from '@dragoman/core'
import { access } from './access.ts'

/** The Graph version that is called where the owner sets none: released 2026-02-18, available until 2028-07-29. */
export const defaultVersion = 'v25.0'

export const config: ConfigSchema = {
  fields: [
    {
      name: 'pageId',
      of: 'account',
      kind: 'text',
      required: true,
      pattern: '^[0-9]{5,20}$',
      placeholder: '200300400500600',
      label: { en: 'Page ID', ru: 'Идентификатор страницы (Page ID)' },
      help: {
        en: 'On the page: About → Page transparency. Also in the app under Messenger API settings.',
        ru: 'На странице: «Информация» → «Прозрачность страницы». Также в приложении, в настройках Messenger API.',
      },
    },
    {
      name: 'token',
      of: 'account',
      kind: 'secret',
      required: true,
      label: { en: 'Page access token', ru: 'Токен доступа страницы' },
      help: {
        en: 'Generated in the app under Messenger API settings, or for a system user. A token made by hand for a person dies with the password.',
        ru: 'Выпускается в приложении, в настройках Messenger API, или для системного пользователя. Токен, выпущенный для человека, умирает вместе с его паролем.',
      },
    },
    {
      name: 'pageName',
      of: 'account',
      kind: 'text',
      required: false,
      pattern: '^[A-Za-z0-9._-]{3,60}$',
      placeholder: 'ternandteal',
      label: { en: 'Username of the page, for links', ru: 'Имя страницы, для ссылок' },
      help: { en: 'For m.me links; without it the page ID is used.', ru: 'Для ссылок m.me; без него берётся идентификатор страницы.' },
    },
    {
      name: 'humanAgent',
      of: 'account',
      kind: 'choice',
      required: false,
      defaultValue: 'no',
      choices: [
        { value: 'no', label: { en: 'No: 24 hours', ru: 'Нет: 24 часа' } },
        { value: 'yes', label: { en: 'Yes: people may answer for 7 days', ru: 'Есть: сотрудники отвечают 7 дней' } },
      ],
      label: { en: 'Human Agent feature', ru: 'Функция Human Agent' },
      help: {
        en: 'Only if Meta has granted it to the app. Automatic messages stay within 24 hours in any case.',
        ru: 'Только если Meta выдала её приложению. Автоматические сообщения в любом случае остаются в пределах 24 часов.',
      },
    },
    {
      name: 'appId',
      of: 'account',
      kind: 'text',
      required: false,
      pattern: '^[0-9]{8,20}$',
      placeholder: '1517776481860111',
      label: { en: 'App ID', ru: 'Идентификатор приложения (App ID)' },
      help: {
        en: 'Needed only where several apps take turns on the page (conversation routing).',
        ru: 'Нужен, только если на странице по очереди отвечают несколько приложений (conversation routing).',
      },
    },
    {
      name: 'version',
      of: 'account',
      kind: 'text',
      required: false,
      pattern: '^v[0-9]{2}\\.[0-9]$',
      placeholder: defaultVersion,
      defaultValue: defaultVersion,
      label: { en: 'Graph API version', ru: 'Версия Graph API' },
      help: {
        en: `Leave it as it is unless Meta has retired ${defaultVersion}.`,
        ru: `Менять не нужно, пока Meta не отключила ${defaultVersion}.`,
      },
    },
    {
      name: 'verifyToken',
      of: 'endpoint',
      kind: 'secret',
      required: true,
      generated: true,
      label: { en: 'Verify token', ru: 'Маркер подтверждения (Verify token)' },
      help: {
        en: 'Made here; copy it into the webhook form of the app, next to the address.',
        ru: 'Создаётся здесь. Скопируйте его в форму вебхука приложения, рядом с адресом.',
      },
    },
    {
      name: 'appSecret',
      of: 'endpoint',
      kind: 'secret',
      required: true,
      pattern: '^[0-9A-Za-z-]{8,64}$',
      label: { en: 'App secret', ru: 'Секрет приложения (App secret)' },
      help: {
        en: 'Signs every webhook. One secret serves all pages of the app.',
        ru: 'Им подписан каждый вебхук. Один секрет на все страницы приложения.',
      },
    },
  ],
  steps: [
    {
      en: 'At developers.facebook.com create an app of the type Business and add the use case “Engage with customers on Messenger from Meta”.',
      ru: 'На developers.facebook.com создайте приложение типа Business и добавьте в него сценарий «Engage with customers on Messenger from Meta».',
    },
    {
      en: 'Under Messenger API settings connect the page, generate its token, and copy page ID and token into the form.',
      ru: 'В настройках Messenger API подключите страницу, выпустите для неё токен и перенесите в форму Page ID и токен.',
    },
    {
      en: 'On App settings → Basic show the App secret and copy it into the form.',
      ru: 'На странице App settings → Basic откройте App secret и перенесите его в форму.',
    },
    {
      en: 'Save here. In the app under Webhooks → Page enter the address and the verify token that are shown then. What to subscribe to is set from here.',
      ru: 'Сохраните здесь. Затем в приложении, в разделе Webhooks → Page, укажите показанные адрес и маркер подтверждения. На нужные события подпишемся отсюда.',
    },
    {
      en: 'Until App Review is through, only people with a role in the app can write to the page this way.',
      ru: 'Пока не пройдена проверка приложения, так писать странице могут только люди с ролью в приложении.',
    },
  ],
  access,
  ways: ['webhook'],
}

/** The page's id: from the settings, else what the first check learned. */
export function pageIdOf(account: AccountView): string {
  return account.config.pageId || account.externalId
}

/** An address of the Graph API below the account's origin and version. */
export function graphUrl(account: AccountView, path: string): string {
  return `${account.origins.graph ?? ''}/${account.config.version || defaultVersion}/${path}`
}
