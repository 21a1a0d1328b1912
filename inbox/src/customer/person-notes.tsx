/** Notes about a person: whoever writes one may change it; anyone pins. */
import type { ContactNoteView } from '@dragoman/api'
import { Button, Textarea } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { IconPlus } from '../icons.ts'
import { useInbox } from '../store/desk.ts'
import { useNow } from '../store/now.ts'
import { exactTime, listTime } from '../text/time.ts'
import { Fold } from './fold.tsx'
import classes from './person.module.css'
import { notesKey } from './person-query.ts'

export function PersonNotes({ contactId }: { contactId: string }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const { data } = useQuery({ queryKey: notesKey(contactId), queryFn: () => call('contactNotes', { params: { contactId } }) })
  const [adding, setAdding] = useState(false)
  const act = async (work: () => Promise<unknown>) => {
    try {
      await work()
      await queries.invalidateQueries({ queryKey: notesKey(contactId) })
      return true
    } catch (error) {
      tellProblem(error)
      void queries.invalidateQueries({ queryKey: notesKey(contactId) })
      return false
    }
  }
  const add = async (body: string) => {
    if (await act(() => call('addContactNote', { params: { contactId }, body: { body } }))) setAdding(false)
  }
  return (
    <Fold id="notes" title={t('contacts.notes')} count={data?.notes.length}>
      <ul className={classes.list}>
        {data?.notes.map(note => (
          <Note key={note.id} note={note} act={act} />
        ))}
      </ul>
      {adding ? (
        <NoteForm label={t('contacts.newNote')} onSave={add} onCancel={() => setAdding(false)} />
      ) : (
        <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)}>
          {t('contacts.addNote')}
        </Button>
      )}
    </Fold>
  )
}

function Note({ note, act }: { note: ContactNoteView; act(work: () => Promise<unknown>): Promise<boolean> }) {
  const { t, i18n } = useTranslation()
  const now = useNow()
  const isMine = useInbox(state => state.me.memberId === note.authorId)
  const [editing, setEditing] = useState(false)
  const params = { noteId: note.id }
  if (editing)
    return (
      <li>
        <NoteForm
          label={t('contacts.editNote')}
          text={note.body}
          onSave={async body => {
            if (await act(() => call('updateContactNote', { params, body: { version: note.version, body } }))) setEditing(false)
          }}
          onCancel={() => setEditing(false)}
        />
      </li>
    )
  return (
    <li className={classes.note} data-pinned={note.pinned}>
      <p className={classes.text}>{note.body}</p>
      <small title={exactTime(note.createdAt, i18n.language)}>
        {note.authorName} · {listTime(note.createdAt, now, i18n.language)}
        {note.editedAt !== null && ` · ${t('contacts.edited')}`}
        {note.pinned && ` · ${t('contacts.pinned')}`}
      </small>
      <span className={classes.row}>
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() => void act(() => call('updateContactNote', { params, body: { version: note.version, pinned: !note.pinned } }))}
        >
          {t(note.pinned ? 'contacts.unpin' : 'contacts.pin')}
        </Button>
        {isMine && (
          <>
            <Button size="compact-xs" variant="subtle" onClick={() => setEditing(true)}>
              {t('customer.edit')}
            </Button>
            <Button size="compact-xs" variant="subtle" color="red" onClick={() => void act(() => call('deleteContactNote', { params }))}>
              {t('contacts.delete')}
            </Button>
          </>
        )}
      </span>
    </li>
  )
}

function NoteForm({
  label,
  text = '',
  onSave,
  onCancel,
}: {
  label: string
  text?: string
  onSave(body: string): Promise<void>
  onCancel(): void
}) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState(text)
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!typed.trim()) return
    setBusy(true)
    await onSave(typed.trim())
    setBusy(false)
  }
  return (
    <form className={classes.form} onSubmit={event => void submit(event)}>
      <Textarea
        label={label}
        value={typed}
        maxLength={4_000}
        autosize
        minRows={2}
        maxRows={10}
        autoFocus
        onChange={event => setTyped(event.currentTarget.value)}
      />
      <div className={classes.row}>
        <Button type="submit" size="compact-sm" loading={busy} disabled={!typed.trim()}>
          {t('common.save')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={onCancel}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  )
}
