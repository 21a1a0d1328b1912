/** What the head of a thread says of a conversation's order: spam, priority, until when it is put off, labels. Each leads to where it is changed. */
import type { ConversationView } from '@dragoman/api'
import { useTranslation } from 'react-i18next'
import { IconSpam, IconZzz } from '../icons.ts'
import { type AskedKind, ask } from '../shell/ui.ts'
import { useLabels } from '../store/catalogues.ts'
import { useNow } from '../store/now.ts'
import { exactTime, soonTime } from '../text/time.ts'
import { LabelChip } from './label-chip.tsx'
import classes from './order.module.css'
import { PriorityMark } from './priority-mark.tsx'

export function HeadMarks({ conversation }: { conversation: ConversationView }) {
  const { t, i18n } = useTranslation()
  const now = useNow()
  const labels = useLabels().filter(label => conversation.labelIds.includes(label.id))
  const { snoozedUntil, priority, spam } = conversation
  if (labels.length === 0 && snoozedUntil === null && priority === 'normal' && !spam) return null
  const mark = (kind: AskedKind, content: React.ReactNode, title?: string) => (
    <button type="button" className={classes.mark} title={title} onClick={() => ask(kind, [conversation.id])}>
      {content}
    </button>
  )
  return (
    <div className={classes.headMarks}>
      {spam &&
        mark(
          'spam',
          <span className={classes.priority} data-priority="urgent">
            <IconSpam size={15} aria-hidden="true" /> {t(conversation.contact.blocked ? 'order.spamAndBlocked' : 'order.spam')}
          </span>,
        )}
      {priority !== 'normal' && mark('priority', <PriorityMark priority={priority} />)}
      {snoozedUntil !== null &&
        mark(
          'snooze',
          <span className={classes.priority}>
            <IconZzz size={15} aria-hidden="true" /> {t('order.until', { time: soonTime(snoozedUntil, now, i18n.language) })}
          </span>,
          exactTime(snoozedUntil, i18n.language),
        )}
      {labels.length > 0 &&
        mark(
          'labels',
          <span className={classes.labels}>
            {labels.map(label => (
              <LabelChip key={label.id} label={label} />
            ))}
          </span>,
        )}
    </div>
  )
}
