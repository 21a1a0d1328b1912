/** The keyboard: finds the action of a pressed key. Always holds: single letters never act while a field has the focus or a dialog is open. */
import { useEffect, useRef } from 'react'
import { type ActionContext, actions, matches } from './registry.ts'

function inField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
}

export function useHotkeys(context: () => ActionContext): void {
  const read = useRef(context)
  read.current = context
  useEffect(() => {
    let before: string | undefined
    let beforeAt = 0
    // Asked before anybody acts on the key: Esc may have closed what was open by the time it comes to us.
    let covered = false
    const ahead = () => {
      covered = document.querySelector('[role="dialog"], [role="menu"]') !== null
    }
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.repeat) return
      const typing = inField(event.target)
      const after = before && Date.now() - beforeAt < 1_200 ? before : undefined
      const now = read.current()
      const fits = (first: string | undefined) =>
        actions.find(
          action =>
            action.shortcuts?.some(shortcut => matches(shortcut, event, first) && (!typing || shortcut.inFields)) &&
            (action.available?.(now) ?? true),
        )
      const found = covered ? undefined : (after && fits(after)) || fits(undefined)
      before = undefined
      if (found) {
        event.preventDefault()
        found.perform(now)
      } else if (event.code === 'KeyG' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        before = 'KeyG'
        beforeAt = Date.now()
      }
    }
    window.addEventListener('keydown', ahead, { capture: true })
    window.addEventListener('keydown', pressed)
    return () => {
      window.removeEventListener('keydown', ahead, { capture: true })
      window.removeEventListener('keydown', pressed)
    }
  }, [])
}
