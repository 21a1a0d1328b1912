/** What a person can do about the frequent failures of Meta's messaging, in the languages of the screens; the messenger gives its name. */
import type { Failure, Localized } from '@dragoman/core'

/** The advice of a messenger that is called so. */
export function messagingAdvice(name: string): (failure: Failure) => Localized | undefined {
  const byCode = adviceByCode(name)
  return failure => {
    const [code = ''] = failure.code.split('/')
    if (Object.hasOwn(byCode, failure.code)) return byCode[failure.code]
    if (Object.hasOwn(byCode, code)) return byCode[code]
    if (failure.kind === 'auth') return /^(10|2\d\d)$/.test(code) ? byCode.permission : byCode['190']
    if (failure.kind === 'rate_limited') return byCode['613']
    if (failure.kind === 'permanent') return byReason(failure.reason, byCode)
    return undefined
  }
}

function byReason(reason: string, byCode: Readonly<Record<string, Localized>>): Localized | undefined {
  if (reason === 'window_closed') return byCode['10/2018278']
  if (reason === 'media_unavailable') return byCode['100/2018047']
  if (reason === 'blocked') return byCode['551']
  return undefined
}

function adviceByCode(name: string): Readonly<Record<string, Localized>> {
  const held: Localized = {
    en: 'Another program answers this customer now. Take the conversation over first, or wait until it lets go.',
    ru: 'С этим клиентом сейчас ведёт переписку другая программа. Сначала заберите диалог себе или дождитесь, пока она его отпустит.',
  }
  const late: Localized = {
    en: 'More than 24 hours have passed since the customer wrote. A person may still answer for seven days if the app has the Human Agent feature; automatic messages may not.',
    ru: 'С последнего сообщения клиента прошло больше 24 часов. Сотрудник может ответить в течение семи дней, если у приложения есть функция Human Agent; автоматические сообщения отправить нельзя.',
  }
  const badFile: Localized = {
    en: `${name} could not take the file. Check its type and size, save it anew and send it again.`,
    ru: `${name} не принял файл. Проверьте формат и размер, пересохраните и отправьте ещё раз.`,
  }
  const gone: Localized = {
    en: `${name} cannot deliver to this person now: the account is switched off, or the person has blocked you. Try another way.`,
    ru: `${name} не может доставить сообщение этому человеку: аккаунт отключён или вас заблокировали. Попробуйте другой канал.`,
  }
  return {
    permission: {
      en: 'The token may not do this. Check in the app that the permissions are granted with advanced access, and issue the token anew.',
      ru: 'Токену не хватает прав. Проверьте в приложении, что разрешения выданы с расширенным доступом, и выпустите токен заново.',
    },
    '190': {
      en: 'The access token is no longer good. Issue a new one and enter it in the account settings.',
      ru: 'Токен доступа больше не действует. Выпустите новый и впишите его в настройки аккаунта.',
    },
    '10/2018278': late,
    '10/2534022': late,
    '10/2018065': {
      en: 'The app lacks a permission for this message. Ask for it in App Review.',
      ru: 'Приложению не хватает разрешения для такого сообщения. Запросите его на проверке приложения.',
    },
    '10/2018108': {
      en: 'The person cannot receive messages now. Try again later.',
      ru: 'Человек сейчас не может получать сообщения. Попробуйте позже.',
    },
    '10/1893015': {
      en: 'The customer has stopped these notifications. Wait until the customer writes.',
      ru: 'Клиент отключил эти уведомления. Дождитесь, пока он напишет сам.',
    },
    '10/1893063': {
      en: 'Meta has restricted the account for a while. The reason stands in the Page quality section and in Business Support Home.',
      ru: 'Meta временно ограничила аккаунт. Причина указана в разделе «Качество страницы» и в Business Support Home.',
    },
    '10/2018300': held,
    '100/2018300': held,
    '100/2534037': held,
    '100/2018001': {
      en: 'No such person for this account. Ids belong to one account: answer where the customer wrote.',
      ru: 'Для этого аккаунта такого человека нет. Идентификаторы действуют только внутри одного аккаунта: отвечайте там, куда клиент написал.',
    },
    '100/2018047': badFile,
    '100/2018074': badFile,
    '100/2018294': {
      en: 'The video took too long to check. Make it shorter or smaller.',
      ru: 'Видео проверялось слишком долго. Сделайте его короче или легче.',
    },
    '100/2018109': { en: 'The file is larger than 25 MB. Send a link instead.', ru: 'Файл больше 25 МБ. Отправьте ссылку.' },
    '100/2534013': {
      en: 'The page and the professional account are not linked any more. Link them again in the settings of the page.',
      ru: 'Страница и профессиональный аккаунт больше не связаны. Свяжите их снова в настройках страницы.',
    },
    '100/2534025': {
      en: 'This comment takes no private answer: it is older than seven days, gone, or answered in private already.',
      ru: 'На этот комментарий нельзя ответить лично: ему больше семи дней, он удалён или личный ответ уже был.',
    },
    '100': {
      en: 'Meta did not understand the request. Most often an id in the account settings is wrong, or the message uses something that was retired.',
      ru: 'Meta не поняла запрос. Чаще всего неверен идентификатор в настройках аккаунта или использовано то, что уже отключено.',
    },
    '200/2534041': {
      en: 'The owner has switched off access to messages. Turn it on: Settings → Messages → Connected tools → Allow access to messages.',
      ru: 'Владелец закрыл доступ к сообщениям. Включите его: «Настройки» → «Сообщения» → «Подключённые инструменты» → «Разрешить доступ к сообщениям».',
    },
    '230': {
      en: 'The person has not allowed the profile to be read: it becomes visible after a message to you.',
      ru: 'Человек не разрешил читать свой профиль: он откроется, когда вам напишут.',
    },
    '368': {
      en: 'Meta has blocked the account for a while because of its rules. The reason stands in Business Support Home.',
      ru: 'Meta временно заблокировала аккаунт за нарушение правил. Причина указана в Business Support Home.',
    },
    '551': gone,
    '200/1545041': gone,
    '100/2534029': {
      en: 'The account is blocked at the platform. The reason stands in Business Support Home.',
      ru: 'Аккаунт заблокирован платформой. Причина указана в Business Support Home.',
    },
    '613': {
      en: `Too many messages at once. They go out by themselves as soon as ${name} allows.`,
      ru: `Слишком много сообщений сразу. Они уйдут сами, как только ${name} разрешит.`,
    },
    '9000001': { en: 'The message was deleted in the meantime.', ru: 'Сообщение тем временем удалили.' },
  }
}
