/** The look of the messenger's phone: our own drawing in its colours. */
import type { PhoneTheme } from '@dragoman/channel-kit/simulator'

const dots = (opacity: number) =>
  `url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='96' height='96' fill='none' stroke='%237360f2' stroke-opacity='${opacity}' stroke-width='2'%3E%3Cpath d='M16 20q8-10 16 0t16 0'/%3E%3Ccircle cx='72' cy='30' r='8'/%3E%3Cpath d='M20 68l10 10 10-10M64 62h16v16H64z'/%3E%3C/svg%3E")`

const subtitle = { en: 'bot', ru: 'бот' }

export const theme: PhoneTheme = {
  name: 'Viber',
  background: '#eceaf6',
  pattern: dots(0.09),
  header: { background: '#665cac', color: '#ffffff', accent: '#e6e2ff', layout: 'left', subtitle },
  mine: { background: '#dad6fb', color: '#1c1838', ticks: '#6a61a8', ticksRead: '#5b47e0' },
  theirs: { background: '#ffffff', color: '#16141f' },
  meta: '#615d78',
  bubble: 'round',
  bubbleRadius: 14,
  link: '#5a46d8',
  day: { background: 'rgba(102, 92, 172, 0.85)', color: '#ffffff' },
  font: "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
  button: { background: '#ffffff', color: '#4f3fd0', border: '1px solid #c9c3f2', radius: 6, place: 'inside' },
  composer: {
    background: '#ffffff',
    color: '#16141f',
    field: '#f3f2f8',
    send: '#7360f2',
    placeholder: { en: 'Type a message…', ru: 'Сообщение…' },
    shape: 'flat',
  },
  showsTicks: true,
  dark: {
    background: '#121119',
    pattern: dots(0.07),
    header: { background: '#1d1b2a', color: '#ffffff', accent: '#b3a8ff', layout: 'left', subtitle },
    mine: { background: '#463c95', color: '#ffffff', ticks: '#c8c0ff', ticksRead: '#e0dbff' },
    theirs: { background: '#25232f', color: '#f3f2f8' },
    meta: '#b9b5cc',
    link: '#b6acff',
    day: { background: 'rgba(48, 44, 74, 0.9)', color: '#e9e6ff' },
    button: { background: '#2b2840', color: '#c9c1ff', border: '1px solid #4b4578', radius: 6, place: 'inside' },
    composer: {
      background: '#1d1b2a',
      color: '#f3f2f8',
      field: '#2a2838',
      send: '#8f7ffb',
      placeholder: { en: 'Type a message…', ru: 'Сообщение…' },
      shape: 'flat',
    },
  },
}
