/** In the customer's pane: labels, priority, and what I want to be reminded of. */
import type { ConversationView } from '@dragoman/api'
import { ActionIcon, Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { IconBell, IconTag, IconX } from '../icons.ts'
import { queryClient } from '../query-client.ts'
import { ask } from '../shell/ui.ts'
import { useLabels } from '../store/catalogues.ts'
import { useNow } from '../store/now.ts'
import { exactTime, soonTime } from '../text/time.ts'
import { LabelChip } from './label-chip.tsx'
import classes from './order.module.css'
import { PriorityMark } from './priority-mark.tsx'

export function OrderBlock({ conversation, title }: { conversation: ConversationView; title: string }) {
  const { t, i18n } = useTranslation()
  const { id } = conversation
  const now = useNow()
  const labels = useLabels().filter(label => conversation.labelIds.includes(label.id))
  const { data } = useQuery({
    queryKey: ['catalogue', 'reminders', id],
    queryFn: () => call('reminders', { params: { conversationId: id } }),
  })
  const drop = (reminderId: string) =>
    call('dropReminder', { params: { reminderId } }).then(
      () => queryClient.invalidateQueries({ queryKey: ['catalogue', 'reminders'] }),
      tellProblem,
    )
  return (
    <>
      <h3 className={title}>{t('order.title')}</h3>
      <div className={classes.labels}>
        {labels.map(label => (
          <LabelChip key={label.id} label={label} />
        ))}
        <Button size="compact-sm" variant="subtle" color="gray" leftSection={<IconTag size={15} />} onClick={() => ask('labels', [id])}>
          {t('actions.labels.label')}
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          onClick={() => ask('priority', [id])}
          aria-label={`${t('order.byPriority')}: ${t(`order.priorities.${conversation.priority}`)}`}
        >
          <PriorityMark priority={conversation.priority} />
        </Button>
      </div>
      <ul className={classes.reminders} aria-label={t('order.reminders')}>
        {(data?.reminders ?? []).map(reminder => (
          <li key={reminder.id} title={exactTime(reminder.at, i18n.language)}>
            <IconBell size={15} aria-hidden="true" />
            <span>
              {soonTime(reminder.at, now, i18n.language)}
              {reminder.text && ` · ${reminder.text}`}
            </span>
            <ActionIcon variant="subtle" color="gray" size={24} aria-label={t('order.dropReminder')} onClick={() => void drop(reminder.id)}>
              <IconX size={14} />
            </ActionIcon>
          </li>
        ))}
      </ul>
      <Button size="compact-sm" variant="subtle" color="gray" leftSection={<IconBell size={15} />} onClick={() => ask('remind', [id])}>
        {t('actions.remind.label')}
      </Button>
    </>
  )
}
