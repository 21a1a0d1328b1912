/** Says, as long as it is so, that the hub was brought back from earlier data and sends nothing; who may, looks at what is held and lets sending go on. Shows nothing otherwise. */
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../client.ts'
import { IconAlertTriangle } from '../icons.ts'
import { whenNeeded } from '../pieces/when-needed.ts'
import shell from '../shell/shell.module.css'
import { useDesk } from '../store/desk.ts'
import { exactTime } from '../text/time.ts'
import classes from './recovered.module.css'

const ReleaseWindow = lazy(whenNeeded(() => import('./release-window.tsx').then(module => ({ default: module.ReleaseWindow }))))

export function RecoveredBanner() {
  const { t, i18n } = useTranslation()
  const [open, setOpen] = useState(false)
  const me = useDesk(state => state.inbox?.me)
  const { data } = useQuery({ queryKey: ['catalogue', 'recovery'], queryFn: () => call('recovery') })
  const recovery = data?.recovery
  if (!recovery) return null
  const mayRelease = me !== undefined && me.role !== 'agent' && me.rights.includes('accounts.manage')
  return (
    <div role="status" className={`${shell.banner} ${classes.banner}`}>
      <IconAlertTriangle size={18} aria-hidden="true" />
      <span>
        <strong>{t('recovered.title')}</strong>{' '}
        {recovery.dataUntil !== null && t(`recovered.${recovery.reason}`, { time: exactTime(recovery.dataUntil, i18n.language) })}{' '}
        {mayRelease
          ? recovery.messages > 0
            ? t('recovered.held', { count: recovery.messages })
            : t('recovered.none')
          : t('recovered.forOthers')}{' '}
        {mayRelease && recovery.waiting > 0 && t('recovered.waiting', { count: recovery.waiting })}
      </span>
      {mayRelease && (
        <Button size="compact-sm" variant="default" onClick={() => setOpen(true)}>
          {t('recovered.look')}
        </Button>
      )}
      {open && (
        <Suspense fallback={null}>
          <ReleaseWindow onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  )
}
