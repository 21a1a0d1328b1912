/** One row of the list. All that it says by colour it says in words too. */
import { type ConversationView, draftKey, unreadCount } from '@dragoman/api'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { IconPencil, IconSquare, IconSquareCheck, IconUser, IconWorld } from '../icons.ts'
import { PriorityMark } from '../order/priority-mark.tsx'
import { ChannelBadge } from '../pieces/channel-badge.tsx'
import { DeliveryMark } from '../pieces/delivery-mark.tsx'
import { Person } from '../pieces/person.tsx'
import { useSurface, windowEnd } from '../store/channels.ts'
import { useInbox } from '../store/desk.ts'
import { useNow } from '../store/now.ts'
import { openThread } from '../store/threads.ts'
import { useTypingIn } from '../store/typing.ts'
import { usePreview } from '../text/preview.ts'
import { exactTime, listTime } from '../text/time.ts'
import { RowLookers } from '../thread/lookers.tsx'
import classes from './list.module.css'
import { RowMarks } from './row-marks.tsx'

interface Props {
  conversation: ConversationView
  chosen: boolean
  /** Among those chosen to be changed together; undefined: none are being chosen. */
  picked?: boolean
  position: number
  total: number
  compact: boolean
  onOpen(id: string, keys?: { ctrl: boolean; shift: boolean }): void
}

export const ConversationRow = memo(function ConversationRow({ conversation, chosen, picked, position, total, compact, onOpen }: Props) {
  const { t, i18n } = useTranslation()
  const now = useNow()
  const channel = useSurface(conversation)
  const unread = useInbox(state => unreadCount(conversation, state.reads[conversation.id]))
  const draft = useInbox(
    state =>
      state.drafts[draftKey({ conversationId: conversation.id, mode: 'reply' })]?.body ??
      state.drafts[draftKey({ conversationId: conversation.id, mode: 'note' })]?.body,
  )
  const assignee = useInbox(state => (conversation.assigneeId ? state.members[conversation.assigneeId]?.name : undefined))
  const mine = useInbox(state => conversation.assigneeId === state.me.memberId)
  const typing = useTypingIn(conversation.id).includes('customer')
  const preview = usePreview()
  const { lastMessage } = conversation
  const end = windowEnd(channel, conversation, now)
  const waits = conversation.unansweredSince !== null && conversation.state === 'open'
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the listbox
    // biome-ignore lint/a11y/useFocusableInteractive: the listbox has the focus and names the active row
    <div
      id={`row-${conversation.id}`}
      role="option"
      aria-selected={picked ?? chosen}
      aria-posinset={position}
      aria-setsize={total}
      className={classes.row}
      data-chosen={chosen}
      data-picked={picked}
      data-unread={unread > 0}
      data-compact={compact}
      data-conversation={conversation.id}
      // Whoever rests on a row is likely to open it.
      onPointerEnter={() => loadSoon(conversation.id)}
      onPointerLeave={loadNothing}
      onPointerDown={() => loadNow(conversation.id)}
      onClick={event => onOpen(conversation.id, { ctrl: event.ctrlKey || event.metaKey, shift: event.shiftKey })}
      onMouseDown={event => {
        // A span of rows is chosen, not a span of text.
        if (event.shiftKey) event.preventDefault()
      }}
    >
      {picked === undefined ? (
        <Person name={conversation.contact.name} fileId={conversation.contact.avatarFileId} size={compact ? 32 : 40} />
      ) : (
        <span className={classes.box} data-picked={picked} style={{ width: compact ? 32 : 40 }} aria-hidden="true">
          {picked ? <IconSquareCheck size={22} /> : <IconSquare size={22} />}
        </span>
      )}
      <div className={classes.rowMain}>
        <div className={classes.rowTop}>
          <bdi className={classes.rowName}>{conversation.contact.name}</bdi>
          {conversation.priority !== 'normal' && <PriorityMark priority={conversation.priority} small />}
          {lastMessage && (
            <time
              className={classes.rowTime}
              dateTime={new Date(lastMessage.at).toISOString()}
              title={exactTime(lastMessage.at, i18n.language)}
            >
              {listTime(lastMessage.at, now, i18n.language)}
            </time>
          )}
        </div>
        <div className={classes.rowMiddle}>
          <span className={classes.rowText} dir="auto">
            {typing ? (
              <span className={classes.typing}>{t('list.typing')}</span>
            ) : draft ? (
              <>
                <span className={classes.draftMark}>
                  <IconPencil size={13} aria-hidden="true" /> {t('list.draft')}
                </span>{' '}
                {preview(draft.content)}
              </>
            ) : lastMessage ? (
              <>
                {lastMessage.direction === 'out' && <DeliveryMark state={lastMessage.state} size={15} />}
                {lastMessage.direction !== 'in' && lastMessage.direction !== 'system' && (
                  <span className={classes.rowAuthor}>
                    {lastMessage.direction === 'note' ? t('list.note') : shortName(lastMessage.authorName)}:{' '}
                  </span>
                )}
                {lastMessage.preview || t(`kinds.${lastMessage.kind}`, { defaultValue: lastMessage.kind })}
              </>
            ) : (
              t('list.noMessages')
            )}
          </span>
          <RowLookers conversationId={conversation.id} />
          {unread > 0 && (
            <span className={classes.unread}>
              <span aria-hidden="true">{unread > 99 ? '99+' : unread}</span>
              <span className="visually-hidden">{t('rail.unread', { count: unread })}</span>
            </span>
          )}
        </div>
        {!compact && (
          <div className={classes.rowBottom}>
            <ChannelBadge channel={channel} size={13} />
            {conversation.place && <IconWorld size={13} aria-label={t('comments.public')} />}
            <RowMarks conversation={conversation} windowEnd={end} now={now} />
            {assignee && (
              <span className={classes.assignee}>
                <IconUser size={12} aria-hidden="true" /> {mine ? t('list.me') : shortName(assignee)}
                <span className="visually-hidden"> ({t('list.assignee')})</span>
              </span>
            )}
          </div>
        )}
        {compact && (
          <span className="visually-hidden">
            {channel?.badge.name} {waits && t('list.unanswered')} {assignee}
          </span>
        )}
      </div>
    </div>
  )
})

let resting: ReturnType<typeof setTimeout> | undefined

function loadSoon(id: string): void {
  clearTimeout(resting)
  resting = setTimeout(() => loadNow(id), 80)
}

function loadNothing(): void {
  clearTimeout(resting)
}

function loadNow(id: string): void {
  loadNothing()
  openThread(id).catch(() => undefined)
}

function shortName(name: string): string {
  return name.split(/\s+/)[0] ?? name
}
