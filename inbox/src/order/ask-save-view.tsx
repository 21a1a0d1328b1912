/** The filters of the list, kept under a name. */
import type { ConversationFilter, SortOrder } from '@dragoman/api'
import { Button, Checkbox, Select, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { queryClient } from '../query-client.ts'
import { refreshCounts, useInbox } from '../store/desk.ts'
import classes from './order.module.css'

export function AskSaveView({ filter, sort, close }: { filter: ConversationFilter; sort: SortOrder; close(): void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const manages = useInbox(state => state.me.rights.includes('desk.manage'))
  const [name, setName] = useState('')
  const [shared, setShared] = useState(false)
  const [order, setOrder] = useState<SortOrder>(sort)
  const [busy, setBusy] = useState(false)
  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === '') return
    setBusy(true)
    try {
      const view = await call('createView', { body: { name: name.trim(), filter, sort: order, shared } })
      await queryClient.invalidateQueries({ queryKey: ['catalogue', 'views'] })
      refreshCounts()
      close()
      void navigate({ to: '/inbox/$view', params: { view: view.id }, search: {} as never })
    } catch (error) {
      tellProblem(error)
      setBusy(false)
    }
  }
  return (
    <form onSubmit={save} className={classes.fields}>
      <TextInput
        label={t('order.viewName')}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
        maxLength={80}
        required
        data-autofocus
      />
      <Select
        label={t('order.sort')}
        value={order}
        onChange={value => value && setOrder(value as SortOrder)}
        allowDeselect={false}
        data={(['newest', 'oldest', 'due'] as const).map(value => ({ value, label: t(`order.sorts.${value}`) }))}
      />
      {manages && <Checkbox label={t('order.shareView')} checked={shared} onChange={event => setShared(event.currentTarget.checked)} />}
      <div className={classes.actions}>
        <Button type="submit" loading={busy}>
          {t('common.save')}
        </Button>
        <Button variant="default" onClick={close}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  )
}
