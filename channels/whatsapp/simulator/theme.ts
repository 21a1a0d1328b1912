/** A phone in the look of WhatsApp: green, beige paper with a light pattern drawn here, bubbles with a tail. */
import type { PhoneTheme } from '@dragoman/channel-kit/simulator'

const dots = (color: string) =>
  `radial-gradient(circle at 12px 14px, ${color} 1.5px, transparent 2px), radial-gradient(circle at 38px 40px, ${color} 2.5px, transparent 3px)`

export const theme: PhoneTheme = {
  name: 'WhatsApp',
  background: '#efe9e0',
  pattern: dots('rgb(120 105 80 / 0.10)'),
  header: { background: '#ffffff', color: '#101c20', accent: '#1fa855', layout: 'left' },
  mine: { background: '#d8fbd0', color: '#101c20', ticks: '#7c8a8f', ticksRead: '#3aa7e0' },
  theirs: { background: '#ffffff', color: '#101c20' },
  meta: '#6c7a80',
  bubble: 'tail',
  bubbleRadius: 9,
  font: 'system-ui, "Helvetica Neue", Roboto, sans-serif',
  button: { background: '#ffffff', color: '#12805c', border: '1px solid #e4e4e0', radius: 9, place: 'inside' },
  composer: {
    background: '#f4f1ec',
    color: '#101c20',
    field: '#ffffff',
    send: '#1fa855',
    placeholder: { en: 'Message', ru: 'Сообщение' },
  },
  showsTicks: true,
  dark: {
    background: '#0c1519',
    pattern: dots('rgb(190 210 215 / 0.05)'),
    header: { background: '#141f24', color: '#e6ecee', accent: '#23c468', layout: 'left' },
    mine: { background: '#164d3c', color: '#e6ecee', ticks: '#8fa3a8', ticksRead: '#56bdf0' },
    theirs: { background: '#1d2a30', color: '#e6ecee' },
    meta: '#90a0a6',
    button: { background: '#1d2a30', color: '#35cf8d', border: '1px solid #2a3a41', radius: 9, place: 'inside' },
    composer: {
      background: '#141f24',
      color: '#e6ecee',
      field: '#23323a',
      send: '#23c468',
      placeholder: { en: 'Message', ru: 'Сообщение' },
    },
  },
}
