/** One delivery: its payload, and every try with request and response. It can be sent again. */
import type { WebhookAttemptView, WebhookDeliveryView } from '@dragoman/api'
import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call, problemOf } from '../client.ts'
import { IconRefresh } from '../icons.ts'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { showToast } from '../shell/toasts.tsx'
import { exactTime } from '../text/time.ts'
import classes from './machines.module.css'

export function DeliveryDetails({ delivery }: { delivery: WebhookDeliveryView }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const details = useQuery({
    // A new try is a new picture.
    queryKey: ['deliveries', delivery.webhookId, delivery.id, delivery.attempts, delivery.state],
    queryFn: () => call('webhookDelivery', { params: { deliveryId: delivery.id } }),
    placeholderData: before => before,
  })
  const replay = () =>
    call('replayDelivery', { params: { deliveryId: delivery.id } }).then(() => {
      showToast(t('webhooks.replayedOne'))
      void queries.invalidateQueries({ queryKey: ['deliveries', delivery.webhookId] })
    }, tellProblem)
  return (
    <div className={classes.deliveryDetails}>
      <ProblemAlert problem={details.isError ? problemOf(details.error) : undefined} />
      <div className={classes.logHead}>
        <code className={classes.id}>{delivery.id}</code>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconRefresh size={15} />}
          disabled={delivery.state === 'sending'}
          onClick={() => void replay()}
        >
          {t('webhooks.replay')}
        </Button>
      </div>
      {details.data && (
        <>
          <Code label={t('webhooks.payload')} text={JSON.stringify(details.data.payload, null, 2)} />
          {details.data.attempts.length === 0 && <p className={classes.faint}>{t('webhooks.noTries')}</p>}
          {details.data.attempts.map(attempt => (
            <Attempt key={attempt.number} attempt={attempt} />
          ))}
        </>
      )}
    </div>
  )
}

function Attempt({ attempt }: { attempt: WebhookAttemptView }) {
  const { t, i18n } = useTranslation()
  const good = attempt.status !== null && attempt.status >= 200 && attempt.status < 300
  return (
    <section className={classes.attempt}>
      <h4 className={classes.attemptTitle}>
        <span>{t('webhooks.try', { number: attempt.number })}</span>
        <span className={classes.state} data-tone={good ? 'good' : 'bad'}>
          {attempt.status ?? t('webhooks.noAnswer')}
        </span>
        <span className={classes.faint}>
          {exactTime(attempt.at, i18n.language)} · {t('webhooks.took', { ms: attempt.durationMs })}
        </span>
      </h4>
      {attempt.error !== null && <p className={classes.text}>{attempt.error}</p>}
      <Code label={t('webhooks.request')} text={`POST ${attempt.request.url}\n${headerLines(attempt.request.headers)}`} />
      {attempt.response && (
        <Code label={t('webhooks.response')} text={`${headerLines(attempt.response.headers)}\n\n${attempt.response.body}`.trim()} />
      )}
    </section>
  )
}

function headerLines(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')
}

/** Text as it is, in a box that scrolls and can be reached by keys. */
export function Code({ label, text }: { label: string; text: string }) {
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.faint}>{label}</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <pre className={classes.code} tabIndex={0}>
        {text}
      </pre>
    </figure>
  )
}
