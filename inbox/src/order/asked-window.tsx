/** The small window that asks about conversations: labels, priority, snooze, macro, owner, fields of closing, spam, reminder, a view to keep. Loaded when first asked. */
import { Modal } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { whom } from '../actions/desk-acts.ts'
import { type Asked, useUi } from '../shell/ui.ts'
import { AskAssign } from './ask-assign.tsx'
import { AskClosing } from './ask-closing.tsx'
import { AskLabels } from './ask-labels.tsx'
import { AskMacro } from './ask-macro.tsx'
import { AskMoment } from './ask-moment.tsx'
import { AskPriority } from './ask-priority.tsx'
import { AskPrivate } from './ask-private.tsx'
import { AskSaveView } from './ask-save-view.tsx'
import { AskSpam } from './ask-spam.tsx'

export function AskedWindow({ asked }: { asked: Asked }) {
  const { t } = useTranslation()
  const close = () => useUi.setState({ asked: null })
  const who = asked.kind === 'saveView' ? '' : asked.kind === 'private' ? asked.name : whom(asked.ids)
  return (
    <Modal
      opened
      onClose={close}
      title={t(`order.ask.${asked.kind}`, { who })}
      yOffset="12vh"
      size={440}
      transitionProps={{ duration: 120 }}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      overlayProps={{ backgroundOpacity: 0.25 }}
    >
      <Body asked={asked} close={close} />
    </Modal>
  )
}

function Body({ asked, close }: { asked: Asked; close(): void }) {
  if (asked.kind === 'saveView') return <AskSaveView filter={asked.filter} sort={asked.sort} close={close} />
  if (asked.kind === 'private') return <AskPrivate messageId={asked.messageId} close={close} />
  const props = { ids: asked.ids, close }
  switch (asked.kind) {
    case 'labels':
      return <AskLabels {...props} />
    case 'priority':
      return <AskPriority {...props} />
    case 'snooze':
      return <AskMoment {...props} what="snooze" />
    case 'remind':
      return <AskMoment {...props} what="remind" />
    case 'macro':
      return <AskMacro {...props} />
    case 'assign':
      return <AskAssign {...props} />
    case 'close':
      return <AskClosing {...props} />
    case 'spam':
      return <AskSpam {...props} />
  }
}

export interface AskProps {
  ids: readonly string[]
  close(): void
}
