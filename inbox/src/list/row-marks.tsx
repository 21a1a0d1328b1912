/** What a row of the list says of a conversation's standing: how urgent, until when to answer, put off, woken, labels. Each by word, not by colour alone. */
import type { ConversationView } from '@dragoman/api'
import { useTranslation } from 'react-i18next'
import { IconBell, IconClock, IconSpam, IconZzz } from '../icons.ts'
import { LabelChip } from '../order/label-chip.tsx'
import { useLabels } from '../store/catalogues.ts'
import { countdown, exactTime, soonTime } from '../text/time.ts'
import classes from './list.module.css'

const dayMs = 86_400_000

export function RowMarks({ conversation, windowEnd, now }: { conversation: ConversationView; windowEnd: number | undefined; now: number }) {
  const { t, i18n } = useTranslation()
  const labels = useLabels()
  const shown = labels.filter(label => conversation.labelIds.includes(label.id))
  const { dueAt, snoozedUntil, wokenAt, unansweredSince } = conversation
  const waits = unansweredSince !== null && conversation.state === 'open'
  const late = waits && dueAt !== null && dueAt <= now
  const left = dueAt === null ? undefined : countdown(dueAt, now)
  const windowLeft = windowEnd ? countdown(windowEnd, now) : undefined
  return (
    <>
      {conversation.spam && (
        <span className={classes.tag}>
          <IconSpam size={12} aria-hidden="true" /> {t('order.spam')}
        </span>
      )}
      {conversation.state === 'closed' && <span className={classes.tag}>{t('list.closed')}</span>}
      {snoozedUntil !== null && (
        <span className={classes.tag} title={exactTime(snoozedUntil, i18n.language)}>
          <IconZzz size={12} aria-hidden="true" /> {t('order.until', { time: soonTime(snoozedUntil, now, i18n.language) })}
        </span>
      )}
      {wokenAt !== null && wokenAt >= conversation.lastActivityAt && conversation.state === 'open' && (
        <span className={classes.tag} data-tone="waiting" title={exactTime(wokenAt, i18n.language)}>
          <IconBell size={12} aria-hidden="true" /> {t('order.woken')}
        </span>
      )}
      {waits && (
        <span
          className={classes.tag}
          data-tone={late ? 'late' : 'waiting'}
          title={`${t('list.unansweredSince', { time: exactTime(unansweredSince, i18n.language) })}${dueAt ? ` · ${t('order.dueAt', { time: exactTime(dueAt, i18n.language) })}` : ''}`}
        >
          {late
            ? t('order.late', { time: spanText(now - (dueAt ?? now), t) })
            : left && (dueAt ?? 0) - now < dayMs / 6
              ? t('order.dueIn', { time: leftText(left, t) })
              : t('list.unanswered')}
        </span>
      )}
      {windowLeft && windowLeft.urgency !== 'calm' && windowEnd !== dueAt && (
        <span className={classes.tag} data-tone="waiting" title={t('list.windowUntil', { time: exactTime(windowEnd ?? 0, i18n.language) })}>
          <IconClock size={12} aria-hidden="true" /> {t('list.windowLeft', { time: leftText(windowLeft, t) })}
        </span>
      )}
      {shown.length > 0 && (
        <span className={classes.rowLabels} title={shown.map(label => label.name).join(', ')}>
          {shown.map(label => (
            <LabelChip key={label.id} label={label} small />
          ))}
        </span>
      )}
    </>
  )
}

/** What is left of a span, in hours and minutes. */
export function leftText(left: { hours: number; minutes: number }, t: ReturnType<typeof useTranslation>['t']): string {
  return left.hours > 0
    ? t('time.hoursMinutes', { hours: left.hours, minutes: left.minutes })
    : t('time.minutes', { minutes: left.minutes })
}

/** How long ago, in the largest whole unit. */
function spanText(ms: number, t: ReturnType<typeof useTranslation>['t']): string {
  const minutes = Math.max(1, Math.floor(ms / 60_000))
  if (minutes >= 1_440) return t('order.days', { count: Math.floor(minutes / 1_440) })
  return minutes >= 60 ? t('order.hours', { count: Math.floor(minutes / 60) }) : t('time.minutes', { minutes })
}
