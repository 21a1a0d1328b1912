/** Outgoing webhooks: what the firm's other systems are told, and how that fares. One is open at a time, with its settings and its log. */
import type { WebhookView } from '@dragoman/api'
import { Alert, Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, problemOf } from '../client.ts'
import { IconAlertTriangle, IconChevronRight, IconPlus, IconWebhook } from '../icons.ts'
import { EmptyState } from '../pieces/empty-state.tsx'
import { Later } from '../pieces/later.tsx'
import { Section } from '../pieces/page.tsx'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { SettingsFrame } from '../settings/settings-frame.tsx'
import { regional } from '../text/time.ts'
import { DeliveryLog } from './delivery-log.tsx'
import classes from './machines.module.css'
import { SecretOnce } from './secret-once.tsx'
import { VerifySnippet } from './verify-snippet.tsx'
import { WebhookActs } from './webhook-acts.tsx'
import { WebhookForm } from './webhook-form.tsx'

export function WebhooksPage() {
  const { t } = useTranslation()
  const webhooks = useQuery({ queryKey: ['catalogue', 'webhooks'], queryFn: () => call('webhooks'), refetchInterval: 15_000 })
  const [open, setOpen] = useState<string>()
  const [secret, setSecret] = useState<string>()
  const list = webhooks.data?.webhooks ?? []
  const toggle = (id: string | undefined) => {
    setOpen(id)
    setSecret(undefined)
  }
  return (
    <SettingsFrame
      section="webhooks"
      title={t('settingsSections.webhooks')}
      intro={t('webhooks.intro')}
      wide
      actions={
        <Button leftSection={<IconPlus size={17} />} onClick={() => toggle('new')} disabled={open === 'new'}>
          {t('webhooks.add')}
        </Button>
      }
    >
      <ProblemAlert problem={webhooks.isError ? problemOf(webhooks.error) : undefined} />
      {webhooks.isPending && (
        <Later>
          <div className={classes.skeleton} aria-hidden="true" />
        </Later>
      )}
      {open === 'new' && (
        <div className={classes.panel}>
          <WebhookForm
            webhook={undefined}
            onDone={made => {
              setOpen(made?.webhook.id)
              setSecret(made?.secret)
            }}
          />
        </div>
      )}
      {webhooks.isSuccess && list.length === 0 && open !== 'new' && (
        <EmptyState icon={<IconWebhook size={36} stroke={1.3} />} title={t('webhooks.none')} text={t('webhooks.noneText')} />
      )}
      <ul className={classes.list}>
        {list.map(webhook => (
          <li key={webhook.id}>
            <WebhookRow
              webhook={webhook}
              open={open === webhook.id}
              onToggle={() => toggle(open === webhook.id ? undefined : webhook.id)}
            />
            {open === webhook.id && (
              <div className={classes.panel}>
                {webhook.status === 'paused' && webhook.pausedReason !== 'by_hand' && (
                  <Alert color="red" variant="light" icon={<IconAlertTriangle size={20} />} title={t('webhooks.pausedTitle')}>
                    {t(`webhooks.paused.${webhook.pausedReason}`, { defaultValue: '' })}
                  </Alert>
                )}
                {secret !== undefined && <SecretOnce label={t('webhooks.secret')} text={t('webhooks.secretOnce')} secret={secret} />}
                <WebhookActs webhook={webhook} onSecret={setSecret} onDeleted={() => toggle(undefined)} />
                <DeliveryLog webhookId={webhook.id} />
                <details className={classes.details}>
                  <summary>{t('webhooks.change')}</summary>
                  <WebhookForm webhook={webhook} onDone={() => undefined} />
                </details>
              </div>
            )}
          </li>
        ))}
      </ul>
      <Section title={t('webhooks.verify')} text={t('webhooks.verifyText')}>
        <VerifySnippet />
      </Section>
    </SettingsFrame>
  )
}

function WebhookRow({ webhook, open, onToggle }: { webhook: WebhookView; open: boolean; onToggle(): void }) {
  const { t } = useTranslation()
  return (
    <button type="button" className={classes.row} aria-expanded={open} onClick={onToggle}>
      <span className={classes.rowText}>
        <bdi className={classes.rowName}>{webhook.name}</bdi>
        <span className={classes.address}>{webhook.url}</span>
      </span>
      <Health webhook={webhook} />
      <span className={classes.faint}>
        {webhook.types.length === 0 ? t('webhooks.all') : t('webhooks.some', { count: webhook.types.length })}
      </span>
      <IconChevronRight size={18} aria-hidden="true" className={classes.chevron} data-open={open} />
    </button>
  )
}

function Health({ webhook }: { webhook: WebhookView }) {
  const { t, i18n } = useTranslation()
  const time = (at: number) =>
    new Intl.DateTimeFormat(regional(i18n.language), { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).format(at)
  const [tone, words] =
    webhook.status === 'paused'
      ? [webhook.pausedReason === 'by_hand' ? 'quiet' : 'bad', t('webhooks.health.paused')]
      : webhook.failingSince !== null
        ? ['bad', t('webhooks.health.failing', { since: time(webhook.failingSince) })]
        : webhook.lastSuccessAt !== null
          ? ['good', t('webhooks.health.good', { at: time(webhook.lastSuccessAt) })]
          : ['quiet', t('webhooks.health.new')]
  return (
    <span className={classes.health}>
      <span className={classes.state} data-tone={tone}>
        {words}
      </span>
      {webhook.waiting > 0 && <span className={classes.faint}>{t('webhooks.waiting', { count: webhook.waiting })}</span>}
    </span>
  )
}
