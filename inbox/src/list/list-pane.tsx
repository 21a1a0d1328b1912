/** The list: views with counts, filters, and a virtual listbox of conversations; what is chosen in it is changed together. */
import { ActionIcon } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { IconSearch, IconSelectAll } from '../icons.ts'
import { whenNeeded } from '../pieces/when-needed.ts'
import { useUi } from '../shell/ui.ts'
import type { ListFilters } from '../store/lists.ts'
import { chooseNone, useSelection } from '../store/selection.ts'
import { Checklist } from './checklist.tsx'
import { FilterChips, FilterMenu } from './filters.tsx'
import classes from './list.module.css'
import { Rows } from './rows.tsx'
import { ViewMenu } from './view-menu.tsx'

const BulkBar = lazy(whenNeeded(() => import('./bulk-bar.tsx').then(module => ({ default: module.BulkBar }))))

export function ListPane({ filters, ready, conversationId }: { filters: ListFilters; ready: boolean; conversationId: string | undefined }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const searchAsked = useUi(state => state.searchAsked)
  const choosing = useSelection(state => state.choosing)
  const seen = useRef(searchAsked)
  useEffect(() => {
    if (searchAsked === seen.current) return
    seen.current = searchAsked
    void navigate({ to: '.', search: previous => ({ ...previous, q: '' }) })
  }, [searchAsked, navigate])
  // Another list: what was chosen in the one before is no longer meant.
  useEffect(() => chooseNone, [filters.view])
  return (
    <>
      <header className={classes.head}>
        <ViewMenu filters={filters} />
        <ActionIcon
          variant={choosing ? 'light' : 'subtle'}
          color={choosing ? 'teal' : 'gray'}
          size={36}
          aria-label={t('order.choose')}
          aria-pressed={choosing}
          title={t('order.chooseHint')}
          onClick={() => (choosing ? chooseNone() : useSelection.setState({ choosing: true }))}
        >
          <IconSelectAll size={19} />
        </ActionIcon>
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
      {choosing && (
        <Suspense fallback={null}>
          <BulkBar filters={filters} />
        </Suspense>
      )}
      {!choosing && <Checklist />}
      <Rows filters={filters} ready={ready} conversationId={conversationId} />
    </>
  )
}
