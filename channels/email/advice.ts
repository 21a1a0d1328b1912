/** What a person can do about a failure, in the words of the desk. */
import type { Failure, Localized } from '@dragoman/core'

export function advice(failure: Failure): Localized | undefined {
  switch (failure.kind) {
    case 'auth':
      return {
        en: 'The mail server refuses the user name or password. Most providers want an app password, and IMAP switched on in the mailbox.',
        ru: 'Почтовый сервер не принимает имя или пароль. Чаще всего нужен пароль приложения и включённый в ящике доступ по IMAP.',
      }
    case 'rate_limited':
      return {
        en: 'The provider lets no more letters through just now. The rest go out by themselves.',
        ru: 'Почтовая служба пока не пропускает больше писем. Остальные уйдут сами.',
      }
    case 'uncertain':
      return {
        en: 'The connection broke after the letter was handed over, so it may have arrived. Sent again, it carries the same Message-ID: many mail programs show it once.',
        ru: 'Связь прервалась после передачи письма: возможно, оно дошло. При повторе у него тот же Message-ID – многие программы покажут его один раз.',
      }
    case 'retryable':
      return retryableAdvice(failure.code, failure.detail)
    case 'permanent':
      return permanentAdvice(failure)
  }
}

function retryableAdvice(code: string, detail: string): Localized | undefined {
  if (/ENOTFOUND|EAI_AGAIN/.test(detail))
    return { en: 'There is no server of this name. Check the address for a slip.', ru: 'Сервера с таким именем нет. Проверьте адрес.' }
  if (/public address|open connection/.test(detail))
    return {
      en: 'This server is inside the network. The operator can permit it with OUTGOING_ALLOW.',
      ru: 'Этот сервер находится внутри сети. Администратор может разрешить его через OUTGOING_ALLOW.',
    }
  if (/wrong version number|EPROTO|ETLS|STARTTLS|greeting|packet length/i.test(detail))
    return {
      en: 'The port and the kind of encryption do not go together: 993 and 465 are encrypted from the start, 143 and 587 use STARTTLS.',
      ru: 'Порт и вид шифрования не подходят друг другу: 993 и 465 шифруются с начала, 143 и 587 используют STARTTLS.',
    }
  if (/CERT|certificate|altname/i.test(detail))
    return {
      en: 'The server’s certificate is not for this name or has run out. Take the name that the provider gives, not an address in numbers.',
      ru: 'Сертификат сервера выдан на другое имя или истёк. Укажите имя сервера от почтовой службы, а не адрес цифрами.',
    }
  if (/ECONNREFUSED|ETIMEDOUT|timeout/i.test(detail))
    return {
      en: 'The server does not answer at this port. Many hosters close port 25; use 465 or 587.',
      ru: 'Сервер не отвечает на этом порту. Порт 25 часто закрыт – используйте 465 или 587.',
    }
  if (code === '4.2.2')
    return { en: 'The customer’s mailbox is full. It is tried again.', ru: 'Ящик клиента переполнен. Попытки продолжаются.' }
  if (code.startsWith('4.7'))
    return {
      en: 'The customer’s server takes letters of strangers only at the second try. It is tried again by itself.',
      ru: 'Сервер клиента принимает письма незнакомцев со второго раза. Повтор произойдёт сам.',
    }
  return undefined
}

function permanentAdvice(failure: Extract<Failure, { kind: 'permanent' }>): Localized | undefined {
  switch (failure.reason) {
    case 'recipient_unknown':
      return { en: 'There is no such mailbox. Check the address for a slip.', ru: 'Такого ящика нет. Проверьте, нет ли в адресе опечатки.' }
    case 'too_large':
      return {
        en: 'The letter is too large. Send fewer files, or a link.',
        ru: 'Письмо слишком велико. Отправьте меньше файлов или ссылку.',
      }
    case 'policy':
      return {
        en: 'The customer’s server refuses letters of this address. Check SPF, DKIM and DMARC of the domain, and whether it stands on a block list.',
        ru: 'Сервер клиента не принимает письма с этого адреса. Проверьте SPF, DKIM и DMARC домена и нет ли его в чёрных списках.',
      }
    case 'expired':
      return {
        en: 'The customer’s server could not be reached for days. Try another way.',
        ru: 'До сервера клиента не удалось дозвониться за несколько дней. Свяжитесь другим способом.',
      }
    case 'media_unavailable':
      return { en: 'The letter is no longer in the mailbox.', ru: 'Письма больше нет в ящике.' }
    default:
      return undefined
  }
}
