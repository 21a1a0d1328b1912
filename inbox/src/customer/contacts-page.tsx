/** People: a list by name that is searched and filtered by its address, and leaves as CSV where that is allowed. */
import { Button, Select, TextInput } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call, problemOf } from '../client.ts'
import { IconDownload, IconSearch, IconUsers } from '../icons.ts'
import { ChannelBadge } from '../pieces/channel-badge.tsx'
import { EmptyState } from '../pieces/empty-state.tsx'
import { Page } from '../pieces/page.tsx'
import { Person } from '../pieces/person.tsx'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { saveFile } from '../pieces/save-file.ts'
import { showToast } from '../shell/toasts.tsx'
import { useDesk, useInbox } from '../store/desk.ts'
import { useNow } from '../store/now.ts'
import { listTime } from '../text/time.ts'
import classes from './person.module.css'

export function ContactsPage() {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const search = useSearch({ from: '/shell/contacts' })
  const now = useNow()
  const channels = useDesk(state => state.channels)
  const accounts = useInbox(state => state.accounts)
  const mayExport = useInbox(state => state.me.rights.includes('contacts.export'))
  const [typed, setTyped] = useState(search.q ?? '')
  const [busy, setBusy] = useState(false)
  const filter = {
    q: search.q,
    channel: search.channel,
    blocked: search.blocked === 'yes' ? ('yes' as const) : search.blocked === 'no' ? ('no' as const) : undefined,
  }
  const set = (part: Partial<typeof search>) => void navigate({ to: '.', search: { ...search, ...part }, replace: true })
  useEffect(() => {
    if (typed.trim() === (search.q ?? '')) return
    const timer = setTimeout(() => void navigate({ to: '.', search: { ...search, q: typed.trim() || undefined }, replace: true }), 200)
    return () => clearTimeout(timer)
  }, [typed, search, navigate])
  const query = useInfiniteQuery({
    queryKey: ['contacts', filter],
    queryFn: ({ pageParam }) => call('contacts', { query: { ...filter, cursor: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.next ?? undefined,
    placeholderData: keepPreviousData,
  })
  const rows = query.data?.pages.flatMap(page => page.contacts) ?? []
  const isFiltered = Object.values(filter).some(value => value !== undefined)
  const leave = async () => {
    setBusy(true)
    try {
      const { csv, contacts, complete } = await call('exportContacts', { query: filter })
      saveFile('contacts.csv', csv, 'text/csv')
      showToast(t(complete ? 'contacts.exported' : 'contacts.exportedPart', { count: contacts }))
    } catch (error) {
      tellProblem(error)
    }
    setBusy(false)
  }
  return (
    <Page
      title={t('contacts.title')}
      intro={t('contacts.intro')}
      actions={
        <>
          <Button component={Link} to="/contacts/same" variant="default" leftSection={<IconUsers size={16} />}>
            {t('onePerson.title')}
          </Button>
          {mayExport && (
            <Button variant="default" loading={busy} leftSection={<IconDownload size={16} />} onClick={() => void leave()}>
              {t('contacts.export')}
            </Button>
          )}
        </>
      }
    >
      <div className={classes.filters}>
        <TextInput
          type="search"
          aria-label={t('contacts.find')}
          placeholder={t('contacts.find')}
          leftSection={<IconSearch size={16} />}
          value={typed}
          onChange={event => setTyped(event.currentTarget.value)}
        />
        <Select
          aria-label={t('contacts.channel')}
          placeholder={t('contacts.anyChannel')}
          clearable
          value={search.channel ?? null}
          data={[...new Set(Object.values(accounts).map(account => account.channel))].map(id => ({
            value: id,
            label: channels[id]?.badge.name ?? id,
          }))}
          onChange={channel => set({ channel: channel ?? undefined })}
        />
        <Select
          aria-label={t('contacts.blocked')}
          placeholder={t('contacts.anyBlocked')}
          clearable
          value={search.blocked ?? null}
          data={[
            { value: 'no', label: t('contacts.notBlocked') },
            { value: 'yes', label: t('contacts.isBlocked') },
          ]}
          onChange={blocked => set({ blocked: blocked ?? undefined })}
        />
      </div>
      {query.isError && <ProblemAlert problem={problemOf(query.error)} />}
      {query.isSuccess && rows.length === 0 && (
        <EmptyState
          title={t(isFiltered ? 'contacts.nobodyFits' : 'contacts.nobody')}
          text={t(isFiltered ? 'contacts.nobodyFitsText' : 'contacts.nobodyText')}
        >
          {isFiltered && (
            <Button
              variant="default"
              onClick={() => {
                setTyped('')
                set({ q: undefined, channel: undefined, blocked: undefined })
              }}
            >
              {t('contacts.clear')}
            </Button>
          )}
        </EmptyState>
      )}
      <ul className={classes.people} aria-busy={query.isFetching}>
        {rows.map(row => (
          <li key={row.contact.id}>
            <Link to="/contacts/$contactId" params={{ contactId: row.contact.id }}>
              <Person name={row.contact.name} fileId={row.contact.avatarFileId} size={36} />
              <span className={classes.personText}>
                <bdi>{row.contact.name}</bdi>
                <small>{[row.contact.phone, row.contact.email, row.customerId].filter(Boolean).join(' · ')}</small>
              </span>
              <span className={classes.badges}>
                {row.channels.map(channel => (
                  <ChannelBadge key={channel} channel={channels[channel]} size={14} label="hidden" />
                ))}
              </span>
              <small>{row.lastActivityAt !== null && listTime(row.lastActivityAt, now, i18n.language)}</small>
            </Link>
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('contacts.more')}
        </Button>
      )}
    </Page>
  )
}
