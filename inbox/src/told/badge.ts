/** How many conversations are unread, on the tab's picture and on the installed app's icon. */
import { useDesk } from '../store/desk.ts'

const size = 64

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
    link.href = '/favicon.svg'
    return
  }
  const picture = new Image(size, size)
  picture.src = '/favicon.svg'
  await picture.decode()
  const canvas = document.createElement('canvas')
  canvas.width = size
  canvas.height = size
  const pen = canvas.getContext('2d')
  if (!pen) return
  const text = unread > 99 ? '99+' : String(unread)
  const width = 18 + text.length * 15
  pen.drawImage(picture, 0, 0, size, size)
  pen.fillStyle = '#b3261e'
  pen.beginPath()
  pen.roundRect(size - width, size - 36, width, 36, 18)
  pen.fill()
  pen.fillStyle = '#fff'
  pen.font = '600 27px system-ui, sans-serif'
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  pen.fillText(text, size - width / 2, size - 17)
  link.href = canvas.toDataURL('image/png')
}
