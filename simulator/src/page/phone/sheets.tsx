/** The sheets of a phone: what can be done with a message, what can be sent, rows of a list, what else the phone can do. */
import type { PhoneMessage, PhoneView } from '@dragoman/channel-kit/simulator/types'
import { useRef, useState } from 'preact/hooks'
import { t } from '../i18n.ts'
import { Icon } from '../pieces/icons.tsx'
import type { PageAction, UploadBody } from '../wire.ts'
import { kindsOf, readFile, type SendKind, sendables } from './samples.ts'
import { Sheet, SheetRow } from './sheet.tsx'

const usualReactions = ['👍', '❤️', '😂', '😮', '😢', '🙏', '🔥', '👏']

export interface SheetProps {
  view: PhoneView
  close(): void
  perform(action: PageAction, uploads?: UploadBody[]): Promise<boolean>
}

export function MessageSheet({
  view,
  message,
  close,
  perform,
  refer,
}: SheetProps & { message: PhoneMessage; refer(kind: 'reply' | 'edit'): void }) {
  const { abilities } = view
  const isMine = message.from === 'customer'
  const text = message.body.content.kind === 'text' ? message.body.content.text.text : undefined
  const own = message.reactions.find(reaction => reaction.by === 'customer')?.emoji
  const choices = abilities.react === 'any' ? usualReactions : abilities.react || []
  const then = (action: PageAction) => {
    close()
    void perform(action)
  }
  return (
    <Sheet title={t('message.sheet')} close={close}>
      {choices.length > 0 && (
        <fieldset class="reaction-choices" aria-label={t('react')}>
          {choices.map(emoji => (
            <button
              key={emoji}
              type="button"
              aria-pressed={own === emoji}
              aria-label={`${t('react')} ${emoji}`}
              onClick={() => then({ act: 'react', messageId: message.id, emoji: own === emoji ? null : emoji })}
            >
              {emoji}
            </button>
          ))}
        </fieldset>
      )}
      {abilities.reply && <SheetRow icon="reply" label={t('reply')} onPress={() => refer('reply')} />}
      {text !== undefined && (
        <SheetRow
          icon="copy"
          label={t('copy')}
          onPress={() => {
            void navigator.clipboard?.writeText(text)
            close()
          }}
        />
      )}
      {isMine && abilities.edit && text !== undefined && <SheetRow icon="edit" label={t('edit')} onPress={() => refer('edit')} />}
      {isMine && abilities.delete && (
        <SheetRow icon="trash" label={t('delete')} danger onPress={() => then({ act: 'delete', messageId: message.id })} />
      )}
    </Sheet>
  )
}

export function AttachSheet({
  view,
  close,
  perform,
  caption,
  replyTo,
  sent,
}: SheetProps & { caption: string; replyTo: string | undefined; sent(): void }) {
  const [own, setOwn] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const waiting = useRef<SendKind | undefined>(undefined)
  const send = async (kind: SendKind, uploads: UploadBody[]) => {
    const content = sendables[kind]?.make(
      caption,
      uploads.map(upload => ('name' in upload ? upload.name : '')),
    )
    if (!content) return
    close()
    if (await perform({ act: 'send', content, ...(replyTo ? { replyTo } : {}) }, uploads)) sent()
  }
  const choose = async (kind: SendKind) => {
    const sendable = sendables[kind]
    if (!sendable) return
    if (!own || sendable.accept === undefined) return await send(kind, (await sendable.upload?.()) ?? [])
    waiting.current = kind
    if (!input.current) return
    input.current.accept = sendable.accept
    input.current.multiple = sendable.many === true
    input.current.click()
  }
  const picked = async (files: FileList | null) => {
    const kind = waiting.current
    if (!kind || !files?.length) return
    await send(kind, await Promise.all([...files].slice(0, 10).map(readFile)))
  }
  return (
    <Sheet title={t('attach')} close={close}>
      <fieldset class="segmented" aria-label={t('attach.source')}>
        <button type="button" aria-pressed={!own} onClick={() => setOwn(false)}>
          {t('attach.sample')}
        </button>
        <button type="button" aria-pressed={own} onClick={() => setOwn(true)}>
          {t('attach.own')}
        </button>
      </fieldset>
      <div class="kinds">
        {kindsOf(view.abilities).map(kind => (
          <button key={kind} type="button" class="kind" onClick={() => void choose(kind)}>
            <span class="kind-mark">
              <Icon name={sendables[kind]!.icon} size={22} />
            </span>
            <span>{t(`kind.${kind}` as 'kind.image')}</span>
          </button>
        ))}
      </div>
      {caption && <p class="sheet-note">{t('attach.caption', { words: caption.length > 40 ? `${caption.slice(0, 40)}…` : caption })}</p>}
      <input ref={input} type="file" hidden onChange={event => void picked(event.currentTarget.files)} />
    </Sheet>
  )
}

export function ListSheet({ message, close, perform }: SheetProps & { message: PhoneMessage }) {
  const { keyboard } = message.body
  if (keyboard?.kind !== 'list') return null
  return (
    <Sheet title={keyboard.button} close={close}>
      {keyboard.sections.map((section, row) => (
        <div class="list-section" key={row}>
          {section.title && <h4>{section.title}</h4>}
          {section.rows.map((item, column) => (
            <button
              key={column}
              type="button"
              class="sheet-row"
              onClick={() => {
                close()
                void perform({ act: 'press', messageId: message.id, row, column })
              }}
            >
              <span>
                <span>{item.title}</span>
                {item.description && <small>{item.description}</small>}
              </span>
              <span class="radio" aria-hidden="true" />
            </button>
          ))}
        </div>
      ))}
    </Sheet>
  )
}

export function MoreSheet({ view, close, perform }: SheetProps) {
  const [payload, setPayload] = useState('')
  const { abilities } = view
  const then = (action: PageAction) => {
    close()
    void perform(action)
  }
  return (
    <Sheet title={view.customerName} close={close}>
      {abilities.hideReceipts && (
        <SheetRow
          icon="eye"
          label={t('hide_receipts')}
          note={t('hide_receipts.note')}
          pressed={view.hidesReceipts}
          onPress={() => then({ act: 'hide_receipts', on: !view.hidesReceipts })}
        />
      )}
      {abilities.shareContact && view.started && !view.blocked && (
        <SheetRow
          icon="person"
          label={t('share_contact')}
          onPress={() =>
            then({
              act: 'send',
              content: {
                kind: 'contact_card',
                contacts: [{ name: view.customerName, phones: [view.customerPhone ?? '+15550100'], own: true }],
              },
            })
          }
        />
      )}
      {(abilities.start || abilities.arrive) && (
        <form
          class="payload"
          onSubmit={event => {
            event.preventDefault()
            then({ act: 'start', ...(payload.trim() ? { payload: payload.trim() } : {}) })
          }}
        >
          <label>
            <span>{t('arrive')}</span>
            <small>{t('arrive.note')}</small>
            <input value={payload} maxLength={64} placeholder="spring-sale" onInput={event => setPayload(event.currentTarget.value)} />
          </label>
          <button type="submit" class="wide">
            {t('arrive.go')}
          </button>
        </form>
      )}
      {abilities.block && (
        <SheetRow
          icon="block"
          danger={!view.blocked}
          label={view.blocked ? t('unblock') : t('block')}
          note={view.blocked ? undefined : t('block.note')}
          onPress={() => then({ act: view.blocked ? 'unblock' : 'block' })}
        />
      )}
    </Sheet>
  )
}
