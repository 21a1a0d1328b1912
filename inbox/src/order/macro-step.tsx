/** What one action of a macro is told. */
import { type ClosingField, type ConversationAction, readSnoozePhrase } from '@dragoman/api'
import { MultiSelect, NumberInput, Select, Textarea, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ownZone } from '../actions/desk-acts.ts'
import { localizedText } from '../i18n.ts'
import { priorities } from '../list/filters.tsx'
import { useClosing, useLabels, useTeams } from '../store/catalogues.ts'
import { useInbox } from '../store/desk.ts'
import { exactTime } from '../text/time.ts'

export function MacroStep({ action, onChange }: { action: ConversationAction; onChange(action: ConversationAction): void }) {
  const { t, i18n } = useTranslation()
  const labels = useLabels()
  const teams = useTeams()
  const members = useInbox(state => state.members)
  const label = t(`order.actionKinds.${action.kind}`)
  switch (action.kind) {
    case 'reply':
    case 'note':
      return (
        <Textarea
          aria-label={label}
          description={t('order.placeholders')}
          value={action.text}
          onChange={event => onChange({ ...action, text: event.currentTarget.value })}
          autosize
          minRows={2}
          maxRows={10}
          maxLength={4_000}
          required
        />
      )
    case 'labels': {
      const data = labels.map(one => ({ value: one.id, label: one.name }))
      return (
        <>
          <MultiSelect label={t('order.putOn')} data={data} value={action.add} onChange={add => onChange({ ...action, add })} searchable />
          <MultiSelect
            label={t('order.takeOff')}
            data={data}
            value={action.remove}
            onChange={remove => onChange({ ...action, remove })}
            searchable
          />
        </>
      )
    }
    case 'assign':
      return (
        <Select
          aria-label={label}
          value={action.to}
          allowDeselect={false}
          onChange={to => to && onChange({ ...action, to })}
          searchable
          data={[
            { value: 'me', label: t('order.whoeverRuns') },
            { value: 'nobody', label: t('thread.nobody') },
            ...Object.values(members)
              .filter(member => member.active)
              .map(member => ({ value: member.id, label: member.name })),
          ]}
        />
      )
    case 'team':
      return (
        <Select
          aria-label={label}
          value={action.teamId ?? 'none'}
          allowDeselect={false}
          onChange={teamId => teamId && onChange({ ...action, teamId: teamId === 'none' ? null : teamId })}
          data={[{ value: 'none', label: t('order.noTeam') }, ...teams.map(team => ({ value: team.id, label: team.name }))]}
        />
      )
    case 'priority':
      return (
        <Select
          aria-label={label}
          value={action.priority}
          allowDeselect={false}
          onChange={priority => priority && onChange({ ...action, priority: priority as typeof action.priority })}
          data={priorities.map(priority => ({ value: priority, label: t(`order.priorities.${priority}`) }))}
        />
      )
    case 'snooze': {
      const phrase = action.phrase ?? ''
      const read = phrase.trim() ? readSnoozePhrase(phrase, Date.now(), ownZone()) : undefined
      return (
        <TextInput
          aria-label={label}
          placeholder={t('order.momentHint')}
          value={phrase}
          required
          onChange={event => onChange({ kind: 'snooze', phrase: event.currentTarget.value })}
          description={read ? t('order.runNow', { time: exactTime(read, i18n.language, undefined, 'short') }) : undefined}
          error={phrase.trim() && read === undefined ? t('order.momentUnread') : undefined}
        />
      )
    }
    case 'close':
      return <ClosingStep action={action} onChange={onChange} />
    default:
      return null
  }
}

function ClosingStep({
  action,
  onChange,
}: {
  action: Extract<ConversationAction, { kind: 'close' }>
  onChange(action: ConversationAction): void
}) {
  const { t } = useTranslation()
  const { data } = useClosing()
  const fields = (data?.value as { fields: ClosingField[] } | undefined)?.fields ?? []
  const set = (id: string, value: string | number | boolean | undefined) => {
    const { [id]: _gone, ...rest } = action.fields
    onChange({ ...action, fields: value === undefined || value === '' ? rest : { ...rest, [id]: value } })
  }
  if (fields.length === 0) return null
  return fields.map(field => {
    const label = localizedText(field.label)
    const value = action.fields[field.id]
    if (field.kind === 'number')
      return (
        <NumberInput
          key={field.id}
          label={label}
          value={typeof value === 'number' ? value : ''}
          onChange={next => set(field.id, typeof next === 'number' ? next : undefined)}
        />
      )
    if (field.kind === 'text')
      return (
        <TextInput key={field.id} label={label} value={String(value ?? '')} onChange={event => set(field.id, event.currentTarget.value)} />
      )
    const choices =
      field.kind === 'choice'
        ? field.choices.map(choice => ({ value: choice.id, label: localizedText(choice.label) }))
        : [
            { value: 'true', label: t('order.yes') },
            { value: 'false', label: t('order.no') },
          ]
    return (
      <Select
        key={field.id}
        label={label}
        clearable
        value={value === undefined ? null : String(value)}
        data={choices}
        onChange={next => set(field.id, next === null ? undefined : field.kind === 'yesno' ? next === 'true' : next)}
      />
    )
  })
}
