/** The messages of a phone, newest at the end. Always holds: the newest message is in sight unless one reads above; a jump shows where it went. */
import type { PhoneMessage, PhoneView } from '@dragoman/channel-kit/simulator/types'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { dayName, t } from '../i18n.ts'
import type { ChannelView, PageAction } from '../wire.ts'
import { Welcome } from './entrance.tsx'
import { MessageRow } from './message.tsx'
import { rowsOf } from './rows.ts'

export function Thread({
  view,
  theme,
  round,
  open,
  openList,
  perform,
}: {
  view: PhoneView
  theme: ChannelView['theme']
  /** Rises when the customer has done something: the thread then goes to its end. */
  round: number
  open(message: PhoneMessage): void
  openList(message: PhoneMessage): void
  perform(action: PageAction): Promise<boolean>
}) {
  const box = useRef<HTMLDivElement>(null)
  const follows = useRef(true)
  const rows = useMemo(() => rowsOf(view.messages), [view.messages])
  const end = useRef(0)
  const toEnd = () => {
    if (!box.current || !follows.current) return
    const last = box.current.querySelector<HTMLElement>('.message:last-child')
    // What is longer than the screen is read from its beginning.
    const isLong = last !== null && last.offsetHeight > box.current.clientHeight
    box.current.scrollTop = isLong ? last.offsetTop - 8 : box.current.scrollHeight
    end.current = box.current.scrollTop
  }
  useLayoutEffect(toEnd, [view.messages])
  useLayoutEffect(() => {
    follows.current = true
    toEnd()
  }, [round])
  useEffect(() => {
    const observer = new ResizeObserver(toEnd)
    if (box.current) {
      observer.observe(box.current)
      if (box.current.firstElementChild) observer.observe(box.current.firstElementChild)
    }
    return () => observer.disconnect()
  }, [])
  const jump = (id: string) => {
    const element = box.current?.querySelector(`[data-message="${CSS.escape(id)}"]`)
    element?.scrollIntoView({ block: 'center' })
    element?.animate([{ opacity: 0.4 }, { opacity: 1 }], { duration: 600 })
  }
  return (
    <div
      class="thread"
      ref={box}
      role="log"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={t('thread', { account: view.accountName })}
      onScroll={event => {
        const { scrollTop, scrollHeight, clientHeight } = event.currentTarget
        follows.current = scrollHeight - scrollTop - clientHeight < 40 || Math.abs(scrollTop - end.current) < 2
      }}
    >
      <div class="thread-rows">
        {rows.length === 0 && <Welcome view={view} perform={perform} />}
        {rows.map(row =>
          row.kind === 'day' ? (
            <div class="day" key={`day ${row.at}`}>
              <span>{dayName(row.at)}</span>
            </div>
          ) : (
            <MessageRow
              key={row.messages[0].id}
              row={row}
              theme={theme}
              businessName={view.accountName}
              find={id => view.messages.find(message => message.id === id)}
              open={open}
              openList={openList}
              press={(message, at, column) => void perform({ act: 'press', messageId: message.id, row: at, column })}
              vote={(message, options) => void perform({ act: 'vote', messageId: message.id, options })}
              jump={jump}
            />
          ),
        )}
      </div>
    </div>
  )
}
