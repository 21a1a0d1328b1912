/**
 * What WhatsApp's Cloud API asks of an account, and how the owner gets each value.
 * Always holds: `token` and the endpoint's `appSecret` and `verifyToken` are secrets; the rest may be shown.
 * Vendor: https://developers.facebook.com/documentation/business-messaging/whatsapp/get-started
 */
import type { AccountView, ConfigSchema } from '@dragoman/core'
import { access } from './access.ts'

/** The Graph version that is called where the owner sets none: released 2026-02-18, available until 2028-07-29. */
export const defaultVersion = 'v25.0'

export const config: ConfigSchema = {
  fields: [
    {
      name: 'phoneNumberId',
      of: 'account',
      kind: 'text',
      required: true,
      pattern: '^[0-9]{6,20}$',
      placeholder: '700800900100200',
      label: { en: 'Phone number ID', ru: 'Идентификатор номера (Phone number ID)' },
      help: {
        en: 'A long number from the API Setup page; not the telephone number itself.',
        ru: 'Длинное число со страницы API Setup. Это не сам номер телефона.',
      },
    },
    {
      name: 'wabaId',
      of: 'account',
      kind: 'text',
      required: true,
      pattern: '^[0-9]{6,20}$',
      placeholder: '900100200300400',
      label: { en: 'WhatsApp Business Account ID', ru: 'Идентификатор аккаунта WhatsApp Business (WABA ID)' },
      help: {
        en: 'It stands on the same page. Templates and news of the account are found by it.',
        ru: 'Указан на той же странице. По нему находятся шаблоны и приходят известия об аккаунте.',
      },
    },
    {
      name: 'token',
      of: 'account',
      kind: 'secret',
      required: true,
      label: { en: 'Access token', ru: 'Токен доступа' },
      help: {
        en: "A system user's token that never expires. The temporary one from API Setup dies within a day.",
        ru: 'Бессрочный токен системного пользователя. Временный со страницы API Setup перестаёт действовать через сутки.',
      },
    },
    {
      name: 'displayNumber',
      of: 'account',
      kind: 'text',
      required: false,
      pattern: '^\\+?[0-9 ()-]{6,24}$',
      placeholder: '+49 30 5550 10',
      label: { en: 'Telephone number, for links', ru: 'Номер телефона, для ссылок' },
      help: {
        en: 'Needed only for wa.me links that lead customers into the chat.',
        ru: 'Нужен только для ссылок wa.me, по которым клиенты попадают в чат.',
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
      name: 'throughput',
      of: 'account',
      kind: 'choice',
      required: false,
      defaultValue: '80',
      choices: [
        {
          value: '20',
          label: { en: '20 messages a second (number also used in the app)', ru: '20 сообщений в секунду (номер работает и в приложении)' },
        },
        { value: '80', label: { en: '80 messages a second (usual)', ru: '80 сообщений в секунду (обычно)' } },
        { value: '1000', label: { en: '1,000 messages a second (raised by Meta)', ru: '1000 сообщений в секунду (повышено Meta)' } },
      ],
      label: { en: 'Throughput', ru: 'Пропускная способность' },
      help: {
        en: 'Meta raises it by itself for numbers that write to many people. WhatsApp Manager shows it at the number.',
        ru: 'Meta сама повышает её номерам, которые пишут многим. Указана у номера в WhatsApp Manager.',
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
        en: 'Signs every webhook. One secret serves all numbers of the app.',
        ru: 'Им подписан каждый вебхук. Один секрет на все номера приложения.',
      },
    },
  ],
  steps: [
    {
      en: 'At developers.facebook.com create an app of the type Business and add the product WhatsApp. If the firm has no Meta Business portfolio yet, you are led to make one.',
      ru: 'На developers.facebook.com создайте приложение типа Business и добавьте в него продукт WhatsApp. Если у фирмы ещё нет бизнес-портфолио Meta, его предложат создать по пути.',
    },
    {
      en: 'On WhatsApp → API Setup add the telephone number of the firm and confirm it by SMS or call. The number must not be in use in the WhatsApp app, unless you connect it by coexistence.',
      ru: 'На странице WhatsApp → API Setup добавьте номер фирмы и подтвердите его по СМС или звонку. Номер не должен быть занят в приложении WhatsApp, если вы не подключаете его в режиме сосуществования (coexistence).',
    },
    {
      en: 'From the same page copy the Phone number ID and the WhatsApp Business Account ID into the form.',
      ru: 'С той же страницы перенесите в форму Phone number ID и WhatsApp Business Account ID.',
    },
    {
      en: 'In Business settings → Users → System users make a system user with the role Admin, assign the app and the WhatsApp account to it, and generate a token without expiry with whatsapp_business_messaging and whatsapp_business_management.',
      ru: 'В настройках компании → Пользователи → Системные пользователи создайте пользователя с ролью администратора, дайте ему приложение и аккаунт WhatsApp и сгенерируйте бессрочный токен с правами whatsapp_business_messaging и whatsapp_business_management.',
    },
    {
      en: 'On App settings → Basic show the App secret and copy it into the form.',
      ru: 'На странице App settings → Basic откройте App secret и перенесите его в форму.',
    },
    {
      en: 'Save here. On WhatsApp → Configuration of the app enter the webhook address and the verify token that are shown then, and subscribe to the fields messages, message_template_status_update, message_template_quality_update, template_category_update, account_update, account_alerts, business_capability_update, phone_number_quality_update, phone_number_name_update and user_preferences.',
      ru: 'Сохраните здесь. Затем на странице WhatsApp → Configuration укажите показанные адрес вебхука и маркер подтверждения и подпишитесь на поля messages, message_template_status_update, message_template_quality_update, template_category_update, account_update, account_alerts, business_capability_update, phone_number_quality_update, phone_number_name_update и user_preferences.',
    },
    {
      en: 'Since 30 September 2026 add a payment method in the WhatsApp Manager: without one, replies beyond the free monthly thousand are not delivered.',
      ru: 'С 30 сентября 2026 года добавьте способ оплаты в WhatsApp Manager: без него ответы сверх бесплатной тысячи в месяц не доставляются.',
    },
  ],
  access,
  ways: ['webhook'],
}

/** The number's id at the platform: from the settings, else what the first check learned. */
export function phoneNumberIdOf(account: AccountView): string {
  return account.config.phoneNumberId || account.externalId
}

/** An address of the Graph API below the account's origin and version. */
export function graphUrl(account: AccountView, path: string): string {
  return `${account.origins.graph ?? ''}/${account.config.version || defaultVersion}/${path}`
}
