/** Fields that the firm asks for when a case is closed: once for all chosen conversations. Enter closes. */
import type { ClosingAnswers, ClosingField } from '@dragoman/api'
import { Button, NumberInput, Radio, SegmentedControl, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changeConversations, whom } from '../actions/desk-acts.ts'
import { localizedText } from '../i18n.ts'
import { useClosing } from '../store/catalogues.ts'
import { useInbox } from '../store/desk.ts'
import type { AskProps } from './asked-window.tsx'
import classes from './order.module.css'

export function AskClosing({ ids, close }: AskProps) {
  const { t } = useTranslation()
  const conversations = useInbox(state => state.conversations)
  const { data } = useClosing()
  const [answers, setAnswers] = useState<ClosingAnswers>({})
  const [tried, setTried] = useState(false)
  const accounts = new Set(ids.map(id => conversations[id]?.accountId))
  const all = (data?.value as { fields: ClosingField[] } | undefined)?.fields ?? []
  const fields = all.filter(field => field.accounts.length === 0 || field.accounts.some(id => accounts.has(id)))
  const isEmpty = (field: ClosingField) => answers[field.id] === undefined || answers[field.id] === ''
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (fields.some(field => field.required && isEmpty(field))) return
    close()
    const given = Object.fromEntries(Object.entries(answers).filter(([, value]) => value !== ''))
    void changeConversations({
      ids,
      actions: [{ kind: 'close', fields: given }],
      done: t('acts.closed', { name: whom(ids) }),
      look: () => ({ state: 'closed' }),
    })
  }
  return (
    <form onSubmit={submit} className={classes.fields} noValidate>
      {fields.map((field, index) => (
        <Field
          key={field.id}
          field={field}
          value={answers[field.id]}
          first={index === 0}
          error={tried && field.required && isEmpty(field) ? t('order.fillIn') : undefined}
          onChange={value =>
            setAnswers(now => {
              const { [field.id]: _gone, ...rest } = now
              return value === undefined ? rest : { ...rest, [field.id]: value }
            })
          }
        />
      ))}
      <div className={classes.actions}>
        <Button type="submit">{t('order.closeNow', { count: ids.length })}</Button>
        <Button variant="default" onClick={close}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  )
}

interface FieldProps {
  field: ClosingField
  value: string | number | boolean | undefined
  first: boolean
  error: string | undefined
  onChange(value: string | number | boolean | undefined): void
}

function Field({ field, value, first, error, onChange }: FieldProps) {
  const { t } = useTranslation()
  const label = localizedText(field.label)
  const common = { label, error, withAsterisk: field.required, 'data-autofocus': first || undefined }
  switch (field.kind) {
    case 'text':
      return <TextInput {...common} value={String(value ?? '')} onChange={event => onChange(event.currentTarget.value)} maxLength={2_000} />
    case 'number':
      return (
        <NumberInput
          {...common}
          value={typeof value === 'number' ? value : ''}
          onChange={next => onChange(typeof next === 'number' ? next : undefined)}
        />
      )
    case 'yesno':
      return (
        <div>
          <div className={classes.faint}>
            {label}
            {error && ` · ${error}`}
          </div>
          <SegmentedControl
            fullWidth
            aria-label={label}
            value={value === undefined ? '' : String(value)}
            onChange={next => onChange(next === 'true')}
            data={[
              { value: 'true', label: t('order.yes') },
              { value: 'false', label: t('order.no') },
            ]}
          />
        </div>
      )
    case 'choice':
      return (
        <Radio.Group {...common} value={String(value ?? '')} onChange={onChange}>
          <Stack gap={6} mt={6}>
            {field.choices.map(choice => (
              <Radio key={choice.id} value={choice.id} label={localizedText(choice.label)} />
            ))}
          </Stack>
        </Radio.Group>
      )
  }
}
