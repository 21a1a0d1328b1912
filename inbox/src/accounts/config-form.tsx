/** A form drawn from a channel's config schema: labels, help, secrets, choices, patterns: all data. */
import type { ChannelView } from '@dragoman/api'
import { PasswordInput, Select, Switch, Textarea, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { localizedText } from '../i18n.ts'
import { useInbox } from '../store/desk.ts'
import classes from './accounts.module.css'

type Field = ChannelView['config']['fields'][number]
export type ConfigValues = Readonly<Record<string, string>>

interface Props {
  fields: readonly Field[]
  values: ConfigValues
  onChange(values: ConfigValues): void
  /** On an account's page an empty secret means: keep the one that is set. */
  keepSecrets?: boolean
}

export function fieldProblem(field: Field, value: string | undefined): 'required' | 'pattern' | undefined {
  const text = value?.trim() ?? ''
  if (text === '') return field.required && !field.generated && field.defaultValue === undefined ? 'required' : undefined
  if (!field.pattern) return undefined
  try {
    return new RegExp(`^(?:${field.pattern})$`, 'u').test(text) ? undefined : 'pattern'
  } catch {
    return undefined
  }
}

export function ConfigForm({ fields, values, onChange, keepSecrets }: Props) {
  return (
    <div className={classes.fields}>
      {fields.map(field => (
        <ConfigInput
          key={field.name}
          field={field}
          value={values[field.name]}
          keepSecret={keepSecrets}
          onChange={value => onChange({ ...values, [field.name]: value })}
        />
      ))}
    </div>
  )
}

function ConfigInput({
  field,
  value,
  onChange,
  keepSecret,
}: {
  field: Field
  value: string | undefined
  onChange(value: string): void
  keepSecret?: boolean
}) {
  const { t } = useTranslation()
  const label = localizedText(field.label)
  const help = [field.help ? localizedText(field.help) : '', field.generated && !value ? t('connect.generated') : '']
    .filter(Boolean)
    .join(' ')
  const problem = value ? fieldProblem(field, value) : undefined
  const shared = {
    label,
    description: help || undefined,
    required: field.required && !field.generated && !keepSecret && field.defaultValue === undefined,
    error: problem === 'pattern' ? t('connect.badFormat', { example: field.placeholder ?? '' }) : undefined,
    placeholder: keepSecret && field.kind === 'secret' ? t('connect.kept') : (field.placeholder ?? field.defaultValue),
  }
  switch (field.kind) {
    case 'secret':
      return (
        <PasswordInput
          {...shared}
          value={value ?? ''}
          autoComplete="off"
          data-1p-ignore
          onChange={event => onChange(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': t('setup.showPassword') }}
        />
      )
    case 'choice':
      return (
        <Select
          {...shared}
          value={value ?? field.defaultValue ?? null}
          data={(field.choices ?? []).map(choice => ({ value: choice.value, label: localizedText(choice.label) }))}
          onChange={chosen => onChange(chosen ?? '')}
          allowDeselect={!field.required}
        />
      )
    case 'boolean':
      return (
        <Switch
          label={label}
          description={help || undefined}
          checked={(value ?? field.defaultValue) === 'true'}
          onChange={event => onChange(event.currentTarget.checked ? 'true' : 'false')}
        />
      )
    case 'origins':
      return (
        <Textarea
          {...shared}
          value={(value ?? '')
            .split(/[\s,]+/)
            .filter(Boolean)
            .join('\n')}
          autosize
          minRows={2}
          description={[help, t('connect.onePerLine')].filter(Boolean).join(' ')}
          onChange={event => onChange(event.currentTarget.value)}
        />
      )
    case 'localized':
      return <LocalizedInput label={label} help={help} value={value} onChange={onChange} />
    case 'text':
      return <TextInput {...shared} value={value ?? ''} autoComplete="off" onChange={event => onChange(event.currentTarget.value)} />
  }
}

/** A text that customers read: one line for each language of the workspace, kept as a JSON map. */
function LocalizedInput({
  label,
  help,
  value,
  onChange,
}: {
  label: string
  help: string
  value: string | undefined
  onChange(value: string): void
}) {
  const languages = useInbox(state => state.workspace.languages)
  let map: Record<string, string> = {}
  try {
    map = value ? (JSON.parse(value) as Record<string, string>) : {}
  } catch {
    map = { [languages[0] ?? 'en']: value ?? '' }
  }
  return (
    <fieldset className={classes.localized}>
      <legend>{label}</legend>
      {help && <p>{help}</p>}
      {languages.map(language => (
        <TextInput
          key={language}
          aria-label={`${label} (${language})`}
          leftSection={<small>{language}</small>}
          value={map[language] ?? ''}
          onChange={event => onChange(JSON.stringify({ ...map, [language]: event.currentTarget.value }))}
        />
      ))}
    </fieldset>
  )
}
