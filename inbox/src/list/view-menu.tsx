/** Which view the list shows: built-in ones and saved ones, each with its count; saved ones can be moved, changed and deleted. */
import type { SavedView } from '@dragoman/api'
import { ActionIcon, Menu, UnstyledButton } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { type DragEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { IconArrowDown, IconArrowUp, IconCheck, IconChevronDown, IconTrash, IconUsers } from '../icons.ts'
import { queryClient } from '../query-client.ts'
import { useSavedViews } from '../store/catalogues.ts'
import { useDesk, useInbox } from '../store/desk.ts'
import { inboxViews, type ListFilters } from '../store/lists.ts'
import classes from './list.module.css'

export function ViewMenu({ filters }: { filters: ListFilters }) {
  const { t } = useTranslation()
  const counts = useDesk(state => state.counts)
  const saved = useSavedViews()
  const own = saved.find(view => view.id === filters.view)
  return (
    <Menu position="bottom-start" width={288}>
      <Menu.Target>
        <UnstyledButton className={classes.viewButton}>
          <h1 className={classes.viewName}>{own?.name ?? t(`views.${filters.view}`, { defaultValue: t('views.all') })}</h1>
          <span className={classes.viewCount}>{figure(counts[filters.view])}</span>
          <span className="visually-hidden">{t('list.otherView')}</span>
          <IconChevronDown size={16} aria-hidden="true" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown mah="min(70vh, 640px)" style={{ overflowY: 'auto' }}>
        {inboxViews
          .filter(one => shown(one, filters.view, counts))
          .map(one => (
            <Menu.Item
              key={one}
              component={Link}
              to={`/inbox/${one}`}
              aria-current={one === filters.view ? 'true' : undefined}
              rightSection={<span className={classes.menuCount}>{figure(counts[one]) || 0}</span>}
              leftSection={one === filters.view ? <IconCheck size={16} /> : <span className={classes.menuGap} />}
            >
              {t(`views.${one}`)}
            </Menu.Item>
          ))}
        {saved.length > 0 && <Menu.Label>{t('order.savedViews')}</Menu.Label>}
        <SavedRows saved={saved} current={filters.view} counts={counts} />
      </Menu.Dropdown>
    </Menu>
  )
}

/** Views that many firms never need are there only when something lies in them. */
function shown(one: string, current: string, counts: Readonly<Record<string, number>>): boolean {
  return (one !== 'comments' && one !== 'requests') || one === current || (counts[one] ?? 0) > 0
}

/** The hub counts to ten thousand. */
export function figure(count: number | undefined): string {
  return count === undefined ? '' : count >= 10_000 ? '9999+' : String(count)
}

function SavedRows({ saved, current, counts }: { saved: readonly SavedView[]; current: string; counts: Readonly<Record<string, number>> }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const manages = useInbox(state => state.me.rights.includes('desk.manage'))
  const [over, setOver] = useState<string>()
  const refresh = () => queryClient.invalidateQueries({ queryKey: ['catalogue', 'views'] })
  const move = (view: SavedView, after: string | null) =>
    void call('updateView', { params: { viewId: view.id }, body: { version: view.version, after } }).then(refresh, error => {
      tellProblem(error)
      void refresh()
    })
  const remove = (view: SavedView) =>
    void call('deleteView', { params: { viewId: view.id } }).then(() => {
      void refresh()
      if (current === view.id) void navigate({ to: '/inbox/$view', params: { view: 'all' } })
    }, tellProblem)
  const drop = (event: DragEvent, index: number) => {
    event.preventDefault()
    setOver(undefined)
    const view = saved.find(one => one.id === event.dataTransfer.getData('text/plain'))
    if (view) move(view, saved.filter(one => one.id !== view.id)[index - 1]?.id ?? null)
  }
  return saved.map((view, index) => {
    const may = !view.shared || manages
    return (
      // biome-ignore lint/a11y/noStaticElementInteractions: dragging is an addition, the buttons move it too
      <div
        key={view.id}
        role="presentation"
        className={classes.savedRow}
        data-over={over === view.id}
        draggable={may}
        onDragStart={event => event.dataTransfer.setData('text/plain', view.id)}
        onDragOver={event => {
          event.preventDefault()
          setOver(view.id)
        }}
        onDragLeave={() => setOver(undefined)}
        onDrop={event => drop(event, index)}
      >
        <Menu.Item
          component={Link}
          to={`/inbox/${view.id}`}
          aria-current={view.id === current ? 'true' : undefined}
          leftSection={view.id === current ? <IconCheck size={16} /> : <span className={classes.menuGap} />}
          rightSection={<span className={classes.menuCount}>{figure(counts[view.id]) || 0}</span>}
        >
          <bdi className={classes.savedName}>{view.name}</bdi>
          {view.shared && <IconUsers size={13} aria-label={t('order.shared')} className={classes.sharedMark} />}
        </Menu.Item>
        {may && (
          <span className={classes.savedTools}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={24}
              disabled={index === 0}
              aria-label={t('order.moveUp', { name: view.name })}
              onClick={() => move(view, saved[index - 2]?.id ?? null)}
            >
              <IconArrowUp size={14} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={24}
              disabled={index === saved.length - 1}
              aria-label={t('order.moveDown', { name: view.name })}
              onClick={() => move(view, saved[index + 1]?.id ?? null)}
            >
              <IconArrowDown size={14} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={24}
              aria-label={t('order.deleteView', { name: view.name })}
              onClick={() => remove(view)}
            >
              <IconTrash size={14} />
            </ActionIcon>
          </span>
        )}
      </div>
    )
  })
}
