/** One message: author, quote, content, what can be pressed, reactions, time and delivery. Notes lie on tinted paper and say so. */
import type { Content, ConversationView, MessageView } from '@dragoman/api'
import { Badge, Button } from '@mantine/core'
import { memo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { editEntry } from '../composer/send.ts'
import { IconArrowBackUp, IconEyeOff, IconNote } from '../icons.ts'
import { DeliveryMark } from '../pieces/delivery-mark.tsx'
import { describeProblem } from '../pieces/problem-text.tsx'
import { useDesk, useInbox } from '../store/desk.ts'
import type { OutboxEntry } from '../store/outbox.ts'
import { dropEntry, retryEntry } from '../store/outbox.ts'
import { clock, exactTime } from '../text/time.ts'
import { ContentView } from './content-view.tsx'
import { Delivery, Trouble } from './delivery.tsx'
import { KeyboardView } from './keyboard-view.tsx'
import { LetterFolds, LetterHead } from './letter.tsx'
import { SystemRow } from './marker-rows.tsx'
import classes from './message.module.css'
import { MessageTools } from './message-tools.tsx'
import { Revisions } from './revisions.tsx'
import type { ThreadRow } from './rows.ts'
import { UndoLine } from './undo-line.tsx'

interface Props {
  row: Extract<ThreadRow, { kind: 'message' }>
  conversation: ConversationView
  flashed: boolean
  onJump(messageId: string): void
}

const touch = matchMedia('(hover: none)').matches

export const MessageRow = memo(function MessageRow({ row, conversation, flashed, onJump }: Props) {
  const { t, i18n } = useTranslation()
  const { message } = row
  const mine = useInbox(state => message.author.id === state.me.memberId || message.author.id === state.me.userId)
  // Menus and popovers cost more than all the rest of a row: they come with the pointer or the focus.
  const [awake, setAwake] = useState(touch)
  const article = useRef<HTMLElement>(null)
  const wake = (event: React.FocusEvent) => {
    if (awake) return
    const label = event.target.getAttribute('aria-label')
    setAwake(true)
    if (label) requestAnimationFrame(() => article.current?.querySelector<HTMLElement>(`[aria-label="${CSS.escape(label)}"]`)?.focus())
  }
  if (message.direction === 'system') return <SystemRow message={message} />
  const side = message.direction === 'in' ? 'in' : message.direction
  const deleted = message.deletedAt !== null
  const bare = !deleted && isBare(message)
  const author =
    message.author.kind === 'elsewhere'
      ? t('thread.elsewhere', { name: message.author.name })
      : mine
        ? t('thread.you')
        : message.author.kind === 'system'
          ? t(`answers.automaticKinds.${message.system?.what.replace('.', '_')}`, { defaultValue: t('answers.automatic') })
          : message.author.name
  return (
    <article
      ref={article}
      onPointerEnter={() => setAwake(true)}
      onFocusCapture={wake}
      className={classes.message}
      data-side={side}
      data-first={row.first}
      data-last={row.last}
      data-flashed={flashed}
      data-message={message.id}
      aria-label={t('thread.messageOf', { name: message.author.name, time: exactTime(message.at, i18n.language) })}
    >
      {row.first && (
        <div className={classes.author}>
          {side === 'note' && (
            <Badge size="sm" variant="light" color="yellow" className={classes.noteBadge} leftSection={<IconNote size={12} />}>
              {t('thread.note')}
            </Badge>
          )}
          <bdi>{author}</bdi>
        </div>
      )}
      <div className={classes.line}>
        <div
          className={classes.bubble}
          data-bare={bare}
          data-layout={message.body.subject || message.body.folded ? 'block' : layoutOf(message.body.content)}
          data-deleted={deleted}
          data-state={message.state}
        >
          {message.forwarded && <div className={classes.forwarded}>{t('thread.forwarded')}</div>}
          {message.referral && (
            <div className={classes.referral}>{t('thread.referral', { source: message.referral.title ?? message.referral.source })}</div>
          )}
          {message.replyTo && (
            <button
              type="button"
              className={classes.quote}
              onClick={() => message.replyTo && onJump(message.replyTo.id)}
              aria-label={t('thread.toOriginal', { name: message.replyTo.authorName })}
            >
              <span className={classes.quoteAuthor}>{message.replyTo.authorName}</span>
              <span className={classes.quoteText}>{message.replyTo.preview}</span>
            </button>
          )}
          {deleted && (
            <p className={classes.deleted}>
              {t(
                message.direction === 'in'
                  ? 'thread.deletedByCustomer'
                  : message.direction === 'note'
                    ? 'order.noteGone'
                    : 'thread.deletedByUs',
              )}
            </p>
          )}
          <div className={classes.content} data-deleted={deleted}>
            <LetterHead body={message.body} />
            <ContentView body={message.body} message={message} more={row.albumTail} />
            <LetterFolds body={message.body} />
          </div>
          <span className={classes.meta}>
            {message.hiddenAt !== null && (
              <span title={t('comments.hidden')}>
                <IconEyeOff size={13} aria-label={t('comments.hidden')} />
              </span>
            )}
            {message.editedAt !== null && <Revisions message={message} />}
            <time dateTime={new Date(message.at).toISOString()} title={exactTime(message.at, i18n.language)}>
              {clock(message.at, i18n.language)}
            </time>
            {message.direction === 'out' && <Delivery message={message} awake={awake} />}
          </span>
        </div>
        <MessageTools message={message} conversation={conversation} awake={awake} />
      </div>
      {message.body.keyboard && !deleted && <KeyboardView keyboard={message.body.keyboard} side={side === 'in' ? 'in' : 'out'} />}
      {message.reactions.length > 0 && (
        <ul className={classes.reactions} aria-label={t('thread.reactions')}>
          {message.reactions.map(reaction => (
            <li
              key={`${reaction.by}-${reaction.byId}-${reaction.emoji}`}
              className={classes.reaction}
              title={reaction.by === 'customer' ? conversation.contact.name : t('thread.us')}
            >
              {reaction.emoji}{' '}
              <span className={classes.reactionBy}>
                {reaction.by === 'customer' ? conversation.contact.name.split(' ')[0] : t('thread.us')}
              </span>
            </li>
          ))}
        </ul>
      )}
      <Trouble message={message} />
      <UndoLine message={message} />
    </article>
  )
})

/** Where the time stands: beside a short text, at the end of a long one, below everything else. */
function layoutOf(content: Content): 'row' | 'text' | 'block' {
  if (content.kind !== 'text') return 'block'
  return content.text.text.length <= 56 && !content.text.text.includes('\n') ? 'row' : 'text'
}

/** Pictures and stickers stand for themselves, without a bubble. */
function isBare(message: MessageView): boolean {
  const { content } = message.body
  if (message.replyTo || message.direction === 'note') return false
  return content.kind === 'sticker' || (content.kind === 'video' && content.style === 'note')
}

/** A message that the hub has not taken yet. */
export function OutboxRow({ entry, first, conversation }: { entry: OutboxEntry; first: boolean; conversation: ConversationView }) {
  const { t, i18n } = useTranslation()
  const away = useDesk(state => state.connection === 'offline')
  const waits = entry.state === 'queued' && (entry.attempts > 0 || away)
  const problem = entry.state === 'failed' && entry.problem ? describeProblem(entry.problem, t) : undefined
  return (
    <article
      className={classes.message}
      data-side={entry.note ? 'note' : 'out'}
      data-first={first}
      data-last="true"
      data-message={entry.clientId}
      data-outbox={entry.state}
    >
      {entry.note && first && (
        <div className={classes.author}>
          <Badge size="sm" variant="light" color="yellow" className={classes.noteBadge} leftSection={<IconNote size={12} />}>
            {t('thread.note')}
          </Badge>
        </div>
      )}
      <div className={classes.line}>
        <div
          className={classes.bubble}
          data-layout={layoutOf(entry.body.content)}
          data-state={entry.state === 'failed' ? 'failed' : 'sending'}
        >
          {entry.replyTo && (
            <div className={classes.quote}>
              <span className={classes.quoteAuthor}>{entry.replyTo.authorName}</span>
              <span className={classes.quoteText}>{entry.replyTo.preview}</span>
            </div>
          )}
          <div className={classes.content}>
            <ContentView body={entry.body} />
          </div>
          <span className={classes.meta}>
            <time>{clock(entry.createdAt, i18n.language)}</time>
            <DeliveryMark state={entry.state === 'failed' ? 'failed' : 'sending'} size={15} silent />
            <span>
              {t(
                entry.state === 'failed'
                  ? 'delivery.failed'
                  : entry.state === 'queued' && entry.attempts > 0
                    ? 'delivery.waiting'
                    : 'delivery.sending',
              )}
            </span>
          </span>
        </div>
      </div>
      {entry.body.keyboard && <KeyboardView keyboard={entry.body.keyboard} side="out" />}
      {problem && (
        <div className={classes.failed} role="alert">
          <p className={classes.failedText}>
            <strong>{problem.title}.</strong> {problem.text}
          </p>
          <div className={classes.failedActions}>
            <Button size="compact-sm" variant="light" onClick={() => retryEntry(entry.clientId)}>
              {t('common.retry')}
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => editEntry(entry)}>
              {t('common.edit')}
            </Button>
            <Button size="compact-sm" variant="subtle" color="gray" onClick={() => dropEntry(entry.clientId)}>
              {t('thread.discard')}
            </Button>
          </div>
        </div>
      )}
      {!problem && waits && (
        <div className={classes.waitingLine}>
          {t('thread.waitsForConnection', { name: conversation.contact.name })}{' '}
          <button type="button" className={classes.textButton} onClick={() => editEntry(entry)}>
            <IconArrowBackUp size={13} aria-hidden="true" /> {t('thread.takeBack')}
          </button>
        </div>
      )}
    </article>
  )
}
