/** The widget's own words, in two languages. Always holds: every key has both; `{name}` is filled in; plurals by the browser's own rules. */

const words = {
  open: ['Open the chat', 'Открыть чат'],
  close: ['Close the chat', 'Закрыть чат'],
  write: ['Write a message', 'Напишите сообщение'],
  send: ['Send', 'Отправить'],
  save: ['Save', 'Сохранить'],
  cancel: ['Cancel', 'Отмена'],
  attach: ['Attach a file, up to {size}', 'Прикрепить файл, до {size}'],
  drop: ['Drop files here, up to {size} each', 'Перетащите файлы сюда, каждый до {size}'],
  tooLarge: [
    '“{name}” is larger than {size}: send a smaller file or a link.',
    'Файл «{name}» больше {size}: отправьте файл поменьше или ссылку.',
  ],
  tooLong: ['{over} characters too many', 'Лишних знаков: {over}'],
  notUploaded: ['“{name}” was not sent: no connection.', 'Файл «{name}» не отправлен: нет связи.'],
  notTaken: ['“{name}” was not taken: {reason}', 'Файл «{name}» не принят: {reason}'],
  retry: ['Try again', 'Повторить'],
  uploading: ['{name}: {percent}% uploaded', '{name}: загружено {percent} %'],
  offline: [
    'No connection. What you write will be sent when it is back.',
    'Нет связи. Всё, что вы напишете, отправится, когда она появится.',
  ],
  connecting: ['Connecting …', 'Соединяемся…'],
  failed: ['The chat cannot be reached just now.', 'Сейчас чат недоступен.'],
  refused: ['The chat is not set up for this site.', 'Чат не настроен для этого сайта.'],
  typing: ['Typing …', 'Печатает…'],
  queued: ['Waiting to be sent', 'Ждёт отправки'],
  sent: ['Sent', 'Отправлено'],
  seen: ['Read', 'Прочитано'],
  notSent: ['Not sent', 'Не отправлено'],
  edited: ['edited', 'изменено'],
  deleted: ['Message deleted', 'Сообщение удалено'],
  you: ['You', 'Вы'],
  us: ['Support', 'Поддержка'],
  log: ['Conversation', 'Переписка'],
  older: ['Show earlier messages', 'Показать более ранние'],
  newer: ['To the newest message', 'К последнему сообщению'],
  today: ['Today', 'Сегодня'],
  yesterday: ['Yesterday', 'Вчера'],
  actions: ['What to do with this message', 'Действия с сообщением'],
  reply: ['Reply', 'Ответить'],
  edit: ['Edit', 'Изменить'],
  remove: ['Delete', 'Удалить'],
  react: ['React with {emoji}', 'Реакция {emoji}'],
  answering: ['Reply to', 'Ответ на'],
  editing: ['Editing', 'Изменение'],
  picture: ['Picture', 'Картинка'],
  video: ['Video', 'Видео'],
  audio: ['Audio', 'Аудио'],
  voice: ['Voice message', 'Голосовое сообщение'],
  file: ['File', 'Файл'],
  sticker: ['Sticker', 'Стикер'],
  location: ['Place', 'Место'],
  contact: ['Contact', 'Контакт'],
  cards: ['Cards', 'Карточки'],
  play: ['Play', 'Воспроизвести'],
  download: ['Download', 'Скачать'],
  enlarge: ['Enlarge the picture', 'Увеличить картинку'],
  back: ['Back to the conversation', 'Назад к переписке'],
  loading: ['Loading …', 'Загружаем…'],
  unavailable: ['Not available', 'Недоступно'],
  hidden: ['Hidden text, press to show', 'Скрытый текст, нажмите, чтобы показать'],
  map: ['Open the map', 'Открыть карту'],
  unknown: ['This message cannot be shown here', 'Это сообщение здесь не показать'],
  whoAreYou: ['So that we know whom to answer', 'Чтобы мы знали, кому отвечать'],
  name: ['Name', 'Имя'],
  email: ['E-mail', 'Эл. почта'],
  skip: ['Not now', 'Не сейчас'],
} as const satisfies Record<string, readonly [string, string]>

export type Word = keyof typeof words

let place: 0 | 1 = 0
export let language: 'en' | 'ru' = 'en'

/** Chooses the language from now on. */
export function speak(wanted: 'en' | 'ru'): void {
  language = wanted
  place = wanted === 'ru' ? 1 : 0
}

export function t(word: Word, values: Readonly<Record<string, string | number>> = {}): string {
  return words[word][place].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
}

/** `2 new messages`. */
export function newMessages(count: number): string {
  if (place === 0) return count === 1 ? '1 new message' : `${count} new messages`
  const form = { one: 'новое сообщение', few: 'новых сообщения', many: 'новых сообщений' }[
    new Intl.PluralRules('ru').select(count) as 'one' | 'few' | 'many'
  ]
  return `${count} ${form ?? 'новых сообщения'}`
}

/** `2.5 MB`. */
export function bytes(count: number): string {
  const mega = count / 1_048_576
  const [value, unit] = mega >= 1 ? [mega, ['MB', 'МБ']] : [Math.max(1, count / 1_024), ['KB', 'КБ']]
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value as number)}\u00a0${(unit as string[])[place]}`
}

/** `14:05`, or `2:05 PM` where the visitor's own region says so. */
export function clock(at: number): string {
  const region = navigator.language.startsWith(language) ? navigator.language : language
  return new Intl.DateTimeFormat(region, { hour: 'numeric', minute: '2-digit' }).format(at)
}

export function day(at: number, now = Date.now()): string {
  const midnight = (time: number) => new Date(time).setHours(0, 0, 0, 0)
  const days = Math.round((midnight(now) - midnight(at)) / 86_400_000)
  if (days === 0) return t('today')
  if (days === 1) return t('yesterday')
  return new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', ...(days > 300 ? { year: 'numeric' as const } : {}) }).format(
    at,
  )
}

/** `0:07`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
