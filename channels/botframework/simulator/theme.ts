/** The look of the messenger's phone: our own drawing in its colours. */
import type { PhoneTheme } from '@dragoman/channel-kit/simulator'

const subtitle = { en: 'Bot', ru: 'Бот' }
const placeholder = { en: 'Type a message', ru: 'Введите сообщение' }

export const theme: PhoneTheme = {
  name: 'Teams',
  background: '#f5f5f5',
  header: { background: '#ffffff', color: '#242424', accent: '#5b5fc7', layout: 'left', subtitle },
  mine: { background: '#e8ebfa', color: '#242424', ticks: '#5b5fc7', ticksRead: '#5b5fc7' },
  theirs: { background: '#ffffff', color: '#242424' },
  meta: '#616161',
  bubble: 'card',
  bubbleRadius: 6,
  link: '#4f52b2',
  day: { background: '#f5f5f5', color: '#616161' },
  font: "'Segoe UI', -apple-system, Roboto, 'Noto Sans', sans-serif",
  button: { background: '#ffffff', color: '#242424', border: '1px solid #d1d1d1', radius: 4, place: 'inside' },
  composer: { background: '#f5f5f5', color: '#242424', field: '#ffffff', send: '#5b5fc7', placeholder, shape: 'pill' },
  showsTicks: true,
  dark: {
    background: '#1f1f1f',
    header: { background: '#292929', color: '#ffffff', accent: '#9299f7', layout: 'left', subtitle },
    mine: { background: '#2b2b40', color: '#ffffff', ticks: '#9299f7', ticksRead: '#9299f7' },
    theirs: { background: '#292929', color: '#ffffff' },
    meta: '#adadad',
    link: '#a6abf5',
    day: { background: '#1f1f1f', color: '#adadad' },
    button: { background: '#292929', color: '#ffffff', border: '1px solid #666666', radius: 4, place: 'inside' },
    composer: { background: '#1f1f1f', color: '#ffffff', field: '#292929', send: '#9299f7', placeholder, shape: 'pill' },
  },
}
