/**
 * What Instagram asks of an account, by either login, and how the owner gets each value.
 * Always holds: `token` and the endpoint's `appSecret`, `instagramAppSecret` and `verifyToken` are secrets; the rest may be shown. With the login
 * `page` everything goes through the linked Facebook page, with `instagram` there is no page.
 * Vendor: https://developers.facebook.com/docs/instagram-platform
 */
import type { AccountView, ConfigSchema } from '@dragoman/core'
import { access } from './access.ts'

/** The Graph version that is called where the owner sets none: released 2026-02-18, available until 2028-07-29. */
export const defaultVersion = 'v25.0'

export const config: ConfigSchema = {
  fields: [
    {
      name: 'login',
      of: 'account',
      kind: 'choice',
      required: true,
      defaultValue: 'instagram',
      choices: [
        { value: 'instagram', label: { en: 'Instagram login, no Facebook page', ru: 'Вход через Instagram, без страницы Facebook' } },
        { value: 'page', label: { en: 'Facebook login, through the linked page', ru: 'Вход через Facebook, по связанной странице' } },
      ],
      label: { en: 'How the account is reached', ru: 'Способ подключения' },
      help: {
        en: 'Through the page there are product cards and data of advertisements besides. Without one Instagram login is simpler.',
        ru: 'Через страницу дополнительно доступны карточки товаров и данные рекламы. Если страницы нет, проще войти через Instagram.',
      },
    },
    {
      name: 'igId',
      of: 'account',
      kind: 'text',
      required: true,
      pattern: '^[0-9]{5,20}$',
      placeholder: '17841400000000118',
      label: { en: 'Instagram account ID', ru: 'Идентификатор аккаунта Instagram' },
      help: {
        en: 'A long number that begins with 1784; it stands beside the account in the app.',
        ru: 'Длинное число, начинается с 1784; указано рядом с аккаунтом в приложении.',
      },
    },
    {
      name: 'token',
      of: 'account',
      kind: 'secret',
      required: true,
      label: { en: 'Access token', ru: 'Токен доступа' },
      help: {
        en: 'With Instagram login: the long-lived one, 60 days; it is renewed from here. Through the page: the page access token.',
        ru: 'При входе через Instagram – долгоживущий, на 60 дней; дальше мы продлеваем его сами. Через страницу – токен доступа страницы.',
      },
    },
    {
      name: 'pageId',
      of: 'account',
      kind: 'text',
      required: false,
      pattern: '^[0-9]{5,20}$',
      placeholder: '200300400500600',
      label: { en: 'ID of the linked page', ru: 'Идентификатор связанной страницы' },
      help: { en: 'Only for Facebook login.', ru: 'Только для входа через Facebook.' },
    },
    {
      name: 'username',
      of: 'account',
      kind: 'text',
      required: false,
      pattern: '^[A-Za-z0-9._]{1,30}$',
      placeholder: 'ternandteal',
      label: { en: 'Username, for links', ru: 'Имя пользователя, для ссылок' },
      help: { en: 'For ig.me links that lead into the chat.', ru: 'Для ссылок ig.me, которые ведут в чат.' },
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
      name: 'requests',
      of: 'account',
      kind: 'choice',
      required: false,
      defaultValue: 'yes',
      choices: [
        { value: 'yes', label: { en: 'First words are shown as requests', ru: 'Первое обращение показывать как запрос' } },
        { value: 'no', label: { en: 'As any conversation', ru: 'Как обычный диалог' } },
      ],
      label: { en: 'Message requests', ru: 'Запросы на переписку' },
      help: {
        en: 'Instagram puts first words of strangers into requests and tells no program of it, so everybody new is taken for one. An answer accepts.',
        ru: 'Instagram кладёт первые сообщения незнакомых людей в запросы и программам об этом не сообщает, поэтому запросом считается любой новый человек. Ответ принимает запрос.',
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
        en: 'Needed only where several apps take turns on the account (conversation routing).',
        ru: 'Нужен, только если в аккаунте по очереди отвечают несколько приложений (conversation routing).',
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
      help: { en: 'From App settings → Basic. Signs webhooks.', ru: 'Со страницы App settings → Basic. Им подписаны вебхуки.' },
    },
    {
      name: 'instagramAppSecret',
      of: 'endpoint',
      kind: 'secret',
      required: false,
      pattern: '^[0-9A-Za-z-]{8,64}$',
      label: { en: 'Instagram app secret', ru: 'Секрет приложения Instagram' },
      help: {
        en: 'With Instagram login an app has a second secret. Reports differ on which one signs; either is taken.',
        ru: 'При входе через Instagram у приложения есть второй секрет. Каким из них подписано, пишут по-разному; подойдёт любой.',
      },
    },
  ],
  steps: [
    {
      en: 'In the Instagram app switch the account to a professional one, and under Settings → Messages → Connected tools turn on “Allow access to messages”.',
      ru: 'В приложении Instagram переведите аккаунт в профессиональный и в «Настройки» → «Сообщения» → «Подключённые инструменты» включите «Разрешить доступ к сообщениям».',
    },
    {
      en: 'At developers.facebook.com create an app of the type Business and add the use case “Manage messaging and content on Instagram”. Choose Instagram login, or Facebook login where the account is linked to a page.',
      ru: 'На developers.facebook.com создайте приложение типа Business и добавьте сценарий «Manage messaging and content on Instagram». Выберите вход через Instagram или, если аккаунт связан со страницей, через Facebook.',
    },
    {
      en: 'There add the account, generate its token, and copy ID and token into the form.',
      ru: 'Там добавьте аккаунт, выпустите для него токен и перенесите идентификатор и токен в форму.',
    },
    {
      en: 'Copy the App secret from App settings → Basic, and with Instagram login the Instagram app secret as well.',
      ru: 'Скопируйте App secret со страницы App settings → Basic, а при входе через Instagram – ещё и секрет приложения Instagram.',
    },
    {
      en: 'Save here. In the app under Webhooks → Instagram enter the address and the verify token that are shown then. With Facebook login choose there also messages, messaging_postbacks, messaging_seen, message_reactions, message_edit, messaging_referral, messaging_handover, standby, comments, live_comments and mentions.',
      ru: 'Сохраните здесь. Затем в приложении, в разделе Webhooks → Instagram, укажите показанные адрес и маркер подтверждения. При входе через Facebook выберите там же messages, messaging_postbacks, messaging_seen, message_reactions, message_edit, messaging_referral, messaging_handover, standby, comments, live_comments и mentions.',
    },
    {
      en: 'Until App Review is through, only people with a role in the app can write to the account this way.',
      ru: 'Пока не пройдена проверка приложения, так писать аккаунту могут только люди с ролью в приложении.',
    },
  ],
  access,
  ways: ['webhook'],
}

/** Whether the account is reached through its Facebook page. */
export function isByPage(account: Pick<AccountView, 'config'>): boolean {
  return account.config.login === 'page'
}

/** The account's id at Instagram: from the settings, else what the first check learned. */
export function igIdOf(account: AccountView): string {
  return account.config.igId || account.externalId
}

/** Every id by which webhooks may name the account: what was typed, and what the check found where that is another one. */
export function ownIdsOf(account: AccountView): string[] {
  return [...new Set([igIdOf(account), account.externalId])].filter(Boolean)
}

/** The node that sends: the page, or the account itself. */
export function nodeOf(account: AccountView): string {
  return isByPage(account) ? account.config.pageId || 'me' : igIdOf(account) || 'me'
}

/** An address of the API at the login's own host, below the version. */
export function graphUrl(account: AccountView, path: string): string {
  const origin = isByPage(account) ? account.origins.graph : account.origins.instagram
  return `${origin ?? ''}/${account.config.version || defaultVersion}/${path}`
}
