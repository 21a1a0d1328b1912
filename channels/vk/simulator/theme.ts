/** The look of the messenger's phone: our own drawing in its colours. */
import type { PhoneTheme } from '@dragoman/channel-kit/simulator'

const subtitle = { en: 'community', ru: 'сообщество' }
const placeholder = { en: 'Message', ru: 'Сообщение' }

export const theme: PhoneTheme = {
  name: 'VK',
  background: '#ffffff',
  header: { background: '#ffffff', color: '#000000', accent: '#2688eb', layout: 'center', subtitle },
  mine: { background: '#cce4ff', color: '#000000', ticks: '#6a91b8', ticksRead: '#2688eb' },
  theirs: { background: '#ebedf0', color: '#000000' },
  meta: '#6f7985',
  bubble: 'round',
  bubbleRadius: 18,
  link: '#2566ad',
  day: { background: 'transparent', color: '#6f7985' },
  font: "-apple-system, 'VK Sans Text', Roboto, 'Noto Sans', sans-serif",
  button: { background: '#f2f3f5', color: '#2d81e0', border: 'none', radius: 8, place: 'under' },
  composer: { background: '#ffffff', color: '#000000', field: '#f2f3f5', send: '#2688eb', placeholder, shape: 'pill' },
  showsTicks: true,
  dark: {
    background: '#0a0a0a',
    header: { background: '#19191a', color: '#e1e3e6', accent: '#71aaeb', layout: 'center', subtitle },
    mine: { background: '#454647', color: '#e7e8ec', ticks: '#a8abb0', ticksRead: '#71aaeb' },
    theirs: { background: '#232324', color: '#e7e8ec' },
    meta: '#a0a3a8',
    link: '#8fc1f7',
    day: { background: 'transparent', color: '#a0a3a8' },
    button: { background: '#232324', color: '#71aaeb', border: 'none', radius: 8, place: 'under' },
    composer: { background: '#19191a', color: '#e1e3e6', field: '#232324', send: '#71aaeb', placeholder, shape: 'pill' },
  },
}
