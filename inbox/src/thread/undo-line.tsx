/** While a message waits to leave (undo, or a later time): how long, «take back» and «send now». */
import type { MessageView } from '@dragoman/api'
import { useTranslation } from 'react-i18next'
import { sendNow, undoSend } from '../composer/send.ts'
import { useNow } from '../store/now.ts'
import { exactTime } from '../text/time.ts'
import classes from './message.module.css'

export function UndoLine({ message }: { message: MessageView }) {
  const holds =
    message.direction === 'out' &&
    message.parts.some(part => part.state === 'pending' && part.attempt === 0) &&
    message.parts.every(part => part.state === 'pending' || part.state === 'cancelled')
  const until = holds ? Math.max(...message.parts.map(part => part.notBefore)) : 0
  return holds && until > Date.now() + 200 ? <Counting message={message} until={until} /> : null
}

function Counting({ message, until }: { message: MessageView; until: number }) {
  const { t, i18n } = useTranslation()
  const now = useNow('fast')
  const seconds = Math.ceil((until - now) / 1000)
  if (seconds <= 0) return null
  return (
    <div className={classes.undo}>
      <span className={classes.undoText} role="timer">
        {seconds > 60 ? t('thread.leavesAt', { time: exactTime(until, i18n.language) }) : t('thread.leavesIn', { count: seconds })}
      </span>
      <button type="button" className={classes.textButton} onClick={() => void undoSend(message)}>
        {t('common.undo')}
      </button>
      <button type="button" className={classes.textButton} onClick={() => void sendNow(message)}>
        {t('thread.sendNow')}
      </button>
    </div>
  )
}
