/** Pages for what is not there: an unknown address, a hub that does not answer. One sentence, one action. */
import { Button } from '@mantine/core'
import { Link, useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../pieces/empty-state.tsx'

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

export function StartFailed() {
  const { t } = useTranslation()
  const router = useRouter()
  return (
    <EmptyState title={t('shell.noHub')} text={t('shell.noHubText')}>
      <Button onClick={() => router.invalidate()}>{t('common.tryAgain')}</Button>
    </EmptyState>
  )
}
