/** Fields that first run and settings share: countries and kind of business, with names in the screen's language. */
import { type BusinessKind, businessKinds } from '@dragoman/api'
import { MultiSelect, Select } from '@mantine/core'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { countryCodes } from './choices.ts'

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

export function BusinessField({
  value,
  onChange,
  label,
  description,
}: {
  value: BusinessKind
  onChange(value: BusinessKind): void
  label: string
  description?: string
}) {
  const { t } = useTranslation()
  return (
    <Select
      label={label}
      description={description}
      data={businessKinds.map(kind => ({ value: kind, label: t(`business.${kind}`) }))}
      value={value}
      onChange={kind => onChange(isBusinessKind(kind) ? kind : 'other')}
      allowDeselect={false}
      maxDropdownHeight={260}
    />
  )
}

/** A kind that this version knows; what an older one stored may be another. */
export function isBusinessKind(kind: string | null): kind is BusinessKind {
  return businessKinds.some(one => one === kind)
}
