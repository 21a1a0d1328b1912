/** What a person can do about WhatsApp's frequent failures, by the platform's code, in the languages of the screens. */
import type { Failure, Localized } from '@dragoman/core'

const templateBroken: Localized = {
  en: 'The template does not fit what was sent. Open it in the WhatsApp Manager, compare its variables and choose it anew.',
  ru: 'Шаблон не совпадает с тем, что отправлено. Сверьте его переменные в WhatsApp Manager и выберите шаблон заново.',
}
const slowDown: Localized = {
  en: 'Too many messages at once. They go out by themselves as soon as WhatsApp allows.',
  ru: 'Слишком много сообщений сразу. Они уйдут сами, как только WhatsApp разрешит.',
}
const badFile: Localized = {
  en: 'WhatsApp could not take the file. Check its type and size, save it anew and send it again.',
  ru: 'WhatsApp не принял файл. Проверьте формат и размер, пересохраните и отправьте ещё раз.',
}
const token: Localized = {
  en: 'The access token is no longer good. Generate a new one for the system user and enter it in the account settings.',
  ru: 'Токен доступа больше не действует. Выпустите новый для системного пользователя и впишите его в настройки аккаунта.',
}
const permission: Localized = {
  en: 'The token may not do this. Give the system user the WhatsApp account and the rights whatsapp_business_messaging and whatsapp_business_management.',
  ru: 'Токену не хватает прав. Дайте системному пользователю аккаунт WhatsApp и права whatsapp_business_messaging и whatsapp_business_management.',
}
const payment: Localized = {
  en: 'Meta has no valid payment method for this account. Add one in the WhatsApp Manager under Billing, then send again.',
  ru: 'У аккаунта нет действующего способа оплаты. Добавьте его в WhatsApp Manager в разделе «Биллинг» и отправьте ещё раз.',
}

const byCode: Readonly<Record<string, Localized>> = {
  '0': token,
  '190': token,
  '3': permission,
  '10': permission,
  '131005': permission,
  '33': {
    en: 'No such number at Meta. Compare the Phone number ID in the settings with the API Setup page.',
    ru: 'Такого номера у Meta нет. Сверьте Phone number ID в настройках со страницей API Setup.',
  },
  '100': {
    en: 'Meta did not understand the request. Most often an id in the account settings is wrong.',
    ru: 'Meta не поняла запрос. Чаще всего неверен один из идентификаторов в настройках аккаунта.',
  },
  '368': {
    en: 'Meta has blocked the account for a while because of its rules. The reason stands in the Business Support Home.',
    ru: 'Meta временно заблокировала аккаунт за нарушение правил. Причина указана в Business Support Home.',
  },
  '80007': slowDown,
  '130429': slowDown,
  '131056': slowDown,
  '131021': {
    en: 'This is the number that you write from. Choose another recipient.',
    ru: 'Это ваш собственный номер. Выберите другого получателя.',
  },
  '131026': {
    en: 'WhatsApp cannot deliver to this person: no WhatsApp on the number, a very old app, or the person has blocked you. Try another way.',
    ru: 'WhatsApp не может доставить: на номере нет WhatsApp, приложение слишком старое или вас заблокировали. Попробуйте другой канал.',
  },
  '131030': {
    en: 'While the app is in test mode, only numbers from the list on the API Setup page can be written to. Add this one or switch the app to Live.',
    ru: 'Пока приложение в тестовом режиме, писать можно только номерам из списка на странице API Setup. Добавьте этот номер или переведите приложение в Live.',
  },
  '131031': {
    en: 'Meta has locked the account. Open the Business Support Home and ask for a review.',
    ru: 'Meta заблокировала аккаунт. Откройте Business Support Home и запросите проверку.',
  },
  '131042': payment,
  '131044': payment,
  '131045': {
    en: 'The number is not registered for the Cloud API. Register it anew in the WhatsApp Manager.',
    ru: 'Номер не зарегистрирован в Cloud API. Зарегистрируйте его заново в WhatsApp Manager.',
  },
  '133010': {
    en: 'The number is not registered for the Cloud API. Register it in the WhatsApp Manager.',
    ru: 'Номер не зарегистрирован в Cloud API. Зарегистрируйте его в WhatsApp Manager.',
  },
  '131047': {
    en: 'More than 24 hours have passed since the customer wrote. Send an approved template: the answer to it opens the window again.',
    ru: 'С последнего сообщения клиента прошло больше 24 часов. Отправьте одобренный шаблон: ответ на него снова откроет окно.',
  },
  '131048': {
    en: 'Too many people reported or blocked this number, or as many were written to first today as the limit allows. Pause mass sending and look at quality and limit in the WhatsApp Manager.',
    ru: 'На номер много жалоб или блокировок, либо за сутки исчерпан лимит людей, которым можно писать первыми. Остановите рассылки и посмотрите качество и лимит в WhatsApp Manager.',
  },
  '131049': {
    en: 'WhatsApp chose not to deliver this advertisement: the person already gets many, or has a US number. Wait a day at least; a reply inside the 24-hour window is not affected.',
    ru: 'WhatsApp решил не доставлять эту рекламу: человек получает её слишком много или у него номер США. Подождите хотя бы сутки; на ответы внутри 24 часов это не влияет.',
  },
  '131050': {
    en: 'The customer has switched off advertising from you. Ordinary answers and service notices still go through.',
    ru: 'Клиент отказался от вашей рекламы. Обычные ответы и служебные уведомления по-прежнему доходят.',
  },
  '131051': {
    en: 'WhatsApp does not know this kind of message. Send it as a text or a file.',
    ru: 'WhatsApp не поддерживает такой вид сообщений. Отправьте текстом или файлом.',
  },
  '131052': badFile,
  '131053': badFile,
  '131057': {
    en: 'Meta is upgrading the number. It usually takes a minute; the message goes out by itself.',
    ru: 'Meta обновляет номер. Обычно это минута; сообщение уйдёт само.',
  },
  '131062': {
    en: 'Login codes need a telephone number, and this person has hidden it. Ask for the number first.',
    ru: 'Коды входа отправляются только на номер телефона, а этот человек его скрыл. Сначала попросите номер.',
  },
  '132000': templateBroken,
  '132008': templateBroken,
  '132012': templateBroken,
  '132018': templateBroken,
  '132001': {
    en: 'There is no approved template of this name in this language. Choose another, or wait for its approval.',
    ru: 'Одобренного шаблона с таким именем на этом языке нет. Выберите другой или дождитесь одобрения.',
  },
  '132005': {
    en: 'With the words filled in, the template became too long. Shorten them.',
    ru: 'С подставленными словами шаблон стал слишком длинным. Сократите их.',
  },
  '132007': {
    en: 'The content breaks a rule of WhatsApp. Rewrite it and send it again.',
    ru: 'Текст нарушает правила WhatsApp. Перепишите его и отправьте снова.',
  },
  '132015': {
    en: 'Meta has paused this template because of poor ratings. Take another one, or improve it and wait.',
    ru: 'Meta приостановила этот шаблон из-за плохих отзывов. Возьмите другой или доработайте этот и подождите.',
  },
  '132016': {
    en: 'Meta has switched this template off for good. Make a new one.',
    ru: 'Meta навсегда отключила этот шаблон. Создайте новый.',
  },
  '137000': {
    en: 'The customer has reinstalled WhatsApp or changed the device. Make sure that it is the same person, then write again.',
    ru: 'Клиент переустановил WhatsApp или сменил устройство. Убедитесь, что это тот же человек, и напишите снова.',
  },
}

/** What to do about a failure; undefined where there is nothing useful to say. */
export function advice(failure: Failure): Localized | undefined {
  const code = failure.code.split('/')[0] ?? failure.code
  if (Object.hasOwn(byCode, code)) return byCode[code]
  if (failure.kind === 'auth') return /^2\d\d$/.test(code) ? permission : token
  if (failure.kind === 'permanent' && failure.reason === 'template') return templateBroken
  if (failure.kind === 'rate_limited') return slowDown
  return undefined
}
