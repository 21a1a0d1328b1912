/** A phone in the look of Instagram's direct messages: white paper, violet bubbles of one's own, grey ones of the account, no ticks. */
import type { PhoneTheme } from '@dragoman/channel-kit/simulator'

const subtitle = { en: 'Business chat', ru: 'Чат с компанией' }

export const theme: PhoneTheme = {
  name: 'Instagram',
  background: '#ffffff',
  header: { background: '#ffffff', color: '#0c1014', accent: '#0c1014', layout: 'left', subtitle },
  mine: { background: '#6a3df0', color: '#ffffff', ticks: '#dcd3fb', ticksRead: '#ffffff', meta: '#e6defd', link: '#ffffff' },
  theirs: { background: '#f0f1f3', color: '#0c1014' },
  meta: '#63686f',
  bubble: 'round',
  bubbleRadius: 21,
  link: '#3a3fc4',
  day: { background: '#ffffff', color: '#63686f' },
  font: "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
  button: { background: '#ffffff', color: '#3a3fc4', border: '1px solid #dcdfe3', radius: 14, place: 'inside' },
  composer: {
    background: '#ffffff',
    color: '#0c1014',
    field: '#f0f1f3',
    send: '#6a3df0',
    placeholder: { en: 'Message…', ru: 'Напишите сообщение…' },
    shape: 'pill',
  },
  showsTicks: false,
  dark: {
    background: '#0b0e11',
    header: { background: '#0b0e11', color: '#f3f5f7', accent: '#f3f5f7', layout: 'left', subtitle },
    mine: { background: '#6f45ee', color: '#ffffff', ticks: '#dcd3fb', ticksRead: '#ffffff', meta: '#e6defd', link: '#ffffff' },
    theirs: { background: '#25292e', color: '#f3f5f7' },
    meta: '#a6acb3',
    link: '#a9adff',
    day: { background: '#0b0e11', color: '#a6acb3' },
    button: { background: '#1c2024', color: '#a9adff', border: '1px solid #33383e', radius: 14, place: 'inside' },
    composer: {
      shape: 'pill',
      background: '#0b0e11',
      color: '#f3f5f7',
      field: '#25292e',
      send: '#8a66ff',
      placeholder: { en: 'Message…', ru: 'Напишите сообщение…' },
    },
  },
}
