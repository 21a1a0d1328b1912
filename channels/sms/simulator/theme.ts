/** Looks like a plain SMS app: green bubbles, no ticks. */
import type { PhoneTheme } from '@dragoman/channel-kit/simulator'

export const theme: PhoneTheme = {
  name: 'SMS',
  background: '#f2f3f7',
  header: { background: '#ffffff', color: '#1c1f26', accent: '#237032', layout: 'left', subtitle: { en: 'Text message', ru: 'SMS' } },
  mine: { background: '#d3f9d8', color: '#1c1f26', ticks: '#8a90a0', ticksRead: '#8a90a0' },
  theirs: { background: '#ffffff', color: '#1c1f26' },
  meta: '#5f6575',
  bubble: 'round',
  bubbleRadius: 18,
  link: '#2b8a3e',
  day: { background: 'transparent', color: '#5f6575' },
  font: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  button: { background: '#ffffff', color: '#2b8a3e', border: '1px solid #d5d9e3', radius: 8, place: 'under' },
  composer: {
    background: '#ffffff',
    color: '#1c1f26',
    field: '#f2f3f7',
    send: '#2b8a3e',
    placeholder: { en: 'Text message', ru: 'Текст сообщения' },
    shape: 'pill',
  },
  showsTicks: false,
  dark: {
    background: '#14161b',
    header: { background: '#1d2026', color: '#e8eaf0', accent: '#69db7c', layout: 'left', subtitle: { en: 'Text message', ru: 'SMS' } },
    mine: { background: '#1f4a2b', color: '#e8eaf0', ticks: '#8a90a0', ticksRead: '#8a90a0' },
    theirs: { background: '#1d2026', color: '#e8eaf0' },
    meta: '#9aa0b0',
    link: '#69db7c',
    button: { background: '#1d2026', color: '#69db7c', border: '1px solid #3a3f4b', radius: 8, place: 'under' },
    day: { background: 'transparent', color: '#9aa0b0' },
    composer: {
      background: '#1d2026',
      color: '#e8eaf0',
      field: '#14161b',
      send: '#2f9e44',
      placeholder: { en: 'Text message', ru: 'Текст сообщения' },
      shape: 'pill',
    },
  },
}
