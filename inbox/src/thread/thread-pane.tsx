/** One conversation: head, messages, composer. What was opened before is on the screen at once; the rest shows a skeleton only after 200 ms. */
import { Button, Skeleton } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAnswered } from '../composer/answered.ts'
import { Composer } from '../composer/composer.tsx'
import { HeadMarks } from '../order/head-marks.tsx'
import { SummaryPin } from '../order/summary-pin.tsx'
import { useReadMentions } from '../order/use-read-mentions.ts'
import { EmptyState } from '../pieces/empty-state.tsx'
import { Later } from '../pieces/later.tsx'
import { whenNeeded } from '../pieces/when-needed.ts'
import { useDesk, useInbox } from '../store/desk.ts'
import { useTellLooking } from '../store/tell-looking.ts'
import { ensureConversation, openThread } from '../store/threads.ts'
import { useLightbox } from './lightbox-store.ts'
import { MessageList } from './message-list.tsx'
import { OthersDrafts } from './others-drafts.tsx'
import { PlaceMark } from './place-mark.tsx'
import classes from './thread.module.css'
import { ThreadHead } from './thread-head.tsx'

const AnsweredDialog = lazy(
  whenNeeded(() => import('../composer/answered-dialog.tsx').then(module => ({ default: module.AnsweredDialog }))),
)
const Lightbox = lazy(whenNeeded(() => import('./lightbox.tsx').then(module => ({ default: module.Lightbox }))))

export function ThreadPane({ conversationId, messageId }: { conversationId: string; messageId: string | undefined }) {
  const { t } = useTranslation()
  const conversation = useInbox(state => state.conversations[conversationId])
  const range = useDesk(state => state.ranges[conversationId])
  const loaded = useInbox(state => state.messages[conversationId])
  useTellLooking(conversationId)
  const asked = useAnswered(state => state.asked?.conversationId === conversationId)
  const [problem, setProblem] = useState<'missing' | 'unreachable'>()
  const [attempt, setAttempt] = useState(0)
  useReadMentions(conversationId)
  const enlarged = useLightbox(state => state.fileId !== null)
  // A new snapshot (after `resync`) forgets what was loaded: it loads again.
  const forgotten = range === undefined
  useEffect(() => {
    let gone = false
    setProblem(undefined)
    void ensureConversation(conversationId).then(found => {
      if (gone) return
      if (found !== 'there') setProblem(found)
      else if (forgotten) openThread(conversationId).catch(() => !gone && setProblem('unreachable'))
    })
    return () => {
      gone = true
    }
  }, [conversationId, forgotten, attempt])
  if (problem === 'missing') {
    return (
      <EmptyState title={t('thread.missing')} text={t('thread.missingText')}>
        <Button component={Link} to="/inbox/all" variant="default">
          {t('shell.toInbox')}
        </Button>
      </EmptyState>
    )
  }
  if (problem === 'unreachable' && !(loaded && loaded.length > 0)) {
    return (
      <EmptyState title={t('list.failed')} text={t('list.failedText')}>
        <Button variant="default" onClick={() => setAttempt(number => number + 1)}>
          {t('common.tryAgain')}
        </Button>
      </EmptyState>
    )
  }
  const ready = conversation && range && loaded && (loaded.length > 0 || !range.loading)
  return (
    <>
      {conversation ? <ThreadHead conversation={conversation} /> : <div className={classes.head} />}
      {conversation?.place && <PlaceMark place={conversation.place} />}
      {conversation && <HeadMarks conversation={conversation} />}
      {conversation && <SummaryPin conversation={conversation} />}
      {ready ? <MessageList conversation={conversation} messageId={messageId} /> : <ThreadSkeleton />}
      {enlarged && (
        <Suspense fallback={null}>
          <Lightbox conversationId={conversationId} />
        </Suspense>
      )}
      {asked && (
        <Suspense fallback={null}>
          <AnsweredDialog />
        </Suspense>
      )}
      {conversation && <OthersDrafts conversationId={conversationId} />}
      {conversation && <Composer key={conversationId} conversation={conversation} />}
    </>
  )
}

function ThreadSkeleton() {
  return (
    <div className={classes.skeleton} aria-hidden="true">
      <Later>
        {[46, 62, 38, 54, 30].map((width, index) => (
          <Skeleton key={width} height={index % 2 ? 56 : 40} width={`${width}%`} radius="lg" mb={12} ml={index % 2 ? 'auto' : 0} />
        ))}
      </Later>
    </div>
  )
}
