/** The window's countdown in the composer's own line; when the door is closed: why, since when, and the way that is left. */
import type { ChannelView, ConversationView } from '@dragoman/api'
import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { localizedText } from '../i18n.ts'
import { IconClock, IconTemplate } from '../icons.ts'
import { leftText } from '../list/row-marks.tsx'
import { policyOf, replyOptionsOf } from '../store/channels.ts'
import { useNow } from '../store/now.ts'
import { countdown, exactTime } from '../text/time.ts'
import classes from './composer.module.css'

export function WindowLine({
  conversation,
  channel,
  onTemplate,
}: {
  conversation: ConversationView
  channel: ChannelView
  onTemplate(): void
}) {
  const { t, i18n } = useTranslation()
  const now = useNow()
  const options = replyOptionsOf(channel, conversation, now)
  if (!options) return null
  const { freeform, template } = options
  if (freeform.allowed) {
    const left = freeform.until ? countdown(freeform.until, now) : undefined
    if (!left || !freeform.until) return null
    const name = freeform.window ? localizedText(policyOf(channel).windows[freeform.window]?.name) : ''
    return (
      <p className={classes.window} data-urgency={left.urgency} title={exactTime(freeform.until, i18n.language)}>
        <IconClock size={15} aria-hidden="true" />
        <span>{t('composer.windowOpen', { left: leftText(left, t), name })}</span>
      </p>
    )
  }
  return (
    <div className={classes.windowClosed} role="status">
      <IconClock size={18} aria-hidden="true" />
      <p>
        <strong>{t(`reasons.${freeform.reason}`)}</strong>{' '}
        {freeform.closedAt !== undefined && t('composer.closedAt', { time: exactTime(freeform.closedAt, i18n.language) })}{' '}
        {template.allowed
          ? t('composer.sendTemplate', { name: conversation.contact.name })
          : t(`composer.wait.${freeform.reason}`, { name: conversation.contact.name })}
      </p>
      {(freeform.reason === 'requested' || freeform.reason === 'elsewhere') && (
        <Button size="sm" onClick={() => void admit(conversation.id)}>
          {t(freeform.reason === 'requested' ? 'comments.accept' : 'comments.takeOver')}
        </Button>
      )}
      {template.allowed && (
        <Button size="sm" leftSection={<IconTemplate size={16} />} onClick={onTemplate}>
          {t('composer.chooseTemplate')}
        </Button>
      )}
    </div>
  )
}

/** The new standing comes by the stream. */
function admit(conversationId: string): Promise<unknown> {
  return call('admitConversation', { params: { conversationId } }).catch(tellProblem)
}
