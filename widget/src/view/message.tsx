/** One message: bubble, quote, reactions, time and ticks, and what can be done with it. Always holds: ticks have words; what was deleted leaves a trace. */
import type { VisitorMessage } from '@dragoman/api'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Chat, ChatState } from '../chat-state.ts'
import { textOf } from '../local-message.ts'
import { clock, t } from '../words.ts'
import { ContentView, KeyboardView, kindWord } from './content.tsx'
import { Icon, type IconName } from './icons.tsx'

interface Props {
  chat: Chat
  state: ChatState
  message: VisitorMessage
  /** First of its group: carries the author's name. */
  first: boolean
  last: boolean
  enlarge(fileId: string, label: string): void
  jump(id: string): void
}

export function MessageView({ chat, state, message, first, last, enlarge, jump }: Props) {
  const mine = message.from === 'visitor'
  const { content } = message.body
  const bare = !message.deleted && (content.kind === 'sticker' || content.kind === 'carousel')
  return (
    <li id={`message-${message.id}`} class={`message ${mine ? 'mine' : 'theirs'}${first ? ' first' : ''}${last ? ' last' : ''}`}>
      {first && !mine && <span class="author">{message.author ?? t('us')}</span>}
      <div class="line">
        <div class={`bubble${bare ? ' bare' : ''}${!message.deleted && content.kind === 'image' ? ' pictured' : ''}`}>
          {message.replyTo && !message.deleted && (
            <button type="button" class="quote" onClick={() => jump(message.replyTo!.id)}>
              <small>{message.replyTo.from === 'visitor' ? t('you') : t('us')}</small>
              {message.replyTo.preview || '…'}
            </button>
          )}
          {message.deleted ? <em class="gone">{t('deleted')}</em> : <ContentView chat={chat} message={message} enlarge={enlarge} />}
          <span class="meta">
            {message.editedAt && !message.deleted ? `${t('edited')} · ` : ''}
            <time dateTime={new Date(message.at).toISOString()}>{clock(message.at)}</time>
            {mine && !message.deleted && <Ticks chat={chat} state={state} message={message} />}
          </span>
        </div>
        {!message.deleted && !state.waiting.has(message.id) && !state.refused.has(message.id) && (
          <Actions chat={chat} state={state} message={message} />
        )}
      </div>
      {message.reactions.length > 0 && !message.deleted && (
        <span class="reactions">
          {message.reactions.map(({ by, emoji }) => (
            <button
              key={`${by}${emoji}`}
              type="button"
              aria-label={`${emoji} ${by === 'visitor' ? t('you') : t('us')}`}
              onClick={() => by === 'visitor' && chat.react(message, emoji)}
            >
              {emoji}
            </button>
          ))}
        </span>
      )}
      {!message.deleted && <KeyboardView chat={chat} message={message} />}
    </li>
  )
}

function Ticks({ chat, state, message }: Pick<Props, 'chat' | 'state' | 'message'>) {
  if (state.refused.has(message.id)) {
    return (
      <button type="button" class="refused" onClick={() => chat.retry(message.id)}>
        {t('notSent')}. {t('retry')}
      </button>
    )
  }
  const [icon, word]: [IconName, 'queued' | 'seen' | 'sent'] = state.waiting.has(message.id)
    ? ['clock', 'queued']
    : message.order[0] <= state.seenUntil
      ? ['checks', 'seen']
      : ['check', 'sent']
  return (
    <span class={`tick ${word}`} title={t(word)}>
      <Icon name={icon} />
      <span class="heard">{t(word)}</span>
    </span>
  )
}

/** A small menu: opened by a press, closed by Esc, by leaving it, by a choice. */
function Actions({ chat, state, message }: Pick<Props, 'chat' | 'state' | 'message'>) {
  const [open, setOpen] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  const menu = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (open) menu.current?.querySelector('button')?.focus()
  }, [open])
  const mine = message.from === 'visitor'
  const done =
    (work: () => void, back = true) =>
    () => {
      setOpen(false)
      work()
      if (back) opener.current?.focus()
    }
  const onKeyDown = (event: KeyboardEvent) => {
    const items = [...(menu.current?.querySelectorAll('button') ?? [])]
    const at = items.indexOf(chat.host.root.activeElement as HTMLButtonElement)
    const step = event.key === 'ArrowDown' || event.key === 'ArrowRight' ? 1 : event.key === 'ArrowUp' || event.key === 'ArrowLeft' ? -1 : 0
    if (event.key === 'Escape') done(() => {})()
    else if (step) items[(at + step + items.length) % items.length]?.focus()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const focus = (change: Parameters<Chat['focusOn']>[0]) =>
    done(() => chat.focusOn({ answering: undefined, editing: undefined, ...change }), false)
  const emojis = state.settings?.reactions ?? []
  return (
    <div
      class="actions"
      onFocusOut={event => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOpen(false)
      }}
    >
      <button
        ref={opener}
        type="button"
        class="quiet"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={`${t('actions')}: ${(textOf(message) || t(kindWord(message.body.content.kind))).slice(0, 60)}`}
        onClick={() => setOpen(!open)}
      >
        <Icon name="more" />
      </button>
      {open && (
        <div ref={menu} role="menu" class="menu" onKeyDown={onKeyDown} aria-label={t('actions')} tabIndex={-1}>
          {!mine && (
            // biome-ignore lint/a11y/useSemanticElements: a fieldset has no place in a menu
            <div class="emojis" role="group">
              {emojis.map(emoji => (
                <button
                  key={emoji}
                  type="button"
                  role="menuitem"
                  aria-label={t('react', { emoji })}
                  onClick={done(() => chat.react(message, emoji))}
                >
                  {emoji}
                </button>
              ))}
            </div>
          )}
          <button type="button" role="menuitem" onClick={focus({ answering: message })}>
            <Icon name="reply" />
            {t('reply')}
          </button>
          {mine && message.body.content.kind === 'text' && (
            <button type="button" role="menuitem" onClick={focus({ editing: message })}>
              <Icon name="edit" />
              {t('edit')}
            </button>
          )}
          {mine && message.body.content.kind !== 'choice' && (
            <button type="button" role="menuitem" onClick={done(() => chat.remove(message))}>
              <Icon name="remove" />
              {t('remove')}
            </button>
          )}
        </div>
      )}
    </div>
  )
}
