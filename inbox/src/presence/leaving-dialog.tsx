/** Going away while customers wait for me: give them back, keep them, or stay. */
import { Button, Modal } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { isLastThere, setAvailability, useLeaving, waitingForMe } from './availability.ts'
import classes from './presence.module.css'

export function LeavingDialog() {
  const { t } = useTranslation()
  const asked = useLeaving(state => state.asked)
  const done = () => useLeaving.setState({ asked: null })
  const leave = (handBack: boolean) => {
    done()
    void setAvailability('away', 'self', handBack)
  }
  if (asked === null) return null
  return (
    <Modal opened onClose={done} title={t('presence.leaveTitle')} size="md" closeButtonProps={{ 'aria-label': t('common.close') }}>
      <p className={classes.words}>
        {t('presence.leaveText', { count: waitingForMe() })} {isLastThere() && t('presence.lastOne')}
      </p>
      <div className={classes.row}>
        <Button onClick={() => leave(true)} data-autofocus>
          {t('presence.handBack')}
        </Button>
        <Button variant="default" onClick={() => leave(false)}>
          {t('presence.keep')}
        </Button>
        <Button variant="subtle" color="gray" onClick={done}>
          {t('presence.stay')}
        </Button>
      </div>
    </Modal>
  )
}
