/** What can be done with a webhook beside changing it: try it, pause it, give it a new secret, send a span of time again, delete it. */
import type { WebhookView } from '@dragoman/api'
import { Button, Modal } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { IconHistory, IconKey, IconPlayerPause, IconPlayerPlay, IconSend, IconTrash } from '../icons.ts'
import { showToast } from '../shell/toasts.tsx'
import classes from './machines.module.css'
import { ReplayWindow } from './replay-window.tsx'

interface Props {
  webhook: WebhookView
  onSecret(secret: string): void
  onDeleted(): void
}

export function WebhookActs({ webhook, onSecret, onDeleted }: Props) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [asked, setAsked] = useState<'delete' | 'rotate' | 'replay'>()
  const [busy, setBusy] = useState(false)
  const params = { webhookId: webhook.id }
  const perform = async (act: () => Promise<unknown>, said?: string) => {
    setBusy(true)
    try {
      await act()
      if (said) showToast(said)
      setAsked(undefined)
    } catch (error) {
      tellProblem(error)
    } finally {
      setBusy(false)
      void queries.invalidateQueries({ queryKey: ['catalogue', 'webhooks'] })
      void queries.invalidateQueries({ queryKey: ['deliveries', webhook.id] })
    }
  }
  const isPaused = webhook.status === 'paused'
  const setStatus = () =>
    perform(
      () => call('updateWebhook', { params, body: { version: webhook.version, status: isPaused ? 'active' : 'paused' } }),
      t(isPaused ? 'webhooks.resumed' : 'webhooks.pausedNow', { name: webhook.name }),
    )
  return (
    <div className={classes.acts}>
      <Button
        size="sm"
        variant="default"
        leftSection={<IconSend size={16} />}
        disabled={busy || isPaused}
        onClick={() => void perform(() => call('testWebhook', { params }), t('webhooks.testSent'))}
      >
        {t('webhooks.test')}
      </Button>
      <Button
        size="sm"
        variant={isPaused ? 'filled' : 'default'}
        leftSection={isPaused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
        disabled={busy}
        onClick={() => void setStatus()}
      >
        {t(isPaused ? 'webhooks.resume' : 'webhooks.pause')}
      </Button>
      <Button size="sm" variant="default" leftSection={<IconHistory size={16} />} onClick={() => setAsked('replay')}>
        {t('webhooks.replayWindow')}
      </Button>
      <Button size="sm" variant="default" leftSection={<IconKey size={16} />} onClick={() => setAsked('rotate')}>
        {t('webhooks.rotate')}
      </Button>
      <Button size="sm" variant="subtle" color="red" leftSection={<IconTrash size={16} />} onClick={() => setAsked('delete')}>
        {t('webhooks.delete')}
      </Button>
      {asked === 'replay' && <ReplayWindow webhook={webhook} onDone={() => setAsked(undefined)} />}
      {(asked === 'delete' || asked === 'rotate') && (
        <Modal opened onClose={() => setAsked(undefined)} title={t(`webhooks.${asked}Title`, { name: webhook.name })} centered size="sm">
          <p className={classes.text}>{t(`webhooks.${asked}Text`, { count: webhook.waiting })}</p>
          <div className={classes.actions}>
            {asked === 'delete' ? (
              <Button
                color="red"
                loading={busy}
                onClick={() =>
                  void perform(async () => {
                    await call('deleteWebhook', { params })
                    onDeleted()
                  })
                }
              >
                {t('webhooks.delete')}
              </Button>
            ) : (
              <Button
                loading={busy}
                onClick={() => void perform(async () => onSecret((await call('rotateWebhookSecret', { params })).secret))}
              >
                {t('webhooks.rotate')}
              </Button>
            )}
            <Button variant="default" onClick={() => setAsked(undefined)}>
              {t('common.cancel')}
            </Button>
          </div>
        </Modal>
      )}
    </div>
  )
}
