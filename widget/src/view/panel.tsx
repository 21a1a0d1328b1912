/**
 * The window of the chat. Always holds: a dialog with its focus inside while it is open, given back on closing; Esc closes one thing at a time; a new
 * message is told to screen readers once; what is being read does not move.
 */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Chat } from '../chat-state.ts'
import { bytes, newMessages, t } from '../words.ts'
import { Ask } from './ask.tsx'
import { Composer } from './composer.tsx'
import { Icon } from './icons.tsx'
import { Log } from './log.tsx'
import { Canvas, saveFile } from './media.tsx'
import { useChat } from './use-chat.ts'

export function Panel({ chat, close }: { chat: Chat; close(): void }) {
  const state = useChat(chat)
  const panel = useRef<HTMLElement>(null)
  const [enlarged, setEnlarged] = useState<{ fileId: string; label: string }>()
  const byPage = useRef(chat.host.data.open !== undefined)
  const [dragging, setDragging] = useState(false)
  const { settings, open, unread } = state
  const { button, data } = chat.host

  useEffect(() => {
    const title = settings?.title ?? t('open')
    button.setAttribute('aria-label', unread && !open ? `${title}: ${newMessages(unread)}` : title)
  }, [button, settings, unread, open])
  useEffect(() => {
    if (!open) return
    // Opened by the page itself: whoever is reading it keeps his place.
    if (byPage.current && document.activeElement !== chat.host.root.host) return
    byPage.current = false
    const first = panel.current?.querySelector<HTMLElement>('textarea') ?? panel.current?.querySelector<HTMLElement>('button')
    first?.focus({ preventScroll: true })
  }, [open, state.phase])

  const onKeyDown = (event: KeyboardEvent) => {
    // Keys are ours while we have the focus: shortcuts of the page must not fire from a half-written word.
    event.stopPropagation()
    if (event.key === 'Escape') enlarged ? setEnlarged(undefined) : close()
    if (event.key !== 'Tab' || !panel.current) return
    const all = [
      ...panel.current.querySelectorAll<HTMLElement>(
        'button:not(:disabled),a[href],textarea,input:not([hidden]),video,audio,[tabindex="0"]',
      ),
    ].filter(one => one.getClientRects().length > 0)
    const at = chat.host.root.activeElement
    const edge = event.shiftKey ? all[0] : all.at(-1)
    if (at !== edge) return
    event.preventDefault()
    ;(event.shiftKey ? all.at(-1) : all[0])?.focus()
  }
  const quick = state.messages.at(-1)?.body.keyboard
  const last = state.messages.at(-1)
  const size = bytes(settings?.largestFile ?? 0)
  return (
    <section
      ref={panel}
      class={`panel ${data.position ?? settings?.position ?? 'right'}${data.theme === 'dark' ? ' dark' : data.theme === 'light' ? ' light' : ''}`}
      role="dialog"
      aria-modal="true"
      aria-label={settings?.title ?? t('open')}
      lang={settings?.language}
      hidden={!open}
      onKeyDown={onKeyDown}
      onKeyUp={event => event.stopPropagation()}
      onKeyPress={event => event.stopPropagation()}
      onDragOver={event => {
        if (!event.dataTransfer?.types.includes('Files')) return
        event.preventDefault()
        setDragging(true)
      }}
      onDragLeave={event => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDragging(false)
      }}
      onDrop={event => {
        event.preventDefault()
        setDragging(false)
        chat.attach(event.dataTransfer?.files ?? [])
      }}
    >
      <header>
        <div class="head">
          <h2>{settings?.title ?? '\u00a0'}</h2>
          {settings?.notice?.text && <p class="hours">{settings.notice.text}</p>}
        </div>
        <button type="button" class="quiet" aria-label={t('close')} onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      {state.phase === 'failed' || state.phase === 'refused' ? (
        <p class="notice" role="alert">
          {t(state.phase)}
        </p>
      ) : (
        state.line === 'offline' && (
          <p class="notice" role="status">
            {t('offline')}
          </p>
        )
      )}
      <Log chat={chat} state={state} enlarge={(fileId, label) => setEnlarged({ fileId, label })} />
      {state.asks && <Ask chat={chat} withEmail={settings?.ask === 'name_and_email'} />}
      {quick?.kind === 'quick_replies' && last?.from === 'business' && !last.deleted && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form
        <div class="quick" role="group" aria-label={t('reply')}>
          {quick.rows.flat().map(one => (
            <button
              key={one.title}
              type="button"
              class="press"
              onClick={() => chat.choose(last.id, one.title, one.kind === 'reply' ? one.payload : undefined)}
            >
              {one.title}
            </button>
          ))}
        </div>
      )}
      {state.phase === 'ready' && <Composer chat={chat} state={state} />}
      {dragging && <div class="cover">{t('drop', { size })}</div>}
      {enlarged && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form
        <div class="cover large" role="group" aria-label={enlarged.label}>
          <div class="bar">
            <button type="button" class="quiet" aria-label={t('back')} onClick={() => setEnlarged(undefined)}>
              <Icon name="back" />
            </button>
            <span>{enlarged.label}</span>
            <button
              type="button"
              class="quiet"
              aria-label={`${t('download')}: ${enlarged.label}`}
              onClick={() => void saveFile(chat, enlarged.fileId, enlarged.label).catch(() => {})}
            >
              <Icon name="down" />
            </button>
          </div>
          <Canvas chat={chat} fileId={enlarged.fileId} thumbnail={false} label={enlarged.label} />
        </div>
      )}
    </section>
  )
}
