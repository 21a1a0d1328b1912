/** All that was said with a person, on all messengers, in one column; the reply goes where one chooses. Always holds: each message says by which messenger it went. */
import type { ConversationView, MessageView } from '@dragoman/api'
import { Button, Select } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, problemOf } from '../client.ts'
import { Composer } from '../composer/composer.tsx'
import { IconArrowLeft } from '../icons.ts'
import { ChannelBadge } from '../pieces/channel-badge.tsx'
import { Page } from '../pieces/page.tsx'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { ReachNote } from '../pieces/reach-note.tsx'
import { useDesk, useInbox } from '../store/desk.ts'
import { ensureConversation } from '../store/threads.ts'
import { exactTime } from '../text/time.ts'
import { ContentView } from '../thread/content-view.tsx'
import { SystemRow } from '../thread/marker-rows.tsx'
import classes from './person.module.css'
import { useProfile } from './person-query.ts'

export function TimelinePage() {
  const { t } = useTranslation()
  const { contactId } = useParams({ from: '/shell/contacts/$contactId/timeline' })
  const profile = useProfile(contactId)
  const conversations = profile.data?.conversations.filter(one => one.place === null) ?? []
  // Whatever is said anywhere, by anybody, shows in a conversation of his.
  const changed = useInbox(state =>
    Object.values(state.conversations)
      .filter(one => one.contact.id === contactId)
      .map(one => `${one.lastMessage?.id} ${one.lastMessage?.state}`)
      .join(),
  )
  const query = useInfiniteQuery({
    queryKey: ['timeline', contactId, changed],
    queryFn: ({ pageParam }) => call('contactTimeline', { params: { contactId }, query: { cursor: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.next ?? undefined,
    placeholderData: before => before,
  })
  const messages = (query.data?.pages ?? []).toReversed().flatMap(page => page.messages)
  return (
    <Page
      title={t('onePerson.timelineOf', { name: profile.data?.contact.name ?? '' })}
      intro={t('onePerson.timelineIntro')}
      actions={
        <Button
          component={Link}
          to="/contacts/$contactId"
          params={{ contactId } as never}
          variant="default"
          leftSection={<IconArrowLeft size={16} />}
        >
          {t('contacts.person')}
        </Button>
      }
    >
      {query.isError && <ProblemAlert problem={problemOf(query.error)} />}
      {query.hasNextPage && (
        <Button variant="default" size="sm" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('onePerson.older')}
        </Button>
      )}
      <ol className={classes.timeline}>
        {messages.map(message => (
          <Said
            key={message.id}
            message={message}
            conversation={profile.data?.conversations.find(one => one.id === message.conversationId)}
          />
        ))}
      </ol>
      {query.isSuccess && messages.length === 0 && <p className={classes.faint}>{t('onePerson.nothingSaid')}</p>}
      {conversations.length > 0 && <ReplyWhere key={contactId} conversations={conversations} />}
    </Page>
  )
}

function Said({ message, conversation }: { message: MessageView; conversation: ConversationView | undefined }) {
  const { t, i18n } = useTranslation()
  const channels = useDesk(state => state.channels)
  const accounts = useInbox(state => state.accounts)
  if (message.direction === 'system')
    return (
      <li>
        <SystemRow message={message} />
      </li>
    )
  return (
    <li className={classes.said} data-side={message.direction}>
      <small className={classes.saidHead}>
        {conversation && <ChannelBadge channel={channels[conversation.channel]} size={13} />}
        <bdi>{message.author.name}</bdi>
        <Link
          to="/inbox/$view/$conversationId"
          params={{ view: 'all', conversationId: message.conversationId }}
          search={{ message: message.id }}
          title={accounts[conversation?.accountId ?? '']?.name}
        >
          <time>{exactTime(message.at, i18n.language)}</time>
        </Link>
      </small>
      {message.deletedAt === null ? (
        <ContentView body={message.body} message={message} />
      ) : (
        <em>{t(message.direction === 'in' ? 'thread.deletedByCustomer' : 'onePerson.deleted')}</em>
      )}
    </li>
  )
}

function ReplyWhere({ conversations }: { conversations: readonly ConversationView[] }) {
  const { t } = useTranslation()
  const channels = useDesk(state => state.channels)
  const accounts = useInbox(state => state.accounts)
  // Where he was last heard of, unless one chooses.
  const [chosen, setChosen] = useState(conversations[0]?.id ?? '')
  const known = useInbox(state => state.conversations[chosen])
  useEffect(() => void ensureConversation(chosen), [chosen])
  const conversation = known ?? conversations.find(one => one.id === chosen)
  return (
    <div className={classes.replyWhere}>
      <Select
        label={t('onePerson.replyIn')}
        allowDeselect={false}
        value={chosen}
        data={conversations.map(one => ({
          value: one.id,
          label: `${channels[one.channel]?.badge.name ?? one.channel} – ${accounts[one.accountId]?.name ?? ''}`,
        }))}
        onChange={id => id && setChosen(id)}
      />
      {conversation && <ReachNote channel={channels[conversation.channel]} compact />}
      {known && <Composer key={chosen} conversation={known} />}
    </div>
  )
}
