/** How the connection stands. Silent while live; says what it means for what I write when not. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconRefresh, IconWifiOff } from '../icons.ts'
import { useDesk } from '../store/desk.ts'
import { useOutbox } from '../store/outbox.ts'
import classes from './shell.module.css'

export function ConnectionBanner() {
  const { t } = useTranslation()
  const connection = useDesk(state => state.connection)
  const queued = useOutbox(state => state.entries.filter(entry => entry.state !== 'failed').length)
  const [shown, setShown] = useState(false)
  useEffect(() => {
    if (connection === 'live') return setShown(false)
    // A reconnection that takes a blink is not worth a word; being offline is.
    const timer = setTimeout(() => setShown(true), connection === 'offline' ? 0 : 1_200)
    return () => clearTimeout(timer)
  }, [connection])
  return (
    <div role="status" aria-live="polite">
      {shown && connection !== 'live' && (
        <div className={classes.banner} data-connection={connection}>
          {connection === 'offline' ? <IconWifiOff size={18} /> : <IconRefresh size={18} />}
          <span>
            {t(connection === 'offline' ? 'shell.offline' : 'shell.reconnecting')} {queued > 0 && t('shell.queued', { count: queued })}
          </span>
        </div>
      )}
    </div>
  )
}
