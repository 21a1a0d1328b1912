/** Attributes of a person: pairs that anybody corrects in place; names are offered as they are typed. */
import type { ContactProfile } from '@dragoman/api'
import { ActionIcon, Autocomplete, Button, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { IconPencil, IconPlus, IconTrash } from '../icons.ts'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import classes from './person.module.css'
import { profileKey } from './person-query.ts'

type Change = { attributes?: Record<string, string | null>; customerId?: string | null }

export function Attributes({ profile }: { profile: ContactProfile }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const keys = useQuery({ queryKey: ['catalogue', 'attribute-keys'], queryFn: () => call('attributeKeys') })
  const [editing, setEditing] = useState<string | null>(null)
  const [problem, setProblem] = useState<ProblemOf>()
  const first = keys.data?.first ?? []
  const names = [...new Set([...first, ...Object.keys(profile.attributes)])]
  const save = async (change: Change) => {
    setProblem(undefined)
    try {
      const changed = await call('updateProfile', {
        params: { contactId: profile.contact.id },
        body: { version: profile.version, ...change },
      })
      queries.setQueryData(profileKey(profile.contact.id), changed)
      void queries.invalidateQueries({ queryKey: ['catalogue', 'attribute-keys'] })
      setEditing(null)
    } catch (error) {
      setProblem(problemOf(error))
      // Somebody was faster: his values are shown, and what was typed here stays in its field for another press.
      await queries.invalidateQueries({ queryKey: profileKey(profile.contact.id) })
    }
  }
  const row = (id: string, label: string, value: string | undefined, change: (value: string | null) => Change) =>
    editing === id ? (
      <EditValue key={id} label={label} value={value ?? ''} onCancel={() => setEditing(null)} onSave={next => void save(change(next))} />
    ) : (
      <div key={id} className={classes.pair}>
        <dt>{label}</dt>
        <dd>
          <span>{value ?? <span className={classes.faint}>{t('customer.unknown')}</span>}</span>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={28}
            aria-label={t('contacts.editValue', { name: label })}
            onClick={() => setEditing(id)}
          >
            <IconPencil size={15} />
          </ActionIcon>
        </dd>
      </div>
    )
  return (
    <>
      <dl className={classes.pairs}>
        {row('#', t('contacts.customerId'), profile.customerId ?? undefined, customerId => ({ customerId }))}
        {names.map(name => row(name, name, profile.attributes[name], value => ({ attributes: { [name]: value } })))}
      </dl>
      <ProblemAlert problem={problem} />
      {editing === '+' ? (
        <AddPair
          known={(keys.data?.keys ?? []).filter(key => !(key in profile.attributes))}
          onCancel={() => setEditing(null)}
          onAdd={(name, value) => void save({ attributes: { [name]: value } })}
        />
      ) : (
        <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={15} />} onClick={() => setEditing('+')}>
          {t('contacts.addAttribute')}
        </Button>
      )}
    </>
  )
}

function EditValue({
  label,
  value,
  onSave,
  onCancel,
}: {
  label: string
  value: string
  onSave(value: string | null): void
  onCancel(): void
}) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState(value)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSave(typed.trim() || null)
  }
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput label={label} value={typed} maxLength={500} autoFocus onChange={event => setTyped(event.currentTarget.value)} />
      <div className={classes.row}>
        <Button type="submit" size="compact-sm">
          {t('common.save')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={onCancel}>
          {t('common.cancel')}
        </Button>
        {value !== '' && (
          <ActionIcon
            variant="subtle"
            color="red"
            size={28}
            aria-label={t('contacts.removeValue', { name: label })}
            onClick={() => onSave(null)}
          >
            <IconTrash size={15} />
          </ActionIcon>
        )}
      </div>
    </form>
  )
}

function AddPair({ known, onAdd, onCancel }: { known: string[]; onAdd(name: string, value: string): void; onCancel(): void }) {
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const [value, setValue] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() && value.trim()) onAdd(name.trim(), value.trim())
  }
  return (
    <form className={classes.form} onSubmit={submit}>
      <Autocomplete label={t('contacts.attributeName')} data={known} value={name} onChange={setName} maxLength={60} autoFocus required />
      <TextInput
        label={t('contacts.attributeValue')}
        value={value}
        maxLength={500}
        onChange={event => setValue(event.currentTarget.value)}
        required
      />
      <div className={classes.row}>
        <Button type="submit" size="compact-sm">
          {t('contacts.add')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={onCancel}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  )
}
