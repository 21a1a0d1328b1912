/** Search in place of the list: people, words of messages, names of files, narrowed by what stands in the address. Esc gives the list back. */

import type { ConversationView } from '@dragoman/api'
import { Button, CloseButton, TextInput } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { Fragment, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../client.ts'
import { IconFile, IconSearch } from '../icons.ts'
import { FilterChips, FilterMenu } from '../list/filters.tsx'
import { ChannelBadge } from '../pieces/channel-badge.tsx'
import { EmptyState } from '../pieces/empty-state.tsx'
import { Person } from '../pieces/person.tsx'
import { useUi } from '../shell/ui.ts'
import { changeInbox, useDesk } from '../store/desk.ts'
import { type ListFilters, queryOf } from '../store/lists.ts'
import { useNow } from '../store/now.ts'
import { exactTime, listTime } from '../text/time.ts'
import { NarrowFields, useNarrow } from './narrow.tsx'
import classes from './search.module.css'

export function SearchPane({ query, filters }: { query: string; filters: ListFilters }) {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const params = useParams({ strict: false })
  const [typed, setTyped] = useState(query)
  const field = useRef<HTMLInputElement>(null)
  const asked = useUi(state => state.searchAsked)
  const now = useNow()
  const channels = useDesk(state => state.channels)
  useEffect(() => field.current?.focus(), [asked])
  useEffect(() => {
    const timer = setTimeout(() => {
      if (typed !== query) void navigate({ to: '.', search: previous => ({ ...previous, q: typed }), replace: true })
    }, 180)
    return () => clearTimeout(timer)
  }, [typed, query, navigate])
  const wanted = query.trim()
  const narrow = useNarrow()
  const extra = queryOf(filters.extra)
  const isNarrowed = Object.keys(extra).length > 0 || Object.values(narrow).some(value => value !== undefined)
  const result = useQuery({
    queryKey: ['search', wanted, extra, narrow],
    queryFn: ({ signal }) => call('search', { query: { ...extra, ...narrow, q: wanted, limit: 30 } }, { signal }),
    enabled: wanted !== '',
    placeholderData: keepPreviousData,
  })
  const unnarrowed = { from: undefined, before: undefined, direction: undefined, files: undefined }
  const leave = () => void navigate({ to: '.', search: previous => ({ ...previous, ...unnarrowed, q: undefined }) })
  const clear = () =>
    void navigate({
      to: '.',
      search: previous => ({ ...previous, ...unnarrowed, ...Object.fromEntries(Object.keys(extra).map(name => [name, undefined])) }),
    })
  const open = (conversation: ConversationView, message?: string) => {
    changeInbox(state =>
      state.conversations[conversation.id]
        ? state
        : { ...state, conversations: { ...state.conversations, [conversation.id]: conversation } },
    )
    void navigate({
      to: '/inbox/$view/$conversationId',
      params: { view: params.view ?? 'all', conversationId: conversation.id },
      search: previous => ({ ...previous, message, pane: undefined }),
    })
  }
  const { data } = result
  const nothing = data && data.contacts.length === 0 && data.messages.length === 0 && data.files.length === 0
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Esc anywhere in the search leaves it
    <div
      className={classes.pane}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.preventDefault()
          event.stopPropagation()
          leave()
        }
      }}
    >
      <div className={classes.field}>
        <TextInput
          ref={field}
          value={typed}
          onChange={event => setTyped(event.currentTarget.value)}
          type="search"
          aria-label={t('search.label')}
          placeholder={t('search.placeholder')}
          size="md"
          leftSection={<IconSearch size={18} />}
          rightSection={<CloseButton aria-label={t('search.leave')} onClick={leave} />}
          onKeyDown={event => {
            if (event.key === 'ArrowDown') {
              event.preventDefault()
              document.querySelector<HTMLElement>('[data-hit]')?.focus()
            }
          }}
        />
        <details className={classes.more} open={isNarrowed || undefined}>
          <summary>{t('finding.narrow')}</summary>
          <NarrowFields />
          <div className={classes.filters}>
            <FilterMenu filters={filters} />
            <span>{t('finding.filters')}</span>
          </div>
        </details>
        <FilterChips filters={filters} forSearch />
      </div>
      <div className={classes.results} aria-live="polite" aria-busy={result.isFetching}>
        {wanted === '' && <EmptyState title={t('search.start')} text={t('search.startText')} />}
        {result.isError && wanted !== '' && <EmptyState title={t('list.failed')} text={t('list.failedText')} />}
        {nothing && wanted !== '' && (
          <EmptyState title={t('search.nothing', { query: wanted })} text={t(isNarrowed ? 'finding.nothingNarrow' : 'search.nothingText')}>
            {isNarrowed && (
              <Button variant="default" onClick={clear}>
                {t('finding.clear')}
              </Button>
            )}
          </EmptyState>
        )}
        {wanted !== '' && data?.corrected && (
          <p className={classes.corrected} role="status">
            {t('finding.corrected', { words: data.corrected })}
          </p>
        )}
        {wanted !== '' && data && data.contacts.length > 0 && (
          <section>
            <h2 className={classes.title}>
              {t('search.people')} <span className="number">{data.contacts.length}</span>
            </h2>
            {data.contacts.map(({ conversation, matched }) => (
              <button
                key={conversation.id}
                type="button"
                data-hit
                className={classes.hit}
                onClick={() => open(conversation)}
                onKeyDown={walk}
              >
                <Person name={conversation.contact.name} fileId={conversation.contact.avatarFileId} size={36} />
                <span className={classes.hitMain}>
                  <span className={classes.hitName}>{conversation.contact.name}</span>
                  <span className={classes.hitText}>
                    <ChannelBadge channel={channels[conversation.channel]} size={13} /> {matched === 'phone' && conversation.contact.phone}
                    {matched === 'email' && conversation.contact.email}
                    {matched === 'attribute' && t('finding.byAttribute')}
                    {matched === 'username' && t('finding.byUsername')}
                  </span>
                </span>
              </button>
            ))}
          </section>
        )}
        {wanted !== '' && data && data.messages.length > 0 && (
          <section>
            <h2 className={classes.title}>
              {t('search.messages')} <span className="number">{data.messages.length === 30 ? '30+' : data.messages.length}</span>
            </h2>
            {data.messages.map(hit => (
              <button
                key={hit.messageId}
                type="button"
                data-hit
                className={classes.hit}
                onClick={() => open(hit.conversation, hit.messageId)}
                onKeyDown={walk}
              >
                <span className={classes.hitMain}>
                  <span className={classes.hitTop}>
                    <ChannelBadge channel={channels[hit.conversation.channel]} size={13} label="hidden" />
                    <span className={classes.hitName}>{hit.conversation.contact.name}</span>
                    <time className={classes.hitTime} title={exactTime(hit.at, i18n.language)}>
                      {listTime(hit.at, now, i18n.language)}
                    </time>
                  </span>
                  <span className={classes.snippet}>
                    <Snippet text={hit.snippet} />
                  </span>
                </span>
              </button>
            ))}
          </section>
        )}
        {wanted !== '' && data && data.files.length > 0 && (
          <section>
            <h2 className={classes.title}>
              {t('finding.files')} <span className="number">{data.files.length === 30 ? '30+' : data.files.length}</span>
            </h2>
            {data.files.map(hit => (
              <button
                key={`${hit.messageId} ${hit.fileId}`}
                type="button"
                data-hit
                className={classes.hit}
                onClick={() => open(hit.conversation, hit.messageId)}
                onKeyDown={walk}
              >
                <IconFile size={20} aria-hidden="true" />
                <span className={classes.hitMain}>
                  <span className={classes.hitTop}>
                    <span className={classes.hitName}>{hit.name}</span>
                    <time className={classes.hitTime} title={exactTime(hit.at, i18n.language)}>
                      {listTime(hit.at, now, i18n.language)}
                    </time>
                  </span>
                  <span className={classes.hitText}>
                    <ChannelBadge channel={channels[hit.conversation.channel]} size={13} label="hidden" /> {hit.conversation.contact.name}
                  </span>
                </span>
              </button>
            ))}
          </section>
        )}
      </div>
    </div>
  )
}

/** Hits stand between ‹ and › on the wire. */
function Snippet({ text }: { text: string }) {
  let place = 0
  return text.split(/(‹[^›]*›)/).map(piece => {
    place += piece.length
    return piece.startsWith('‹') ? <mark key={place}>{piece.slice(1, -1)}</mark> : <Fragment key={place}>{piece}</Fragment>
  })
}

function walk(event: React.KeyboardEvent<HTMLButtonElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  event.preventDefault()
  const hits = [...document.querySelectorAll<HTMLElement>('[data-hit]')]
  const next = hits[hits.indexOf(event.currentTarget) + (event.key === 'ArrowDown' ? 1 : -1)]
  next?.focus()
}
