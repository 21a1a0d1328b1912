/** Words of pushed notifications, in both languages of the screens: the service worker shows them as they come. */
import type { Notice, NoticeKind } from '@dragoman/api'

const titles: Record<'en' | 'ru', Record<NoticeKind, (who: string) => string>> = {
  en: {
    conversation: who => `New conversation: ${who}`,
    message: who => who,
    assigned: who => `Assigned to you: ${who}`,
    mention: who => `${who} mentions you`,
    reminder: who => `Reminder: ${who}`,
    woke: who => `Back from snooze: ${who}`,
    trouble: who => `The webhook “${who}” was paused`,
  },
  ru: {
    conversation: who => `Новый диалог: ${who}`,
    message: who => who,
    assigned: who => `Теперь отвечаете вы: ${who}`,
    mention: who => `Вас упоминает ${who}`,
    reminder: who => `Напоминание: ${who}`,
    woke: who => `Отложенное вернулось: ${who}`,
    trouble: who => `Вебхук «${who}» приостановлен`,
  },
}
/** For who wants neither names nor words on a locked screen. */
const little: Record<'en' | 'ru', Record<NoticeKind, string>> = {
  en: {
    conversation: 'New conversation',
    message: 'New message',
    assigned: 'A conversation was assigned to you',
    mention: 'You were mentioned',
    reminder: 'Reminder',
    woke: 'A snoozed conversation is back',
    trouble: 'A webhook was paused',
  },
  ru: {
    conversation: 'Новый диалог',
    message: 'Новое сообщение',
    assigned: 'Вам передан диалог',
    mention: 'Вас упомянули',
    reminder: 'Напоминание',
    woke: 'Отложенный диалог вернулся',
    trouble: 'Вебхук приостановлен',
  },
}
const longestBody = 160

const known = (language: string) => (language === 'ru' ? 'ru' : 'en')

export function wordsOf(notice: Notice, language: string, shows: 'all' | 'little'): { title: string; body: string } {
  if (shows === 'little') return { title: little[known(language)][notice.kind], body: '' }
  return { title: titles[known(language)][notice.kind](notice.who), body: notice.text.slice(0, longestBody) }
}

export function testWords(language: string): { title: string; body: string } {
  return known(language) === 'ru'
    ? { title: 'Проверка уведомлений', body: 'Так будут приходить уведомления на это устройство.' }
    : { title: 'A test notification', body: 'This is how notifications will come to this device.' }
}
