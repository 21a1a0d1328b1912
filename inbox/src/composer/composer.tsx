/**
 * The composer: reply or note, unmistakably; limits counted at once; what the messenger will show before it is sent.
 * Always holds: Enter during input by IME never sends; a sent message is out of the composer in the same step.
 */
import type { ConversationView, EntityKind } from '@dragoman/api'
import { draftKey, plainText, unfilledIn } from '@dragoman/api'
import { Button } from '@mantine/core'
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { IconNote, IconSend2, IconX } from '../icons.ts'
import { whenNeeded } from '../pieces/when-needed.ts'
import { useUi } from '../shell/ui.ts'
import { capabilitiesOf, replyOptionsOf, useSurface } from '../store/channels.ts'
import { putMessage, useInbox } from '../store/desk.ts'
import { changeDraft, type DraftMode, fromServer, reviveDraft, saveDraft, useDrafts } from '../store/drafts.ts'
import { useNow } from '../store/now.ts'
import { usePreferences } from '../store/preferences.ts'
import { tellTyping } from '../store/start.ts'
import { noteWriting } from '../store/tell-looking.ts'
import { toggleEntity } from '../text/entities.ts'
import { usePreview } from '../text/preview.ts'
import { AttachmentList } from './attachment-list.tsx'
import { bodyOf, type Compose, composeOf, countText, isEmpty } from './compose.ts'
import { ComposeField } from './compose-field.tsx'
import classes from './composer.module.css'
import { FitNotes, FitPreview, useFit } from './fit-preview.tsx'
import panels from './panels.module.css'
import { beginEdit, heldMessage, lastEditable, sendDraft, undoSend, useEditing } from './send.ts'
import subjects from './subject.module.css'
import { KeyboardSummary, SpecialSummary } from './summaries.tsx'
import { type Panel, Toolbar } from './toolbar.tsx'
import { addFiles, removeAttachment } from './upload.ts'
import { useDrop } from './use-drop.ts'
import { useReplyPicker } from './use-reply-picker.tsx'
import { WindowLine } from './window-line.tsx'

const MentionPicker = lazy(whenNeeded(() => import('./mention-picker.tsx').then(module => ({ default: module.MentionPicker }))))
const DraftConflict = lazy(whenNeeded(() => import('./draft-conflict.tsx').then(module => ({ default: module.DraftConflict }))))
const ComposerPanel = lazy(whenNeeded(() => import('./composer-panel.tsx').then(module => ({ default: module.ComposerPanel }))))

export function Composer({ conversation }: { conversation: ConversationView }) {
  const { t } = useTranslation()
  const { id } = conversation
  const channel = useSurface(conversation)
  const asked = useUi(state => state.composer)
  const [mode, setMode] = useState<DraftMode>('reply')
  const me = useInbox(state => state.me)
  const local = useDrafts(state => state.byKey[draftKey({ conversationId: id, mode })])
  const server = useInbox(state => state.drafts[draftKey({ conversationId: id, mode })])
  const draft = local ?? fromServer(server)
  const editing = useEditing(state => (state.message?.conversationId === id ? state.message : null))
  const [edited, setEdited] = useState<Compose | null>(null)
  const [panel, setPanel] = useState<Panel | null>(null)
  const [range, setRange] = useState({ from: 0, to: 0 })
  const previewShown = usePreferences(state => state.previewShown)
  const field = useRef<HTMLTextAreaElement>(null)
  const now = useNow()
  const preview = usePreview()
  const quoted = useInbox(state =>
    draft.compose.replyToId ? state.messages[id]?.find(message => message.id === draft.compose.replyToId) : undefined,
  )
  const note = mode === 'note'

  useEffect(() => void reviveDraft(id, mode), [id, mode])
  useEffect(() => () => void saveDraft(id, mode), [id, mode])
  useEffect(() => setEdited(editing ? composeOf(editing.body, null) : null), [editing])
  const askedBefore = useRef(asked.asked)
  useEffect(() => {
    if (asked.asked === askedBefore.current) return
    askedBefore.current = asked.asked
    setMode(asked.mode)
    setTimeout(() => field.current?.focus(), 0)
  }, [asked])
  useEffect(() => {
    // It may come late, when a window already asks something: what is typed then is the answer.
    if (matchMedia('(hover: hover)').matches && !document.querySelector('[role="listbox"]:focus, [role="dialog"]'))
      field.current?.focus({ preventScroll: true })
  }, [])

  const compose = edited ?? draft.compose
  const change = useCallback(
    (next: (compose: Compose) => Compose) => {
      if (edited) setEdited(now => (now ? next(now) : now))
      else changeDraft(id, mode, next)
    },
    [id, mode, edited],
  )
  const capabilities = channel ? capabilitiesOf(channel) : undefined
  const body = bodyOf(compose)
  const count = capabilities
    ? countText(compose.text, compose.attachments.length > 0 ? capabilities.caption : capabilities.text)
    : undefined
  const lost = capabilities ? compose.entities.some(entity => !capabilities.text.entities.includes(entity.kind)) : false
  const wantsFit =
    !note &&
    body !== null &&
    (previewShown ||
      Boolean(count?.over) ||
      compose.keyboard !== undefined ||
      compose.attachments.length > 0 ||
      compose.special !== undefined ||
      channel?.countsPieces === true ||
      lost)
  const { fit, fresh } = useFit(id, body, wantsFit)
  const pieces = fresh && fit?.kind === 'parts' && fit.parts.length === 1 ? fit.parts[0]?.length?.segments : undefined
  const options = replyOptionsOf(channel, conversation, now)
  const closed = !note && !editing && options?.freeform.allowed === false
  const busy = compose.attachments.some(attachment => attachment.state === 'uploading' || attachment.state === 'waiting')
  const broken = compose.attachments.some(attachment => attachment.state === 'refused' || attachment.state === 'failed')
  const refused = fresh && fit?.kind === 'refused' && !note
  const unfilled = note || !body ? [] : unfilledIn(body)
  const toFill = unfilled.length > 0 ? t('composer.placeholderEmpty', { names: unfilled.map(name => `{{${name}}}`).join(', ') }) : undefined
  const observing = useInbox(state => state.accounts[conversation.accountId]?.mode === 'observe') && !note
  const cannot = observing
    ? t('reasons.observing')
    : busy
      ? t('composer.waitForFiles')
      : broken
        ? t('composer.removeBroken')
        : refused
          ? t('composer.seeReasons')
          : toFill

  const addToDraft = useCallback(
    (files: File[]) => {
      if (files.length === 0 || closed) return
      addFiles(id, mode, files, capabilities, channel?.badge.name ?? '')
      field.current?.focus()
    },
    [id, mode, capabilities, channel, closed],
  )
  const dropping = useDrop(addToDraft)
  const replies = useReplyPicker(conversation, compose, change, field, closed || Boolean(editing))

  if (!channel || !capabilities) return null

  const send = () => {
    if (closed || cannot) return
    if (editing && edited) {
      const changed = bodyOf(edited)
      if (!changed) return
      useEditing.setState({ message: null })
      putMessage({ ...editing, body: changed })
      call('editMessage', { params: { messageId: editing.id }, body: { body: changed } }).then(
        answer => putMessage(answer.message),
        error => {
          putMessage(editing)
          tellProblem(error)
        },
      )
    } else if (sendDraft(id, mode)) setPanel(null)
    field.current?.focus()
  }
  const format = (kind: EntityKind) => {
    const element = field.current
    if (!element) return
    const { selectionStart: from, selectionEnd: to } = element
    if (from === to) return
    if (kind === 'link') {
      setRange({ from, to })
      setPanel('link')
      return
    }
    change(now => ({ ...now, entities: toggleEntity(now.entities, kind, from, to) }))
    element.focus()
  }
  const insert = (text: string) => {
    const element = field.current
    const at = element?.selectionStart ?? compose.text.length
    const end = element?.selectionEnd ?? at
    change(now => ({
      ...now,
      text: now.text.slice(0, at) + text + now.text.slice(end),
      entities: now.entities.map(entity =>
        entity.offset >= end ? { ...entity, offset: entity.offset + text.length - (end - at) } : entity,
      ),
    }))
    requestAnimationFrame(() => element?.setSelectionRange(at + text.length, at + text.length))
  }
  const put = (from: number, to: number, text: string) => {
    field.current?.setSelectionRange(from, to)
    insert(text)
  }
  const pressed = (event: React.KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    if (replies.press(event)) return
    const mod = event.ctrlKey || event.metaKey
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      const sends = mod || (me.sendKey === 'enter' && !matchMedia('(hover: none)').matches)
      if (!sends) return
      event.preventDefault()
      if (!event.repeat) send()
    } else if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      if (panel) setPanel(null)
      else if (editing) useEditing.setState({ message: null })
      else if (compose.replyToId) change(now => ({ ...now, replyToId: null }))
      else event.currentTarget.blur()
    } else if (event.key === 'ArrowUp' && isEmpty(compose) && !editing && !note && capabilities.features.edit.level !== 'none') {
      const last = lastEditable(id, capabilities.editWithinMs)
      if (last) {
        event.preventDefault()
        beginEdit(last)
      }
    } else if (mod && !event.shiftKey && event.code === 'KeyZ' && compose.text === '') {
      const held = heldMessage(id)
      if (held) {
        event.preventDefault()
        void undoSend(held)
      }
    } else if (mod && (event.code === 'KeyB' || event.code === 'KeyI' || event.code === 'KeyU')) {
      const kind = event.code === 'KeyB' ? 'bold' : event.code === 'KeyI' ? 'italic' : 'underline'
      if (note || capabilities.text.entities.includes(kind)) {
        event.preventDefault()
        format(kind)
      }
    }
  }
  const sendLabel = editing ? t('composer.saveEdit') : note ? t('composer.addNote') : t('composer.send')
  return (
    <section className={classes.composer} data-mode={mode} data-dropping={dropping} aria-label={t('composer.name')}>
      {draft.conflict && !editing && (
        <Suspense fallback={null}>
          <DraftConflict conversationId={id} mode={mode} mine={draft.compose} theirs={draft.conflict} />
        </Suspense>
      )}
      <div className={classes.modes}>
        <div role="radiogroup" aria-label={t('composer.mode')} className={classes.modeSwitch}>
          {(['reply', 'note'] as const).map(one => (
            // biome-ignore lint/a11y/useSemanticElements: a two-way switch with its own look; keys work as on buttons
            <button
              key={one}
              type="button"
              role="radio"
              aria-checked={mode === one}
              className={classes.modeButton}
              data-mode={one}
              onClick={() => {
                setMode(one)
                setPanel(null)
                field.current?.focus()
              }}
            >
              {one === 'note' ? <IconNote size={16} aria-hidden="true" /> : <IconSend2 size={16} aria-hidden="true" />}{' '}
              {t(`composer.${one}`)}
            </button>
          ))}
        </div>
        {note ? (
          <span className={classes.noteHint}>{t('composer.noteHint')}</span>
        ) : (
          !closed && <WindowLine conversation={conversation} channel={channel} onTemplate={() => setPanel('template')} />
        )}
      </div>
      {closed && <WindowLine conversation={conversation} channel={channel} onTemplate={() => setPanel('template')} />}
      <Suspense fallback={null}>
        {panel && (
          <ComposerPanel
            panel={panel}
            conversation={conversation}
            channel={channel}
            compose={compose}
            range={range}
            change={change}
            insert={insert}
            onClose={() => {
              setPanel(null)
              field.current?.focus()
            }}
          />
        )}
      </Suspense>
      {replies.element}
      {(editing || compose.replyToId) && (
        <div className={classes.quote}>
          <span className={classes.quoteText}>
            <strong>{editing ? t('composer.editing') : t('composer.replyingTo', { name: quoted?.author.name ?? '' })}</strong>
            <span>{editing ? plainText(editing.body.content) : quoted ? preview(quoted.body.content) : ''}</span>
          </span>
          {!editing && capabilities.features.reply_to.level === 'none' && (
            <span className={classes.quoteLoss}>{t('fitNotes.reply_dropped')}</span>
          )}
          <button
            type="button"
            className={classes.drop}
            aria-label={t(editing ? 'composer.stopEditing' : 'composer.dropQuote')}
            onClick={() => (editing ? useEditing.setState({ message: null }) : change(now => ({ ...now, replyToId: null })))}
          >
            <IconX size={18} />
          </button>
        </div>
      )}
      {!closed && (
        <>
          <AttachmentList attachments={compose.attachments} onRemove={localId => removeAttachment(id, mode, localId)} />
          {compose.special && <SpecialSummary content={compose.special} onRemove={() => change(now => ({ ...now, special: undefined }))} />}
          {note && (
            <Suspense fallback={null}>
              <MentionPicker conversationId={id} text={compose.text} field={field} onPut={put} />
            </Suspense>
          )}
          {channel.hasSubjects && !note && !editing && (
            <input
              className={subjects.subject}
              aria-label={t('composer.subject')}
              placeholder={t('composer.subjectEmpty')}
              value={compose.subject ?? ''}
              maxLength={300}
              onChange={event => {
                const subject = event.currentTarget.value
                change(now => ({ ...now, subject: subject === '' ? undefined : subject }))
              }}
            />
          )}
          <ComposeField
            ref={field}
            text={compose.text}
            entities={compose.entities}
            label={t(note ? 'composer.noteLabel' : 'composer.replyLabel', { name: conversation.contact.name })}
            describedBy="composer-count"
            placeholder={t(
              note ? 'composer.notePlaceholder' : conversation.place ? 'comments.replyPlaceholder' : 'composer.replyPlaceholder',
              { name: channel.badge.name },
            )}
            onChange={(text, entities) => {
              // Begun anew: what was put in before is not what will be sent.
              change(now => ({ ...now, text, entities, ...(text === '' ? { savedReplyId: undefined } : {}) }))
              // Colleagues see it on every messenger; the customer where there is such a thing.
              if (!editing) noteWriting(id, note)
              if (!note) tellTyping(id)
            }}
            onCaret={replies.onCaret}
            controls={replies.open ? 'saved-replies' : undefined}
            onKeyDown={pressed}
            onPaste={event => {
              const files = [...event.clipboardData.files]
              if (files.length === 0) return
              event.preventDefault()
              addToDraft(files)
            }}
          />
          {compose.keyboard && !note && (
            <KeyboardSummary
              keyboard={compose.keyboard}
              onEdit={() => setPanel('buttons')}
              onRemove={() => change(now => ({ ...now, keyboard: undefined }))}
            />
          )}
          {!note && previewShown && <FitPreview fit={fit} channelName={channel.badge.name} />}
          {!note && !previewShown && fit && wantsFit && <FitNotes fit={fit} />}
        </>
      )}
      <div className={classes.foot}>
        {!closed && (
          <Toolbar
            channel={channel}
            capabilities={capabilities}
            note={note}
            panel={panel}
            previewShown={previewShown}
            disabled={closed}
            onPanel={next => setPanel(now => (now === next ? null : next))}
            onFormat={format}
            onReplies={replies.ask}
            onFiles={addToDraft}
            onPreview={() => usePreferences.setState({ previewShown: !previewShown })}
          />
        )}
        <span id="composer-count" className={panels.count} data-over={count?.over || toFill !== undefined} role="status">
          {toFill}
          {!note && pieces && `${t('composer.pieces', { count: pieces.count })} · ${t('composer.piecesLeft', { count: pieces.left })}`}
          {!note && !pieces && count?.shown && `${count.used} / ${count.max}`}
          {!note && count?.over && ` · ${t('composer.parts', { count: fit?.kind === 'parts' ? fit.parts.length : count.parts })}`}
        </span>
        {!closed && (
          <Button
            className={classes.send}
            data-mode={mode}
            size="sm"
            onMouseDown={event => event.preventDefault()}
            onClick={send}
            aria-disabled={Boolean(cannot) || body === null}
            title={cannot ?? `${sendLabel} (${me.sendKey === 'enter' ? 'Enter' : 'Ctrl+Enter'})`}
            leftSection={note ? <IconNote size={17} /> : <IconSend2 size={17} />}
          >
            <span className={classes.sendWord}>{sendLabel}</span>
          </Button>
        )}
      </div>
    </section>
  )
}
