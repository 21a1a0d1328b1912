/** The list: views with counts, filters, and a virtual listbox of conversations. */

import type { InboxView } from '@dragoman/api'
import { ActionIcon, Button, Menu, Skeleton, UnstyledButton } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { IconCheck, IconChevronDown, IconFilter, IconInbox, IconSearch, IconX } from '../icons.ts'
import { ChannelBadge } from '../pieces/channel-badge.tsx'
import { EmptyState } from '../pieces/empty-state.tsx'
import { Later } from '../pieces/later.tsx'
import { useUi } from '../shell/ui.ts'
import { useDesk, useInbox } from '../store/desk.ts'
import { inboxViews, type ListFilters, listKey, loadList, rowsOf } from '../store/lists.ts'
import { openThread } from '../store/threads.ts'
import { Checklist } from './checklist.tsx'
import { ConversationRow } from './conversation-row.tsx'
import classes from './list.module.css'

export function ListPane({ filters, conversationId }: { filters: ListFilters; conversationId: string | undefined }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const searchAsked = useUi(state => state.searchAsked)
  const seen = useRef(searchAsked)
  useEffect(() => {
    if (searchAsked === seen.current) return
    seen.current = searchAsked
    void navigate({ to: '.', search: previous => ({ ...previous, q: '' }) })
  }, [searchAsked, navigate])
  return (
    <>
      <header className={classes.head}>
        <ViewMenu view={filters.view} />
        <FilterMenu filters={filters} />
        <ActionIcon
          variant="subtle"
          color="gray"
          size={36}
          aria-label={t('actions.search.label')}
          title={`${t('actions.search.label')} ( / )`}
          onClick={() => navigate({ to: '.', search: previous => ({ ...previous, q: '' }) })}
        >
          <IconSearch size={19} />
        </ActionIcon>
      </header>
      <FilterChips filters={filters} />
      <Checklist />
      <Rows filters={filters} conversationId={conversationId} />
    </>
  )
}

function ViewMenu({ view }: { view: InboxView }) {
  const { t } = useTranslation()
  const counts = useDesk(state => state.counts)
  return (
    <Menu position="bottom-start" width={260}>
      <Menu.Target>
        <UnstyledButton className={classes.viewButton}>
          <h1 className={classes.viewName}>{t(`views.${view}`)}</h1>
          <span className={classes.viewCount}>{counts[view] ?? ''}</span>
          <span className="visually-hidden">{t('list.otherView')}</span>
          <IconChevronDown size={16} aria-hidden="true" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {inboxViews.map(one => (
          <Menu.Item
            key={one}
            component={Link}
            to={`/inbox/${one}`}
            aria-current={one === view ? 'true' : undefined}
            rightSection={<span className={classes.menuCount}>{counts[one] ?? 0}</span>}
            leftSection={one === view ? <IconCheck size={16} /> : <span className={classes.menuGap} />}
          >
            {t(`views.${one}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function FilterMenu({ filters }: { filters: ListFilters }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const channels = useDesk(state => state.channels)
  const accounts = useInbox(state => state.accounts)
  const members = useInbox(state => state.members)
  const used = [...new Set(Object.values(accounts).map(account => account.channel))]
  const set = (part: { channel?: string; account?: string; assignee?: string }) =>
    void navigate({ to: '.', search: previous => ({ ...previous, ...part }) })
  const active = Boolean(filters.channel || filters.account || filters.assignee)
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <ActionIcon
          variant={active ? 'light' : 'subtle'}
          color={active ? 'teal' : 'gray'}
          size={36}
          aria-label={t('list.filter')}
          title={t('list.filter')}
        >
          <IconFilter size={19} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
        <Menu.Label>{t('list.byMessenger')}</Menu.Label>
        {used.map(channel => (
          <Menu.Item
            key={channel}
            onClick={() => set({ channel: filters.channel === channel ? undefined : channel })}
            rightSection={filters.channel === channel && <IconCheck size={16} />}
          >
            <ChannelBadge channel={channels[channel]} />
          </Menu.Item>
        ))}
        <Menu.Label>{t('list.byAccount')}</Menu.Label>
        {Object.values(accounts).map(account => (
          <Menu.Item
            key={account.id}
            onClick={() => set({ account: filters.account === account.id ? undefined : account.id })}
            leftSection={<ChannelBadge channel={channels[account.channel]} label="hidden" />}
            rightSection={filters.account === account.id && <IconCheck size={16} />}
          >
            {account.name}
          </Menu.Item>
        ))}
        <Menu.Label>{t('list.byMember')}</Menu.Label>
        {Object.values(members)
          .filter(member => member.active)
          .map(member => (
            <Menu.Item
              key={member.id}
              onClick={() => set({ assignee: filters.assignee === member.id ? undefined : member.id })}
              rightSection={filters.assignee === member.id && <IconCheck size={16} />}
            >
              {member.name}
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function FilterChips({ filters }: { filters: ListFilters }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const channel = useDesk(state => (filters.channel ? state.channels[filters.channel]?.badge.name : undefined))
  const account = useInbox(state => (filters.account ? state.accounts[filters.account]?.name : undefined))
  const member = useInbox(state => (filters.assignee ? state.members[filters.assignee]?.name : undefined))
  const chips = [
    { key: 'channel', name: channel },
    { key: 'account', name: account },
    { key: 'assignee', name: member },
  ].filter(chip => chip.name)
  if (chips.length === 0) return null
  return (
    <div className={classes.chips}>
      {chips.map(chip => (
        <button
          key={chip.key}
          type="button"
          className={classes.chip}
          aria-label={t('list.dropFilter', { name: chip.name })}
          onClick={() => navigate({ to: '.', search: previous => ({ ...previous, [chip.key]: undefined }) })}
        >
          {chip.name}
          <IconX size={14} aria-hidden="true" />
        </button>
      ))}
    </div>
  )
}

function Rows({ filters, conversationId }: { filters: ListFilters; conversationId: string | undefined }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const range = useDesk(state => state.lists[listKey(filters)])
  const conversations = useInbox(state => state.conversations)
  const reads = useInbox(state => state.reads)
  const drafts = useInbox(state => state.drafts)
  const me = useInbox(state => state.me)
  const rows = useMemo(
    () => rowsOf({ conversations, reads, drafts, me } as Parameters<typeof rowsOf>[0], filters, range?.floor ?? 0, conversationId),
    [conversations, reads, drafts, me, filters, range?.floor, conversationId],
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
  const open = useCallback(
    (id: string) =>
      void navigate({
        to: '/inbox/$view/$conversationId',
        params: { view, conversationId: id },
        search: previous => ({ ...previous, message: undefined, pane: undefined }),
      }),
    [navigate, view],
  )
  const step = (by: number) => {
    const next = rows[Math.min(rows.length - 1, Math.max(0, chosen + by))]
    if (next) open(next.id)
  }
  if (rows.length === 0) return <EmptyList filters={filters} failed={range?.failed} loading={range === undefined || range.loading} />
  return (
    <div
      ref={scroller}
      className={classes.scroller}
      role="listbox"
      aria-label={t('list.conversations')}
      tabIndex={0}
      aria-activedescendant={chosenId ? `row-${chosenId}` : undefined}
      onKeyDown={event => {
        if (event.altKey || event.ctrlKey || event.metaKey) return
        if (event.key === 'ArrowDown') step(1)
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
  if (filters.account || filters.channel || filters.assignee) {
    return (
      <EmptyState title={t('list.nothingFiltered')} text={t('list.nothingFilteredText')}>
        <Button variant="default" onClick={() => navigate({ to: '.', search: {} })}>
          {t('list.clearFilters')}
        </Button>
      </EmptyState>
    )
  }
  if (filters.view !== 'all') {
    return (
      <EmptyState title={t(`list.empty.${filters.view}`)} text={t(`list.emptyText.${filters.view}`)}>
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
