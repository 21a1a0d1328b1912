/** How many conversations are unread, on the tab's picture and on the installed app's icon. */
import { useDesk } from '../store/desk.ts'

const icon = '/favicon.svg'
let picture: Promise<string> | undefined

export function startBadge(): void {
  let shown = -1
  const update = () => {
    const unread = useDesk.getState().counts.unread ?? 0
    if (unread === shown) return
    shown = unread
    if ('setAppBadge' in navigator) void (unread > 0 ? navigator.setAppBadge(unread) : navigator.clearAppBadge()).catch(() => undefined)
    void drawIcon(unread).catch(() => undefined)
  }
  update()
  useDesk.subscribe(update)
}

async function drawIcon(unread: number): Promise<void> {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
  if (!link) return
  if (unread === 0) {
    link.href = icon
    return
  }
  // Written, not painted: to read a canvas back took longer than a frame may.
  picture ??= fetch(icon).then(response => response.text())
  const text = unread > 99 ? '99+' : String(unread)
  const width = 9 + text.length * 7.5
  const mark = `<rect x="${32 - width}" y="14" width="${width}" height="18" rx="9" fill="#b3261e"/><text x="${32 - width / 2}" y="27.500" font-family="system-ui,sans-serif" font-weight="600" font-size="13.500" text-anchor="middle" fill="#fff">${text}</text>`
  link.href = `data:image/svg+xml,${encodeURIComponent((await picture).replace('</svg>', `${mark}</svg>`))}`
}
