/** The look of the messenger's phone: our own drawing in its colours. */
import type { PhoneTheme } from '@dragoman/channel-kit/simulator'

const subtitle = { en: 'bot', ru: 'бот' }

export const theme: PhoneTheme = {
  name: 'MAX',
  background: 'linear-gradient(165deg, #dfe6ff 0%, #ece3ff 55%, #e3f1ff 100%)',
  header: { background: '#ffffff', color: '#15131f', accent: '#5c5876', layout: 'center', subtitle },
  mine: { background: '#5a45e6', color: '#ffffff', ticks: '#d9d4ff', ticksRead: '#ffffff', meta: '#e4e0ff', link: '#ffffff' },
  theirs: { background: '#ffffff', color: '#15131f' },
  meta: '#5f5a78',
  bubble: 'round',
  bubbleRadius: 18,
  link: '#4a35d0',
  day: { background: 'rgba(84, 74, 138, 0.75)', color: '#ffffff' },
  font: "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
  button: { background: '#ffffff', color: '#4a35d0', border: '1px solid #d5cffa', radius: 12, place: 'under' },
  composer: {
    background: '#ffffff',
    color: '#15131f',
    field: '#f1effa',
    send: '#5a45e6',
    placeholder: { en: 'Message', ru: 'Сообщение' },
    shape: 'pill',
  },
  showsTicks: true,
  dark: {
    background: 'linear-gradient(165deg, #141226 0%, #1b1530 55%, #111a2b 100%)',
    header: { background: '#1b1929', color: '#ffffff', accent: '#b7b1d8', layout: 'center', subtitle },
    mine: { background: '#5440d8', color: '#ffffff', ticks: '#d9d4ff', ticksRead: '#ffffff', meta: '#e4e0ff', link: '#ffffff' },
    theirs: { background: '#262338', color: '#f4f2ff' },
    meta: '#bdb8d8',
    link: '#b9adff',
    day: { background: 'rgba(44, 38, 76, 0.9)', color: '#ece9ff' },
    button: { background: '#2b2743', color: '#cbc3ff', border: '1px solid #4a4378', radius: 12, place: 'under' },
    composer: {
      background: '#1b1929',
      color: '#f4f2ff',
      field: '#2b2840',
      send: '#7c6af5',
      placeholder: { en: 'Message', ru: 'Сообщение' },
      shape: 'pill',
    },
  },
}
