/** The way to full access: what is done at Meta, in order. Always holds: days are the usual span, not a promise. */
import type { AccessStep } from '@dragoman/core'

export const access: AccessStep[] = [
  {
    id: 'professional_account',
    title: { en: 'Professional account', ru: 'Профессиональный аккаунт' },
    help: {
      en: 'Business or Creator; personal accounts have no programs. The owner must also allow access to messages.',
      ru: '«Бизнес» или «Автор»: у личных аккаунтов доступа для программ нет. Владелец должен ещё разрешить доступ к сообщениям.',
    },
    url: 'https://help.instagram.com/502981923235522',
  },
  {
    id: 'business_verification',
    title: { en: 'Business verification', ru: 'Проверка компании' },
    help: {
      en: 'In Business settings → Security Centre send papers with the firm’s legal name, address and telephone. Without it no permission gets advanced access.',
      ru: 'В настройках компании → «Центр безопасности» отправьте документы с юридическим названием, адресом и телефоном. Без этого расширенный доступ не дают.',
    },
    url: 'https://business.facebook.com/settings/security',
    takesDays: [2, 14],
  },
  {
    id: 'app_review',
    title: { en: 'App Review', ru: 'Проверка приложения' },
    help: {
      en: 'Instagram login: instagram_business_basic, instagram_business_manage_messages, instagram_business_manage_comments. Facebook login: instagram_basic, instagram_manage_messages, instagram_manage_comments, pages_manage_metadata, pages_messaging, pages_show_list. Each needs a short film of the desk in use.',
      ru: 'Вход через Instagram: instagram_business_basic, instagram_business_manage_messages, instagram_business_manage_comments. Через Facebook: instagram_basic, instagram_manage_messages, instagram_manage_comments, pages_manage_metadata, pages_messaging, pages_show_list. К каждому нужен короткий ролик о работе с программой.',
    },
    url: 'https://developers.facebook.com/docs/app-review',
    takesDays: [3, 21],
  },
  {
    id: 'human_agent',
    title: { en: 'Human Agent feature', ru: 'Функция Human Agent' },
    help: {
      en: 'Ask for it in App Review → Features. With it people may answer for seven days after the customer wrote; then set it in the account settings here.',
      ru: 'Запросите её в App Review → Features. С ней сотрудники могут отвечать семь дней после сообщения клиента; затем отметьте её здесь, в настройках аккаунта.',
    },
    url: 'https://developers.facebook.com/docs/features-reference/human-agent',
    takesDays: [3, 21],
  },
  {
    id: 'live_mode',
    title: { en: 'Switch the app to Live', ru: 'Перевести приложение в режим Live' },
    help: {
      en: 'Needs a privacy policy address and a contact for deleting data in App settings → Basic.',
      ru: 'Для этого в App settings → Basic нужны адрес политики конфиденциальности и контакт для удаления данных.',
    },
  },
]
