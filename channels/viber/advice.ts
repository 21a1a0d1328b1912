/** What a person can do about a failure, by Viber's code, in the words of the desk. */
import { entryOf } from '@dragoman/channel-kit'
import type { Failure, Localized } from '@dragoman/core'

const token: Localized = {
  en: 'Viber does not accept the token, or has blocked or suspended the bot. Compare the token with the Admin Panel; if it is right, ask Viber or your partner.',
  ru: 'Viber не принимает токен либо заблокировал бота. Сверьте токен с Admin Panel; если он верный, обратитесь в Viber или к партнёру.',
}
const sender: Localized = {
  en: 'The partner does not accept the key or the sender. Compare the key, its permitted IP addresses and the sender’s name in the portal.',
  ru: 'Партнёр не принимает ключ или отправителя. Сверьте ключ, разрешённые для него IP-адреса и имя отправителя в кабинете.',
}
const rights: Localized = {
  en: 'The bot has no permission for this. Ask Viber or your partner to switch it on.',
  ru: 'У бота нет на это разрешения. Попросите Viber или партнёра его включить.',
}

const byCode: Readonly<Record<string, Localized>> = {
  '1': {
    en: 'Viber could not reach the webhook: it must be public HTTPS with a certificate of a known authority and its whole chain, and must answer with 200.',
    ru: 'Viber не достучался до вебхука: нужен публичный HTTPS с сертификатом известного центра и полной цепочкой, ответ – 200.',
  },
  '5': {
    en: 'Viber knows no such person: the account was deleted, or the id belongs to another bot.',
    ru: 'Viber не знает такого человека: аккаунт удалён, или идентификатор от другого бота.',
  },
  '6': {
    en: 'The customer is not subscribed to the bot, or has unsubscribed. Nothing can be sent until they write again: send them the link to the chat some other way.',
    ru: 'Клиент не подписан на бота или отписался. Пока он сам не напишет, отправить ничего нельзя: пришлите ему ссылку на чат другим способом.',
  },
  '10': {
    en: 'The bot has no webhook, and without one Viber sends nothing. Connect the account anew.',
    ru: 'У бота нет вебхука, а без него Viber ничего не отправляет. Подключите аккаунт заново.',
  },
  '11': {
    en: 'The customer’s phone cannot show it: a very old app, or no device. Try plain text or another way.',
    ru: 'Телефон клиента это не покажет: слишком старое приложение или нет устройства. Попробуйте простой текст или другой канал.',
  },
  '12': {
    en: 'Viber takes no more just now: at most 100 messages in an hour may stand unanswered. The rest goes out later by itself.',
    ru: 'Viber пока не принимает: без ответа клиента – не больше 100 сообщений в час. Остальные уйдут позже сами.',
  },
  '13': {
    en: 'The customer’s app is too old for buttons or cards of this kind. Send it as text.',
    ru: 'Приложение клиента слишком старое для таких кнопок или карточек. Отправьте текстом.',
  },
  '18': {
    en: 'There is no channel to post in behind this token.',
    ru: 'За этим токеном нет канала для публикаций.',
  },
  '19': rights,
  '20': rights,
  '21': { en: 'Viber does not offer this in the country.', ru: 'В этой стране Viber этого не предлагает.' },
  '23': {
    en: 'The free messages of this month are used up. Answers to customers who wrote within 24 hours remain free.',
    ru: 'Бесплатные сообщения этого месяца кончились. Ответы тем, кто писал за последние 24 часа, по-прежнему бесплатны.',
  },
  '24': {
    en: 'The bot’s balance is empty. Top it up at Viber or your partner.',
    ru: 'На балансе бота пусто. Пополните его у Viber или партнёра.',
  },
  partly_sent: {
    en: 'Only the first messages arrived. Send what is missing in a new one.',
    ru: 'Дошли только первые сообщения. Отправьте недостающее новым.',
  },
  no_public_url: {
    en: 'Viber fetches files from our address, and the hub has no public one. Ask the administrator to set PUBLIC_URL.',
    ru: 'Viber забирает файлы с нашего адреса, а публичного адреса у системы нет. Попросите администратора задать PUBLIC_URL.',
  },
  no_channel: {
    en: 'To post, enter the channel’s token and the super admin’s id in the account’s settings.',
    ru: 'Чтобы публиковать, впишите в настройки аккаунта токен канала и id суперадминистратора.',
  },
  SRVC_USER_BLOCKED: {
    en: 'The customer has blocked your sender, or all business messages. Try another way.',
    ru: 'Клиент заблокировал вашего отправителя или все бизнес-сообщения. Попробуйте другой канал.',
  },
  SRVC_NOT_VIBER_USER: { en: 'This number has no Viber. Send an SMS.', ru: 'На этом номере нет Viber. Отправьте СМС.' },
  SRVC_NO_SUITABLE_DEVICE: {
    en: 'The customer’s Viber is too old for business messages. Send an SMS.',
    ru: 'Viber у клиента слишком старый для бизнес-сообщений. Отправьте СМС.',
  },
  SRVC_NOT_PERMITTED: {
    en: 'The partner has stopped the sender for billing reasons.',
    ru: 'Партнёр остановил отправителя из-за оплаты.',
  },
  SRVC_WAIT_FOR_USER_RESPONSE: {
    en: 'In a session at most five messages may stand unanswered. Wait until the customer answers.',
    ru: 'В сессии без ответа клиента можно отправить не больше пяти сообщений. Дождитесь ответа.',
  },
}

export function advice(failure: Failure): Localized | undefined {
  const known = entryOf(byCode, failure.code)
  if (known) return known
  switch (failure.kind) {
    case 'auth':
      return /^(SRVC|http_403)/.test(failure.code) ? sender : token
    case 'uncertain':
      return {
        en: 'Viber did not answer, so the message may have arrived. Ask the customer before sending it again.',
        ru: 'Viber не ответил: возможно, сообщение дошло. Прежде чем отправлять ещё раз, спросите клиента.',
      }
    case 'rate_limited':
      return {
        en: 'Too many messages at once. The rest will go out by themselves.',
        ru: 'Слишком много сообщений сразу. Остальные уйдут сами.',
      }
    case 'permanent':
      if (failure.reason === 'expired')
        return {
          en: 'The message’s time to live ended before the phone was reached. It will not arrive any more; send it anew or as an SMS.',
          ru: 'Срок жизни сообщения истёк раньше, чем телефон был в сети. Оно уже не придёт: отправьте заново или по СМС.',
        }
      return undefined
    default:
      return undefined
  }
}
