/** Members to name in a note: found by letters in either layout; who may not see the conversation cannot be named, and it says so. */
import { useQuery } from '@tanstack/react-query'
import { type RefObject, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { scoreOf } from '../actions/palette-search.ts'
import { call } from '../client.ts'
import order from '../order/order.module.css'
import { Person } from '../pieces/person.tsx'
import { useInbox } from '../store/desk.ts'
import { mentionsIn, typedMention } from './mention-text.ts'

interface Props {
  conversationId: string
  text: string
  field: RefObject<HTMLTextAreaElement | null>
  /** Puts a text in place of what stands between. */
  onPut(from: number, to: number, text: string): void
}

export function MentionPicker({ conversationId, text, field, onPut }: Props) {
  const { t } = useTranslation()
  const members = useInbox(state => state.members)
  const me = useInbox(state => state.me.memberId)
  const [active, setActive] = useState(0)
  const [dismissed, setDismissed] = useState('')
  const { data } = useQuery({
    queryKey: ['mentionable', conversationId],
    queryFn: () => call('mentionable', { params: { conversationId } }),
  })
  const known = (data?.members ?? []).flatMap(one => (one.id !== me && members[one.id] ? [{ ...one, name: members[one.id]!.name }] : []))
  const caret = field.current?.selectionStart ?? text.length
  const typed = text === dismissed ? undefined : typedMention(text, Math.min(caret, text.length))
  const found = typed
    ? known
        .map(member => ({ member, score: scoreOf(typed.query, [member.name]) }))
        .filter(one => one.score > 0)
        .sort((a, b) => b.score - a.score)
        .slice(0, 6)
        .map(one => one.member)
    : []
  // A name that stands there whole is not being typed any more.
  const shown = found.length === 1 && typed && found[0]!.name.toLowerCase() === typed.query.toLowerCase() ? [] : found
  const at = Math.min(active, shown.length - 1)
  const choose = (index: number) => {
    const member = shown[index]
    if (member?.maySee && typed) onPut(typed.from, typed.from + typed.query.length + 1, `@${member.name} `)
  }
  useEffect(() => {
    const element = field.current
    if (!element || shown.length === 0) return
    const pressed = (event: KeyboardEvent) => {
      if (event.isComposing) return
      if (event.key === 'ArrowDown') setActive((at + 1) % shown.length)
      else if (event.key === 'ArrowUp') setActive((at - 1 + shown.length) % shown.length)
      else if ((event.key === 'Enter' || event.key === 'Tab') && !event.ctrlKey && !event.metaKey) choose(at)
      else if (event.key === 'Escape') setDismissed(text)
      else return
      event.preventDefault()
      event.stopPropagation()
    }
    element.addEventListener('keydown', pressed)
    return () => element.removeEventListener('keydown', pressed)
  })
  const blind = mentionsIn(
    text,
    known.filter(member => !member.maySee),
  ).map(id => members[id]?.name)
  return (
    <>
      {blind.length > 0 && (
        <p className={order.mentionsOff} role="status">
          {t('order.maySeeNot', { name: blind.join(', ') })}
        </p>
      )}
      {shown.length > 0 && (
        <div className={order.mentions} role="listbox" aria-label={t('order.mentionWho')}>
          {shown.map((member, index) => (
            <button
              key={member.id}
              type="button"
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              aria-disabled={!member.maySee}
              data-active={index === at}
              className={order.option}
              onMouseDown={event => event.preventDefault()}
              onClick={() => choose(index)}
            >
              <Person name={member.name} size={22} /> <bdi className={order.optionMain}>{member.name}</bdi>
              {!member.maySee && <small>{t('order.cannotSee')}</small>}
            </button>
          ))}
        </div>
      )}
    </>
  )
}
