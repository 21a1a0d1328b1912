/** The way to a Viber account, step by step: since 2024-02-05 both services are had by application and contract only. https://help.viber.com */
import type { AccessStep, Localized } from '@dragoman/core'

export const steps: Localized[] = [
  {
    en: 'Bot: open the bot’s page in the Viber Admin Panel and copy its authentication token into the form. Business Messages: ask the partner for the base address and an API key.',
    ru: 'Бот: откройте его страницу в Viber Admin Panel и скопируйте токен в форму. Бизнес-сообщения: возьмите у партнёра базовый адрес и API-ключ.',
  },
  {
    en: 'Type the name that customers will see above your messages. A welcome is worth having: it is the only message that a bot may send first.',
    ru: 'Впишите имя, которое клиенты увидят над сообщениями. Добавьте приветствие: это единственное сообщение, которое бот может прислать первым.',
  },
  {
    en: 'Bot: the webhook is set by us; it must be public HTTPS with a certificate of a known authority. If the bot already works somewhere else, the check says so first.',
    ru: 'Бот: вебхук поставим сами; нужен публичный HTTPS с сертификатом известного центра. Если бот уже где-то работает, проверка сначала скажет об этом.',
  },
  {
    en: 'Business Messages: in the partner’s portal set our webhook address for inbound messages, delivery reports and seen reports, with the secret in a header or in the address.',
    ru: 'Бизнес-сообщения: в кабинете партнёра укажите наш адрес вебхука для входящих, отчётов о доставке и о прочтении – с секретом в заголовке или в адресе.',
  },
  {
    en: 'Files are fetched by Viber from our address, so PUBLIC_URL must be set; without it only text goes out.',
    ru: 'Файлы Viber забирает с нашего адреса, поэтому нужен PUBLIC_URL; без него уходит только текст.',
  },
]

export const access: AccessStep[] = [
  {
    id: 'terms',
    title: { en: 'Decide for the commercial terms', ru: 'Решите, подходят ли условия' },
    help: {
      en: 'Since 5 February 2024 bots exist on commercial terms only: EUR 100 a month for each bot, and every message that the bot begins outside a 24-hour session by the price of the country. Answers within a session and the welcome are free. Business Messages: a price for each delivered message, as a rule with a monthly minimum.',
      ru: 'С 5 февраля 2024 года боты только платные: 100 евро в месяц за бота и отдельно каждое сообщение вне 24-часовой сессии – по цене страны. Ответы внутри сессии и приветствие бесплатны. Бизнес-сообщения: цена за каждое доставленное, обычно с месячным минимумом.',
    },
    url: 'https://help.viber.com',
  },
  {
    id: 'request',
    title: { en: 'Send the request form', ru: 'Отправьте заявку' },
    help: {
      en: 'To Rakuten Viber or to one of its partners: the firm, the site, the countries, what the bot is for; for Business Messages also the sender’s name and logo.',
      ru: 'В Rakuten Viber или партнёру: компания, сайт, страны, назначение бота; для бизнес-сообщений – ещё имя и логотип отправителя.',
    },
    url: 'https://developers.viber.com',
  },
  {
    id: 'contract',
    title: { en: 'Sign the contract', ru: 'Подпишите договор' },
    help: {
      en: 'Viber or the partner checks the firm and approves the brand. Gambling, micro-credit and loans come under stricter terms and prices.',
      ru: 'Viber или партнёр проверяет компанию и одобряет бренд. Для азартных игр, микрозаймов и кредитов условия и цены жёстче.',
    },
  },
  {
    id: 'templates',
    title: { en: 'Have transactional templates approved', ru: 'Согласуйте транзакционные шаблоны' },
    help: {
      en: 'Only for transactional Business Messages in Russia, Belarus and Ukraine: each text is moderated beforehand.',
      ru: 'Только для транзакционных бизнес-сообщений в России, Беларуси и Украине: каждый текст проходит модерацию заранее.',
    },
  },
  {
    id: 'credentials',
    title: { en: 'Get the token or the key', ru: 'Получите токен или ключ' },
    help: {
      en: 'The bot’s token appears in the Admin Panel once the bot is approved; the partner sends the base address and the key.',
      ru: 'Токен бота появится в Admin Panel после одобрения; адрес и ключ пришлёт партнёр.',
    },
    url: 'https://partners.viber.com',
  },
  {
    id: 'broadcast',
    title: { en: 'Ask for broadcasts', ru: 'Попросите доступ к рассылкам' },
    help: {
      en: 'A bot’s broadcast_message (up to 300 people in one request) needs a permission of its own; without it Viber answers with status 20.',
      ru: 'Для broadcast_message (до 300 человек за запрос) боту нужно отдельное разрешение, иначе Viber ответит статусом 20.',
    },
  },
]
