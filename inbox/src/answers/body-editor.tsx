/** One text of a saved reply: words with formats, placeholders, files. Always holds: what cannot be edited here (buttons) is kept and shown. */
import { type EntityKind, type Keyboard, type MessageBody, measure } from '@dragoman/api'
import { ActionIcon, Button, FileButton, Loader } from '@mantine/core'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { AttachmentList } from '../composer/attachment-list.tsx'
import { bodyOf, type Compose, composeOf } from '../composer/compose.ts'
import { ComposeField } from '../composer/compose-field.tsx'
import { IconBold, IconItalic, IconPaperclip, IconStrikethrough } from '../icons.ts'
import { makeId } from '../ids.ts'
import { toggleEntity } from '../text/entities.ts'
import classes from './body-editor.module.css'
import { PlaceholderMenu } from './texts-editor.tsx'

const placeholders = [
  'customer.first_name',
  'customer.name',
  'agent.name',
  'company.name',
  'case.number',
  'date.today',
  'hours.next_open',
  'reply_time',
  'attribute',
]
const formats = [
  ['bold', IconBold],
  ['italic', IconItalic],
  ['strikethrough', IconStrikethrough],
] as const

export function BodyEditor({
  body,
  label,
  language,
  placeholder,
  onChange,
}: {
  body: MessageBody | undefined
  label: string
  language: string
  placeholder: string
  /** Undefined: nothing is left. */
  onChange(body: MessageBody | undefined): void
}) {
  const { t } = useTranslation()
  const field = useRef<HTMLTextAreaElement>(null)
  const [uploading, setUploading] = useState(false)
  const compose = composeOf(body ?? null, null)
  const set = (next: Compose) => onChange(bodyOf(next, false) ?? undefined)
  const insert = (name: string) => {
    const word = name === 'attribute' ? `{{attribute.${t('replies.attributeName')}}}` : `{{${name}}}`
    const from = field.current?.selectionStart ?? compose.text.length
    const to = field.current?.selectionEnd ?? from
    const entities = compose.entities.map(entity =>
      entity.offset >= to ? { ...entity, offset: entity.offset + word.length - (to - from) } : entity,
    )
    set({ ...compose, text: compose.text.slice(0, from) + word + compose.text.slice(to), entities })
    setTimeout(() => {
      field.current?.focus()
      field.current?.setSelectionRange(from + word.length, from + word.length)
    }, 0)
  }
  const format = (kind: EntityKind) => {
    const { selectionStart = 0, selectionEnd = 0 } = field.current ?? {}
    if (selectionEnd > selectionStart) set({ ...compose, entities: toggleEntity(compose.entities, kind, selectionStart, selectionEnd) })
    field.current?.focus()
  }
  const upload = async (files: File[]) => {
    setUploading(true)
    const added: Compose['attachments'] = []
    for (const file of files) {
      const form = new FormData()
      form.append('file', file, file.name)
      await call('uploadFile', { body: form }).then(
        ({ fileId, mimeType, name, sizeBytes, kind }) =>
          void added.push({ localId: makeId(), fileId, mimeType, name, sizeBytes, kind, state: 'ready', progress: 1 }),
        tellProblem,
      )
    }
    setUploading(false)
    if (added.length > 0) set({ ...compose, attachments: [...compose.attachments, ...added].slice(0, 30) })
  }
  return (
    <div className={classes.editor}>
      <AttachmentList
        attachments={compose.attachments}
        onRemove={localId => set({ ...compose, attachments: compose.attachments.filter(one => one.localId !== localId) })}
      />
      <div lang={language}>
        <ComposeField
          ref={field}
          id="saved-reply-text"
          text={compose.text}
          entities={compose.entities}
          label={label}
          placeholder={placeholder}
          onChange={(text, entities) => set({ ...compose, text, entities })}
          onKeyDown={event => {
            const mod = event.ctrlKey || event.metaKey
            if (!mod || (event.code !== 'KeyB' && event.code !== 'KeyI')) return
            event.preventDefault()
            format(event.code === 'KeyB' ? 'bold' : 'italic')
          }}
          onPaste={event => {
            const files = [...event.clipboardData.files]
            if (files.length === 0) return
            event.preventDefault()
            void upload(files)
          }}
        />
      </div>
      {compose.keyboard && (
        <div className={classes.tools}>
          {t('replies.keepsButtons', { titles: titlesOf(compose.keyboard).join(' · ') })}
          <Button size="compact-xs" variant="subtle" onClick={() => set({ ...compose, keyboard: undefined })}>
            {t('replies.removeButtons')}
          </Button>
        </div>
      )}
      <div className={classes.tools}>
        {formats.map(([kind, FormatIcon]) => (
          <ActionIcon
            key={kind}
            variant="subtle"
            color="gray"
            size={32}
            aria-label={t(`entities.${kind}`)}
            onMouseDown={event => event.preventDefault()}
            onClick={() => format(kind)}
          >
            <FormatIcon size={18} />
          </ActionIcon>
        ))}
        <FileButton onChange={files => void upload(files)} multiple>
          {props => (
            <ActionIcon {...props} variant="subtle" color="gray" size={32} aria-label={t('composer.attach')} disabled={uploading}>
              {uploading ? <Loader size={16} /> : <IconPaperclip size={18} />}
            </ActionIcon>
          )}
        </FileButton>
        <PlaceholderMenu names={placeholders} onChoose={insert} />
        <span className={classes.count}>{measure(compose.text, 'utf16') || ''}</span>
      </div>
    </div>
  )
}

function titlesOf(keyboard: Keyboard): string[] {
  return keyboard.kind === 'list'
    ? keyboard.sections.flatMap(section => section.rows.map(row => row.title))
    : keyboard.rows.flat().map(button => button.title)
}
