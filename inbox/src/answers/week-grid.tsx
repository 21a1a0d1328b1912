/** A week of hours: intervals by the day, typed or picked, and a strip that shows the day at a glance. Works with the keyboard and on a phone. */
import type { Interval, Week, Weekday } from '@dragoman/api'
import { ActionIcon, Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { IconCopy, IconPlus, IconX } from '../icons.ts'
import classes from './answers.module.css'

export const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const satisfies readonly Weekday[]

/** What one day stands for when hours are made anew. */
export const officeWeek: Week = {
  mon: [['09:00', '18:00']],
  tue: [['09:00', '18:00']],
  wed: [['09:00', '18:00']],
  thu: [['09:00', '18:00']],
  fri: [['09:00', '18:00']],
  sat: [],
  sun: [],
}

/** 2024-01-01 was a Monday. */
export function dayName(day: Weekday, language: string): string {
  const name = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1 + days.indexOf(day)))
  return name.charAt(0).toUpperCase() + name.slice(1)
}

export function WeekGrid({ week, onChange }: { week: Week; onChange(week: Week): void }) {
  const { t, i18n } = useTranslation()
  return (
    <ul className={classes.days}>
      {days.map(day => (
        <li key={day} className={classes.day}>
          <span className={classes.dayName}>{dayName(day, i18n.language)}</span>
          <IntervalList
            label={dayName(day, i18n.language)}
            intervals={week[day]}
            onChange={intervals => onChange({ ...week, [day]: intervals })}
          >
            {day === 'mon' && week.mon.length > 0 && (
              <Button
                size="compact-xs"
                variant="subtle"
                leftSection={<IconCopy size={14} />}
                onClick={() => onChange({ ...week, tue: week.mon, wed: week.mon, thu: week.mon, fri: week.mon })}
              >
                {t('hours.copyToWorkdays')}
              </Button>
            )}
          </IntervalList>
          <Strip intervals={week[day]} />
        </li>
      ))}
    </ul>
  )
}

/** Intervals of one day. An end at or before the beginning is on the next day. */
export function IntervalList({
  label,
  intervals,
  onChange,
  children,
}: {
  label: string
  intervals: readonly Interval[]
  onChange(intervals: Interval[]): void
  children?: React.ReactNode
}) {
  const { t } = useTranslation()
  const set = (index: number, part: Partial<{ from: string; to: string }>) =>
    onChange(intervals.map((one, at): Interval => (at === index ? [part.from ?? one[0], part.to ?? one[1]] : one)))
  const next = (): Interval => {
    const last = intervals.at(-1)
    return last && last[1] > last[0] && last[1] < '20:00' ? [plusHour(last[1]), plusHour(plusHour(last[1]))] : ['09:00', '18:00']
  }
  return (
    <div className={classes.intervals}>
      {intervals.length === 0 && <span className={classes.closed}>{t('hours.closed')}</span>}
      {intervals.map(([from, to], index) => (
        <span key={index} className={classes.interval}>
          <input
            type="time"
            aria-label={t('hours.from', { day: label })}
            value={from}
            required
            onChange={event => event.currentTarget.value && set(index, { from: event.currentTarget.value })}
          />
          –
          <input
            type="time"
            aria-label={t('hours.to', { day: label })}
            // A clock shows the end of the day as its beginning.
            value={to === '24:00' ? '00:00' : to}
            required
            onChange={event => {
              const { value } = event.currentTarget
              if (value) set(index, { to: value === '00:00' ? '24:00' : value })
            }}
          />
          {to <= from && <span className={classes.nextDay}>{t('hours.nextDay')}</span>}
          <ActionIcon
            variant="subtle"
            color="gray"
            size={28}
            aria-label={t('hours.removeInterval', { day: label, from, to })}
            onClick={() => onChange(intervals.filter((_one, at) => at !== index))}
          >
            <IconX size={16} />
          </ActionIcon>
        </span>
      ))}
      {intervals.length < 12 && (
        <ActionIcon
          variant="subtle"
          size={28}
          aria-label={t('hours.addInterval', { day: label })}
          onClick={() => onChange([...intervals, next()])}
        >
          <IconPlus size={16} />
        </ActionIcon>
      )}
      {children}
    </div>
  )
}

function plusHour(time: string): string {
  return `${String(Math.min(23, Number(time.slice(0, 2)) + 1)).padStart(2, '0')}:${time.slice(3)}`
}

/** Midnight to midnight; what goes on past midnight goes to the edge. */
function Strip({ intervals }: { intervals: readonly Interval[] }) {
  const place = (time: string) => ((Number(time.slice(0, 2)) * 60 + Number(time.slice(3))) / 1_440) * 100
  return (
    <div className={classes.strip} aria-hidden="true">
      {intervals.map(([from, to]) => (
        <i
          key={`${from}-${to}`}
          style={{ insetInlineStart: `${place(from)}%`, width: `${(to <= from ? 100 : place(to)) - place(from)}%` }}
        />
      ))}
    </div>
  )
}
