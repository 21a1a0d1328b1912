/** Finds the other contact of the same person by name, phone or number, and asks before joining. */
import { Button, Modal, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../client.ts'
import { IconSearch } from '../icons.ts'
import classes from './person.module.css'
import { PersonRow } from './person-row.tsx'

export function JoinDialog({ contactId, onClose, onJoin }: { contactId: string; onClose(): void; onJoin(otherId: string): void }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [q] = useDebouncedValue(typed.trim(), 200)
  const { data } = useQuery({
    queryKey: ['contacts-to-join', q],
    queryFn: () => call('contacts', { query: { q, limit: 20 } }),
    enabled: q.length >= 2,
    placeholderData: before => before,
  })
  const rows = q.length >= 2 ? (data?.contacts.filter(row => row.contact.id !== contactId) ?? []) : []
  return (
    <Modal opened onClose={onClose} title={t('onePerson.joinTitle')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <div className={classes.form}>
        <p className={classes.text}>{t('onePerson.joinText')}</p>
        <TextInput
          type="search"
          aria-label={t('contacts.find')}
          placeholder={t('contacts.find')}
          leftSection={<IconSearch size={16} />}
          value={typed}
          onChange={event => setTyped(event.currentTarget.value)}
          data-autofocus
        />
        <ul className={classes.list} aria-live="polite">
          {rows.map(row => (
            <li key={row.contact.id} className={classes.place}>
              <PersonRow row={row} />
              <Button size="compact-sm" variant="default" onClick={() => onJoin(row.contact.id)}>
                {t('onePerson.join')}
              </Button>
            </li>
          ))}
          {data && q.length >= 2 && rows.length === 0 && <li className={classes.faint}>{t('contacts.nobodyFits')}</li>}
        </ul>
      </div>
    </Modal>
  )
}
