/** Until when, or when: presets and a field of free words; what the words mean is shown before anything is done. */
import { readSnoozePhrase } from '@dragoman/api'
import { Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { changeConversations, ownZone, whom } from '../actions/desk-acts.ts'
import { call } from '../client.ts'
import { queryClient } from '../query-client.ts'
import { showToast } from '../shell/toasts.tsx'
import { useInbox } from '../store/desk.ts'
import { useNow } from '../store/now.ts'
import { regional, soonTime } from '../text/time.ts'
import type { AskProps } from './asked-window.tsx'
import { type Option, Options } from './options.tsx'
import classes from './order.module.css'

const presets = ['later', 'evening', 'tomorrow', 'afterTomorrow', 'monday', 'week', 'month'] as const
const phrases: Record<(typeof presets)[number], string> = {
  later: 'in 3 hours',
  evening: 'today 18:00',
  tomorrow: 'tomorrow 9',
  afterTomorrow: 'day after tomorrow 9',
  monday: 'next monday 9',
  week: 'in a week',
  month: 'in a month',
}

export function AskMoment({ ids, close, what }: AskProps & { what: 'snooze' | 'remind' }) {
  const { t, i18n } = useTranslation()
  const now = useNow()
  const [query, setQuery] = useState('')
  const [note, setNote] = useState('')
  const zone = ownZone()
  const snoozed = useInbox(state => ids.some(id => state.conversations[id]?.snoozedUntil))
  const words = query.trim()
  const read = words === '' ? undefined : readSnoozePhrase(words, now, zone)
  const exact = (at: number) =>
    new Intl.DateTimeFormat(regional(i18n.language), {
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
    }).format(at)
  const perform = (at: number | null) => {
    if (what === 'remind') {
      if (at === null) return
      call('remind', { params: { conversationId: ids[0]! }, body: { at, text: note.trim() } }).then(() => {
        showToast(t('order.willRemind', { time: soonTime(at, now, i18n.language) }))
        void queryClient.invalidateQueries({ queryKey: ['catalogue', 'reminders'] })
      }, tellProblem)
    } else
      void changeConversations({
        ids,
        actions: [{ kind: 'snooze', until: at }],
        done:
          at === null
            ? t('order.unsnoozed', { who: whom(ids) })
            : t('order.snoozed', { who: whom(ids), time: soonTime(at, now, i18n.language) }),
        look: () => ({ snoozedUntil: at }),
      })
    close()
  }
  const options: Option[] =
    words !== ''
      ? read
        ? [{ id: 'read', content: exact(read), perform: () => perform(read) }]
        : []
      : [
          ...presets.flatMap((preset): Option[] => {
            const at = readSnoozePhrase(phrases[preset], now, zone)
            return at === undefined
              ? []
              : [{ id: preset, content: t(`order.presets.${preset}`), aside: soonTime(at, now, i18n.language), perform: () => perform(at) }]
          }),
          ...(what === 'snooze' && snoozed ? [{ id: 'wake', content: t('order.wakeNow'), perform: () => perform(null) }] : []),
        ]
  return (
    <>
      {what === 'remind' && (
        <Textarea
          label={t('order.reminderText')}
          value={note}
          onChange={event => setNote(event.currentTarget.value)}
          autosize
          minRows={1}
          maxRows={4}
          maxLength={500}
          mb="sm"
        />
      )}
      <Options label={t('order.momentField')} query={query} onQuery={setQuery} options={options}>
        <p className={classes.understood} data-wrong={words !== '' && read === undefined} role="status">
          {words === '' ? t('order.momentHint') : read ? t('order.momentRead') : t('order.momentUnread')}
        </p>
      </Options>
    </>
  )
}
