/** What a person can do about a failure, in the words of the desk. */
import type { Failure, Localized } from '@dragoman/core'

export function advice(failure: Failure): Localized | undefined {
  switch (failure.kind) {
    case 'auth':
      return {
        en: 'The carrier refuses the user or password (system_id), or the gateway its token. Ask for the current ones.',
        ru: 'Оператор не принимает имя или пароль (system_id) либо шлюз – токен. Запросите действующие.',
      }
    case 'rate_limited':
      return {
        en: 'The line is full. The rest go out by themselves at the agreed rate.',
        ru: 'Линия занята. Остальные уйдут сами с оговорённой скоростью.',
      }
    case 'uncertain':
      return {
        en: 'The carrier did not answer, so the message may have arrived. Sent again it could come twice and be paid for twice.',
        ru: 'Оператор не ответил: возможно, сообщение дошло. При повторе оно может прийти и быть оплачено дважды.',
      }
    case 'retryable':
      if (failure.code === 'ESME_RALYBND' || failure.code === 'ESME_RBINDFAIL')
        return {
          en: 'The carrier allows no further session. Another program may be using this user; or ask for more sessions.',
          ru: 'Оператор не разрешает ещё одну сессию: возможно, этим пользователем занята другая программа. Или попросите больше сессий.',
        }
      if (/public address/.test(failure.detail))
        return {
          en: 'The carrier’s server is inside the network. The operator can permit it with OUTGOING_ALLOW.',
          ru: 'Сервер оператора находится внутри сети. Администратор может разрешить его через OUTGOING_ALLOW.',
        }
      if (/ECONNREFUSED|ETIMEDOUT|does not answer/.test(failure.detail))
        return {
          en: 'The carrier’s server does not answer. Check host and port, and whether your address is permitted there.',
          ru: 'Сервер оператора не отвечает. Проверьте хост и порт и разрешён ли там ваш адрес.',
        }
      return undefined
    case 'permanent':
      return permanentAdvice(failure)
  }
}

function permanentAdvice(failure: Extract<Failure, { kind: 'permanent' }>): Localized | undefined {
  if (failure.code === 'partly_sent')
    return {
      en: 'Only the first pieces were taken, so the phone may show nothing. Send the message again.',
      ru: 'Приняты только первые части, и телефон может не показать ничего. Отправьте сообщение ещё раз.',
    }
  if (failure.code === 'no_server')
    return {
      en: 'For SMPP the server and user must be named, for HTTP the gateway’s address.',
      ru: 'Для SMPP укажите сервер и пользователя, для HTTP – адрес шлюза.',
    }
  switch (failure.reason) {
    case 'recipient_unknown':
      return { en: 'This number cannot be reached. Check it for a slip.', ru: 'Этот номер недоступен. Проверьте, нет ли опечатки.' }
    case 'policy':
      return {
        en: 'The sender is not permitted there. In many countries a name or number must be registered first.',
        ru: 'Отправитель там не разрешён. Во многих странах имя или номер нужно сначала зарегистрировать.',
      }
    case 'blocked':
      return { en: 'The customer has unsubscribed. Use another way.', ru: 'Клиент отписался. Свяжитесь другим способом.' }
    case 'expired':
      return {
        en: 'The phone was off for longer than the message was to be kept.',
        ru: 'Телефон был выключен дольше, чем хранится сообщение.',
      }
    case 'payment':
      return { en: 'There is no credit left at the gateway.', ru: 'На счёте у шлюза закончились деньги.' }
    case 'too_large':
      return { en: 'The message is too long for this carrier.', ru: 'Сообщение слишком длинное для этого оператора.' }
    default:
      return undefined
  }
}
