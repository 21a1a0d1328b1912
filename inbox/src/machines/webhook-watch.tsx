/** Watches over webhooks while one works: says when the hub has paused one, and keeps count for the marks at the rail and in settings. Shows nothing itself. */
import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../client.ts'
import { showToast } from '../shell/toasts.tsx'
import { useUi } from '../shell/ui.ts'
import { onEvents } from '../store/desk.ts'

export function WebhookWatch() {
  const { t } = useTranslation()
  const router = useRouter()
  const { data } = useQuery({ queryKey: ['catalogue', 'webhooks'], queryFn: () => call('webhooks') })
  // One that was paused by hand is no trouble.
  const paused = data?.webhooks.filter(webhook => webhook.status === 'paused' && webhook.pausedReason !== 'by_hand').length ?? 0
  useEffect(() => {
    useUi.setState({ pausedWebhooks: paused })
    return () => useUi.setState({ pausedWebhooks: 0 })
  }, [paused])
  useEffect(
    () =>
      onEvents(events => {
        for (const event of events)
          if (event.kind === 'webhook.paused')
            showToast(t(`webhooks.toast.${event.reason}`, { name: event.name }), {
              tone: 'danger',
              lastsMs: 30_000,
              action: { label: t('webhooks.toast.look'), perform: () => void router.navigate({ to: '/settings/webhooks' }) },
            })
      }),
    [router, t],
  )
  return null
}
