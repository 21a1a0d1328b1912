/** The words of the checks before a cut-over, in both languages of the screens. */
import type { CutoverCheck } from '@dragoman/api'

type Words = { en: string; ru: string }

export const titles: Record<CutoverCheck['id'], Words> = {
  credentials: { en: 'Credentials', ru: 'Доступ' },
  subscription: { en: 'Who gets the traffic now', ru: 'Кто получает сообщения сейчас' },
  traffic: { en: 'Traffic seen in the last 24 hours', ru: 'Что пришло за последние сутки' },
  people: { en: 'Agents who see this account', ru: 'Операторы, которым виден аккаунт' },
  routing: { en: 'Teams and routing', ru: 'Команды и распределение' },
  saved_replies: { en: 'Saved replies', ru: 'Готовые ответы' },
  hours: { en: 'Business hours', ru: 'Часы работы' },
  greetings: { en: 'Automatic answers', ru: 'Автоответы' },
  templates: { en: 'Templates', ru: 'Шаблоны' },
  address: { en: 'Address of the hub', ru: 'Адрес хаба' },
  imports: { en: 'Imports', ru: 'Импорт' },
  pending: { en: 'Messages under way', ru: 'Сообщения в пути' },
}

/** Russian plural of a count. */
function plural(count: number, one: string, few: string, many: string): string {
  const tens = count % 100
  const units = count % 10
  if (units === 1 && tens !== 11) return one
  return units >= 2 && units <= 4 && (tens < 12 || tens > 14) ? few : many
}

export const words = {
  credentialsGood: (name: string): Words => ({
    en: `The messenger knows them as “${name}”.`,
    ru: `Мессенджер узнаёт аккаунт как «${name}».`,
  }),
  credentialsBad: (detail: string): Words => ({
    en: `The messenger refuses them: ${detail}`,
    ru: `Мессенджер отвечает отказом: ${detail}`,
  }),
  noWebhook: { en: 'No address is set at the messenger.', ru: 'В мессенджере не задан ни один адрес.' },
  ours: { en: 'The messenger posts to this hub.', ru: 'Мессенджер шлёт сюда.' },
  elsewhere: (url: string): Words => ({
    en: `The messenger posts to ${url}. The switch takes it over, the way back sets it again.`,
    ru: `Мессенджер шлёт на ${url}. Переключение заберёт поток, возврат поставит этот адрес снова.`,
  }),
  byHand: {
    en: 'The messenger does not tell. Note the present address there yourself before the switch.',
    ru: 'Мессенджер этого не сообщает. Запишите нынешний адрес до переключения.',
  },
  traffic: (messages: number, share: number): Words => ({
    en: `${messages} ${messages === 1 ? 'message' : 'messages'}; ${share} % of what came was read without trouble.`,
    ru: `${messages} ${plural(messages, 'сообщение', 'сообщения', 'сообщений')}; прочитано без помех ${share} % пришедшего.`,
  }),
  noTraffic: {
    en: 'Nothing has come yet. Let the old system pass its webhooks on, or write to the account yourself.',
    ru: 'Пока ничего не пришло. Пусть старая система пересылает вебхуки сюда, или напишите в аккаунт сами.',
  },
  people: (count: number): Words => ({
    en: `${count} ${count === 1 ? 'person' : 'people'}.`,
    ru: `${count} ${plural(count, 'человек', 'человека', 'человек')}.`,
  }),
  nobody: { en: 'Nobody would see what customers write.', ru: 'Никто не увидит, что пишут клиенты.' },
  routed: (team: string): Words => ({ en: `New conversations go to “${team}”.`, ru: `Новые диалоги идут в команду «${team}».` }),
  notRouted: {
    en: 'No team gets new conversations of this account: agents take them from the list.',
    ru: 'Новые диалоги не попадают ни в одну команду: операторы берут их из списка.',
  },
  count: (count: number): Words => ({ en: `${count}.`, ru: `${count}.` }),
  noReplies: { en: 'There are none yet.', ru: 'Пока нет ни одного.' },
  hoursSet: { en: 'They are set.', ru: 'Заданы.' },
  hoursAlways: { en: 'Nobody has set them: the desk counts as always open.', ru: 'Не заданы: считается, что открыто всегда.' },
  answersOn: { en: 'At least one is switched on.', ru: 'Хотя бы один включён.' },
  answersOff: { en: 'All are switched off: nobody is greeted.', ru: 'Все выключены: приветствия не будет.' },
  templatesFetched: { en: 'They have been fetched.', ru: 'Получены.' },
  templatesMissing: { en: 'None have been fetched yet.', ru: 'Ещё не получены.' },
  addressGood: (url: string): Words => ({ en: `${url} answers.`, ru: `${url} отвечает.` }),
  addressMissing: {
    en: 'PUBLIC_URL is not set: the messenger cannot reach the hub.',
    ru: 'PUBLIC_URL не задан: мессенджер не достучится до хаба.',
  },
  addressPlain: (url: string): Words => ({ en: `${url} is not https.`, ru: `${url} — не https.` }),
  addressSilent: (url: string): Words => ({ en: `${url} does not answer from here.`, ru: `${url} отсюда не отвечает.` }),
  addressNotNeeded: { en: 'Not needed: the hub asks the messenger itself.', ru: 'Не нужен: хаб сам спрашивает мессенджер.' },
  importRunning: { en: 'An import is still running.', ru: 'Импорт ещё идёт.' },
  importDone: { en: 'An import has been finished.', ru: 'Импорт завершён.' },
  importNone: {
    en: 'Nothing was imported: agents will not see earlier conversations.',
    ru: 'Ничего не импортировано: прежняя переписка не будет видна.',
  },
  nothingPending: { en: 'Nothing waits to be sent, nothing is uncertain.', ru: 'Ничто не ждёт отправки, неясных нет.' },
  pending: (count: number): Words => ({
    en: `${count} wait or are uncertain. What waits is called off by the switch.`,
    ru: `Ждут или неясны: ${count}. То, что ждёт, при переключении отменяется.`,
  }),
} satisfies Record<string, Words | ((...given: never[]) => Words)>
