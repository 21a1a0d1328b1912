/** What narrows a search besides the filters of lists: days, who wrote, with files. All of it stands in the address. */
import { Checkbox, Select, TextInput } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import classes from './search.module.css'

const directions = ['in', 'out', 'note'] as const

/** The address's part as the hub takes it: days become moments by this browser's clock; `before` is that day's end. */
export function useNarrow(): { from?: number; before?: number; direction?: (typeof directions)[number]; withFiles?: 'yes' } {
  const { from, before, direction, files } = useSearch({ from: '/shell/inbox/$view' })
  return {
    from: momentOf(from, 0),
    before: momentOf(before, 1),
    direction: directions.find(one => one === direction),
    withFiles: files === 'yes' ? 'yes' : undefined,
  }
}

function momentOf(day: string | undefined, daysLater: number): number | undefined {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day ?? '')
  return parts ? new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + daysLater).getTime() : undefined
}

export function NarrowFields() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const search = useSearch({ from: '/shell/inbox/$view' })
  const set = (part: { from?: string; before?: string; direction?: string; files?: string }) =>
    void navigate({ to: '.', search: previous => ({ ...previous, ...part }), replace: true })
  return (
    <div className={classes.narrow}>
      <TextInput
        type="date"
        size="xs"
        label={t('finding.from')}
        value={search.from ?? ''}
        onChange={event => set({ from: event.currentTarget.value || undefined })}
      />
      <TextInput
        type="date"
        size="xs"
        label={t('finding.before')}
        value={search.before ?? ''}
        onChange={event => set({ before: event.currentTarget.value || undefined })}
      />
      <Select
        size="xs"
        label={t('finding.direction')}
        placeholder={t('finding.anybody')}
        clearable
        value={search.direction ?? null}
        data={directions.map(one => ({ value: one, label: t(`finding.directions.${one}`) }))}
        onChange={direction => set({ direction: direction ?? undefined })}
      />
      <Checkbox
        size="xs"
        label={t('finding.withFiles')}
        checked={search.files === 'yes'}
        onChange={event => set({ files: event.currentTarget.checked ? 'yes' : undefined })}
      />
    </div>
  )
}
