/** Labels of one or many conversations: search, put on, take off, make a new one. */
import { labelColors } from '@dragoman/api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { changeConversations, whom } from '../actions/desk-acts.ts'
import { scoreOf } from '../actions/palette-search.ts'
import { call } from '../client.ts'
import { IconCheck, IconPlus, IconSquare } from '../icons.ts'
import { queryClient } from '../query-client.ts'
import { useLabels } from '../store/catalogues.ts'
import { useInbox } from '../store/desk.ts'
import type { AskProps } from './asked-window.tsx'
import { LabelChip } from './label-chip.tsx'
import { type Option, Options } from './options.tsx'
import classes from './order.module.css'

export function AskLabels({ ids }: AskProps) {
  const { t } = useTranslation()
  const labels = useLabels()
  const conversations = useInbox(state => state.conversations)
  const manages = useInbox(state => state.me.rights.includes('desk.manage'))
  const [query, setQuery] = useState('')
  const wanted = query.trim()
  const found = labels
    .map(label => ({ label, score: scoreOf(wanted, [label.name]) }))
    .filter(one => one.score > 0)
    .sort((a, b) => b.score - a.score)
  const put = (id: string, name: string, on: boolean) =>
    void changeConversations({
      ids,
      actions: [on ? { kind: 'labels', add: [id] } : { kind: 'labels', remove: [id] }],
      done: t(on ? 'order.labelled' : 'order.unlabelled', { name, who: whom(ids) }),
      look: one => ({ labelIds: on ? [...new Set([...one.labelIds, id])] : one.labelIds.filter(other => other !== id) }),
    })
  const create = async () => {
    try {
      const label = await call('createLabel', { body: { name: wanted, color: labelColors[labels.length % labelColors.length] } })
      await queryClient.invalidateQueries({ queryKey: ['catalogue', 'labels'] })
      setQuery('')
      put(label.id, label.name, true)
    } catch (error) {
      tellProblem(error)
    }
  }
  const options: Option[] = found.map(({ label }) => {
    const having = ids.filter(id => conversations[id]?.labelIds.includes(label.id)).length
    return {
      id: label.id,
      checked: having === ids.length,
      content: (
        <span className={classes.labels}>
          {having === ids.length ? <IconCheck size={16} aria-hidden="true" /> : <IconSquare size={16} aria-hidden="true" />}{' '}
          <LabelChip label={label} />
        </span>
      ),
      aside: having > 0 && having < ids.length ? t('order.someOf', { count: having, of: ids.length }) : undefined,
      perform: () => put(label.id, label.name, having < ids.length),
    }
  })
  if (manages && wanted !== '' && !labels.some(label => label.name.toLowerCase() === wanted.toLowerCase()))
    options.push({
      id: 'new',
      content: (
        <span className={classes.labels}>
          <IconPlus size={16} aria-hidden="true" /> {t('order.makeLabel', { name: wanted })}
        </span>
      ),
      perform: () => void create(),
    })
  return (
    <Options label={t('order.findLabel')} query={query} onQuery={setQuery} options={options}>
      {options.length === 0 && <p className={classes.faint}>{t(manages ? 'order.noLabels' : 'order.noLabelsHere')}</p>}
    </Options>
  )
}
