/** Holidays: typed one by one, or pasted as lines of “date, name, hours”. Nothing is filled in from outside: the firm knows its own days. */
import type { Holiday, Interval } from '@dragoman/api'
import { ActionIcon, Button, Checkbox, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconPlus, IconTrash } from '../icons.ts'
import classes from './answers.module.css'
import { parseHolidays } from './parse-holidays.ts'
import { IntervalList } from './week-grid.tsx'

export function HolidaysEditor({ holidays, onChange }: { holidays: readonly Holiday[]; onChange(holidays: Holiday[]): void }) {
  const { t } = useTranslation()
  const [pasting, setPasting] = useState(false)
  const [pasted, setPasted] = useState('')
  const parsed = parseHolidays(pasted)
  const set = (index: number, part: Partial<Holiday>) => onChange(holidays.map((one, at) => (at === index ? { ...one, ...part } : one)))
  const add = (more: readonly Holiday[]) => {
    const dates = new Set(more.map(one => one.date))
    onChange([...holidays.filter(one => !dates.has(one.date)), ...more].toSorted((a, b) => a.date.localeCompare(b.date)))
  }
  return (
    <div>
      {holidays.map((one, index) => (
        <div key={index} className={classes.holiday}>
          <TextInput
            type="date"
            size="sm"
            aria-label={t('hours.holidayDate')}
            value={one.date}
            onChange={event => event.currentTarget.value && set(index, { date: event.currentTarget.value })}
          />
          <TextInput
            size="sm"
            aria-label={t('hours.holidayName')}
            placeholder={t('hours.holidayName')}
            value={one.name}
            maxLength={80}
            onChange={event => set(index, { name: event.currentTarget.value })}
          />
          <Checkbox
            label={t('hours.yearly')}
            checked={one.yearly}
            onChange={event => set(index, { yearly: event.currentTarget.checked })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size={34}
            aria-label={t('hours.removeHoliday', { name: one.name || one.date })}
            onClick={() => onChange(holidays.filter((_one, at) => at !== index))}
          >
            <IconTrash size={18} />
          </ActionIcon>
          <div className={classes.rowTail}>
            <IntervalList
              label={one.name || one.date}
              intervals={one.intervals}
              onChange={(intervals: Interval[]) => set(index, { intervals })}
            />
          </div>
        </div>
      ))}
      <div className={classes.chips}>
        <Button
          size="sm"
          variant="default"
          leftSection={<IconPlus size={16} />}
          onClick={() => onChange([...holidays, { date: today(), name: '', yearly: false, intervals: [] }])}
        >
          {t('hours.addHoliday')}
        </Button>
        <Button size="sm" variant="subtle" onClick={() => setPasting(now => !now)} aria-expanded={pasting}>
          {t('hours.pasteHolidays')}
        </Button>
      </div>
      {pasting && (
        <div className={classes.stack}>
          <Textarea
            label={t('hours.pasteLabel')}
            description={t('hours.pasteHelp')}
            value={pasted}
            onChange={event => setPasted(event.currentTarget.value)}
            autosize
            minRows={4}
            maxRows={12}
            error={parsed.broken.length > 0 ? t('hours.brokenLines', { lines: parsed.broken.join(', ') }) : undefined}
          />
          <div>
            <Button
              size="sm"
              disabled={parsed.holidays.length === 0}
              onClick={() => {
                add(parsed.holidays)
                setPasted('')
                setPasting(false)
              }}
            >
              {t('hours.takeHolidays', { count: parsed.holidays.length })}
            </Button>
          </div>
        </div>
      )}
    </div>
  )
}

function today(): string {
  const now = new Date()
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}`
}
