/** How urgent it is. */
import type { Priority } from '@dragoman/api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changeConversations, whom } from '../actions/desk-acts.ts'
import { scoreOf } from '../actions/palette-search.ts'
import { priorities } from '../list/filters.tsx'
import { useInbox } from '../store/desk.ts'
import type { AskProps } from './asked-window.tsx'
import { Options } from './options.tsx'
import { PriorityMark } from './priority-mark.tsx'

export function AskPriority({ ids, close }: AskProps) {
  const { t } = useTranslation()
  const [query, setQuery] = useState('')
  const only = useInbox(state => (ids.length === 1 ? state.conversations[ids[0]!]?.priority : undefined))
  const set = (priority: Priority) => {
    close()
    void changeConversations({
      ids,
      actions: [{ kind: 'priority', priority }],
      done: t('order.prioritySet', { priority: t(`order.priorities.${priority}`), who: whom(ids) }),
      look: () => ({ priority }),
    })
  }
  return (
    <Options
      label={t('order.choosePriority')}
      query={query}
      onQuery={setQuery}
      options={priorities
        .filter(priority => scoreOf(query, [t(`order.priorities.${priority}`), priority]) > 0)
        .map(priority => ({
          id: priority,
          content: <PriorityMark priority={priority} />,
          checked: priority === only,
          perform: () => set(priority),
        }))}
    />
  )
}
