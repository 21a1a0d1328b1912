/** Filters of the registry: what is compared, where, for whom and on which day. Always holds: they stand in the address; what is not set is the firm's own or all. */
import { type BusinessKind, businessKinds } from '@dragoman/api'
import { Button, MultiSelect, Select, Switch, TextInput } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconFilter } from '../icons.ts'
import type { RegistrySearch } from '../settings-routes.ts'
import { countryCodes } from '../setup/choices.ts'
import { useDesk } from '../store/desk.ts'
import { todayKey } from '../text/day.ts'
import classes from './registry.module.css'
import { countryName, rowGroups } from './words.ts'

/** A list in the address: commas between; absent: not set, empty: none. */
export function listOf(text: string | undefined): string[] | undefined {
  return text === undefined ? undefined : text.split(',').filter(one => one !== '' && one !== 'none')
}

export function RegistryFilters({
  search,
  onChange,
  countries,
  business,
  since,
  until,
}: {
  search: RegistrySearch
  onChange(part: Partial<RegistrySearch>): void
  /** What is shown now, the firm's own where nothing is set. */
  countries: readonly string[]
  business: string
  since: string
  until: string
}) {
  const { t, i18n } = useTranslation()
  const channels = useDesk(state => state.channels)
  const [shown, setShown] = useState(false)
  const changes = search.tab === 'changes'
  const countryChoices = useMemo(
    () =>
      countryCodes
        .map(code => ({ value: code, label: countryName(code, i18n.language) }))
        .sort((a, b) => a.label.localeCompare(b.label, i18n.language)),
    [i18n.language],
  )
  const { tab: _tab, ...set } = search
  const on = Object.values(set).filter(value => value !== undefined).length
  return (
    <>
      <Button
        className={classes.filterButton}
        variant="default"
        leftSection={<IconFilter size={16} />}
        aria-expanded={shown}
        onClick={() => setShown(now => !now)}
      >
        {on === 0 ? t('registry.filters') : t('registry.filtersOn', { count: on })}
      </Button>
      {!changes && (
        <Switch
          className={classes.only}
          label={t('registry.only')}
          checked={search.only === 'yes'}
          onChange={event => onChange({ only: event.currentTarget.checked ? 'yes' : undefined })}
        />
      )}
      <div className={classes.filters} data-shown={shown}>
        <MultiSelect
          label={t('registry.messengers')}
          placeholder={search.channels ? undefined : t('registry.allMessengers')}
          data={Object.values(channels).map(channel => ({ value: channel.id, label: channel.badge.name }))}
          value={listOf(search.channels) ?? []}
          onChange={value => onChange({ channels: value.join(',') || undefined })}
          clearable
          hidePickedOptions
        />
        <MultiSelect
          className={classes.countries}
          label={t('registry.countries')}
          placeholder={countries.length > 0 ? undefined : t('registry.noCountries')}
          data={countryChoices}
          value={[...countries]}
          onChange={value => onChange({ countries: value.length > 0 ? value.join(',') : 'none' })}
          searchable
          clearable
          hidePickedOptions
          maxDropdownHeight={260}
        />
        <Select
          label={t('registry.business')}
          data={businessKinds.map(kind => ({ value: kind, label: t(`business.${kind}`) }))}
          value={business}
          onChange={value => onChange({ business: (value as BusinessKind | null) ?? undefined })}
          allowDeselect={false}
          maxDropdownHeight={260}
        />
        {changes ? (
          <>
            <TextInput
              type="date"
              label={t('registry.since_day')}
              value={since}
              max={until}
              onChange={event => onChange({ since: event.currentTarget.value || undefined })}
            />
            <TextInput
              type="date"
              label={t('registry.until_day')}
              value={until}
              min={since}
              onChange={event => onChange({ until: event.currentTarget.value || undefined })}
            />
          </>
        ) : (
          <>
            <Select
              label={t('registry.group')}
              placeholder={t('registry.allGroups')}
              data={rowGroups.filter(group => group !== 'more').map(group => ({ value: group, label: t(`registry.groups.${group}`) }))}
              value={search.group ?? null}
              onChange={group => onChange({ group: group ?? undefined })}
              clearable
            />
            <TextInput
              type="date"
              label={t('registry.asOf')}
              value={search.asOf ?? todayKey()}
              onChange={event => {
                const day = event.currentTarget.value
                onChange({ asOf: day === '' || day === todayKey() ? undefined : day })
              }}
            />
          </>
        )}
      </div>
    </>
  )
}
