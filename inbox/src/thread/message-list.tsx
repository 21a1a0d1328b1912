/**
 * The messages of a thread, virtual and anchored at the end. Always holds: nothing moves what is being read; at the bottom the view follows.
 * It opens at the first unread message with a «New» divider, or at the end.
 */
import { type ConversationView, unreadCount } from '@dragoman/api'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconArrowDown } from '../icons.ts'
import { useUi } from '../shell/ui.ts'
import { announce, onEvents, useDesk, useInbox } from '../store/desk.ts'
import { useOutbox } from '../store/outbox.ts'
import { loadNewer, loadOlder, markRead, reachDay, reachMessage, returnToEnd } from '../store/threads.ts'
import { usePreview } from '../text/preview.ts'
import { DayRow, NewRow, StartRow, TrailRow } from './marker-rows.tsx'
import { MessageRow, OutboxRow } from './message-row.tsx'
import { firstUnread, type ThreadRow, threadRows } from './rows.ts'
import classes from './thread.module.css'

const none: readonly never[] = []

export function MessageList({ conversation, messageId }: { conversation: ConversationView; messageId: string | undefined }) {
  const { t } = useTranslation()
  const { id } = conversation
  const messages = useInbox(state => state.messages[id] ?? none)
  const range = useDesk(state => state.ranges[id])
  const unread = useInbox(state => unreadCount(conversation, state.reads[id]))
  const allWaiting = useOutbox(state => state.entries)
  const outbox = useMemo(() => allWaiting.filter(entry => entry.conversationId === id), [allWaiting, id])
  const [firstUnreadId] = useState(() => firstUnread(messages, unread))
  const rows = useMemo(
    () => threadRows(messages, { firstUnreadId, outbox, hasOlder: range?.hasOlder }),
    [messages, firstUnreadId, outbox, range?.hasOlder],
  )
  const scroller = useRef<HTMLDivElement>(null)
  const [flashed, setFlashed] = useState<string>()
  const [atEnd, setAtEnd] = useState(true)
  const [seenLast, setSeenLast] = useState<string | undefined>(messages.at(-1)?.id)
  const settled = useRef(false)
  const preview = usePreview()

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: index => estimate(rows[index]?.kind),
    getItemKey: useCallback((index: number) => rows[index]?.key ?? index, [rows]),
    overscan: 8,
    // Begins where it will stand, so that rows of the far end are not drawn for nothing.
    initialOffset: () => rows.slice(0, startAt(rows)).reduce((sum, row) => sum + estimate(row.kind), 0),
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: 60,
    paddingStart: 12,
    paddingEnd: 12,
    useAnimationFrameWithResizeObserver: false,
    onChange: instance => setAtEnd(instance.getDistanceFromEnd() < 60),
  })

  useLayoutEffect(() => {
    if (settled.current || rows.length === 0) return
    settled.current = true
    const divider = rows.findIndex(row => row.kind === 'new')
    if (divider > 0) virtual.scrollToIndex(Math.max(0, divider - 1), { align: 'start' })
    else virtual.scrollToEnd()
  }, [rows, virtual])

  // The composer grows and shrinks: who stood at the end stays there.
  const standing = useRef(true)
  standing.current = atEnd
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    let height = element.clientHeight
    const observer = new ResizeObserver(() => {
      if (element.clientHeight !== height && standing.current && settled.current) virtual.scrollToEnd()
      height = element.clientHeight
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [virtual])

  const jumpTo = useCallback(
    async (target: string) => {
      if (!(await reachMessage(id, target))) return
      settled.current = true
      setFlashed(undefined)
      requestAnimationFrame(() => setFlashed(target))
    },
    [id],
  )
  useEffect(() => {
    if (messageId) void jumpTo(messageId)
  }, [messageId, jumpTo])
  useEffect(() => {
    if (!flashed) return
    const index = rows.findIndex(
      row => row.kind === 'message' && (row.message.id === flashed || row.albumTail?.some(message => message.id === flashed)),
    )
    if (index >= 0) virtual.scrollToIndex(index, { align: 'center' })
    const timer = setTimeout(() => setFlashed(undefined), 2_400)
    return () => clearTimeout(timer)
  }, [flashed])

  const items = virtual.getVirtualItems()
  const firstShown = items[0]?.index ?? 0
  const lastShown = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (!settled.current || !range || range.loading) return
    if (range.hasOlder && firstShown < 12) void loadOlder(id)
    else if (range.hasNewer && lastShown > rows.length - 12) void loadNewer(id)
  }, [firstShown, lastShown, rows.length, range, id])

  // What stands on the screen at the end is read, once the person looks at this window.
  const lastId = messages.at(-1)?.id
  useEffect(() => {
    if (!atEnd || range?.hasNewer) return
    setSeenLast(lastId)
    const read = () => {
      if (!document.hidden && document.hasFocus()) markRead(id, conversation.inboundCount)
    }
    const timer = setTimeout(read, 350)
    window.addEventListener('focus', read)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('focus', read)
    }
  }, [atEnd, lastId, conversation.inboundCount, id, range?.hasNewer])
  const newBelow = useMemo(() => {
    const at = messages.findIndex(message => message.id === seenLast)
    return at < 0 ? 0 : messages.slice(at + 1).filter(message => message.direction === 'in').length
  }, [messages, seenLast])

  useEffect(
    () =>
      onEvents(events => {
        const came = events
          .filter(event => event.kind === 'message.created')
          .map(event => event.message)
          .filter(message => message.conversationId === id && message.direction === 'in')
        const last = came.at(-1)
        if (last) announce(t('thread.cameIn', { name: last.author.name, text: preview(last.body.content) }))
      }),
    [id, preview, t],
  )

  const toEnd = useCallback(async () => {
    await returnToEnd(id).catch(() => undefined)
    requestAnimationFrame(() => virtual.scrollToEnd())
  }, [id, virtual])
  const endAsked = useUi(state => state.toEndAsked)
  const endSeen = useRef(endAsked)
  useEffect(() => {
    if (endAsked === endSeen.current) return
    endSeen.current = endAsked
    void toEnd()
  }, [endAsked, toEnd])
  // My own message is always seen: sending goes to the end.
  const waiting = outbox.length
  const waitingBefore = useRef(waiting)
  useLayoutEffect(() => {
    if (waiting > waitingBefore.current) void toEnd()
    waitingBefore.current = waiting
  }, [waiting, toEnd])

  const jumpToDay = useCallback(
    async (at: number) => {
      const found = await reachDay(id, at).catch(() => undefined)
      if (found) void jumpTo(found)
    },
    [id, jumpTo],
  )

  return (
    <div className={classes.listFrame}>
      <div
        ref={scroller}
        className={classes.scroller}
        role="log"
        aria-live="off"
        aria-label={t('thread.messagesWith', { name: conversation.contact.name })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        data-thread
      >
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          <div className={classes.rows} style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}>
            {items.map(item => {
              const row = rows[item.index]
              if (!row) return null
              return (
                <div key={item.key} data-index={item.index} ref={virtual.measureElement} className={classes.slot}>
                  {row.kind === 'start' && <StartRow conversation={conversation} />}
                  {row.kind === 'day' && <DayRow at={row.at} onJump={jumpToDay} />}
                  {row.kind === 'new' && <NewRow />}
                  {row.kind === 'trail' && <TrailRow messages={row.messages} />}
                  {row.kind === 'message' && (
                    <MessageRow row={row} conversation={conversation} flashed={flashed === row.message.id} onJump={jumpTo} />
                  )}
                  {row.kind === 'outbox' && <OutboxRow entry={row.entry} first={row.first} conversation={conversation} />}
                </div>
              )
            })}
          </div>
        </div>
      </div>
      {(!atEnd || range?.hasNewer) && (
        <button
          type="button"
          className={classes.toEnd}
          data-new={newBelow > 0}
          onClick={() => void toEnd()}
          aria-label={newBelow > 0 ? t('thread.newBelow', { count: newBelow }) : t('actions.toEnd.label')}
        >
          <IconArrowDown size={18} aria-hidden="true" />
          {newBelow > 0 && <span>{t('thread.newBelow', { count: newBelow })}</span>}
        </button>
      )}
    </div>
  )
}

/** The row to open at: the divider's, else the last screen. */
function startAt(rows: readonly ThreadRow[]): number {
  const divider = rows.findIndex(row => row.kind === 'new')
  return divider > 0 ? divider - 1 : Math.max(0, rows.length - 9)
}

function estimate(kind: string | undefined): number {
  return kind === 'day' || kind === 'new' ? 44 : kind === 'start' ? 72 : 68
}
