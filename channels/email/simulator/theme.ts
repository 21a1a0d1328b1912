/** Looks like a plain mail program on a phone: letters as cards, no bubbles, no ticks. */
import type { PhoneTheme } from '@dragoman/channel-kit/simulator'

export const theme: PhoneTheme = {
  name: 'Mail',
  background: '#f2f3f7',
  header: { background: '#ffffff', color: '#1c1f26', accent: '#3b5bdb', layout: 'left', subtitle: { en: 'Inbox', ru: 'Входящие' } },
  mine: { background: '#e7edff', color: '#1c1f26', ticks: '#8a90a0', ticksRead: '#8a90a0' },
  theirs: { background: '#ffffff', color: '#1c1f26' },
  meta: '#5f6575',
  bubble: 'card',
  bubbleRadius: 10,
  link: '#3b5bdb',
  day: { background: 'transparent', color: '#5f6575' },
  font: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  button: { background: '#ffffff', color: '#3b5bdb', border: '1px solid #d5d9e3', radius: 8, place: 'under' },
  composer: {
    background: '#ffffff',
    color: '#1c1f26',
    field: '#f2f3f7',
    send: '#3b5bdb',
    placeholder: { en: 'Write a letter', ru: 'Напишите письмо' },
    shape: 'flat',
  },
  showsTicks: false,
  dark: {
    background: '#14161b',
    header: { background: '#1d2026', color: '#e8eaf0', accent: '#91a7ff', layout: 'left', subtitle: { en: 'Inbox', ru: 'Входящие' } },
    mine: { background: '#26304f', color: '#e8eaf0', ticks: '#8a90a0', ticksRead: '#8a90a0' },
    theirs: { background: '#1d2026', color: '#e8eaf0' },
    meta: '#9aa0b0',
    link: '#91a7ff',
    button: { background: '#1d2026', color: '#91a7ff', border: '1px solid #3a3f4b', radius: 8, place: 'under' },
    day: { background: 'transparent', color: '#9aa0b0' },
    composer: {
      background: '#1d2026',
      color: '#e8eaf0',
      field: '#14161b',
      send: '#91a7ff',
      placeholder: { en: 'Write a letter', ru: 'Напишите письмо' },
      shape: 'flat',
    },
  },
}
