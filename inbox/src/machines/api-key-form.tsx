/** A new API key: what it is called, what it may do, area by area, and until when. */
import { type ApiKeyView, areas, type Scope } from '@dragoman/api'
import { Button, Checkbox, Select, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import classes from './machines.module.css'

const dayMs = 86_400_000
const terms = ['30', '90', '365', 'endless'] as const

export function ApiKeyForm({ onDone }: { onDone(made?: { key: ApiKeyView; secret: string }): void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<readonly Scope[]>([])
  const [term, setTerm] = useState<(typeof terms)[number]>('365')
  const [problem, setProblem] = useState<ProblemOf>()
  const [busy, setBusy] = useState(false)
  const make = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem(undefined)
    try {
      const expiresAt = term === 'endless' ? undefined : Date.now() + Number(term) * dayMs
      const made = await call('createApiKey', { body: { name: name.trim(), scopes: [...scopes], expiresAt } })
      await queries.invalidateQueries({ queryKey: ['catalogue', 'apiKeys'] })
      onDone(made)
    } catch (error) {
      setProblem(problemOf(error))
      setBusy(false)
    }
  }
  return (
    <form className={classes.form} onSubmit={event => void make(event)}>
      <TextInput
        label={t('apiKeys.name')}
        placeholder={t('apiKeys.nameSample')}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
        required
        maxLength={80}
        data-autofocus
      />
      <table className={classes.scopes}>
        <caption className="visually-hidden">{t('apiKeys.scopes')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('apiKeys.scopes')}</th>
            <th scope="col">{t('apiKeys.read')}</th>
            <th scope="col">{t('apiKeys.write')}</th>
          </tr>
        </thead>
        <tbody>
          {areas.map(area => (
            <tr key={area}>
              <th scope="row">
                {t(`apiAreas.${area}.name`)}
                <small>{t(`apiAreas.${area}.text`)}</small>
              </th>
              {(['read', 'write'] as const).map(kind => {
                const scope: Scope = `${area}:${kind}`
                return (
                  <td key={kind}>
                    <Checkbox
                      aria-label={`${t(`apiAreas.${area}.name`)}: ${t(`apiKeys.${kind}`)}`}
                      checked={scopes.includes(scope)}
                      onChange={event => setScopes(event.currentTarget.checked ? [...scopes, scope] : scopes.filter(one => one !== scope))}
                    />
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <Select
        label={t('apiKeys.expires')}
        value={term}
        allowDeselect={false}
        onChange={value => value && setTerm(value as typeof term)}
        data={terms.map(value => ({
          value,
          label: value === 'endless' ? t('apiKeys.endlessTerm') : t('apiKeys.days', { count: Number(value) }),
        }))}
        w={240}
      />
      <ProblemAlert problem={problem} />
      <div className={classes.actions}>
        <Button type="submit" loading={busy} disabled={name.trim() === '' || scopes.length === 0}>
          {t('apiKeys.make')}
        </Button>
        <Button variant="default" onClick={() => onDone()}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  )
}
