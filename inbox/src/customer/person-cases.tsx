/** What was asked before, on all messengers: who answered, and after how long. */
import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { call } from '../client.ts'
import { CaseAnswers } from '../order/case-answers.tsx'
import { ChannelBadge } from '../pieces/channel-badge.tsx'
import { useDesk, useInbox } from '../store/desk.ts'
import { dateFormat } from '../text/formats.ts'
import { duration, exactTime } from '../text/time.ts'
import { Fold } from './fold.tsx'
import classes from './person.module.css'

export function PersonCases({ contactId }: { contactId: string }) {
  const { t, i18n } = useTranslation()
  const channels = useDesk(state => state.channels)
  const members = useInbox(state => state.members)
  // A case that is opened, answered or closed shows in some conversation of his.
  const changed = useInbox(state =>
    Object.values(state.conversations)
      .filter(one => one.contact.id === contactId)
      .map(one => `${one.caseId} ${one.state} ${one.lastOutId}`)
      .join(),
  )
  const query = useInfiniteQuery({
    queryKey: ['contact-cases', contactId, changed],
    queryFn: ({ pageParam }) => call('contactCases', { params: { contactId }, query: { cursor: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.next ?? undefined,
    placeholderData: before => before,
  })
  const cases = query.data?.pages.flatMap(page => page.cases) ?? []
  if (cases.length === 0) return null
  return (
    <Fold id="cases" title={t('customer.cases')}>
      <ul className={classes.list}>
        {cases.map(one => (
          <li key={one.id} className={classes.case}>
            <Link to="/inbox/$view/$conversationId" params={{ view: 'all', conversationId: one.conversationId }} className={classes.link}>
              <ChannelBadge channel={channels[one.channel]} size={13} label="hidden" />{' '}
              <span className="number">{t('customer.caseNumber', { number: one.number })}</span>
            </Link>
            <time title={exactTime(one.openedAt, i18n.language)}>
              {dateFormat(i18n.language, { dateStyle: 'medium' }).format(one.openedAt)}
            </time>
            <span data-open={one.closedAt === null}>{t(one.closedAt === null ? 'customer.caseOpen' : 'customer.caseClosed')}</span>
            <small>
              {one.answeredAfterMs === null
                ? t('contacts.notAnswered')
                : t('contacts.answered', {
                    name: (one.answeredBy && members[one.answeredBy]?.name) || t('contacts.somebody'),
                    after: duration(one.answeredAfterMs),
                  })}
            </small>
            <CaseAnswers answers={one.fields} />
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button size="compact-sm" variant="subtle" mt={8} loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('contacts.more')}
        </Button>
      )}
    </Fold>
  )
}
