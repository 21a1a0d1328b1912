/** What a person can do about a failure, in the words of the desk. */
import type { Failure, Localized } from '@dragoman/core'

export function advice(failure: Failure): Localized | undefined {
  switch (failure.kind) {
    case 'auth':
      return authAdvice(failure)
    case 'rate_limited':
      return {
        en: 'Too many messages at once. The rest will go out by themselves when Microsoft allows it.',
        ru: 'Слишком много сообщений сразу. Остальные уйдут сами, как только Microsoft разрешит.',
      }
    case 'uncertain':
      return {
        en: 'Microsoft did not answer clearly, so the message may have arrived. Ask before sending it again.',
        ru: 'Внятного ответа от Microsoft нет: возможно, сообщение дошло. Прежде чем отправлять ещё раз, спросите.',
      }
    case 'retryable':
      return undefined
    case 'permanent':
      return permanentAdvice(failure)
  }
}

function authAdvice(failure: Extract<Failure, { kind: 'auth' }>): Localized {
  switch (failure.code) {
    case 'AADSTS7000222':
      return {
        en: 'The client secret has expired. Make a new one in the Azure portal and put it in.',
        ru: 'Срок секрета клиента истёк. Создайте новый на портале Azure и внесите его.',
      }
    case 'AADSTS7000215':
      return {
        en: 'The client secret is wrong. Copy the value of the secret, not its ID.',
        ru: 'Секрет клиента неверен. Копируйте значение секрета, а не его ID.',
      }
    case 'AADSTS700016':
    case 'AADSTS90002':
      return {
        en: 'This organisation knows no such app. Check the App ID and the tenant ID.',
        ru: 'В этой организации нет такого приложения. Проверьте App ID и ID арендатора.',
      }
    default:
      return {
        en: 'Microsoft does not accept the credentials. Check App ID, tenant and client secret in the Azure portal.',
        ru: 'Microsoft не принимает учётные данные. Проверьте App ID, арендатора и секрет клиента на портале Azure.',
      }
  }
}

function permanentAdvice(failure: Extract<Failure, { kind: 'permanent' }>): Localized | undefined {
  if (failure.code === 'channel_retired')
    return {
      en: 'Skype was closed on 5 May 2025. The history stays; write to this person in another messenger.',
      ru: 'Skype закрыт 5 мая 2025 года. История сохраняется; напишите этому человеку в другом мессенджере.',
    }
  if (failure.code === 'no_public_url')
    return {
      en: 'Teams fetches files from a public address. Set PUBLIC_URL, or send a link.',
      ru: 'Teams забирает файлы по публичному адресу. Задайте PUBLIC_URL или отправьте ссылку.',
    }
  switch (failure.reason) {
    case 'blocked':
      return {
        en: 'The app is no longer installed for this person, or they have blocked it. Ask them to add it again.',
        ru: 'Приложение у этого человека удалено или заблокировано. Попросите установить его снова.',
      }
    case 'policy':
      return {
        en: 'An administrator’s rules forbid it. Ask the Teams administrator to allow the app.',
        ru: 'Это запрещают правила администратора. Попросите администратора Teams разрешить приложение.',
      }
    case 'recipient_unknown':
      return {
        en: 'Microsoft knows no such conversation. It opens again when the person writes.',
        ru: 'Microsoft не знает такой беседы. Она откроется снова, когда человек напишет.',
      }
    case 'too_large':
      return {
        en: 'The message is too large: about 80 KB with everything in it. Shorten it, or send a file.',
        ru: 'Сообщение слишком велико: около 80 КБ со всем содержимым. Сократите его или отправьте файл.',
      }
    case 'target_gone':
      return { en: 'That message no longer exists.', ru: 'Этого сообщения больше нет.' }
    case 'unsupported':
      return { en: 'This messenger cannot do that.', ru: 'В этом мессенджере так нельзя.' }
    default:
      return undefined
  }
}
