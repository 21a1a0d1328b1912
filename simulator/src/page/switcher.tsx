/** The way to a phone where many stand side by side: one press for each. Always holds: it says which phone is in sight, by look and for screen readers. */
import type { PhoneView } from '@dragoman/channel-kit/simulator/types'
import type { ComponentChildren, RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { t } from './i18n.ts'
import { Badge } from './pieces/icons.tsx'
import type { ChannelView } from './wire.ts'

export interface SwitcherProps {
  phones: readonly { channel: ChannelView; view: PhoneView; id: string }[]
  shown: string | undefined
  choose(id: string): void
  children?: ComponentChildren
}

export function Switcher({ phones, shown, choose, children }: SwitcherProps) {
  const bar = useRef<HTMLElement>(null)
  useEffect(() => {
    const current = bar.current?.querySelector<HTMLElement>('[aria-current="true"]')
    if (!bar.current || !current) return
    const { offsetLeft, offsetWidth } = current
    bar.current.scrollLeft = offsetLeft - (bar.current.clientWidth - offsetWidth) / 2
  }, [shown, phones.length])
  return (
    <nav class="switcher" ref={bar} aria-label={t('phones')}>
      {phones.map(({ channel, view, id }) => (
        <button
          key={id}
          type="button"
          aria-current={id === shown}
          title={`${view.customerName} · ${view.accountName}`}
          onClick={() => choose(id)}
        >
          <Badge badge={channel.badge} size={16} />
          {view.customerName}
          <span class="hidden-words">, {view.accountName}</span>
        </button>
      ))}
      {children}
    </nav>
  )
}

/** The phone nearest to the middle of the shelf. */
export function useInSight(shelf: RefObject<HTMLElement | null>, isNarrow: boolean, ids: readonly string[]): string | undefined {
  const [shown, setShown] = useState<string>()
  const known = ids.join('\n')
  useEffect(() => {
    const element = shelf.current
    if (!element || isNarrow) return
    let frame = 0
    const look = () => {
      frame = 0
      const { left, width } = element.getBoundingClientRect()
      const reach = element.scrollWidth - element.clientWidth
      // At the ends the outermost phone counts, though it never comes to the middle.
      const aim = left + (reach > 0 ? (element.scrollLeft / reach) * width : width / 2)
      const distances = known.split('\n').flatMap(id => {
        const box = document.getElementById(id)?.getBoundingClientRect()
        return box ? [{ id, distance: Math.max(box.left - aim, aim - box.right, 0) }] : []
      })
      setShown(distances.sort((a, b) => a.distance - b.distance)[0]?.id)
    }
    const later = () => {
      frame ||= requestAnimationFrame(look)
    }
    look()
    element.addEventListener('scroll', later, { passive: true })
    const observer = new ResizeObserver(later)
    observer.observe(element)
    return () => {
      cancelAnimationFrame(frame)
      element.removeEventListener('scroll', later)
      observer.disconnect()
    }
  }, [known, isNarrow])
  return shown
}
