/** Fields that are asked for when a case is closed. Always holds: saved whole with a version; what was typed stays when somebody else has saved meanwhile. */
import type { Closing, ClosingField } from '@dragoman/api'
import { ActionIcon, Button, Checkbox, MultiSelect, Select, TextInput } from '@mantine/core'
import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { IconArrowDown, IconArrowUp, IconListCheck, IconPlus, IconX } from '../icons.ts'
import { makeId } from '../ids.ts'
import { EmptyState } from '../pieces/empty-state.tsx'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { StaleAlert } from '../pieces/stale.tsx'
import { queryClient } from '../query-client.ts'
import { SettingsFrame } from '../settings/settings-frame.tsx'
import { showToast } from '../shell/toasts.tsx'
import { useClosing } from '../store/catalogues.ts'
import { useInbox } from '../store/desk.ts'
import classes from './pages.module.css'

interface Stored {
  value: Closing
  version: number
}
const languages = ['en', 'ru'] as const

export function ClosingPage() {
  const { t } = useTranslation()
  const { data } = useClosing()
  const [fields, setFields] = useState<ClosingField[]>()
  const [version, setVersion] = useState(0)
  const [theirs, setTheirs] = useState<Stored>()
  const [problem, setProblem] = useState<ProblemOf>()
  useEffect(() => {
    if (!data || fields !== undefined) return
    setFields((data.value as Closing).fields)
    setVersion(data.version)
  }, [data, fields])
  const list = fields ?? []
  const change = (index: number, part: Partial<ClosingField>) =>
    setFields(list.map((field, at) => (at === index ? { ...field, ...part } : field)))
  const move = (index: number, by: 1 | -1) => {
    const next = [...list]
    const [field] = next.splice(index, 1)
    if (field) next.splice(index + by, 0, field)
    setFields(next)
  }
  const save = async (over: number) => {
    setProblem(undefined)
    try {
      const saved = await call('saveSetting', { params: { name: 'closing' }, body: { version: over, value: { fields: list } } })
      setVersion(saved.version)
      setTheirs(undefined)
      await queryClient.invalidateQueries({ queryKey: ['catalogue', 'setting:closing'] })
      showToast(t('common.saved'))
    } catch (error) {
      const failed = problemOf(error)
      if (failed.code === 'stale_version' && 'current' in failed) setTheirs(failed.current as Stored)
      else setProblem(failed)
    }
  }
  return (
    <SettingsFrame section="closing" title={t('settingsSections.closing')} intro={t('order.closingIntro')}>
      {fields !== undefined && (
        <form
          className={classes.form}
          onSubmit={(event: FormEvent) => {
            event.preventDefault()
            void save(version)
          }}
        >
          {theirs && (
            <StaleAlert
              onTheirs={() => {
                setFields(theirs.value.fields)
                setVersion(theirs.version)
                setTheirs(undefined)
              }}
              onMine={() => void save(theirs.version)}
            />
          )}
          <ProblemAlert problem={problem} />
          {list.length === 0 && (
            <EmptyState icon={<IconListCheck size={36} stroke={1.3} />} title={t('order.noFields')} text={t('order.noFieldsText')} />
          )}
          {list.map((field, index) => (
            <FieldForm
              key={field.id}
              field={field}
              first={index === 0}
              last={index === list.length - 1}
              onChange={part => change(index, part)}
              onMove={by => move(index, by)}
              onRemove={() => setFields(list.filter(one => one !== field))}
            />
          ))}
          <Button
            variant="default"
            leftSection={<IconPlus size={16} />}
            w="max-content"
            disabled={list.length >= 20}
            onClick={() =>
              setFields([...list, { id: makeId().slice(-12), label: {}, kind: 'text', choices: [], required: true, accounts: [] }])
            }
          >
            {t('order.addField')}
          </Button>
          <div className={classes.actions}>
            <Button type="submit">{t('common.save')}</Button>
          </div>
        </form>
      )}
    </SettingsFrame>
  )
}

interface FieldFormProps {
  field: ClosingField
  first: boolean
  last: boolean
  onChange(part: Partial<ClosingField>): void
  onMove(by: 1 | -1): void
  onRemove(): void
}

function FieldForm({ field, first, last, onChange, onMove, onRemove }: FieldFormProps) {
  const { t } = useTranslation()
  const accounts = useInbox(state => state.accounts)
  const changeChoice = (id: string, label: Record<string, string>) =>
    onChange({ choices: field.choices.map(choice => (choice.id === id ? { ...choice, label } : choice)) })
  return (
    <fieldset className={classes.step}>
      <div className={classes.stepHead}>
        <strong>{field.label.en || field.label.ru || t('order.newField')}</strong>
        <ActionIcon variant="subtle" color="gray" size={28} disabled={first} aria-label={t('order.earlier')} onClick={() => onMove(-1)}>
          <IconArrowUp size={16} />
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray" size={28} disabled={last} aria-label={t('order.laterStep')} onClick={() => onMove(1)}>
          <IconArrowDown size={16} />
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray" size={28} aria-label={t('order.dropField')} onClick={onRemove}>
          <IconX size={16} />
        </ActionIcon>
      </div>
      {languages.map(language => (
        <TextInput
          key={language}
          label={t('order.fieldLabel', { language: language.toUpperCase() })}
          lang={language}
          value={field.label[language] ?? ''}
          required={language === 'en' ? !field.label.ru : !field.label.en}
          maxLength={120}
          onChange={event => onChange({ label: { ...field.label, [language]: event.currentTarget.value } })}
        />
      ))}
      <Select
        label={t('order.fieldKind')}
        value={field.kind}
        allowDeselect={false}
        onChange={kind => kind && onChange({ kind: kind as ClosingField['kind'] })}
        data={(['text', 'choice', 'number', 'yesno'] as const).map(kind => ({ value: kind, label: t(`order.fieldKinds.${kind}`) }))}
      />
      {field.kind === 'choice' && (
        <>
          {field.choices.map(choice => (
            <div key={choice.id} className={classes.stepHead}>
              {languages.map(language => (
                <TextInput
                  key={language}
                  aria-label={t('order.choiceLabel', { language: language.toUpperCase() })}
                  placeholder={language.toUpperCase()}
                  value={choice.label[language] ?? ''}
                  maxLength={120}
                  style={{ flex: 1 }}
                  onChange={event => changeChoice(choice.id, { ...choice.label, [language]: event.currentTarget.value })}
                />
              ))}
              <ActionIcon
                variant="subtle"
                color="gray"
                size={28}
                aria-label={t('order.dropChoice')}
                onClick={() => onChange({ choices: field.choices.filter(one => one !== choice) })}
              >
                <IconX size={16} />
              </ActionIcon>
            </div>
          ))}
          <Button
            size="compact-sm"
            variant="subtle"
            w="max-content"
            onClick={() => onChange({ choices: [...field.choices, { id: makeId().slice(-12), label: {} }] })}
          >
            {t('order.addChoice')}
          </Button>
        </>
      )}
      <MultiSelect
        label={t('order.fieldAccounts')}
        placeholder={field.accounts.length === 0 ? t('order.allAccounts') : undefined}
        value={field.accounts}
        onChange={next => onChange({ accounts: next })}
        data={Object.values(accounts).map(account => ({ value: account.id, label: account.name }))}
      />
      <Checkbox
        label={t('order.fieldRequired')}
        checked={field.required}
        onChange={event => onChange({ required: event.currentTarget.checked })}
      />
    </fieldset>
  )
}
