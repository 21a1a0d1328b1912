/** Working hours by weekday, in the member's zone; a day may have several spans, and one may go over midnight. */
import type { Shifts } from '@dragoman/api'
import { ActionIcon, Button, Select, Switch, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { IconPlus, IconX } from '../icons.ts'
import { regional } from '../text/time.ts'
import classes from './members.module.css'

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const office: Shifts = Object.fromEntries(days.slice(0, 5).map(day => [day, [['09:00', '18:00']]]))

export function ShiftsEditor({
  shifts,
  zone,
  onChange,
}: {
  shifts: Shifts | null
  zone: string | null
  onChange(part: { shifts?: Shifts | null; zone?: string | null }): void
}) {
  const { t, i18n } = useTranslation()
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone
  // 2024 began on a Monday.
  const dayWord = (index: number) =>
    new Intl.DateTimeFormat(regional(i18n.language), { weekday: 'short', timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1 + index))
  const setDay = (day: (typeof days)[number], spans: [string, string][]) => {
    const { [day]: _before, ...rest } = shifts ?? {}
    onChange({ shifts: spans.length > 0 ? { ...rest, [day]: spans } : rest })
  }
  return (
    <div className={classes.shifts}>
      <Switch
        label={t('members.hasShifts')}
        description={t('members.shiftsHelp')}
        checked={shifts !== null}
        onChange={event => onChange(event.currentTarget.checked ? { shifts: office, zone: zone ?? own } : { shifts: null })}
      />
      {shifts !== null && (
        <>
          <Select
            label={t('members.zone')}
            searchable
            value={zone ?? 'UTC'}
            data={[...new Set([zone ?? 'UTC', own, 'UTC', ...Intl.supportedValuesOf('timeZone')])]}
            limit={100}
            onChange={value => value && onChange({ zone: value })}
          />
          <ul className={classes.week}>
            {days.map((day, index) => {
              const spans = shifts[day] ?? []
              return (
                <li key={day} className={classes.day}>
                  <span className={classes.dayName}>{dayWord(index)}</span>
                  <span className={classes.spans}>
                    {spans.length === 0 && <span className={classes.free}>{t('members.free')}</span>}
                    {spans.map(([from, until], at) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: a span is its place
                      <span key={at} className={classes.span}>
                        {(['from', 'until'] as const).map(end => (
                          <TextInput
                            key={end}
                            type="time"
                            size="xs"
                            aria-label={t(`members.${end}`, { day: dayWord(index) })}
                            value={end === 'from' ? from : until === '24:00' ? '00:00' : until}
                            onChange={event => {
                              const value = event.currentTarget.value
                              if (!value) return
                              const next: [string, string] = end === 'from' ? [value, until] : [from, value === '00:00' ? '24:00' : value]
                              if (next[0] !== next[1]) setDay(day, spans.with(at, next))
                            }}
                          />
                        ))}
                        <ActionIcon
                          variant="subtle"
                          color="gray"
                          size={28}
                          aria-label={t('members.removeSpan')}
                          onClick={() => setDay(day, spans.toSpliced(at, 1))}
                        >
                          <IconX size={15} />
                        </ActionIcon>
                        {until <= from && <small>{t('members.overnight')}</small>}
                      </span>
                    ))}
                  </span>
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    px={6}
                    aria-label={t('members.addSpan', { day: dayWord(index) })}
                    disabled={spans.length >= 6}
                    onClick={() => setDay(day, [...spans, ['09:00', '18:00']])}
                  >
                    <IconPlus size={15} />
                  </Button>
                </li>
              )
            })}
          </ul>
        </>
      )}
    </div>
  )
}
