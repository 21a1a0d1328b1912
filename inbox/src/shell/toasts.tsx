/** Short messages after an act. Always holds: they stay 8 s at least, wait under the pointer or focus, and are spoken once. */
import { Button, CloseButton } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { create } from 'zustand'
import { makeId } from '../ids.ts'
import classes from './toasts.module.css'

export interface Toast {
  id: string
  text: string
  tone?: 'plain' | 'danger'
  action?: { label: string; perform: () => void }
  lastsMs: number
  at: number
}

/** How many stay in the list afterwards. */
const mostRecent = 40

const useToasts = create<{ toasts: readonly Toast[]; recent: readonly Toast[] }>(() => ({ toasts: [], recent: [] }))

export const useRecentToasts = () => useToasts(state => state.recent)

export function showToast(text: string, more: Partial<Omit<Toast, 'id' | 'text' | 'at'>> = {}): string {
  const id = makeId()
  const toast: Toast = { id, text, lastsMs: 8_000, at: Date.now(), ...more }
  useToasts.setState(state => ({ toasts: [...state.toasts.slice(-3), toast], recent: [toast, ...state.recent].slice(0, mostRecent) }))
  return id
}

export function hideToast(id: string): void {
  useToasts.setState(state => ({ toasts: state.toasts.filter(toast => toast.id !== id) }))
}

export function Toasts() {
  const toasts = useToasts(state => state.toasts)
  const { t } = useTranslation()
  return (
    <section className={classes.stack} aria-label={t('shell.toasts')} aria-live="polite" aria-relevant="additions">
      {toasts.map(toast => (
        <ToastView key={toast.id} toast={toast} />
      ))}
    </section>
  )
}

function ToastView({ toast }: { toast: Toast }) {
  const { t } = useTranslation()
  const [held, setHeld] = useState(false)
  const left = useRef(toast.lastsMs)
  useEffect(() => {
    if (held) return
    const startedAt = Date.now()
    const timer = setTimeout(() => hideToast(toast.id), left.current)
    return () => {
      clearTimeout(timer)
      left.current = Math.max(1_500, left.current - (Date.now() - startedAt))
    }
  }, [held, toast.id])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: holding the toast open is an addition; nothing is reached by it
    <div
      className={classes.toast}
      data-tone={toast.tone}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className={classes.text}>{toast.text}</span>
      {toast.action && (
        <Button
          size="compact-sm"
          variant="light"
          onClick={() => {
            hideToast(toast.id)
            toast.action?.perform()
          }}
        >
          {toast.action.label}
        </Button>
      )}
      <CloseButton size="md" aria-label={t('common.close')} onClick={() => hideToast(toast.id)} />
    </div>
  )
}
