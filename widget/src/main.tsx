/** `widget-app.js`: the conversation. Loaded by the loader when it is wanted; draws into the loader's shadow root and nowhere else. */
import { render } from 'preact'
import { createChat } from './chat.ts'
import panelStyle from './panel.css?inline'
import pressedStyle from './pressed.css?inline'
import threadStyle from './thread.css?inline'
import type { App, Host } from './types.ts'
import { Panel } from './view/panel.tsx'

/** Starts the conversation behind a button. */
export function mount(host: Host): App {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(panelStyle + threadStyle + pressedStyle)
  host.root.adoptedStyleSheets = [...host.root.adoptedStyleSheets, sheet]
  const place = document.createElement('div')
  place.className = 'place'
  host.root.append(place)
  const chat = createChat(host)

  const setOpen = (open: boolean) => {
    if (open === chat.state.open) return
    chat.setOpen(open)
    host.button.setAttribute('aria-expanded', String(open))
    place.classList.toggle('open', open)
    if (!open) host.button.focus()
  }
  const app: App = { open: () => setOpen(true), close: () => setOpen(false), toggle: () => setOpen(!chat.state.open) }
  document.addEventListener('visibilitychange', () => chat.looked())
  render(<Panel chat={chat} close={app.close} />, place)
  void chat.start()
  return app
}
