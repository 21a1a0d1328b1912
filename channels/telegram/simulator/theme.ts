/** The look of the messenger's phone: our own drawing in its colours. */
import type { PhoneTheme } from '@dragoman/channel-kit/simulator'

const doodles = (opacity: number) =>
  `url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='120' height='120' fill='none' stroke='%23ffffff' stroke-opacity='${opacity}' stroke-width='2'%3E%3Ccircle cx='22' cy='24' r='9'/%3E%3Cpath d='M70 16l14 10-14 10zM30 78q10-14 20 0t20 0'/%3E%3Crect x='88' y='70' width='18' height='18' rx='5'/%3E%3Cpath d='M14 104h18M64 100l8 10 8-10'/%3E%3C/svg%3E")`

const subtitle = { en: 'bot', ru: 'бот' }

export const theme: PhoneTheme = {
  name: 'Telegram',
  background: 'linear-gradient(160deg, #c9dfb0 0%, #a8cfa6 45%, #8fbfb0 100%)',
  pattern: doodles(0.28),
  header: { background: '#416a92', color: '#ffffff', accent: '#e2eefa', layout: 'left', subtitle },
  mine: { background: '#effdde', color: '#0f1c10', ticks: '#3f9a3c', ticksRead: '#3f9a3c' },
  theirs: { background: '#ffffff', color: '#101418' },
  meta: '#56704d',
  bubble: 'tail',
  bubbleRadius: 15,
  tailAt: 'bottom',
  link: '#1764a6',
  day: { background: 'rgba(46, 82, 62, 0.6)', color: '#ffffff' },
  font: "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
  button: { background: 'rgba(46, 82, 62, 0.6)', color: '#ffffff', border: 'none', radius: 8, place: 'under' },
  composer: {
    background: '#ffffff',
    color: '#101418',
    field: '#ffffff',
    send: '#2481cc',
    placeholder: { en: 'Message', ru: 'Сообщение' },
    shape: 'flat',
  },
  showsTicks: true,
  dark: {
    background: 'linear-gradient(160deg, #10202c 0%, #14293a 60%, #0d1b26 100%)',
    pattern: doodles(0.07),
    header: { background: '#212d3b', color: '#ffffff', accent: '#8fbfe6', layout: 'left', subtitle },
    mine: { background: '#2b5278', color: '#ffffff', ticks: '#74b5ec', ticksRead: '#74b5ec' },
    theirs: { background: '#182533', color: '#f2f6f9' },
    meta: '#bccddb',
    link: '#8fcaf8',
    day: { background: 'rgba(18, 34, 48, 0.8)', color: '#e8f2fb' },
    button: { background: 'rgba(40, 60, 82, 0.75)', color: '#e8f2fb', border: 'none', radius: 8, place: 'under' },
    composer: {
      background: '#17212b',
      color: '#f2f6f9',
      field: '#17212b',
      send: '#5ea9ea',
      placeholder: { en: 'Message', ru: 'Сообщение' },
      shape: 'flat',
    },
  },
}
