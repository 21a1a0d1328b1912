/** The few icons, drawn by ourselves on a 24×24 grid. Always hidden from screen readers: the button around one has the words. */

const paths = {
  close: 'M6 6l12 12M18 6L6 18',
  send: 'M4 12l16-8-5 16-3.5-6.5L4 12zM11.5 13.5L20 4',
  attach: 'M8 12.5l6.6-6.6a3 3 0 114.2 4.2l-8.5 8.5a5 5 0 01-7.1-7.1l8-8',
  more: 'M6 12h.01M12 12h.01M18 12h.01',
  reply: 'M10 6l-6 5.5 6 5.5v-3.5c5 0 8 1 10 4.5-.5-5.5-4-8.5-10-9V6z',
  edit: 'M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19 4 20z',
  remove: 'M5 7h14M10 7V4.5h4V7M7 7l1 12.5h8L17 7',
  file: 'M7 3.5h7l4 4V20.5H7zM14 3.5v4h4',
  play: 'M8 5.5v13l10.5-6.5z',
  down: 'M12 4v12M6.5 11L12 16.5 17.5 11M5 20h14',
  place: 'M12 21s7-6.5 7-11.5a7 7 0 00-14 0C5 14.5 12 21 12 21zM12 12a2.5 2.5 0 100-5 2.5 2.5 0 000 5z',
  person: 'M12 12a4 4 0 100-8 4 4 0 000 8zM4.5 20c.5-4 3.5-6 7.5-6s7 2 7.5 6',
  back: 'M14.5 5L7.5 12l7 7',
  arrow: 'M12 5v14M6 13l6 6 6-6',
  clock: 'M12 7v5l3.5 2M12 21a9 9 0 100-18 9 9 0 000 18z',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  checks: 'M2.5 12.5L7 17l8.5-9M10.5 16l1 1L21 7.5',
  alert: 'M12 8v5M12 16.5h.01M12 21a9 9 0 100-18 9 9 0 000 18z',
  list: 'M8 7h12M8 12h12M8 17h12M4 7h.01M4 12h.01M4 17h.01',
} as const

export type IconName = keyof typeof paths

export function Icon({ name }: { name: IconName }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" class="icon">
      <path d={paths[name]} />
    </svg>
  )
}
