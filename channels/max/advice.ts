/** What a person can do about a failure, in the words of the desk. */
import type { Failure, Localized } from '@dragoman/core'

export function advice(failure: Failure): Localized | undefined {
  switch (failure.kind) {
    case 'auth':
      return {
        en: 'MAX does not accept the token. Get the current one in the partner cabinet (Chat bots → Integration) and put it in.',
        ru: 'MAX не принимает токен. Возьмите действующий в кабинете партнёра («Чат-боты» → «Интеграция») и вставьте его.',
      }
    case 'rate_limited':
      return {
        en: 'Too many requests at once: MAX takes 30 a second. The rest will go out by themselves.',
        ru: 'Слишком много запросов сразу: MAX принимает 30 в секунду. Остальные уйдут сами.',
      }
    case 'uncertain':
      return {
        en: 'MAX did not answer, so the message may have arrived. Ask the customer before sending it again.',
        ru: 'MAX не ответил: возможно, сообщение дошло. Прежде чем отправлять ещё раз, спросите клиента.',
      }
    case 'retryable':
      return retryableAdvice(failure)
    case 'permanent':
      return permanentAdvice(failure)
  }
}

function retryableAdvice({ code, detail }: Extract<Failure, { kind: 'retryable' }>): Localized | undefined {
  if (code === 'not_sent' && /CERT|certificate|ISSUER/i.test(detail))
    return {
      en: 'The server does not trust MAX’s certificate. Set NODE_EXTRA_CA_CERTS to a file with the certificates of the Ministry of Digital Development and start the program anew.',
      ru: 'Сервер не доверяет сертификату MAX. Укажите в NODE_EXTRA_CA_CERTS файл с сертификатами Минцифры и перезапустите программу.',
    }
  if (code === 'attachment.not.ready')
    return {
      en: 'MAX is still working on the file. The message goes out by itself when it is ready.',
      ru: 'MAX ещё обрабатывает файл. Сообщение уйдёт само, когда он будет готов.',
    }
  return undefined
}

function permanentAdvice({ reason, code }: Extract<Failure, { kind: 'permanent' }>): Localized | undefined {
  switch (reason) {
    case 'blocked':
      return {
        en: 'The customer has stopped the bot. Nothing can be sent until they start it again; try another way to reach them.',
        ru: 'Клиент остановил бота. Пока он не запустит его снова, написать нельзя – свяжитесь другим способом.',
      }
    case 'recipient_unknown':
      return {
        en: 'MAX knows no such dialog: the customer has not started the bot, or the id belongs to another one.',
        ru: 'MAX не знает такого диалога: клиент не запускал бота, или идентификатор от другого бота.',
      }
    case 'target_gone':
      return {
        en: 'That message no longer exists, or is too old to change: messages without buttons for seven days.',
        ru: 'Этого сообщения больше нет, или его уже нельзя изменить: сообщения без кнопок – только семь дней.',
      }
    case 'too_large':
      return {
        en: 'The file is too large: pictures up to 50 MB and 7680 × 7680, videos 250 MB, sound 256 MB and an hour, other files 4 GB.',
        ru: 'Файл слишком велик: картинки до 50 МБ и 7680 × 7680, видео до 250 МБ, звук до 256 МБ и часа, прочие файлы до 4 ГБ.',
      }
    case 'media_unavailable':
      return { en: 'MAX could not take the file. Attach it again.', ru: 'MAX не смог взять файл. Прикрепите его заново.' }
    default:
      return code === 'proto.payload'
        ? {
            en: 'MAX did not understand the message. Most often it is too long, or a link in a button is not valid.',
            ru: 'MAX не понял сообщение. Чаще всего оно слишком длинное или в кнопке неверная ссылка.',
          }
        : undefined
  }
}
