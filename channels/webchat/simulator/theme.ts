/** The phone row shows the real widget in a frame; these colours are for what surrounds it and for the log. */
import type { PhoneTheme } from '@dragoman/channel-kit/simulator'

export const theme: PhoneTheme = {
  name: 'Web chat',
  background: '#f6f5f2',
  header: { background: '#0f766e', color: '#ffffff', accent: '#ccebe7', layout: 'left' },
  mine: { background: '#0f766e', color: '#ffffff', ticks: '#bfe5e0', ticksRead: '#ffffff' },
  theirs: { background: '#ffffff', color: '#1c1b19' },
  meta: '#6b6862',
  bubble: 'round',
  bubbleRadius: 16,
  font: "system-ui, 'Segoe UI', Roboto, sans-serif",
  button: { background: '#ffffff', color: '#0f766e', border: '1px solid #0f766e', radius: 10, place: 'under' },
  composer: {
    background: '#ffffff',
    color: '#1c1b19',
    field: '#f1efeb',
    send: '#0f766e',
    placeholder: { en: 'Write a message', ru: 'Напишите сообщение' },
  },
  showsTicks: true,
  dark: {
    background: '#191817',
    theirs: { background: '#262523', color: '#f2f0ec' },
    meta: '#a09c94',
    composer: {
      background: '#1f1e1c',
      color: '#f2f0ec',
      field: '#2b2a27',
      send: '#4fb3a9',
      placeholder: { en: 'Write a message', ru: 'Напишите сообщение' },
    },
  },
}
