/** A person on a page of his own: what the pane beside a thread shows, with room. */
import { Button } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { IconArrowLeft } from '../icons.ts'
import { Page } from '../pieces/page.tsx'
import { Person } from '../pieces/person.tsx'
import { useNow } from '../store/now.ts'
import { ContactDetails } from './contact-details.tsx'
import { languageName, localTime } from './locale-facts.ts'
import classes from './person.module.css'
import { useProfile } from './person-query.ts'
import { PersonSections } from './person-sections.tsx'

export function ContactPage() {
  const { t, i18n } = useTranslation()
  const { contactId } = useParams({ from: '/shell/contacts/$contactId' })
  const { data } = useProfile(contactId)
  const now = useNow()
  const zone = data && localTime(data.contact.phone, now, i18n.language)
  return (
    <Page
      wide
      title={data?.contact.name ?? t('contacts.person')}
      actions={
        <Button component={Link} to="/contacts" variant="default" leftSection={<IconArrowLeft size={16} />}>
          {t('contacts.title')}
        </Button>
      }
    >
      {data && (
        <div className={classes.facts}>
          <Person name={data.contact.name} fileId={data.contact.avatarFileId} size={72} />
          <dl className={classes.pairs}>
            <ContactDetails key={contactId} contact={data.contact} />
            {data.contact.language && (
              <div>
                <dt>{t('customer.language')}</dt>
                <dd>{languageName(data.contact.language, i18n.language)}</dd>
              </div>
            )}
            {zone && (
              <div>
                <dt>{t('customer.localTime')}</dt>
                <dd className="number">{t('contacts.probably', { time: zone })}</dd>
              </div>
            )}
          </dl>
        </div>
      )}
      <div className={classes.columns}>
        <PersonSections contactId={contactId} onPage />
      </div>
    </Page>
  )
}
