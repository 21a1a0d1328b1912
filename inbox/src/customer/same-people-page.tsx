/** Everybody who might be one person twice, the surest pairs first. */
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { call, problemOf } from '../client.ts'
import { IconArrowLeft } from '../icons.ts'
import { EmptyState } from '../pieces/empty-state.tsx'
import { Page } from '../pieces/page.tsx'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import classes from './person.module.css'
import { PersonRow } from './person-row.tsx'
import { Grounds, useJoining } from './same-person.tsx'

export function SamePeoplePage() {
  const { t } = useTranslation()
  const { busy, join, apart } = useJoining()
  const query = useQuery({ queryKey: ['catalogue', 'suggested-merges'], queryFn: () => call('suggestedMerges') })
  return (
    <Page
      title={t('onePerson.pageTitle')}
      intro={t('onePerson.pageIntro')}
      actions={
        <Button component={Link} to="/contacts" variant="default" leftSection={<IconArrowLeft size={16} />}>
          {t('contacts.title')}
        </Button>
      }
    >
      {query.isError && <ProblemAlert problem={problemOf(query.error)} />}
      {query.data?.pairs.length === 0 && <EmptyState title={t('onePerson.none')} text={t('onePerson.noneText')} />}
      <ul className={classes.pairsOfPeople}>
        {query.data?.pairs.map(({ one, other }) => (
          <li key={`${one.contact.id} ${other.contact.id}`}>
            <div className={classes.place}>
              <PersonRow row={one} />
            </div>
            <div className={classes.place}>
              <PersonRow row={other} />
            </div>
            <div className={classes.pairActs}>
              <Grounds grounds={one.grounds} />
              <span className={classes.row}>
                <Button size="compact-sm" disabled={busy} onClick={() => void join(one.contact.id, other.contact.id)}>
                  {t('onePerson.join')}
                </Button>
                <Button size="compact-sm" variant="default" disabled={busy} onClick={() => void apart(one.contact.id, other.contact.id)}>
                  {t('onePerson.apart')}
                </Button>
              </span>
            </div>
          </li>
        ))}
      </ul>
    </Page>
  )
}
