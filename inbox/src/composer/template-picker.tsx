/** Templates: choose, search, fill the slots with a live preview, send. An unfilled slot is marked and holds the sending. */
import type { TemplateValue, TemplateView } from '@dragoman/api'
import { Button, FileInput, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, Fragment, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { scoreOf } from '../actions/palette-search.ts'
import { call, problemOf } from '../client.ts'
import { languageName } from '../customer/locale-facts.ts'
import { IconRefresh, IconSearch } from '../icons.ts'
import { makeId } from '../ids.ts'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { inboxState } from '../store/desk.ts'
import { enqueue } from '../store/outbox.ts'
import type { PanelProps } from './composer-panel.tsx'
import panels from './panels.module.css'
import { fillPart, missingSlots, previewOf, slotKey } from './template-text.ts'

export function TemplatePicker({ conversation, channel, onClose }: PanelProps) {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const [query, setQuery] = useState('')
  const [chosen, setChosen] = useState<TemplateView | null>(null)
  const queryKey = ['templates', conversation.accountId]
  const templates = useQuery({ queryKey, queryFn: () => call('templates', { params: { accountId: conversation.accountId } }) })
  const refresh = () =>
    call('templates', { params: { accountId: conversation.accountId }, query: { refresh: 'true' } }).then(
      answer => queries.setQueryData(queryKey, answer),
      tellProblem,
    )
  if (chosen) return <FillTemplate template={chosen} conversationId={conversation.id} onBack={() => setChosen(null)} onSent={onClose} />
  const found = (templates.data?.templates ?? [])
    .map(template => ({ template, score: scoreOf(query, [template.name.replaceAll('_', ' '), template.body]) }))
    .filter(one => one.score > 0)
    .sort((a, b) => Number(usable(b.template)) - Number(usable(a.template)) || b.score - a.score)
  return (
    <div>
      <div className={panels.panelLine}>
        <TextInput
          size="sm"
          aria-label={t('templates.search')}
          placeholder={t('templates.search')}
          leftSection={<IconSearch size={16} />}
          value={query}
          onChange={event => setQuery(event.currentTarget.value)}
          autoFocus
        />
        <Button size="sm" variant="default" leftSection={<IconRefresh size={16} />} onClick={() => void refresh()}>
          {t('templates.refresh')}
        </Button>
      </div>
      {templates.isError && <ProblemAlert problem={problemOf(templates.error)} />}
      {templates.data && templates.data.templates.length === 0 && (
        <p className={panels.panelText} style={{ marginTop: 12 }}>
          {t('templates.none', { name: channel.badge.name })}
        </p>
      )}
      <ul className={panels.templates}>
        {found.map(({ template }) => (
          <li key={`${template.name}:${template.language}`}>
            <button type="button" className={panels.template} disabled={!usable(template)} onClick={() => setChosen(template)}>
              <span className={panels.templateHead}>
                <strong>{template.name.replaceAll('_', ' ')}</strong>
                <small>
                  {languageName(template.language.replace('_', '-'), i18n.language)} · {template.category.toLowerCase()}
                  {!usable(template) && ` · ${template.status.toLowerCase()}${template.reason ? `: ${template.reason}` : ''}`}
                </small>
              </span>
              <span className={panels.templateBody}>{template.body}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

function usable(template: TemplateView): boolean {
  return template.status.toLowerCase() === 'approved'
}

function FillTemplate({
  template,
  conversationId,
  onBack,
  onSent,
}: {
  template: TemplateView
  conversationId: string
  onBack(): void
  onSent(): void
}) {
  const { t } = useTranslation()
  const [values, setValues] = useState<Record<string, string>>({})
  const [files, setFiles] = useState<Record<string, { fileId: string; mimeType: string; name: string }>>({})
  const mediaSlots = template.slots.filter(slot => slot.kind !== 'text')
  const ready = missingSlots(template, values).length === 0 && mediaSlots.every(slot => files[slotKey(slot)])
  const upload = async (key: string, file: File | null) => {
    if (!file) return
    const form = new FormData()
    form.append('file', file)
    await call('uploadFile', { body: form }).then(answer => setFiles(now => ({ ...now, [key]: answer })), tellProblem)
  }
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!ready) return
    const filled: TemplateValue[] = template.slots.map(slot => {
      const key = slotKey(slot)
      const file = files[key]
      return slot.kind === 'text'
        ? { part: slot.part, index: slot.index, name: slot.name, text: values[key]?.trim() }
        : {
            part: slot.part,
            index: slot.index,
            name: slot.name,
            mediaKind: slot.kind,
            media: file ? { ref: { from: 'file', fileId: file.fileId }, mimeType: file.mimeType, name: file.name } : undefined,
          }
    })
    enqueue({
      clientId: makeId(),
      conversationId,
      note: false,
      createdAt: Date.now(),
      undoSeconds: inboxState().me.undoSeconds,
      body: {
        content: {
          kind: 'template',
          name: template.name,
          language: template.language,
          values: filled,
          preview: previewOf(template, values),
        },
      },
    })
    onSent()
  }
  const piece = (text: string, part: 'header' | 'body') =>
    fillPart(text, part, values).map((one, index) =>
      one.missing ? (
        <mark key={`${one.text}-${index.toString()}`} className={panels.missing}>
          {one.text}
        </mark>
      ) : (
        <Fragment key={`${one.text}-${index.toString()}`}>{one.text}</Fragment>
      ),
    )
  return (
    <form className={panels.slots} onSubmit={send}>
      <div className={panels.panelForm}>
        {template.slots.length === 0 && <p className={panels.panelText}>{t('templates.noSlots')}</p>}
        {template.slots.map((slot, index) => {
          const key = slotKey(slot)
          const label = t('templates.slot', { part: t(`templates.parts.${slot.part}`), name: slot.name ?? slot.index })
          return slot.kind === 'text' ? (
            <TextInput
              key={key}
              size="sm"
              label={label}
              placeholder={slot.sample}
              value={values[key] ?? ''}
              autoFocus={index === 0}
              required
              onChange={event => {
                const { value } = event.currentTarget
                setValues(now => ({ ...now, [key]: value }))
              }}
            />
          ) : (
            <FileInput
              key={key}
              size="sm"
              label={label}
              required
              onChange={file => void upload(key, file)}
              placeholder={files[key]?.name ?? t('templates.chooseFile')}
            />
          )
        })}
        <div className={panels.panelActions}>
          <Button type="submit" size="sm" disabled={!ready}>
            {t('templates.send')}
          </Button>
          <Button size="sm" variant="default" onClick={onBack}>
            {t('templates.back')}
          </Button>
        </div>
      </div>
      <div>
        <h4 className={panels.previewTitle}>{t('templates.preview')}</h4>
        <div className={panels.previewBubble} style={{ whiteSpace: 'pre-wrap' }}>
          {template.header?.text && <p style={{ margin: '0 0 6px', fontWeight: 650 }}>{piece(template.header.text, 'header')}</p>}
          {piece(template.body, 'body')}
          {template.footer && <p style={{ margin: '6px 0 0', fontSize: 12.5 }}>{template.footer}</p>}
        </div>
        {template.buttons.map(button => (
          <span key={button.title} className={panels.chip} style={{ display: 'inline-block', marginTop: 6, marginInlineEnd: 6 }}>
            {button.title}
          </span>
        ))}
      </div>
    </form>
  )
}
