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
  const business = businessAdvice(words)
  if (business) return business
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
        en: 'That message no longer exists, is too old (a bot deletes within 48 hours), or the bot may not delete there.',
        ru: 'Этого сообщения больше нет, оно слишком старое (бот может удалять в течение 48 часов) или у бота нет такого права.',
      }
    case 'expired':
      return { en: 'The button was pressed too long ago to answer it.', ru: 'Кнопку нажали слишком давно, ответить на нажатие уже нельзя.' }
    default:
      return undefined
  }
}

/** In the chats of a person's own account. */
function businessAdvice(words: string): Localized | undefined {
  if (/business_peer_usage_missing/.test(words)) {
    return {
      en: 'The customer has not written to this person for 24 hours. Until then only the person can write, in the app.',
      ru: 'Клиент не писал этому человеку уже 24 часа. Пока он не напишет, ответить может только сам человек в приложении.',
    }
  }
  if (/business_peer_invalid/.test(words)) {
    return {
      en: 'This chat is not among those that the person has handed over to the bot.',
      ru: 'Этот чат человек боту не передавал.',
    }
  }
  if (/bot_access_forbidden/.test(words)) {
    return {
      en: 'The person has not given the bot this right: Settings → Telegram Business → Chatbots.',
      ru: 'Человек не дал боту это право: «Настройки» → «Telegram для бизнеса» → «Чат-боты».',
    }
  }
  if (/business_connection_(invalid|not_allowed)|business connection not found/.test(words)) {
    return {
      en: 'The person has taken the bot off the account, or connected it anew: the conversation goes on when the customer writes again.',
      ru: 'Человек отключил бота от своего аккаунта или подключил заново: переписка продолжится, когда клиент снова напишет.',
    }
  }
  if (/chat_admin_required|not enough rights|need administrator rights/.test(words)) {
    return {
      en: 'The bot may not do this there. Make it an administrator of the channel or group and give it that right.',
      ru: 'У бота нет такого права. Сделайте его администратором канала или группы и дайте ему это право.',
    }
  }
  return undefined
}
