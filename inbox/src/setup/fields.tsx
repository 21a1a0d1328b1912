/** Fields that first run and settings share: countries and kind of business, with names in the screen's language. */
import { MultiSelect, Select } from '@mantine/core'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { businessKinds, countryCodes } from './choices.ts'

export function CountriesField({
  value,
  onChange,
  label,
  description,
}: {
  value: string[]
  onChange(value: string[]): void
  label: string
  description?: string
}) {
  const { i18n } = useTranslation()
  const data = useMemo(() => {
    const names = new Intl.DisplayNames(i18n.language, { type: 'region' })
    return countryCodes
      .map(code => ({ value: code, label: names.of(code) ?? code }))
      .sort((a, b) => a.label.localeCompare(b.label, i18n.language))
  }, [i18n.language])
  return (
    <MultiSelect
      label={label}
      description={description}
      data={data}
      value={value}
      onChange={onChange}
      searchable
      clearable
      hidePickedOptions
      maxDropdownHeight={260}
    />
  )
}

export function BusinessField({ value, onChange, label }: { value: string; onChange(value: string): void; label: string }) {
  const { t } = useTranslation()
  return (
    <Select
      label={label}
      data={businessKinds.map(kind => ({ value: kind, label: t(`business.${kind}`) }))}
      value={value}
      onChange={kind => onChange(kind ?? 'other')}
      allowDeselect={false}
      maxDropdownHeight={260}
    />
  )
}
