/** Tries the card with a real customer and shows what came back: the card as it will look, or the raw answer and why it is no card. */
import type { OperationResponse } from '@dragoman/api'
import { Alert, Button, Select } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { CardBody } from '../customer/card-body.tsx'
import { IconAlertTriangle } from '../icons.ts'
import { Section } from '../pieces/page.tsx'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { useInbox } from '../store/desk.ts'
import { Code } from './delivery-details.tsx'
import classes from './machines.module.css'

export function CardTry({ ready }: { ready: boolean }) {
  const { t } = useTranslation()
  const conversations = useInbox(state => state.conversations)
  const [chosen, setChosen] = useState<string | null>(null)
  const [trial, setTrial] = useState<OperationResponse<'tryCard'>>()
  const [problem, setProblem] = useState<ProblemOf>()
  const [busy, setBusy] = useState(false)
  const latest = Object.values(conversations)
    .toSorted((a, b) => b.lastActivityAt - a.lastActivityAt)
    .slice(0, 100)
  const conversationId = chosen ?? latest[0]?.id
  const ask = async () => {
    if (!conversationId) return
    setBusy(true)
    setProblem(undefined)
    try {
      setTrial(await call('tryCard', { body: { conversationId } }))
    } catch (error) {
      setTrial(undefined)
      setProblem(problemOf(error))
    }
    setBusy(false)
  }
  return (
    <Section title={t('liveCardPage.try')} text={t(ready ? 'liveCardPage.tryText' : 'liveCardPage.trySaveFirst')}>
      <div className={classes.form}>
        <Select
          label={t('liveCardPage.customer')}
          placeholder={t('liveCardPage.noCustomer')}
          searchable
          allowDeselect={false}
          value={conversationId ?? null}
          onChange={setChosen}
          data={latest.map(one => ({ value: one.id, label: one.contact.name }))}
        />
        <div className={classes.actions}>
          <Button variant="default" loading={busy} disabled={!ready || !conversationId} onClick={() => void ask()}>
            {t('liveCardPage.ask')}
          </Button>
        </div>
        <ProblemAlert problem={problem} />
        {trial && <Trial trial={trial} />}
      </div>
    </Section>
  )
}

function Trial({ trial }: { trial: OperationResponse<'tryCard'> }) {
  const { t } = useTranslation()
  return (
    <div className={classes.trial} role="status">
      <p className={classes.text}>
        <span className={classes.state} data-tone={trial.card ? 'good' : 'bad'}>
          {trial.status ?? t('webhooks.noAnswer')}
        </span>{' '}
        <span className={classes.faint}>{t('webhooks.took', { ms: trial.durationMs })}</span>
      </p>
      {trial.reason && (
        <Alert color="red" variant="light" icon={<IconAlertTriangle size={20} />} title={t(`liveCard.reasons.${trial.reason}`)}>
          {trial.cause}
          {trial.errors.length > 0 && (
            <ul className={classes.errors}>
              {trial.errors.map(error => (
                <li key={`${error.path} ${error.message}`}>
                  <code>{error.path || '·'}</code> {error.message}
                </li>
              ))}
            </ul>
          )}
        </Alert>
      )}
      {trial.card && (
        <div className={classes.preview}>
          <CardBody card={trial.card} />
        </div>
      )}
      <Code label={t('webhooks.request')} text={JSON.stringify(trial.request, null, 2)} />
      {trial.status !== null && (
        <Code
          label={t('webhooks.response')}
          text={typeof trial.answer === 'string' ? trial.answer : JSON.stringify(trial.answer, null, 2)}
        />
      )}
    </div>
  )
}
