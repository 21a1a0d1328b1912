/** Search in place of the list: people by name, phone or username, and words of messages. Esc gives the list back as it was. */

import type { ConversationView } from '@dragoman/api'
import { CloseButton, TextInput } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { Fragment, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../client.ts'
import { IconSearch } from '../icons.ts'
import { ChannelBadge } from '../pieces/channel-badge.tsx'
import { EmptyState } from '../pieces/empty-state.tsx'
import { Person } from '../pieces/person.tsx'
import { useUi } from '../shell/ui.ts'
import { changeInbox, useDesk } from '../store/desk.ts'
import { useNow } from '../store/now.ts'
import { exactTime, listTime } from '../text/time.ts'
import classes from './search.module.css'

export function SearchPane({ query }: { query: string }) {
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
  const result = useQuery({
    queryKey: ['search', wanted],
    queryFn: ({ signal }) => call('search', { query: { q: wanted, limit: 30 } }, { signal }),
    enabled: wanted !== '',
    placeholderData: keepPreviousData,
  })
  const leave = () => void navigate({ to: '.', search: previous => ({ ...previous, q: undefined }) })
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
  const nothing = data && data.contacts.length === 0 && data.messages.length === 0
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
      </div>
      <div className={classes.results} aria-live="polite" aria-busy={result.isFetching}>
        {wanted === '' && <EmptyState title={t('search.start')} text={t('search.startText')} />}
        {result.isError && wanted !== '' && <EmptyState title={t('list.failed')} text={t('list.failedText')} />}
        {nothing && wanted !== '' && <EmptyState title={t('search.nothing', { query: wanted })} text={t('search.nothingText')} />}
        {wanted !== '' && data && data.contacts.length > 0 && (
          <section>
            <h2 className={classes.title}>{t('search.people')}</h2>
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
                  </span>
                </span>
              </button>
            ))}
          </section>
        )}
        {wanted !== '' && data && data.messages.length > 0 && (
          <section>
            <h2 className={classes.title}>{t('search.messages')}</h2>
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
