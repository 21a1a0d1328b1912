/** What is known of a person besides his name: attributes, notes, cases, files, and where else he writes. Loaded when first shown. */
import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { problemOf } from '../client.ts'
import { ChannelBadge } from '../pieces/channel-badge.tsx'
import { Later } from '../pieces/later.tsx'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { useDesk, useInbox } from '../store/desk.ts'
import { useNow } from '../store/now.ts'
import { listTime } from '../text/time.ts'
import { Attributes } from './attributes.tsx'
import { Fold } from './fold.tsx'
import { InviteElsewhere } from './invite-elsewhere.tsx'
import classes from './person.module.css'
import { PersonCases } from './person-cases.tsx'
import { PersonFiles } from './person-files.tsx'
import { PersonNotes } from './person-notes.tsx'
import { useProfile } from './person-query.ts'
import { SamePerson } from './same-person.tsx'

export function PersonSections({ contactId, conversationId, onPage }: { contactId: string; conversationId?: string; onPage?: boolean }) {
  const { t } = useTranslation()
  const profile = useProfile(contactId)
  if (profile.isError) return <ProblemAlert problem={problemOf(profile.error)} />
  if (!profile.data) return <Later>{t('contacts.loading')}</Later>
  const { source } = profile.data
  return (
    <>
      {source && (
        <Fold id="source" title={t('contacts.source')}>
          <p className={classes.text}>{[source.title, source.payload, source.source].filter(Boolean).join(' · ')}</p>
          {source.url && (
            <a href={source.url} target="_blank" rel="noreferrer noopener" className={classes.link}>
              {source.url}
            </a>
          )}
        </Fold>
      )}
      <Fold id="attributes" title={t('contacts.attributes')} count={Object.keys(profile.data.attributes).length}>
        <Attributes profile={profile.data} />
      </Fold>
      <SamePerson contactId={contactId} />
      <PersonNotes contactId={contactId} />
      <Fold id="identities" title={t('customer.identities')} count={profile.data.conversations.length}>
        <Places profile={profile.data} conversationId={conversationId} />
        <span className={classes.row}>
          {profile.data.conversations.length > 1 && (
            <Button component={Link} to={`/contacts/${profile.data.contact.id}/timeline`} size="compact-sm" variant="default">
              {t('onePerson.timeline')}
            </Button>
          )}
          {conversationId && (
            <InviteElsewhere conversationId={conversationId} present={profile.data.conversations.map(one => one.accountId)} />
          )}
        </span>
      </Fold>
      <PersonCases contactId={contactId} />
      <PersonFiles contactId={contactId} />
      {!onPage && (
        <Button component={Link} to={`/contacts/${contactId}`} variant="subtle" size="compact-sm" mt={12}>
          {t('contacts.wholePage')}
        </Button>
      )}
    </>
  )
}

function Places({ profile, conversationId }: { profile: NonNullable<ReturnType<typeof useProfile>['data']>; conversationId?: string }) {
  const { t, i18n } = useTranslation()
  const now = useNow()
  const channels = useDesk(state => state.channels)
  const accounts = useInbox(state => state.accounts)
  return (
    <ul className={classes.list}>
      {profile.conversations.map(conversation => {
        const identity = profile.identities.find(one => one.id === conversation.identityId)
        return (
          <li key={conversation.id} className={classes.place}>
            <ChannelBadge channel={channels[conversation.channel]} />
            <span className={classes.placeText}>
              <span>{identity?.username ? `@${identity.username.replace(/^@/, '')}` : (identity?.name ?? conversation.contact.name)}</span>
              <small>
                {accounts[conversation.accountId]?.name} · {listTime(conversation.lastActivityAt, now, i18n.language)}
              </small>
            </span>
            {conversation.id !== conversationId && (
              <Button
                component={Link}
                to={`/inbox/all/${conversation.id}`}
                size="compact-sm"
                variant="default"
                aria-label={t('contacts.writeOn', { account: accounts[conversation.accountId]?.name ?? '' })}
              >
                {t('contacts.write')}
              </Button>
            )}
          </li>
        )
      })}
    </ul>
  )
}
