/** What slides up over a phone: a menu, a list, a form. Always holds: the focus goes in, stays in, and returns; Escape and the shade close it. */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../i18n.ts'
import { Icon, type IconName } from '../pieces/icons.tsx'

export function Sheet({ title, close, children }: { title: string; close: () => void; children: ComponentChildren }) {
  const panel = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const opener = document.activeElement instanceof HTMLElement ? document.activeElement : undefined
    panel.current?.querySelector<HTMLElement>('[data-first], .sheet-row, .kind')?.focus({ preventScroll: true })
    return () => opener?.focus({ preventScroll: true })
  }, [])
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation()
      return close()
    }
    const stops = [...(panel.current?.querySelectorAll<HTMLElement>('button:not(:disabled), input, textarea, select, a[href]') ?? [])]
    const at = stops.indexOf(document.activeElement as HTMLElement)
    const isField = document.activeElement instanceof HTMLInputElement || document.activeElement instanceof HTMLTextAreaElement
    const move =
      event.key === 'Tab'
        ? event.shiftKey
          ? -1
          : 1
        : !isField && event.key === 'ArrowDown'
          ? 1
          : !isField && event.key === 'ArrowUp'
            ? -1
            : 0
    if (move === 0) return
    event.preventDefault()
    stops[(at + move + stops.length) % stops.length]?.focus()
  }
  return (
    <div class="sheet-layer">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the shade is a convenience; Escape and the button close too */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: as above */}
      <div class="sheet-shade" onClick={close} />
      <div class="sheet" ref={panel} role="dialog" aria-modal="true" aria-label={title} onKeyDown={keys}>
        <div class="sheet-head">
          <h3>{title}</h3>
          <button type="button" class="round-button" onClick={close} aria-label={t('close')}>
            <Icon name="close" size={18} />
          </button>
        </div>
        <div class="sheet-body">{children}</div>
      </div>
    </div>
  )
}

export function SheetRow({
  icon,
  label,
  note,
  danger,
  pressed,
  onPress,
}: {
  icon?: IconName
  label: string
  note?: string | undefined
  danger?: boolean
  pressed?: boolean
  onPress: () => void
}) {
  return (
    <button type="button" class={`sheet-row ${danger ? 'danger' : ''}`} aria-pressed={pressed} onClick={onPress}>
      {icon && <Icon name={icon} />}
      <span>
        <span>{label}</span>
        {note && <small>{note}</small>}
      </span>
      {pressed !== undefined && <span class={`switch ${pressed ? 'on' : ''}`} aria-hidden="true" />}
    </button>
  )
}
