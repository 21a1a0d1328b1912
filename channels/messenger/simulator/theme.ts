/** A phone in the look of Messenger: white paper, blue bubbles of one's own with round ends, grey ones of the page. */
import type { PhoneTheme } from '@dragoman/channel-kit/simulator'

const subtitle = { en: 'Usually replies within a day', ru: 'Обычно отвечает в течение дня' }

export const theme: PhoneTheme = {
  name: 'Messenger',
  background: '#ffffff',
  header: { background: '#ffffff', color: '#0f1419', accent: '#0866d6', layout: 'left', subtitle },
  mine: { background: '#0866e5', color: '#ffffff', ticks: '#cfe2ff', ticksRead: '#ffffff', meta: '#d9e7ff', link: '#ffffff' },
  theirs: { background: '#eceef1', color: '#0f1419' },
  meta: '#62676d',
  bubble: 'round',
  bubbleRadius: 19,
  link: '#0a5fd0',
  day: { background: '#ffffff', color: '#62676d' },
  font: "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
  button: { background: '#f4f5f7', color: '#0a5fd0', border: '1px solid #e2e5e9', radius: 12, place: 'inside' },
  composer: {
    background: '#ffffff',
    color: '#0f1419',
    field: '#f0f2f5',
    send: '#0a7cff',
    placeholder: { en: 'Aa', ru: 'Aa' },
    shape: 'pill',
  },
  showsTicks: true,
  dark: {
    background: '#0e0f11',
    header: { background: '#0e0f11', color: '#e8eaed', accent: '#4d9dff', layout: 'left', subtitle },
    mine: { background: '#1268d8', color: '#ffffff', ticks: '#bcd7ff', ticksRead: '#ffffff', meta: '#d4e4fc', link: '#ffffff' },
    theirs: { background: '#2b2d31', color: '#e8eaed' },
    meta: '#a8adb4',
    link: '#7db7ff',
    day: { background: '#0e0f11', color: '#a8adb4' },
    button: { background: '#232529', color: '#7db7ff', border: '1px solid #383b40', radius: 12, place: 'inside' },
    composer: {
      shape: 'pill',
      background: '#0e0f11',
      color: '#e8eaed',
      field: '#2b2d31',
      send: '#4d9dff',
      placeholder: { en: 'Aa', ru: 'Aa' },
    },
  },
}
