/** One row of the thread: a bubble with its quote, content, buttons, reactions, time and ticks. */
import type { PhoneMessage, PhoneTheme } from '@dragoman/channel-kit/simulator/types'
import { clock, t } from '../i18n.ts'
import { Icon } from '../pieces/icons.tsx'
import { ContentView, isBare, isFree, previewOf } from './content.tsx'
import { KeyboardView } from './keyboard.tsx'
import { Album } from './media-views.tsx'
import type { Row } from './rows.ts'

export interface MessageProps {
  row: Row
  theme: PhoneTheme
  businessName: string
  find(id: string): PhoneMessage | undefined
  open(message: PhoneMessage): void
  press(message: PhoneMessage, row: number, column: number): void
  openList(message: PhoneMessage): void
  vote(message: PhoneMessage, options: number[]): void
  jump(id: string): void
}

export function MessageRow(props: MessageProps) {
  const { row, theme, find, open, press, openList, vote, jump, businessName } = props
  const [message] = row.messages
  const isMine = message.from === 'customer'
  const { content, keyboard } = message.body
  const quoted = message.replyTo === undefined ? undefined : find(message.replyTo)
  const isAlbum = row.messages.length > 1
  const free = !message.deleted && !quoted && isFree(content)
  const bare = !message.deleted && (isAlbum ? row.messages.every(one => isBare(one.body.content)) : isBare(content))
  const tail = theme.bubble === 'tail' && !free && (theme.tailAt === 'top' ? row.first : row.last)
  const classes = [
    'bubble',
    `shape-${theme.bubble}`,
    free ? 'free' : '',
    bare ? 'bare' : '',
    tail ? `tail tail-${theme.tailAt ?? 'bottom'}` : '',
    `holds-${content.kind}`,
  ]
  const inside = theme.button.place === 'inside'
  const buttons = keyboard && !message.deleted && (
    <KeyboardView
      keyboard={keyboard}
      inside={inside}
      press={(at, column) => press(message, at, column)}
      openList={() => openList(message)}
    />
  )
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a long press or right click; the button beside the bubble does the same
    <div
      class={`message ${isMine ? 'mine' : 'theirs'} ${row.first ? 'first' : ''} ${row.last ? 'last' : ''}`}
      data-message={message.id}
      onContextMenu={event => {
        event.preventDefault()
        open(message)
      }}
    >
      <div class="stack">
        <div class={classes.join(' ')}>
          <span class="hidden-words">{isMine ? t('message.mine') : businessName}: </span>
          {quoted && (
            <button type="button" class="quote" onClick={() => jump(quoted.id)}>
              <b>{quoted.from === 'customer' ? t('you') : businessName}</b>
              <span>{quoted.deleted ? t('message.deleted') : previewOf(quoted.body.content)}</span>
            </button>
          )}
          {message.body.subject && !message.deleted && <b class="subject">{message.body.subject}</b>}
          {message.deleted ? (
            <span class="aside gone">
              <Icon name="block" size={14} /> {t('message.deleted')}
            </span>
          ) : isAlbum ? (
            <Album
              items={row.messages.flatMap(one =>
                one.body.content.kind === 'image' || one.body.content.kind === 'video'
                  ? [{ kind: one.body.content.kind, media: one.body.content.media }]
                  : [],
              )}
              caption={captionOf(row.messages)}
            />
          ) : (
            <ContentView
              content={content}
              seed={message.id}
              vote={content.kind === 'poll' && !isMine ? options => vote(message, options) : undefined}
            />
          )}
          <Meta message={row.messages.at(-1) ?? message} theme={theme} />
          {inside && buttons}
        </div>
        {!inside && buttons}
        {message.reactions.length > 0 && (
          <div class="reactions">
            {message.reactions.map(reaction => (
              <button
                key={`${reaction.by}${reaction.emoji}`}
                type="button"
                class={reaction.by}
                onClick={() => open(message)}
                aria-label={`${reaction.by === 'customer' ? t('you') : businessName}: ${reaction.emoji}`}
              >
                {reaction.emoji}
              </button>
            ))}
          </div>
        )}
      </div>
      {!message.deleted && (
        <button
          type="button"
          class="message-more"
          onClick={() => open(message)}
          aria-haspopup="dialog"
          aria-label={t('message.actions', { words: previewOf(content).slice(0, 40) })}
        >
          <Icon name="chevron" size={16} />
        </button>
      )}
    </div>
  )
}

function captionOf(messages: readonly PhoneMessage[]) {
  for (const {
    body: { content },
  } of messages)
    if ((content.kind === 'image' || content.kind === 'video') && content.caption?.text) return content.caption
  return undefined
}

function Meta({ message, theme }: { message: PhoneMessage; theme: PhoneTheme }) {
  const shown = theme.showsTicks && message.from === 'customer' && message.status && !message.deleted
  return (
    <span class="meta">
      {message.edited && !message.deleted && <span>{t('message.edited')}</span>}
      <time dateTime={new Date(message.at).toISOString()}>{clock(message.at)}</time>
      {shown && <Ticks status={message.status!} />}
    </span>
  )
}

function Ticks({ status }: { status: NonNullable<PhoneMessage['status']> }) {
  return (
    <span class={`ticks ${status}`} role="img" aria-label={t(`status.${status}`)} title={t(`status.${status}`)}>
      <svg
        viewBox="0 0 20 12"
        width="17"
        height="11"
        fill="none"
        stroke="currentColor"
        stroke-width="1.6"
        stroke-linecap="round"
        stroke-linejoin="round"
        aria-hidden="true"
      >
        {status === 'failed' ? (
          <path d="M10 2v5M10 10v.01" />
        ) : status === 'sent' ? (
          <path d="M5 6.5l3.3 3.5L15.5 2" />
        ) : (
          <path d="M1.5 6.5L4.8 10 12 2M8.5 9l1 1L17 2" />
        )}
      </svg>
    </span>
  )
}
