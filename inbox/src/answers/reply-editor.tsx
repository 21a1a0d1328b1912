/** One saved reply: its name, shortcut, folder, texts by language, and where an account has others. Keeps what was typed when a colleague was faster. */
import { fillBody, type MessageBody, plainText, type SavedReplyView } from '@dragoman/api'
import { Button, Select, Switch, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { languageName } from '../customer/locale-facts.ts'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { showToast } from '../shell/toasts.tsx'
import { useInbox } from '../store/desk.ts'
import classes from './answers.module.css'
import { useNames } from './automatic-page.tsx'
import { BodyEditor } from './body-editor.tsx'
import { FilledText } from './filled-text.tsx'
import { LeaveGuard, StaleNotice } from './setting-form.tsx'
import { LanguageTabs } from './texts-editor.tsx'

type Fields = Pick<SavedReplyView, 'name' | 'shortcut' | 'folderId' | 'bodies' | 'exceptions' | 'mine'>

export function ReplyEditor({
  reply,
  folders,
  canShare,
  onDone,
}: {
  /** Undefined: a new one. */
  reply: SavedReplyView | undefined
  folders: readonly { id: string; name: string }[]
  canShare: boolean
  onDone(): void
}) {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const firm = useInbox(state => state.workspace.languages)
  const workspaceName = useInbox(state => state.workspace.name)
  const me = useInbox(state => state.me)
  const names = useNames()
  const [before, setBefore] = useState(reply)
  const [fields, setFields] = useState<Fields>(() =>
    reply ? { ...reply } : { name: '', shortcut: '', folderId: null, bodies: {}, exceptions: {}, mine: !canShare },
  )
  const [accountId, setAccountId] = useState<string | null>(null)
  const [language, setLanguage] = useState(firm.includes(i18n.language) ? i18n.language : (firm[0] ?? 'en'))
  const [theirs, setTheirs] = useState<SavedReplyView>()
  const [problem, setProblem] = useState<ProblemOf>()
  const [saving, setSaving] = useState(false)
  const facts = (one: Fields | undefined) => one && JSON.stringify([one.name, one.shortcut, one.folderId, one.bodies, one.exceptions])
  const changed = before ? facts(fields) !== facts(before) : fields.name !== '' || Object.keys(fields.bodies).length > 0
  const set = (part: Partial<Fields>) => setFields(now => ({ ...now, ...part }))
  const languages = [...new Set([...firm, ...Object.keys(fields.bodies)])]
  const bodies = accountId ? (fields.exceptions[accountId] ?? {}) : fields.bodies
  const setBody = (body: MessageBody | undefined) => {
    const { [language]: _gone, ...rest } = bodies
    const next = body ? { ...rest, [language]: body } : rest
    if (!accountId) return set({ bodies: next })
    const { [accountId]: _before, ...others } = fields.exceptions
    set({ exceptions: { ...others, [accountId]: next } })
  }
  const save = async (version = before?.version) => {
    setSaving(true)
    setProblem(undefined)
    const { mine, ...rest } = fields
    // An account without a text of its own has none.
    const exceptions = Object.fromEntries(Object.entries(rest.exceptions).filter(([, texts]) => Object.keys(texts).length > 0))
    const body = { name: rest.name, shortcut: rest.shortcut, folderId: rest.folderId, bodies: rest.bodies, exceptions }
    try {
      const saved = before
        ? await call('updateSavedReply', { params: { replyId: before.id }, body: { ...body, version: version! } })
        : await call('createSavedReply', { body: { ...body, mine } })
      setBefore(saved)
      setFields({ ...saved })
      setTheirs(undefined)
      showToast(t('common.saved'))
      void queries.invalidateQueries({ queryKey: ['catalogue', 'saved_replies'] })
      setTimeout(onDone, 0)
    } catch (error) {
      const failed = problemOf(error)
      if (failed.code === 'stale_version') setTheirs((failed as unknown as { current: SavedReplyView }).current)
      else setProblem(failed)
    }
    setSaving(false)
  }
  const archive = async () => {
    if (!before) return
    await call('updateSavedReply', { params: { replyId: before.id }, body: { version: before.version, archived: !before.archived } }).then(
      () => {
        setFields({ ...before })
        void queries.invalidateQueries({ queryKey: ['catalogue', 'saved_replies'] })
        setTimeout(onDone, 0)
      },
      error => setProblem(problemOf(error)),
    )
  }
  const taken = problem && (problem as { errors?: { path: string }[] }).errors?.some(one => one.path === 'shortcut')
  const wrongShortcut = fields.shortcut !== '' && !/^[\p{L}\p{N}-]{1,32}$/u.test(fields.shortcut.trim())
  const shown = bodies[language] ?? (accountId ? fields.bodies[language] : undefined)
  const preview = shown && fillBody(shown, sampleValues(t, workspaceName, me.name))
  const locked = !fields.mine && !canShare
  return (
    <form
      className={classes.stack}
      onSubmit={event => {
        event.preventDefault()
        void save()
      }}
    >
      <LeaveGuard changed={changed && !saving} />
      <div className={classes.line}>
        <TextInput
          className={classes.grow}
          label={t('replies.name')}
          value={fields.name}
          maxLength={120}
          required
          autoFocus={!reply}
          onChange={event => set({ name: event.currentTarget.value })}
        />
        <TextInput
          label={t('replies.shortcut')}
          leftSection="/"
          value={fields.shortcut}
          maxLength={32}
          required
          error={wrongShortcut ? t('replies.wrongShortcut') : taken ? problem?.detail : undefined}
          onChange={event => set({ shortcut: event.currentTarget.value.toLowerCase().replaceAll(' ', '-') })}
        />
        <Select
          label={t('replies.folder')}
          value={fields.folderId}
          data={folders.map(one => ({ value: one.id, label: one.name }))}
          placeholder={t('replies.noFolder')}
          onChange={folderId => set({ folderId })}
          clearable
        />
      </div>
      {!before && canShare && (
        <Switch label={t('replies.onlyMine')} checked={fields.mine} onChange={event => set({ mine: event.currentTarget.checked })} />
      )}
      <div>
        <div className={classes.chips}>
          <Button
            size="compact-sm"
            variant={accountId === null ? 'light' : 'default'}
            aria-pressed={accountId === null}
            onClick={() => setAccountId(null)}
          >
            {t('replies.everywhere')}
          </Button>
          {Object.keys(fields.exceptions).map(id => (
            <Button
              key={id}
              size="compact-sm"
              color="yellow"
              variant={accountId === id ? 'light' : 'default'}
              aria-pressed={accountId === id}
              onClick={() => setAccountId(id)}
            >
              {t('replies.differsOn', { name: names.account(id) })}
            </Button>
          ))}
          <Select
            size="xs"
            aria-label={t('replies.addException')}
            placeholder={t('replies.addException')}
            value={null}
            data={names.accounts.filter(one => !fields.exceptions[one.id]).map(one => ({ value: one.id, label: one.name }))}
            onChange={id => {
              if (!id) return
              set({ exceptions: { ...fields.exceptions, [id]: {} } })
              setAccountId(id)
            }}
          />
        </div>
        <LanguageTabs
          languages={languages}
          chosen={language}
          missing={accountId ? [] : languages.filter(tag => !fields.bodies[tag])}
          onChoose={setLanguage}
        />
        <BodyEditor
          key={`${accountId ?? ''}|${language}`}
          body={bodies[language]}
          label={t('replies.textIn', { language: languageName(language, i18n.language) })}
          language={language}
          placeholder={accountId && fields.bodies[language] ? plainText(fields.bodies[language].content) : t('replies.textPlaceholder')}
          onChange={setBody}
        />
        {accountId && !bodies[language] && <p className={classes.faint}>{t('replies.asEverywhere')}</p>}
      </div>
      {preview && (
        <div className={classes.preview}>
          <strong>{t('replies.preview')}</strong>
          <p className={classes.bubble} lang={language}>
            <FilledText text={plainText(preview.body.content)} />
          </p>
          {preview.missing.length > 0 && <p className={classes.faint}>{t('replies.mayBeEmpty', { names: preview.missing.join(', ') })}</p>}
        </div>
      )}
      {problem && !taken && <ProblemAlert problem={problem} />}
      {theirs && (
        <StaleNotice
          text={t('replies.stale', {
            name: theirs.name,
            text: plainText(theirs.bodies[language]?.content ?? { kind: 'text', text: { text: '' } }),
          })}
          saving={saving}
          onTheirs={() => {
            setBefore(theirs)
            setFields({ ...theirs })
            setTheirs(undefined)
          }}
          onMine={() => void save(theirs.version)}
        />
      )}
      <div className={classes.alertActions}>
        {!locked && (
          <Button
            type="submit"
            loading={saving}
            disabled={
              !changed || fields.name.trim() === '' || fields.shortcut === '' || wrongShortcut || Object.keys(fields.bodies).length === 0
            }
          >
            {t('common.save')}
          </Button>
        )}
        <Button variant="default" onClick={onDone}>
          {t('replies.back')}
        </Button>
        {before && !locked && (
          <Button variant="subtle" color={before.archived ? undefined : 'red'} onClick={() => void archive()}>
            {t(before.archived ? 'replies.restore' : 'replies.archive')}
          </Button>
        )}
      </div>
    </form>
  )
}

/** What stands in the preview of a settings page, where there is no customer. */
function sampleValues(t: (key: string) => string, company: string, agent: string): Record<string, string> {
  return {
    'customer.name': t('placeholders.sampleName'),
    'customer.first_name': t('placeholders.sampleFirstName'),
    'agent.name': agent,
    'company.name': company,
    'case.number': '1024',
    'date.today': new Date().toLocaleDateString(),
    'hours.next_open': t('placeholders.sampleOpen'),
    reply_time: t('placeholders.sampleReplyTime'),
  }
}
