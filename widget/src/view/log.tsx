/** The messages, by day and by author. Always holds: stays at the newest while the visitor is there, and never moves under him while he reads above. */
import type { VisitorMessage } from '@dragoman/api'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Chat, ChatState } from '../chat-state.ts'
import { textOf } from '../local-message.ts'
import { day, t } from '../words.ts'
import { kindWord } from './content.tsx'
import { Icon } from './icons.tsx'
import { MessageView } from './message.tsx'

/** Messages of one author within this time stand together. */
const groupMs = 5 * 60_000
/** So near to the end counts as being there, CSS pixels. */
const nearEnd = 80

export function Log({ chat, state, enlarge }: { chat: Chat; state: ChatState; enlarge(fileId: string, label: string): void }) {
  const box = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLOListElement>(null)
  const isAtEnd = useRef(true)
  const heightBefore = useRef(0)
  const [away, setAway] = useState(false)
  const { messages, open, typing } = state
  const newest = messages.at(-1)
  const oldest = messages[0]?.id
  const keepOldest = useRef(oldest)

  const toEnd = () => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight
  }
  useLayoutEffect(() => {
    const here = box.current
    if (!here) return
    // Older ones were put above: what is being read stays where it is.
    if (oldest !== keepOldest.current && !isAtEnd.current) here.scrollTop += here.scrollHeight - heightBefore.current
    keepOldest.current = oldest
    if (isAtEnd.current || newest?.from === 'visitor') toEnd()
    heightBefore.current = here.scrollHeight
  }, [messages, open, typing])
  useEffect(() => {
    // Pictures that come later make the list longer.
    if (!list.current) return
    const watch = new ResizeObserver(() => isAtEnd.current && toEnd())
    watch.observe(list.current)
    return () => watch.disconnect()
  }, [])
  const onScroll = () => {
    const here = box.current
    if (!here) return
    isAtEnd.current = here.scrollHeight - here.scrollTop - here.clientHeight < nearEnd
    setAway(!isAtEnd.current)
  }
  const jump = (id: string) => {
    const target = [...(list.current?.children ?? [])].find(one => one.id === `message-${id}`)
    target?.scrollIntoView({ block: 'center' })
    target?.classList.add('found')
    setTimeout(() => target?.classList.remove('found'), 1_500)
  }
  return (
    <div class="around">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and without a pointer only what has the focus can be scrolled */}
      <div ref={box} class="log" role="log" aria-live="off" aria-label={t('log')} tabIndex={0} onScroll={onScroll}>
        {state.more && (
          <button type="button" class="press older" onClick={() => void chat.older()}>
            {t('older')}
          </button>
        )}
        {state.settings && !state.more && <p class="greeting">{state.settings.greeting}</p>}
        <ol ref={list}>
          {messages.map((message, index) => {
            const before = messages[index - 1]
            const after = messages[index + 1]
            const newDay = !before || day(before.at) !== day(message.at)
            return [
              newDay && (
                <li key={`day-${message.id}`} class="day">
                  {day(message.at)}
                </li>
              ),
              <MessageView
                key={message.id}
                chat={chat}
                state={state}
                message={message}
                first={newDay || !together(before, message)}
                last={!after || !together(message, after)}
                enlarge={enlarge}
                jump={jump}
              />,
            ]
          })}
          {typing && (
            <li class="message theirs typing first last">
              <span class="bubble">
                <span class="heard">{t('typing')}</span>
                <i />
                <i />
                <i />
              </span>
            </li>
          )}
        </ol>
      </div>
      {away && (
        <button type="button" class="to-end" aria-label={t('newer')} onClick={toEnd}>
          <Icon name="arrow" />
        </button>
      )}
      <Announcer state={state} />
    </div>
  )
}

function together(one: VisitorMessage | undefined, other: VisitorMessage): boolean {
  return (
    one !== undefined && one.from === other.from && one.author === other.author && other.at - one.at < groupMs && one.reactions.length === 0
  )
}

/** Tells screen readers of each new message of the business, once, without interrupting. */
function Announcer({ state }: { state: ChatState }) {
  const [said, setSaid] = useState('')
  const heard = useRef<number>(undefined)
  useEffect(() => {
    const theirs = state.messages.filter(message => message.from === 'business')
    const latest = theirs.at(-1)?.at ?? 0
    // What was there before is history, not news.
    if (heard.current !== undefined && state.open) {
      const news = theirs.filter(message => message.at > heard.current! && !message.deleted)
      if (news.length > 0)
        setSaid(
          news.map(message => `${message.author ?? t('us')}: ${textOf(message) || t(kindWord(message.body.content.kind))}`).join('. '),
        )
    }
    if (state.phase === 'ready') heard.current = Math.max(heard.current ?? 0, latest)
  }, [state.messages, state.open, state.phase])
  return (
    <p class="heard" role="status" aria-live="polite">
      {said}
    </p>
  )
}
