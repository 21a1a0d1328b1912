/** The rows of the list: virtual, walked by keys, chosen one by one, by span or all. */
import { Button, Skeleton } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconInbox } from '../icons.ts'
import { EmptyState } from '../pieces/empty-state.tsx'
import { Later } from '../pieces/later.tsx'
import { useTeams } from '../store/catalogues.ts'
import { useDesk, useInbox } from '../store/desk.ts'
import { createRowsReader } from '../store/list-rows.ts'
import { inboxViews, type ListFilters, listKey, loadList, teamsFor } from '../store/lists.ts'
import { useNow } from '../store/now.ts'
import { chooseAll, chooseRange, toggleChosen, useSelection } from '../store/selection.ts'
import { openThread } from '../store/threads.ts'
import { ConversationRow } from './conversation-row.tsx'
import classes from './list.module.css'

export function Rows({ filters, ready, conversationId }: { filters: ListFilters; ready: boolean; conversationId: string | undefined }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const range = useDesk(state => state.lists[listKey(filters)])
  const conversations = useInbox(state => state.conversations)
  const reads = useInbox(state => state.reads)
  const drafts = useInbox(state => state.drafts)
  const me = useInbox(state => state.me)
  const mentions = useInbox(state => state.mentions)
  const teams = useTeams()
  const chosenIds = useSelection(state => state.ids)
  const choosing = useSelection(state => state.choosing)
  // A promise runs out while one looks: the row moves when the clock says so.
  const tick = useNow()
  const timed = filters.filter.due === undefined ? 0 : tick
  const [readRows] = useState(createRowsReader)
  const current = useMemo(
    () => ({ state: { conversations, reads, drafts, mentions, me }, filters, edge: range?.edge ?? null, conversationId }),
    [conversations, reads, drafts, mentions, me, filters, range?.edge, conversationId],
  )
  const rows = useMemo(
    () => (ready ? readRows(current.state, current.filters, current.edge, current.conversationId, teamsFor(current.filters)) : []),
    [current, ready, teams, timed, readRows],
  )
  const scroller = useRef<HTMLDivElement>(null)
  const rowHeight = me.density === 'compact' ? 56 : 76
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: index => rows[index]?.id ?? index,
    overscan: 6,
  })
  useEffect(() => virtual.measure(), [rowHeight, virtual])
  const chosen = rows.findIndex(row => row.id === conversationId)
  const chosenId = rows[chosen]?.id
  useEffect(() => {
    if (chosen >= 0) virtual.scrollToIndex(chosen, { align: 'auto' })
  }, [chosenId])
  // Neighbours are loaded ahead, so that J and K find them in memory.
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const neighbour of [rows[chosen + 1], rows[chosen - 1], rows[chosen + 2]])
        if (neighbour && (chosen >= 0 || rows.length > 0)) void openThread(neighbour.id).catch(() => undefined)
    }, 250)
    return () => clearTimeout(timer)
  }, [chosenId, rows.length > 0])
  const items = virtual.getVirtualItems()
  const lastShown = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (range?.next && !range.loading && lastShown >= rows.length - 12) void loadList(filters, true)
  }, [lastShown, rows.length, range?.next, range?.loading, filters])
  const { view } = filters
  const order = useRef<readonly string[]>([])
  order.current = rows.map(row => row.id)
  const open = useCallback(
    (id: string, keys?: { ctrl: boolean; shift: boolean }) => {
      if (keys?.shift) return chooseRange(order.current, id, conversationId)
      if (keys?.ctrl || choosing) return toggleChosen(id)
      void navigate({
        to: '/inbox/$view/$conversationId',
        params: { view, conversationId: id },
        search: previous => ({ ...previous, message: undefined, pane: undefined }),
      })
    },
    [navigate, view, choosing, conversationId],
  )
  const step = (by: number) => {
    const next = rows[Math.min(rows.length - 1, Math.max(0, chosen + by))]
    if (next)
      void navigate({
        to: '/inbox/$view/$conversationId',
        params: { view, conversationId: next.id },
        search: previous => ({ ...previous, message: undefined }),
      })
  }
  if (rows.length === 0)
    return <EmptyList filters={filters} failed={range?.failed} loading={!ready || range === undefined || range.loading} />
  return (
    <div
      ref={scroller}
      className={classes.scroller}
      role="listbox"
      aria-label={t('list.conversations')}
      aria-multiselectable={choosing || undefined}
      tabIndex={0}
      aria-activedescendant={chosenId ? `row-${chosenId}` : undefined}
      onKeyDown={event => {
        if (event.altKey) return
        if ((event.ctrlKey || event.metaKey) && event.code === 'KeyA') chooseAll(order.current)
        else if (event.ctrlKey || event.metaKey) return
        else if (event.key === ' ' && chosenId) toggleChosen(chosenId)
        else if (event.shiftKey && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
          const next = rows[chosen + (event.key === 'ArrowDown' ? 1 : -1)]
          if (next) chooseRange(order.current, next.id, conversationId)
          step(event.key === 'ArrowDown' ? 1 : -1)
        } else if (event.key === 'ArrowDown') step(1)
        else if (event.key === 'ArrowUp') step(-1)
        else if (event.key === 'Home') step(-rows.length)
        else if (event.key === 'End') step(rows.length)
        else if (event.key === 'Enter' && chosenId) document.getElementById('composer')?.focus()
        else return
        event.preventDefault()
      }}
    >
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="presentation">
        {items.map(item => {
          const row = rows[item.index]
          return (
            row && (
              <div
                key={item.key}
                role="presentation"
                className={classes.slot}
                style={{ transform: `translateY(${item.start}px)`, height: item.size }}
              >
                <ConversationRow
                  conversation={row}
                  chosen={row.id === conversationId}
                  picked={choosing ? chosenIds.includes(row.id) : undefined}
                  position={item.index + 1}
                  total={range?.next ? -1 : rows.length}
                  compact={me.density === 'compact'}
                  onOpen={open}
                />
              </div>
            )
          )
        })}
      </div>
    </div>
  )
}

function EmptyList({ filters, loading, failed }: { filters: ListFilters; loading: boolean; failed?: boolean }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const connected = useInbox(state => Object.keys(state.accounts).length > 0)
  if (failed) {
    return (
      <EmptyState title={t('list.failed')} text={t('list.failedText')}>
        <Button variant="default" onClick={() => void loadList(filters)}>
          {t('common.tryAgain')}
        </Button>
      </EmptyState>
    )
  }
  if (loading) {
    return (
      <Later>
        <div className={classes.skeletons} aria-hidden="true">
          {['a', 'b', 'c', 'd', 'e', 'f'].map(key => (
            <div key={key} className={classes.skeleton}>
              <Skeleton circle height={40} />
              <div>
                <Skeleton height={12} width="55%" mb={10} />
                <Skeleton height={10} width="85%" />
              </div>
            </div>
          ))}
        </div>
      </Later>
    )
  }
  if (Object.keys(filters.extra).length > 0) {
    return (
      <EmptyState title={t('list.nothingFiltered')} text={t('list.nothingFilteredText')}>
        <Button variant="default" onClick={() => navigate({ to: '.', search: {} as never })}>
          {t('list.clearFilters')}
        </Button>
      </EmptyState>
    )
  }
  if (filters.view !== 'all') {
    const known = (inboxViews as readonly string[]).includes(filters.view) ? filters.view : 'saved'
    return (
      <EmptyState title={t(`list.empty.${known}`)} text={t(`list.emptyText.${known}`)}>
        <Button variant="default" component={Link} to="/inbox/all">
          {t('list.showAll')}
        </Button>
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon={<IconInbox size={36} stroke={1.4} />}
      title={t('list.empty.all')}
      text={t(connected ? 'list.emptyText.all' : 'list.emptyText.unconnected')}
    >
      <Button component={Link} to={connected ? '/accounts' : '/accounts/new'}>
        {t(connected ? 'list.toAccounts' : 'actions.connect.label')}
      </Button>
    </EmptyState>
  )
}
