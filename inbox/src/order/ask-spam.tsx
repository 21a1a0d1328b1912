/** Spam: with or without blocking who wrote it; or back again. The second press does it. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changeConversations, whom } from '../actions/desk-acts.ts'
import { useInbox } from '../store/desk.ts'
import type { AskProps } from './asked-window.tsx'
import { type Option, Options } from './options.tsx'
import classes from './order.module.css'

export function AskSpam({ ids, close }: AskProps) {
  const { t } = useTranslation()
  const [query, setQuery] = useState('')
  const isSpam = useInbox(state => ids.every(id => state.conversations[id]?.spam))
  const mark = (block: boolean) => {
    close()
    void changeConversations({
      ids,
      actions: [{ kind: 'spam', block }],
      done: t(block ? 'order.spamBlocked' : 'order.spammed', { who: whom(ids) }),
      look: one => ({ spam: true, contact: { ...one.contact, blocked: one.contact.blocked || block } }),
    })
  }
  const clear = () => {
    close()
    void changeConversations({
      ids,
      actions: [{ kind: 'notSpam' }],
      done: t('order.unspammed', { who: whom(ids) }),
      look: one => ({ spam: false, contact: { ...one.contact, blocked: false } }),
    })
  }
  const options: Option[] = isSpam
    ? [
        { id: 'clear', content: t('order.notSpam'), perform: clear },
        { id: 'block', content: t('order.blockToo'), perform: () => mark(true) },
      ]
    : [
        { id: 'spam', content: t('order.spamOnly'), perform: () => mark(false) },
        { id: 'block', content: t('order.spamAndBlock'), perform: () => mark(true) },
      ]
  return (
    <Options label={t('order.chooseSpam')} query={query} onQuery={setQuery} options={options}>
      <p className={classes.faint}>{t('order.spamText')}</p>
    </Options>
  )
}
