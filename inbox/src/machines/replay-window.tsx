/** Everything of a span of time is sent again. Always holds: the number is counted and shown before anything is sent. */
import type { WebhookView } from '@dragoman/api'
import { Button, Checkbox, Modal, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { showToast } from '../shell/toasts.tsx'
import classes from './machines.module.css'

export function ReplayWindow({ webhook, onDone }: { webhook: WebhookView; onDone(): void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [from, setFrom] = useState(() => localInput(Date.now() - 3_600_000))
  const [to, setTo] = useState(() => localInput(Date.now() + 60_000))
  const [onlyFailed, setOnlyFailed] = useState(true)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ProblemOf>()
  const window = { from: new Date(from).getTime(), to: new Date(to).getTime(), onlyFailed }
  const isWindow = Number.isFinite(window.from) && Number.isFinite(window.to) && window.to > window.from
  const params = { webhookId: webhook.id }
  const counted = useQuery({
    queryKey: ['deliveries', webhook.id, 'count', window],
    queryFn: () => call('replayWindow', { params, body: { ...window, dryRun: true } }),
    enabled: isWindow,
    staleTime: 0,
  })
  const count = isWindow ? counted.data?.count : undefined
  const send = async () => {
    setBusy(true)
    setProblem(undefined)
    try {
      const sent = await call('replayWindow', { params, body: window })
      showToast(t('webhooks.replayed', { count: sent.count }))
      void queries.invalidateQueries({ queryKey: ['deliveries', webhook.id] })
      void queries.invalidateQueries({ queryKey: ['catalogue', 'webhooks'] })
      onDone()
    } catch (error) {
      setProblem(problemOf(error))
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onDone} title={t('webhooks.replayWindow')} centered>
      <div className={classes.form}>
        <p className={classes.text}>{t('webhooks.replayText')}</p>
        <div className={classes.pair}>
          <TextInput
            type="datetime-local"
            label={t('webhooks.from')}
            value={from}
            onChange={event => setFrom(event.currentTarget.value)}
            data-autofocus
          />
          <TextInput type="datetime-local" label={t('webhooks.to')} value={to} onChange={event => setTo(event.currentTarget.value)} />
        </div>
        <Checkbox label={t('webhooks.onlyFailed')} checked={onlyFailed} onChange={event => setOnlyFailed(event.currentTarget.checked)} />
        <p className={classes.count} role="status">
          {!isWindow ? t('webhooks.noWindow') : count === undefined ? t('webhooks.counting') : t('webhooks.counted', { count })}
        </p>
        <ProblemAlert problem={problem ?? (counted.isError ? problemOf(counted.error) : undefined)} />
        <div className={classes.actions}>
          <Button loading={busy} disabled={!count} onClick={() => void send()}>
            {count ? t('webhooks.replayCount', { count }) : t('webhooks.replay')}
          </Button>
          <Button variant="default" onClick={onDone}>
            {t('common.cancel')}
          </Button>
        </div>
      </div>
    </Modal>
  )
}

/** As a `datetime-local` field wants it, in the person's own zone. */
function localInput(at: number): string {
  const day = new Date(at)
  return new Date(at - day.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
