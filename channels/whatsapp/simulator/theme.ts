/** A phone in the look of WhatsApp: green, beige paper with a light pattern drawn here, bubbles with a tail. */
import type { PhoneTheme } from '@dragoman/channel-kit/simulator'

/** A light pattern of our own: what one may send to a shop, drawn with a thin line. */
const doodles = (stroke: string, opacity: number) =>
  `url("data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" width="150" height="150" fill="none" stroke="${stroke}" stroke-opacity="${opacity}" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"><path d="M14 22h20v12a8 8 0 0 1-8 8h-4a8 8 0 0 1-8-8zM34 25h4a5 5 0 0 1 0 10h-4M20 16q-3-3 0-6M27 16q-3-3 0-6"/><path d="M74 14l14 4-4 14-14-4zM77 21l7 2"/><circle cx="122" cy="26" r="11"/><path d="M122 19v7l5 3M16 78c0-9 13-9 13 0 0-9 13-9 13 0 0 8-13 16-13 16S16 86 16 78z"/><path d="M70 66h26v18H84l-7 7v-7h-7z"/><path d="M118 70l12-7 12 7-12 7zM118 70v13l12 7 12-7V70M130 77v13"/><path d="M24 120l5 9 10 2-7 7 1 10-9-4-9 4 1-10-7-7 10-2z" transform="translate(4 -6)"/><path d="M70 122q6-12 12 0t12 0M72 136h20"/><path d="M118 136V116l16-4v20"/><circle cx="114" cy="136" r="4"/><circle cx="130" cy="132" r="4"/></svg>`,
  )}")`

const subtitle = { en: 'Business account', ru: 'Бизнес-аккаунт' }

export const theme: PhoneTheme = {
  name: 'WhatsApp',
  background: '#efe9e0',
  pattern: doodles('#6b5b3e', 0.13),
  header: { background: '#ffffff', color: '#101c20', accent: '#56666c', layout: 'left', subtitle },
  mine: { background: '#d8fbd0', color: '#101c20', ticks: '#7c8a8f', ticksRead: '#3aa7e0' },
  theirs: { background: '#ffffff', color: '#101c20' },
  meta: '#56656b',
  bubble: 'tail',
  bubbleRadius: 9,
  tailAt: 'top',
  link: '#08694c',
  day: { background: '#ffffff', color: '#4c5a60' },
  font: "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
  button: { background: '#ffffff', color: '#12805c', border: '1px solid #e4e4e0', radius: 9, place: 'inside' },
  composer: {
    background: '#efe9e0',
    color: '#101c20',
    field: '#ffffff',
    send: '#1fa855',
    placeholder: { en: 'Message', ru: 'Сообщение' },
    shape: 'pill',
  },
  showsTicks: true,
  dark: {
    background: '#0c1519',
    pattern: doodles('#c6d5da', 0.07),
    header: { background: '#141f24', color: '#e6ecee', accent: '#9fb0b6', layout: 'left', subtitle },
    mine: { background: '#164d3c', color: '#e6ecee', ticks: '#8fa3a8', ticksRead: '#56bdf0' },
    theirs: { background: '#1d2a30', color: '#e6ecee' },
    meta: '#aebec4',
    link: '#3fd39a',
    day: { background: '#182229', color: '#b3c2c7' },
    button: { background: '#1d2a30', color: '#35cf8d', border: '1px solid #2a3a41', radius: 9, place: 'inside' },
    composer: {
      shape: 'pill',
      background: '#0c1519',
      color: '#e6ecee',
      field: '#23323a',
      send: '#23c468',
      placeholder: { en: 'Message', ru: 'Сообщение' },
    },
  },
}
