/** What was told lately, with what can still be done about it. */
import { Button, Drawer } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { clock } from '../text/time.ts'
import classes from './toasts.module.css'
import { useRecentToasts } from './toasts.tsx'
import { useUi } from './ui.ts'

export function RecentList() {
  const { t, i18n } = useTranslation()
  const recent = useRecentToasts()
  const close = () => useUi.setState({ recentOpen: false })
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      size={380}
      title={t('order.recent')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {recent.length === 0 && <p className={classes.recentNone}>{t('order.recentNone')}</p>}
      <ul className={classes.recent}>
        {recent.map(toast => (
          <li key={toast.id} data-tone={toast.tone}>
            <time>{clock(toast.at, i18n.language)}</time>
            <span className={classes.text}>{toast.text}</span>
            {toast.action && (
              <Button
                size="compact-sm"
                variant="light"
                onClick={() => {
                  close()
                  toast.action?.perform()
                }}
              >
                {toast.action.label}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Drawer>
  )
}
