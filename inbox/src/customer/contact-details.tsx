/** A customer's phone number and e-mail. Who may not see them whole gives a reason in place, and then sees them until he leaves the conversation. */
import type { ContactView } from '@dragoman/api'
import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { IconEye } from '../icons.ts'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { useInbox } from '../store/desk.ts'
import classes from './customer.module.css'

const fewestLetters = 5

export function ContactDetails({ contact }: { contact: ContactView }) {
  const { t } = useTranslation()
  const sees = useInbox(state => state.me.rights.includes('contacts.details'))
  const [shown, setShown] = useState<{ phone: string | null; email: string | null }>()
  const [asking, setAsking] = useState(false)
  const hidden = !sees && (contact.phone !== null || contact.email !== null)
  const phone = shown?.phone ?? contact.phone
  const email = shown?.email ?? contact.email
  const links = sees || shown !== undefined
  return (
    <>
      <div>
        <dt>{t('customer.phone')}</dt>
        <dd className="number">{phone ? links ? <a href={`tel:${phone}`}>{phone}</a> : phone : t('customer.unknown')}</dd>
      </div>
      {email && (
        <div>
          <dt>{t('customer.email')}</dt>
          <dd>{links ? <a href={`mailto:${email}`}>{email}</a> : email}</dd>
        </div>
      )}
      {hidden && (
        <div className={classes.revealRow}>
          <dt className="visually-hidden">{t('reveal.hidden')}</dt>
          <dd>
            {shown ? (
              <small role="status">{t('reveal.shown')}</small>
            ) : asking ? (
              <AskReason
                contactId={contact.id}
                onShown={details => {
                  setShown(details)
                  setAsking(false)
                }}
                onCancel={() => setAsking(false)}
              />
            ) : (
              <Button size="compact-sm" variant="default" leftSection={<IconEye size={15} />} onClick={() => setAsking(true)}>
                {t('reveal.show')}
              </Button>
            )}
          </dd>
        </div>
      )}
    </>
  )
}

function AskReason({
  contactId,
  onShown,
  onCancel,
}: {
  contactId: string
  onShown(details: { phone: string | null; email: string | null }): void
  onCancel(): void
}) {
  const { t } = useTranslation()
  const [reason, setReason] = useState('')
  const [problem, setProblem] = useState<ProblemOf>()
  const [busy, setBusy] = useState(false)
  const enough = (reason.match(/\p{L}/gu)?.length ?? 0) >= fewestLetters
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    call('revealContact', { params: { contactId }, body: { reason: reason.trim() } }).then(onShown, error => {
      setProblem(problemOf(error))
      setBusy(false)
    })
  }
  return (
    <form className={classes.reveal} onSubmit={submit}>
      <TextInput
        label={t('reveal.reason')}
        description={t('reveal.reasonHelp')}
        value={reason}
        maxLength={500}
        onChange={event => setReason(event.currentTarget.value)}
        autoFocus
      />
      <ProblemAlert problem={problem} />
      <div className={classes.formActions}>
        <Button type="submit" size="sm" loading={busy} disabled={!enough}>
          {t('reveal.show')}
        </Button>
        <Button size="sm" variant="default" onClick={onCancel}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  )
}
