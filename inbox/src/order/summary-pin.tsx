/** What the colleague who handed it over wants the new owner to know: on top of the thread until it is dismissed. */
import type { ConversationView } from '@dragoman/api'
import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { IconNote } from '../icons.ts'
import { putConversation } from '../store/desk.ts'
import classes from './order.module.css'

export function SummaryPin({ conversation }: { conversation: ConversationView }) {
  const { t } = useTranslation()
  if (conversation.summary === null) return null
  const dismiss = () => {
    putConversation({ ...conversation, summary: null })
    call('dismissSummary', { params: { conversationId: conversation.id } }).then(
      answer => putConversation(answer.conversation),
      tellProblem,
    )
  }
  return (
    <aside className={classes.pin} aria-label={t('order.handedOver')}>
      <IconNote size={18} aria-hidden="true" />
      <p dir="auto">
        <strong>{t('order.handedOver')}:</strong> {conversation.summary}
      </p>
      <Button size="compact-sm" variant="subtle" color="dark" onClick={dismiss}>
        {t('order.readIt')}
      </Button>
    </aside>
  )
}
