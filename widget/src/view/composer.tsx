/** Where the visitor writes. Always holds: limits are said before anything is sent; Enter sends, Shift+Enter breaks the line; a half-written text is not lost by closing. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Chat, ChatState } from '../chat-state.ts'
import { textOf } from '../local-message.ts'
import { bytes, t } from '../words.ts'
import { kindWord } from './content.tsx'
import { Icon } from './icons.tsx'

export function Composer({ chat, state }: { chat: Chat; state: ChatState }) {
  const [text, setText] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const { editing, answering, settings } = state
  const most = settings?.longestText ?? 10_000
  const over = [...text].length - most
  const size = bytes(settings?.largestFile ?? 0)

  // Before the next key can be pressed.
  useLayoutEffect(() => {
    if (editing) setText(textOf(editing))
    if (editing || answering) field.current?.focus()
  }, [editing, answering])
  useLayoutEffect(() => {
    // Grows with the words up to six lines.
    const area = field.current
    if (!area) return
    area.style.height = 'auto'
    area.style.height = `${Math.min(area.scrollHeight, 148)}px`
  }, [text])

  const send = () => {
    if (!text.trim() || over > 0) return
    chat.write(text.trim())
    setText('')
    field.current?.focus()
  }
  const leave = () => {
    if (editing) setText('')
    chat.focusOn({ editing: undefined, answering: undefined })
    field.current?.focus()
  }
  const about = editing ?? answering
  return (
    <form
      class="composer"
      onSubmit={event => {
        event.preventDefault()
        send()
      }}
    >
      {about && (
        <p class="about">
          <span>
            <small>{editing ? t('editing') : t('answering')}</small>
            {textOf(about) || t(kindWord(about.body.content.kind))}
          </span>
          <button type="button" class="quiet" aria-label={t('cancel')} onClick={leave}>
            <Icon name="close" />
          </button>
        </p>
      )}
      {state.uploads.map(upload => (
        <p class="about" key={upload.id}>
          <span>
            <small role="status">
              {upload.failed ? t('notSent') : t('uploading', { name: '', percent: Math.round(upload.progress * 100) }).replace(/^: /, '')}
            </small>
            {upload.file.name}
            {!upload.failed && <progress max={1} value={upload.progress} aria-label={upload.file.name} />}
          </span>
          {upload.failed && (
            <button type="button" class="press" onClick={() => chat.retryUpload(upload.id)}>
              {t('retry')}
            </button>
          )}
          <button type="button" class="quiet" aria-label={`${t('cancel')}: ${upload.file.name}`} onClick={() => chat.dropUpload(upload.id)}>
            <Icon name="close" />
          </button>
        </p>
      ))}
      {state.problem && (
        <p class="problem" role="alert">
          {t(state.problem.word, { name: state.problem.name, size, reason: state.problem.reason ?? '' })}
        </p>
      )}
      {over > 0 && (
        <p class="problem" role="alert">
          {t('tooLong', { over })}
        </p>
      )}
      <div class="field">
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          tabIndex={-1}
          aria-hidden="true"
          onChange={event => {
            chat.attach(event.currentTarget.files ?? [])
            event.currentTarget.value = ''
          }}
        />
        <button
          type="button"
          class="quiet"
          aria-label={t('attach', { size })}
          title={t('attach', { size })}
          onClick={() => picker.current?.click()}
        >
          <Icon name="attach" />
        </button>
        <textarea
          ref={field}
          rows={1}
          value={text}
          placeholder={t('write')}
          aria-label={t('write')}
          aria-invalid={over > 0}
          onInput={event => {
            setText(event.currentTarget.value)
            if (event.currentTarget.value) chat.typing()
          }}
          onKeyDown={event => {
            if (event.key === 'Escape' && about) {
              event.stopPropagation()
              leave()
            }
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
            event.preventDefault()
            send()
          }}
          onPaste={event => {
            const files = event.clipboardData?.files
            if (!files?.length) return
            event.preventDefault()
            chat.attach(files)
          }}
        />
        <button type="submit" class="send" aria-label={editing ? t('save') : t('send')} disabled={!text.trim() || over > 0}>
          <Icon name="send" />
        </button>
      </div>
    </form>
  )
}
