/**
 * `widget.js`: the button in the corner. Always holds: at most 2 KB; nothing of the page moves; its styles cannot reach us (a shadow root, and
 * `!important` of a host wins over the page's); the conversation itself is loaded on the first press, or when messages wait.
 */
import type { App, Host } from './types.ts'
;(() => {
  const script = document.currentScript as HTMLScriptElement | null
  const page = window as { dragoman?: App }
  const endpoint = script?.dataset.endpoint
  if (!script || !endpoint || page.dragoman) return
  const { origin } = new URL(script.src)
  const data = { ...script.dataset }
  const base = `${origin}/visitor/${endpoint}`
  let key = `dragoman:${endpoint}`
  // Whom the site has signed in has a memory of his own: two customers at one computer never see each other's words.
  try {
    key += `:${JSON.parse(atob(data.user!.split('.')[0]!.replace(/-/g, '+').replace(/_/g, '/'))).id}`
  } catch {}
  const make = document.createElement.bind(document)

  const element = make('dragoman-chat')
  const root = element.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(
    ':host{all:initial!important;position:fixed!important;z-index:2147483000!important;display:block!important;overflow:visible!important;inset:auto 0 0 auto!important;width:0!important;height:0!important}:host([hidden]),:host(:not([ready])){display:none!important}button{all:unset;box-sizing:border-box;position:fixed;bottom:20px;right:20px;width:56px;height:56px;border-radius:50%;background:var(--accent);color:var(--on,#fff);display:grid;place-items:center;cursor:pointer;box-shadow:0 2px 12px #0003}button.left{right:auto;left:20px}button:focus-visible{outline:3px solid var(--accent);outline-offset:3px}svg{width:26px;height:26px;fill:currentColor}b{position:absolute;top:-2px;right:-2px;min-width:20px;height:20px;border-radius:10px;background:#b42318;color:#fff;font:600 12px/20px system-ui,sans-serif;text-align:center}b:empty{display:none}',
  )
  root.adoptedStyleSheets = [sheet]

  const button = make('button')
  button.type = 'button'
  button.setAttribute('aria-expanded', 'false')
  button.setAttribute('aria-haspopup', 'dialog')
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  path.setAttribute(
    'd',
    'M12 3C6.5 3 2 6.8 2 11.5c0 2.3 1.1 4.4 2.9 5.9-.1 1.2-.6 2.3-1.4 3.2-.3.3-.1.9.4.9 2.1-.1 3.9-.8 5.3-1.9.9.2 1.8.4 2.8.4 5.5 0 10-3.8 10-8.5S17.5 3 12 3Z',
  )
  svg.append(path)
  const count = make('b')
  button.append(svg, count)
  root.append(button)

  const badge = (unread: number) => {
    count.textContent = unread > 99 ? '99+' : unread ? `${unread}` : ''
  }
  const host: Host = { root, button, base, key, data, badge }
  let loading: Promise<App> | undefined
  const app = () => {
    loading ??= import(/* @vite-ignore */ `${origin}/widget-app.js`).then(({ mount }) => mount(host))
    // A lost connection must not spoil the button for good.
    loading.catch(() => {
      loading = undefined
    })
    return loading
  }
  const then = (what: keyof App) => () => void app().then(loaded => loaded[what]())
  button.onclick = then('toggle')
  page.dragoman = { open: then('open'), close: then('close'), toggle: then('toggle') }

  const look = async () => {
    let token = ''
    try {
      token = JSON.parse(localStorage.getItem(key) ?? '{}').token ?? ''
    } catch {}
    const response = await fetch(
      `${base}/settings?language=${data.language ?? navigator.language}`,
      token ? { headers: { authorization: `Bearer ${token}` } } : {},
    )
    if (!response.ok) return
    const { accent, position, title, unread } = await response.json()
    element.style.setProperty('--accent', accent)
    // Dark words on a light accent: the weighted sum of the channels, 0 to 255.
    const [red, green, blue] = [1, 3, 5].map(at => Number.parseInt(accent.slice(at, at + 2), 16)) as [number, number, number]
    if (red * 0.3 + green * 0.59 + blue * 0.11 > 160) element.style.setProperty('--on', '#1c1b19')
    button.className = data.position ?? position
    button.setAttribute('aria-label', title)
    element.setAttribute('ready', '')
    badge(unread)
    if (unread) void app()
    // Whoever has written before may be answered while he looks around.
    else if (token) setTimeout(() => loading ?? void look().catch(() => {}), 30_000)
  }
  document.documentElement.append(element)
  // In the top layer nothing of the page lies over us, and no transform or filter of its reaches us.
  element.popover = 'manual'
  element.showPopover?.()
  void look().catch(() => {})
  if (data.open !== undefined) page.dragoman.open()
})()
