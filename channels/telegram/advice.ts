/** What a person can do about a failure, in the words of the desk. */
import type { Failure, Localized } from '@dragoman/core'

export function advice(failure: Failure): Localized | undefined {
  switch (failure.kind) {
    case 'auth':
      return {
        en: 'Telegram no longer accepts this token. Ask @BotFather for the current one (/mybots → API Token) and put it in.',
        ru: 'Telegram больше не принимает этот токен. Возьмите действующий у @BotFather (/mybots → API Token) и вставьте его.',
      }
    case 'rate_limited':
      return {
        en: 'Too many messages at once. The rest will go out by themselves when Telegram allows it.',
        ru: 'Слишком много сообщений сразу. Остальные уйдут сами, как только Telegram разрешит.',
      }
    case 'uncertain':
      return {
        en: 'Telegram did not answer, so the message may have arrived. Ask the customer before sending it again.',
        ru: 'Telegram не ответил: возможно, сообщение дошло. Прежде чем отправлять ещё раз, спросите клиента.',
      }
    case 'retryable':
      return failure.code === '409'
        ? {
            en: 'Another program is reading this bot’s messages. Stop it there, or take the bot over here.',
            ru: 'Сообщения этого бота читает другая программа. Остановите её или переключите бота сюда.',
          }
        : undefined
    case 'permanent':
      return permanentAdvice(failure)
  }
}

function permanentAdvice(failure: Extract<Failure, { kind: 'permanent' }>): Localized | undefined {
  const words = failure.detail.toLowerCase()
  if (/webhook/.test(words)) {
    return {
      en: 'Telegram does not like the webhook address: it must be public, HTTPS, on port 443, 80, 88 or 8443. Without one, choose polling.',
      ru: 'Telegram не принимает адрес вебхука: нужен публичный HTTPS-адрес на порту 443, 80, 88 или 8443. Если его нет, выберите опрос.',
    }
  }
  if (/voice_messages_forbidden/.test(words)) {
    return {
      en: 'This person does not take voice messages. Send the recording as an audio file.',
      ru: 'Этот человек запретил голосовые сообщения. Отправьте запись как аудиофайл.',
    }
  }
  if (failure.code === 'partly_sent') {
    return {
      en: 'Only the first contacts arrived. Send the missing ones in a new message.',
      ru: 'Дошли только первые контакты. Отправьте недостающие новым сообщением.',
    }
  }
  switch (failure.reason) {
    case 'blocked':
      return {
        en: 'The customer has blocked the bot. Nothing can be sent until they start it again; try another way to reach them.',
        ru: 'Клиент заблокировал бота. Пока он не запустит его снова, написать нельзя – свяжитесь другим способом.',
      }
    case 'not_started':
      return {
        en: 'The customer has not started the bot yet. Send them the link to the chat: they must press Start first.',
        ru: 'Клиент ещё не запускал бота. Отправьте ему ссылку на чат: сначала нужно нажать «Запустить».',
      }
    case 'recipient_unknown':
      return {
        en: 'Telegram knows no such chat: the account was deleted, or belongs to another bot.',
        ru: 'Telegram не знает такого чата: аккаунт удалён или писал другому боту.',
      }
    case 'too_large':
      return {
        en: 'The file is too large for a bot: photos up to 10 MB, other files up to 50 MB, downloads up to 20 MB. Send a link instead.',
        ru: 'Файл слишком велик для бота: фото до 10 МБ, прочие файлы до 50 МБ, скачивание до 20 МБ. Отправьте ссылку.',
      }
    case 'media_unavailable':
      return { en: 'Telegram could not get the file. Attach it again.', ru: 'Telegram не смог получить файл. Прикрепите его заново.' }
    case 'target_gone':
      return {
        en: 'That message no longer exists, or is too old: a bot deletes within 48 hours.',
        ru: 'Этого сообщения больше нет, или оно слишком старое: бот может удалять в течение 48 часов.',
      }
    case 'expired':
      return { en: 'The button was pressed too long ago to answer it.', ru: 'Кнопку нажали слишком давно, ответить на нажатие уже нельзя.' }
    default:
      return undefined
  }
}
