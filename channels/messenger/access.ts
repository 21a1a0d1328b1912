/** The way to full access: what is done at Meta, in order. Always holds: days are the usual span, not a promise. */
import type { AccessStep } from '@dragoman/core'

export const access: AccessStep[] = [
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
      en: 'Ask for pages_messaging, pages_manage_metadata, pages_show_list, pages_read_engagement, and for comments pages_manage_engagement and pages_read_user_content; for notices page_utility_messaging. Each needs a short film of the desk in use. The simulator can be filmed.',
      ru: 'Запросите pages_messaging, pages_manage_metadata, pages_show_list, pages_read_engagement, для комментариев – pages_manage_engagement и pages_read_user_content, для уведомлений – page_utility_messaging. К каждому нужен короткий ролик о работе с программой.',
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
