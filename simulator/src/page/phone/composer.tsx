/** The lower edge of a phone: where one writes, or presses Start, or takes the business off the block list; and the keys in a keyboard's place. */
import type { PhoneMessage, PhoneTheme, PhoneView } from '@dragoman/channel-kit/simulator/types'
import { useEffect, useRef, useState } from 'preact/hooks'
import { pick, t } from '../i18n.ts'
import { Icon } from '../pieces/icons.tsx'
import type { PageAction } from '../wire.ts'
import { previewOf } from './content.tsx'

export interface ComposerProps {
  view: PhoneView
  theme: PhoneTheme
  /** What is answered or edited. */
  reference: { kind: 'reply' | 'edit'; message: PhoneMessage } | undefined
  drop(): void
  perform(action: PageAction): Promise<boolean>
  attach(caption: string): void
  openMenu(): void
  speak: (() => void) | undefined
}

/** What was typed stays when one looks at another phone meanwhile. */
const drafts = new Map<string, string>()
const typingEveryMs = 3_000

export function Composer(props: ComposerProps) {
  const { view, theme } = props
  if (view.blocked) {
    return (
      <div class="composer only">
        <button type="button" class="wide" onClick={() => void props.perform({ act: 'unblock' })}>
          {t('unblock')}
        </button>
      </div>
    )
  }
  if (view.abilities.start && !view.started) {
    return (
      <div class="composer only">
        <button type="button" class="wide" onClick={() => void props.perform({ act: 'start' })}>
          {t('start')}
        </button>
      </div>
    )
  }
  return (
    <>
      <Field {...props} theme={theme} />
      {view.keyboard && (
        <fieldset class="keys" aria-label={t('keys')}>
          {view.keyboard.rows.map((row, rowIndex) => (
            <div class="key-row" key={rowIndex}>
              {row.map((key, column) => (
                <button
                  key={column}
                  type="button"
                  class="key"
                  onClick={() => void props.perform({ act: 'press_key', row: rowIndex, column })}
                >
                  {key.title}
                </button>
              ))}
            </div>
          ))}
        </fieldset>
      )}
    </>
  )
}

function Field({ view, theme, reference, drop, perform, attach, openMenu, speak }: ComposerProps) {
  const field = useRef<HTMLTextAreaElement>(null)
  const key = `${view.accountId} ${view.customerId}`
  const [text, setText] = useState(drafts.get(key) ?? '')
  const [busy, setBusy] = useState(false)
  const typedAt = useRef(0)
  const edited = reference?.kind === 'edit' ? reference.message : undefined

  useEffect(() => {
    if (!reference) return
    if (edited?.body.content.kind === 'text') setText(edited.body.content.text.text)
    field.current?.focus()
  }, [reference?.message.id, reference?.kind])
  useEffect(() => {
    if (!edited) drafts.set(key, text)
    const element = field.current
    if (!element) return
    element.style.height = 'auto'
    element.style.height = `${Math.min(element.scrollHeight, 116)}px`
  }, [text])

  const type = (value: string) => {
    setText(value)
    if (!view.abilities.typing || Date.now() - typedAt.current < typingEveryMs) return
    typedAt.current = Date.now()
    void perform({ act: 'typing' })
  }
  const send = async () => {
    if (busy || text.trim() === '') return
    setBusy(true)
    const done = await perform(
      reference?.kind === 'edit'
        ? { act: 'edit', messageId: reference.message.id, text }
        : { act: 'write', text, ...(reference ? { replyTo: reference.message.id } : {}) },
    )
    setBusy(false)
    if (done) {
      setText('')
      drop()
    }
    field.current?.focus()
  }
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && reference) {
      if (edited) setText('')
      return drop()
    }
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    void send()
  }
  const attachButton = (
    <button type="button" class="round-button" onClick={() => attach(text.trim())} aria-haspopup="dialog" aria-label={t('attach')}>
      <Icon name="clip" size={22} />
    </button>
  )
  const hasText = text.trim() !== ''
  const sendButton =
    hasText || !speak ? (
      <button type="button" class="send" onClick={() => void send()} disabled={!hasText} aria-label={edited ? t('save') : t('send')}>
        <Icon name={edited ? 'check' : 'send'} size={21} filled={!edited} />
      </button>
    ) : (
      <button type="button" class="send" onClick={speak} aria-label={t('speak')}>
        <Icon name="microphone" size={21} />
      </button>
    )
  return (
    <div class={`composer ${theme.composer.shape ?? 'pill'}`}>
      {reference && (
        <div class="reference">
          <Icon name={reference.kind} size={18} />
          <span>
            <b>{reference.kind === 'edit' ? t('edit') : reference.message.from === 'customer' ? t('you') : view.accountName}</b>
            <small>{previewOf(reference.message.body.content)}</small>
          </span>
          <button
            type="button"
            class="round-button"
            onClick={() => {
              if (edited) setText('')
              drop()
            }}
            aria-label={t('cancel')}
          >
            <Icon name="close" size={18} />
          </button>
        </div>
      )}
      <div class="composer-line">
        <div class="field">
          {view.entrance && view.entrance.menu.length > 0 && (
            <button type="button" class="round-button" onClick={openMenu} aria-haspopup="dialog" aria-label={t('menu')}>
              <Icon name="list" size={22} />
            </button>
          )}
          {attachButton}
          <textarea
            ref={field}
            rows={1}
            value={text}
            placeholder={pick(theme.composer.placeholder)}
            aria-label={pick(theme.composer.placeholder)}
            onInput={event => type(event.currentTarget.value)}
            onKeyDown={keys}
          />
        </div>
        {sendButton}
      </div>
    </div>
  )
}
