/**
 * The way to a number that may be used in earnest: what is done at Meta, in order.
 * Always holds: days are the usual span, not a promise. Meta names none but for templates (minutes, at most a day); the others are what providers
 * report (assumed). A business that connects its own numbers needs no app review:
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/solution-providers/app-review
 */
import type { AccessStep } from '@dragoman/core'

export const access: AccessStep[] = [
  {
    id: 'portfolio',
    title: { en: 'Business portfolio and app', ru: 'Бизнес-портфолио и приложение' },
    help: {
      en: 'At developers.facebook.com make an app of the type Business with the product WhatsApp. The business portfolio and a WhatsApp Business Account are made on the way. Up to 250 people a day can be written to first from now on.',
      ru: 'На developers.facebook.com создайте приложение типа Business с продуктом WhatsApp. Бизнес-портфолио и аккаунт WhatsApp Business создаются по пути. С этого момента первыми можно писать 250 людям в сутки.',
    },
    url: 'https://developers.facebook.com/apps',
    takesDays: [0, 1],
  },
  {
    id: 'number',
    title: { en: 'Telephone number', ru: 'Номер телефона' },
    help: {
      en: 'Add the number on WhatsApp → API Setup and confirm it by SMS or call; set a two-step PIN. It must not be in use in the WhatsApp app, unless it is connected by coexistence with the WhatsApp Business app.',
      ru: 'Добавьте номер на странице WhatsApp → API Setup, подтвердите по СМС или звонку и задайте PIN. Номер не должен быть занят в приложении WhatsApp, если вы не подключаете его в режиме сосуществования.',
    },
    url: 'https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/phone-numbers',
    takesDays: [0, 1],
  },
  {
    id: 'display_name',
    title: { en: 'Display name', ru: 'Отображаемое имя' },
    help: {
      en: 'The name that customers see must be the firm’s or brand’s. It is reviewed when it is set or changed, and again at higher limits; the outcome comes here by itself.',
      ru: 'Имя, которое видят клиенты, должно быть названием фирмы или бренда. Его проверяют при создании и изменении и ещё раз при росте лимитов; решение придёт сюда само.',
    },
    url: 'https://developers.facebook.com/documentation/business-messaging/whatsapp/display-names',
    takesDays: [1, 3],
  },
  {
    id: 'system_user_token',
    title: { en: 'Token that lasts', ru: 'Постоянный токен' },
    help: {
      en: 'The token on API Setup dies within a day. In Business settings → System users make an Admin system user, assign the app and the WhatsApp account to it and generate a token without expiry with whatsapp_business_messaging and whatsapp_business_management.',
      ru: 'Токен со страницы API Setup перестаёт действовать через сутки. В настройках компании → «Системные пользователи» создайте администратора, дайте ему приложение и аккаунт WhatsApp и выпустите бессрочный токен с правами whatsapp_business_messaging и whatsapp_business_management.',
    },
    url: 'https://business.facebook.com/settings/system-users',
    takesDays: [0, 0],
  },
  {
    id: 'payment',
    title: { en: 'Payment method', ru: 'Способ оплаты' },
    help: {
      en: 'In the WhatsApp Manager. Since 30 September 2026 nothing beyond the free monthly thousand is delivered without one.',
      ru: 'В WhatsApp Manager. С 30 сентября 2026 года без него не доставляется ничего сверх бесплатной тысячи сообщений в месяц.',
    },
    url: 'https://business.facebook.com/wa/manage/home',
    takesDays: [0, 1],
  },
  {
    id: 'business_verification',
    title: { en: 'Business verification', ru: 'Проверка компании' },
    help: {
      en: 'In Business settings → Security Centre send papers with the firm’s legal name, address and telephone. It raises the limit from 250 to 2,000 people a day; 2,000 well received templates to different people in 30 days do the same.',
      ru: 'В настройках компании → «Центр безопасности» отправьте документы с юридическим названием, адресом и телефоном. Лимит вырастет с 250 до 2000 людей в сутки; то же дают 2000 хорошо принятых шаблонных сообщений разным людям за 30 дней.',
    },
    url: 'https://business.facebook.com/settings/security',
    takesDays: [2, 14],
  },
  {
    id: 'templates',
    title: { en: 'First templates', ru: 'Первые шаблоны' },
    help: {
      en: 'Without an approved template nobody can be written to first, or later than 24 hours after the last word. Usually reviewed within minutes, at most within a day.',
      ru: 'Без одобренного шаблона нельзя написать первым или позже 24 часов после последнего сообщения. Проверяют обычно за минуты, самое долгое – сутки.',
    },
    url: 'https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview',
    takesDays: [0, 1],
  },
  {
    id: 'app_review',
    title: { en: 'App review – only for others’ numbers', ru: 'Проверка приложения – только для чужих номеров' },
    help: {
      en: 'Your own numbers need none. Whoever connects the numbers of other firms asks for advanced access to both permissions, with a film of the desk in use; the simulator can be filmed.',
      ru: 'Для собственных номеров не нужна. Кто подключает номера других фирм, запрашивает расширенный доступ к обоим правам и прилагает ролик о работе с программой; снимать можно на симуляторе.',
    },
    url: 'https://developers.facebook.com/documentation/business-messaging/whatsapp/solution-providers/app-review',
    takesDays: [3, 21],
  },
]
