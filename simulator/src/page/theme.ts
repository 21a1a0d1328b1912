/** Light or dark: the member's own setting, else the system's; the button on this page overrides it here. Always holds: `data-theme` on the root element says which. */
import { useEffect, useState } from 'preact/hooks'

export type Scheme = 'light' | 'dark'
type Wish = Scheme | 'auto'

const key = 'dragoman-simulator-theme'
const system = matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()
let member: Wish = 'auto'

function own(): Wish | undefined {
  const kept = localStorage.getItem(key)
  return kept === 'light' || kept === 'dark' ? kept : undefined
}

/** What is shown now. */
export function scheme(): Scheme {
  const wish = own() ?? member
  return wish === 'auto' ? (system.matches ? 'dark' : 'light') : wish
}

function apply(): void {
  document.documentElement.dataset.theme = scheme()
  for (const listener of listeners) listener()
}

export function startTheme(): void {
  apply()
  system.addEventListener('change', apply)
}

/** The member's setting, known after the session is. */
export function followMember(wish: Wish): void {
  member = wish
  apply()
}

export function switchTheme(): void {
  localStorage.setItem(key, scheme() === 'dark' ? 'light' : 'dark')
  apply()
}

export function useScheme(): Scheme {
  const [shown, setShown] = useState(scheme)
  useEffect(() => {
    const listener = () => setShown(scheme())
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }, [])
  return shown
}
