/** Light, dark, as the system: the next one, kept with my settings. */
import { call } from '../client.ts'
import { changeInbox, desk } from '../store/desk.ts'

type Theme = 'light' | 'dark' | 'auto'
let apply: ((theme: Theme) => void) | undefined

/** The shell hands over how Mantine changes its scheme. */
export function onTheme(change: (theme: Theme) => void): void {
  apply = change
}

export function setTheme(theme: Theme): void {
  apply?.(theme)
  if (!desk().inbox) return
  changeInbox(state => ({ ...state, me: { ...state.me, theme } }))
  call('updateMe', { body: { theme } }).catch(() => undefined)
}

export function cycleTheme(): void {
  const dark = document.documentElement.getAttribute('data-mantine-color-scheme') === 'dark'
  setTheme(dark ? 'light' : 'dark')
}
