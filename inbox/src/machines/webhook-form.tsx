/** A webhook's settings: name, address, what it is told and of which accounts. Always holds: what was typed stays when somebody else has saved meanwhile. */
import { type WebhookType, type WebhookView, webhookExamples, webhookTypes } from '@dragoman/api'
import { Button, Checkbox, MultiSelect, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { StaleAlert } from '../pieces/stale.tsx'
import { showToast } from '../shell/toasts.tsx'
import { useInbox } from '../store/desk.ts'
import { Code } from './delivery-details.tsx'
import { fieldError } from './field-error.ts'
import classes from './machines.module.css'

interface Props {
  webhook: WebhookView | undefined
  onDone(made?: { webhook: WebhookView; secret: string }): void
}

export function WebhookForm({ webhook, onDone }: Props) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const accounts = useInbox(state => state.accounts)
  const [name, setName] = useState(webhook?.name ?? '')
  const [url, setUrl] = useState(webhook?.url ?? '')
  const [types, setTypes] = useState<readonly WebhookType[]>(webhook?.types ?? [])
  const [accountIds, setAccountIds] = useState<readonly string[]>(webhook?.accountIds ?? [])
  const [version, setVersion] = useState(webhook?.version ?? 0)
  const [theirs, setTheirs] = useState<WebhookView>()
  const [problem, setProblem] = useState<ProblemOf>()
  const [busy, setBusy] = useState(false)
  const save = async (over: number) => {
    setBusy(true)
    setProblem(undefined)
    const body = {
      name: name.trim(),
      url: url.trim(),
      types: [...types],
      accountIds: accountIds.length === 0 ? null : [...accountIds],
    }
    try {
      if (webhook) {
        const saved = await call('updateWebhook', { params: { webhookId: webhook.id }, body: { ...body, version: over } })
        setVersion(saved.version)
        setTheirs(undefined)
        showToast(t('common.saved'))
      }
      const made = webhook ? undefined : await call('createWebhook', { body })
      await queries.invalidateQueries({ queryKey: ['catalogue', 'webhooks'] })
      onDone(made)
    } catch (error) {
      const failed = problemOf(error)
      if (failed.code === 'stale_version' && 'current' in failed) setTheirs(failed.current as WebhookView)
      else setProblem(failed)
    } finally {
      setBusy(false)
    }
  }
  const takeTheirs = () => {
    if (!theirs) return
    setName(theirs.name)
    setUrl(theirs.url)
    setTypes(theirs.types)
    setAccountIds(theirs.accountIds ?? [])
    setVersion(theirs.version)
    setTheirs(undefined)
  }
  const isAll = types.length === 0
  return (
    <form
      className={classes.form}
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        void save(version)
      }}
    >
      <TextInput
        label={t('webhooks.name')}
        placeholder={t('webhooks.nameSample')}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
        required
        maxLength={80}
        data-autofocus
      />
      <TextInput
        type="url"
        label={t('webhooks.url')}
        description={t('webhooks.urlHelp')}
        placeholder="https://shop.example.com/dragoman"
        value={url}
        onChange={event => setUrl(event.currentTarget.value)}
        error={fieldError(problem, 'url')}
        required
        maxLength={2_000}
      />
      <fieldset className={classes.types}>
        <legend>{t('webhooks.types')}</legend>
        <Checkbox
          label={t('webhooks.allTypes')}
          checked={isAll}
          onChange={event => setTypes(event.currentTarget.checked ? [] : ['message.received'])}
        />
        {webhookTypes.map(type => (
          <div key={type} className={classes.typeRow}>
            <Checkbox
              label={<code>{type}</code>}
              description={t(`webhookTypes.${type.replace('.', '_')}`)}
              checked={isAll || types.includes(type)}
              disabled={isAll}
              onChange={event => {
                const next = event.currentTarget.checked ? [...types, type] : types.filter(one => one !== type)
                // None at all would mean all: the last one stays.
                if (next.length > 0) setTypes(next)
              }}
            />
            <details className={classes.example}>
              <summary>
                {t('webhooks.example')}
                <span className="visually-hidden"> {type}</span>
              </summary>
              <Code label={type} text={JSON.stringify(webhookExamples[type], null, 2)} />
            </details>
          </div>
        ))}
      </fieldset>
      <MultiSelect
        label={t('webhooks.accounts')}
        description={t('webhooks.accountsHelp')}
        placeholder={accountIds.length === 0 ? t('webhooks.allAccounts') : undefined}
        value={[...accountIds]}
        onChange={setAccountIds}
        searchable
        data={Object.values(accounts).map(account => ({ value: account.id, label: account.name }))}
      />
      {theirs && <StaleAlert onTheirs={takeTheirs} onMine={() => void save(theirs.version)} />}
      <ProblemAlert problem={problem} />
      <div className={classes.actions}>
        <Button type="submit" loading={busy} disabled={name.trim() === '' || url.trim() === ''}>
          {t(webhook ? 'common.save' : 'webhooks.make')}
        </Button>
        {!webhook && (
          <Button variant="default" onClick={() => onDone()}>
            {t('common.cancel')}
          </Button>
        )}
      </div>
    </form>
  )
}
