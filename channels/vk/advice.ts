/** What a person can do about a failure, in the words of the desk. */
import { entryOf } from '@dragoman/channel-kit'
import type { Failure, Localized } from '@dragoman/core'

export function advice(failure: Failure): Localized | undefined {
  switch (failure.kind) {
    case 'auth':
      return {
        en: 'VK no longer accepts this key. Make a new one in the community: Manage → API usage → Access keys.',
        ru: 'VK больше не принимает этот ключ. Создайте новый в сообществе: «Управление → Работа с API → Ключи доступа».',
      }
    case 'rate_limited':
      return {
        en: 'Too many messages at once. The rest will go out by themselves.',
        ru: 'Слишком много сообщений сразу. Остальные уйдут сами.',
      }
    case 'uncertain':
      return {
        en: 'VK did not answer. The message is sent again with the same number, which VK takes only once.',
        ru: 'VK не ответил. Сообщение будет отправлено ещё раз с тем же номером – второй раз VK его не примет.',
      }
    case 'retryable':
      return undefined
    case 'permanent':
      if (/long ?poll/i.test(failure.detail))
        return {
          en: 'Switch the Long Poll API on in the community: Manage → API usage → Long Poll API, version 5.199.',
          ru: 'Включите Long Poll API в сообществе: «Управление → Работа с API → Long Poll API», версия 5.199.',
        }
      return entryOf(byCode, failure.code) ?? byReason[failure.reason]
  }
}

const byCode: Record<string, Localized> = {
  '7': {
    en: 'The key has no right to this. Make one with messages, photos, files and the wall.',
    ru: 'У ключа нет на это прав. Создайте ключ с доступом к сообщениям, фотографиям, файлам и стене.',
  },
  '14': {
    en: 'VK asks for a captcha, which no program may solve. Wait a while, or write from VK itself.',
    ru: 'VK просит ввести капчу, программе это недоступно. Подождите или напишите из самого VK.',
  },
  '900': {
    en: 'This person is on the community’s own blacklist. Take them off it in VK first.',
    ru: 'Этот человек в чёрном списке сообщества. Сначала уберите его оттуда в VK.',
  },
  '902': {
    en: 'This person’s privacy settings do not let the community write.',
    ru: 'Настройки приватности этого человека не позволяют сообществу писать.',
  },
  '911': { en: 'VK does not take these buttons: shorten or remove some.', ru: 'VK не принимает эти кнопки: сократите или уберите часть.' },
  '912': {
    en: 'Switch bot capabilities on: Manage → Messages → Bot settings.',
    ru: 'Включите возможности ботов: «Управление → Сообщения → Настройки для бота».',
  },
  '909': { en: 'VK lets messages be changed within 24 hours only.', ru: 'В VK сообщение можно изменить только в течение 24 часов.' },
  '924': {
    en: 'VK lets messages be deleted for both sides within 24 hours only.',
    ru: 'В VK удалить сообщение у обоих можно только в течение 24 часов.',
  },
}

const byReason: Partial<Record<Extract<Failure, { kind: 'permanent' }>['reason'], Localized>> = {
  blocked: {
    en: 'This person has not allowed the community to write, or has forbidden it. They must write first.',
    ru: 'Этот человек не разрешал сообществу писать или запретил. Сначала он должен написать сам.',
  },
  recipient_unknown: { en: 'VK knows no such conversation.', ru: 'VK не знает такой беседы.' },
  too_large: { en: 'The message or the file is too large for VK.', ru: 'Сообщение или файл слишком велики для VK.' },
  media_unavailable: {
    en: 'VK did not take the file: MP3 and programs are refused. Send it as an archive or a link.',
    ru: 'VK не принял файл: MP3 и программы не принимаются. Отправьте архив или ссылку.',
  },
  target_gone: { en: 'That message or comment no longer exists.', ru: 'Этого сообщения или комментария больше нет.' },
  window_closed: { en: 'The time to answer has run out in this chat.', ru: 'Время для ответа в этом чате истекло.' },
  policy: { en: 'The settings of the community or of VK forbid it.', ru: 'Это запрещают настройки сообщества или правила VK.' },
}
