/** The inbox: list, thread and customer side by side; on a phone one of them at a time. The address says which. */
import { useMediaQuery } from '@mantine/hooks'
import { useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { CustomerPane } from './customer/customer-pane.tsx'
import classes from './inbox-page.module.css'
import { ListPane } from './list/list-pane.tsx'
import { PaneDivider } from './pieces/pane-divider.tsx'
import { whenNeeded } from './pieces/when-needed.ts'
import { useKnownViews, useTeams } from './store/catalogues.ts'
import { onEvents, refreshCounts } from './store/desk.ts'
import { filtersOfSearch, inboxViews, listOf, loadList } from './store/lists.ts'
import { usePreferences } from './store/preferences.ts'
import { NothingOpen } from './thread/nothing-open.tsx'
import { ThreadPane } from './thread/thread-pane.tsx'

const SearchPane = lazy(whenNeeded(() => import('./search/search-pane.tsx').then(module => ({ default: module.SearchPane }))))

export function InboxPage() {
  const { t } = useTranslation()
  const params = useParams({ strict: false })
  const search = useSearch({ from: '/shell/inbox/$view' })
  const saved = useKnownViews()
  const view = params.view ?? 'all'
  const address = JSON.stringify(filtersOfSearch(search))
  const filters = useMemo(() => listOf(view, JSON.parse(address) as object, saved ?? []), [view, address, saved])
  // A saved view's filters may still be on their way.
  const ready = saved !== undefined || (inboxViews as readonly string[]).includes(view)
  const { conversationId } = params
  const narrow = useMediaQuery('(max-width: 760px)', false, { getInitialValueInEffect: false })
  const medium = useMediaQuery('(max-width: 1100px)', false, { getInitialValueInEffect: false })
  const { listWidth, customerWidth, customerShown } = usePreferences()
  const showCustomer =
    conversationId !== undefined && (narrow ? search.pane === 'customer' : medium ? search.pane === 'customer' : customerShown)
  useTeams()
  useEffect(() => {
    if (ready) void loadList(filters)
  }, [filters, ready])
  useEffect(
    () =>
      onEvents(events => {
        if (
          events.some(
            event =>
              event.kind.startsWith('conversation.') ||
              ['read.changed', 'draft.changed', 'mention.changed'].includes(event.kind) ||
              (event.kind === 'catalogue.changed' && event.catalogue === 'views'),
          )
        )
          refreshCounts()
      }),
    [],
  )
  const showList = !narrow || conversationId === undefined
  const showThread = !narrow || (conversationId !== undefined && !showCustomer)
  return (
    <div className={classes.panes}>
      {showList && (
        <section
          className={classes.list}
          style={narrow ? undefined : { width: medium ? Math.min(listWidth, 300) : listWidth }}
          aria-label={t('list.name')}
        >
          {search.q !== undefined ? (
            <Suspense fallback={null}>
              <SearchPane query={search.q} filters={filters} />
            </Suspense>
          ) : (
            <ListPane filters={filters} ready={ready} conversationId={conversationId} />
          )}
        </section>
      )}
      {!narrow && (
        <PaneDivider
          label={t('shell.resizeList')}
          value={listWidth}
          least={260}
          most={520}
          onChange={width => usePreferences.setState({ listWidth: width })}
        />
      )}
      {showThread && (
        <main className={classes.thread} id="main" tabIndex={-1}>
          {conversationId ? (
            <ThreadPane key={conversationId} conversationId={conversationId} messageId={search.message} />
          ) : (
            <NothingOpen />
          )}
        </main>
      )}
      {showCustomer && !narrow && !medium && (
        <PaneDivider
          label={t('shell.resizeCustomer')}
          value={customerWidth}
          least={240}
          most={460}
          reversed
          onChange={width => usePreferences.setState({ customerWidth: width })}
        />
      )}
      {showCustomer && conversationId && (
        <aside
          className={classes.customer}
          data-over={medium && !narrow}
          style={narrow ? undefined : { width: customerWidth }}
          aria-label={t('customer.name')}
        >
          <CustomerPane conversationId={conversationId} />
        </aside>
      )}
    </div>
  )
}
