/** Pages for what is not there: an unknown address, a hub that does not answer. One sentence, one action. */
import { Button } from '@mantine/core'
import { Link, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../pieces/empty-state.tsx'
import { ConnectionBanner } from './connection-banner.tsx'

export function LostPage() {
  const { t } = useTranslation()
  return (
    <EmptyState title={t('shell.lost')} text={t('shell.lostText')}>
      <Button component={Link} to="/">
        {t('shell.toInbox')}
      </Button>
    </EmptyState>
  )
}

/** Tries again by itself: a hub that restarts is back within seconds. */
export function StartFailed({ error }: { error: unknown }) {
  const { t } = useTranslation()
  const router = useRouter()
  const unreachable = error instanceof Error && error.message === 'unreachable'
  useEffect(() => {
    if (!unreachable) return
    const retry = () => void router.invalidate()
    const timer = setInterval(retry, 3_000)
    window.addEventListener('online', retry)
    return () => {
      clearInterval(timer)
      window.removeEventListener('online', retry)
    }
  }, [router, unreachable])
  return (
    <>
      <ConnectionBanner />
      <EmptyState title={t('shell.noHub')} text={t('shell.noHubText')}>
        <Button onClick={() => router.invalidate()}>{t('common.tryAgain')}</Button>
      </EmptyState>
    </>
  )
}
