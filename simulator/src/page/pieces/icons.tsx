/** The page's own icons: 24×24, drawn with lines, hidden from screen readers (the control beside them has words). */

const shapes = {
  back: 'M15 5l-7 7 7 7',
  more: 'M12 5.5v.01M12 12v.01M12 18.5v.01',
  clip: 'M20 11.5l-8.4 8.4a5.2 5.2 0 0 1-7.4-7.4l8.6-8.6a3.5 3.5 0 0 1 5 5l-8.6 8.5a1.7 1.7 0 0 1-2.5-2.4l7.9-7.9',
  send: 'M4.5 12L3 4.2c-.2-.8.6-1.4 1.3-1.1l16.2 8c.7.4.7 1.4 0 1.8l-16.2 8c-.7.3-1.5-.3-1.3-1.1L4.5 12zm0 0H12',
  microphone: 'M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3',
  close: 'M6 6l12 12M18 6L6 18',
  plus: 'M12 5v14M5 12h14',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  reply: 'M10 6L4 12l6 6M4 12h10a6 6 0 0 1 6 6v.5',
  edit: 'M4 20h4L19 9a2.1 2.1 0 0 0-4-4L4 16v4zM13.5 6.5l4 4',
  trash:
    'M5 7h14M10 11v6M14 11v6M6 7l1 12.5A1.5 1.5 0 0 0 8.5 21h7A1.5 1.5 0 0 0 17 19.5L18 7M9 7V4.5A.5.5 0 0 1 9.5 4h5a.5.5 0 0 1 .5.5V7',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  chevron: 'M7 10l5 5 5-5',
  image: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9v.01',
  video: 'M3.5 6.5h11v11h-11zM14.5 11l6-3.5v9l-6-3.5',
  round: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM10 8.5v7l5.5-3.5z',
  loop: 'M4 12a7 7 0 0 1 12-5l3 2.5M20 12a7 7 0 0 1-12 5l-3-2.5M19 5v4.5h-4.5M5 19v-4.5h4.5',
  music: 'M9 18V6l10-2v12M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0zM19 16a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4',
  sticker: 'M13 20.5A8.5 8.5 0 1 1 20.5 13c-5-.5-7 1-7.5 7.5zM20.5 13L13 20.5M9 9.5v.01M14.5 9.5v.01M9 13.5c1 1.2 2 1.7 3.5 1.7',
  pin: 'M12 21s-6.5-6-6.5-11a6.5 6.5 0 1 1 13 0c0 5-6.5 11-6.5 11zM12 12.3a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6z',
  person: 'M12 11.5a3.7 3.7 0 1 0 0-7.4 3.7 3.7 0 0 0 0 7.4zM4.5 20c.7-3.8 3.7-5.5 7.5-5.5s6.8 1.7 7.5 5.5',
  poll: 'M6 20V11M12 20V4M18 20v-6',
  album: 'M7 7h13v12H7zM4 16V4h12',
  cart: 'M3.5 4.5h2.5l2 11h9.5l2-8H7M9.5 19.5v.01M16 19.5v.01',
  question: 'M9 9.2a3 3 0 1 1 4.4 2.6c-1 .5-1.4 1.1-1.4 2.2M12 17.5v.01',
  ticket: 'M4 8V6h16v2a2.5 2.5 0 0 0 0 5v5H4v-5a2.5 2.5 0 0 0 0-5z',
  pocket: 'M5 5h14v7a7 7 0 0 1-14 0zM9 10l3 3 3-3',
  lock: 'M6 11h12v9H6zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11',
  bug: 'M8 9a4 4 0 0 1 8 0v6a4 4 0 0 1-8 0zM4 8l4 2M20 8l-4 2M3.5 14H8M16 14h4.5M5 20l3.5-3M19 20l-3.5-3M9.5 5L8 3M14.5 5L16 3',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
  moon: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z',
  inbox: 'M4 13l2.5-8h11L20 13v6H4zM4 13h5l1 2.5h4l1-2.5h5',
  block: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM6 6l12 12',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  link: 'M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17',
  phone: 'M5 4h4l1.5 5-2.3 1.5a12 12 0 0 0 5.3 5.3L15 13.5l5 1.5v4c0 .6-.4 1-1 1A15 15 0 0 1 4 5c0-.6.4-1 1-1z',
  list: 'M8 6h12M8 12h12M8 18h12M4 6v.01M4 12v.01M4 18v.01',
  play: 'M8 5.5v13l10.5-6.5z',
  pause: 'M8 5.5v13M16 5.5v13',
  out: 'M7 17L17 7M9 7h8v8',
  in: 'M17 7L7 17M15 17H7V9',
} as const
export type IconName = keyof typeof shapes

export function Icon({ name, size = 20, filled = false }: { name: IconName; size?: number; filled?: boolean }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      width={size}
      height={size}
      aria-hidden="true"
      fill={filled ? 'currentColor' : 'none'}
      stroke="currentColor"
      stroke-width={name === 'more' ? 3 : 1.8}
      stroke-linecap="round"
      stroke-linejoin="round"
    >
      <path d={shapes[name]} />
    </svg>
  )
}

/** The small badge of a channel, as its data draw it. */
export function Badge({ badge, size = 18 }: { badge: { name: string; iconPath: string; color: string } | undefined; size?: number }) {
  if (!badge) return null
  return (
    <span class="badge" style={{ background: badge.color, width: size, height: size }}>
      <svg viewBox="0 0 24 24" width={size * 0.66} height={size * 0.66} aria-hidden="true" fill="#fff">
        <path d={badge.iconPath} />
      </svg>
    </span>
  )
}
