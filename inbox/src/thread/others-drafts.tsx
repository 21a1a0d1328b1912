/** "Anna has a draft here": over the composer, with asking for it. Always holds: what it says is not shown before she gives it. */
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { IconPencil } from '../icons.ts'
import { showToast } from '../shell/toasts.tsx'
import { useInbox } from '../store/desk.ts'
import { useLookersOf } from '../store/looking.ts'
import { useNow } from '../store/now.ts'
import { listTime } from '../text/time.ts'
import classes from './lookers.module.css'

export function OthersDrafts({ conversationId }: { conversationId: string }) {
  const { t, i18n } = useTranslation()
  const now = useNow()
  const members = useInbox(state => state.members)
  // A colleague who has stopped writing has perhaps left a draft.
  const writing = useLookersOf(conversationId).filter(one => one.doing === 'replying').length
  const drafts = useQuery({
    queryKey: ['others-drafts', conversationId, writing],
    queryFn: () => call('othersDrafts', { params: { conversationId } }),
    // Drafts of others are no events: asked for when the conversation is opened, and now and then.
    staleTime: 0,
    refetchInterval: 20_000,
  })
  const [asked, setAsked] = useState<string>()
  const draft = drafts.data?.drafts[0]
  const name = draft && members[draft.memberId]?.name
  if (!draft || !name) return null
  const ask = async () => {
    setAsked(draft.memberId)
    try {
      const { outcome } = await call('askForDraft', { params: { conversationId }, body: { memberId: draft.memberId } })
      showToast(t(outcome === 'asked' ? 'othersDrafts.asked' : 'othersDrafts.copied', { name }))
    } catch (error) {
      setAsked(undefined)
      tellProblem(error)
    }
  }
  return (
    <div className={classes.draftLine}>
      <IconPencil size={15} aria-hidden="true" />
      <span>{t('othersDrafts.has', { name, time: listTime(draft.updatedAt, now, i18n.language) })}</span>
      <Button size="compact-sm" variant="subtle" disabled={asked === draft.memberId} onClick={() => void ask()}>
        {t(draft.connected ? 'othersDrafts.ask' : 'othersDrafts.copy')}
      </Button>
    </div>
  )
}
