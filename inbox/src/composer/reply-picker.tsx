/**
 * Saved replies above the field: found by shortcut, name or words in either keyboard layout, shown as this customer would read them. Loaded when first
 * asked for. Always holds: nothing is put into the field until it is chosen; what has no value stays a marked placeholder.
 */
import { chooseLanguage, fillBody, type MessageBody, mediaOf, plainText, type SavedReplyView } from '@dragoman/api'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type Ref, useEffect, useImperativeHandle, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { scoreOf } from '../actions/palette-search.ts'
import { FilledText } from '../answers/filled-text.tsx'
import { call, problemOf } from '../client.ts'
import { languageName } from '../customer/locale-facts.ts'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { useInbox } from '../store/desk.ts'
import classes from './reply-picker.module.css'

export interface PickedReply {
  replyId: string
  body: MessageBody
}

/** What the field passes on while the picker is open; true: it was for the picker. */
export interface PickerKeys {
  press(event: React.KeyboardEvent): boolean
}

export interface ReplyPickerProps {
  conversationId: string
  accountId: string
  query: string
  keys: Ref<PickerKeys>
  onPick(picked: PickedReply): void
  onClose(): void
}

interface Shown {
  reply: SavedReplyView
  body: MessageBody
  language: string
  missing: string[]
}

const mostShown = 50

export function ReplyPicker({ conversationId, accountId, query, keys, onPick, onClose }: ReplyPickerProps) {
  const { t, i18n } = useTranslation()
  const firm = useInbox(state => state.workspace.languages)
  const [folder, setFolder] = useState<string | null>(null)
  const [at, setAt] = useState(0)
  const list = useQuery({ queryKey: ['catalogue', 'saved_replies', false], queryFn: () => call('savedReplies') })
  const folders = useQuery({
    queryKey: ['catalogue', 'setting:saved_reply_folders'],
    queryFn: async () =>
      (await call('setting', { params: { name: 'saved_reply_folders' } })) as { value: { folders: { id: string; name: string }[] } },
  })
  const facts = useQuery({
    queryKey: ['placeholders', conversationId],
    queryFn: () => call('placeholders', { params: { conversationId } }),
    staleTime: 20_000,
  })
  const shown: Shown[] = (list.data?.replies ?? [])
    .filter(reply => folder === null || (folder === 'mine' ? reply.mine : reply.folderId === folder))
    .map(reply => ({
      reply,
      score: scoreOf(query, [reply.shortcut, reply.name, ...Object.values(reply.bodies).map(body => plainText(body.content))]),
    }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || b.reply.usedCount - a.reply.usedCount)
    .slice(0, mostShown)
    .flatMap(({ reply }): Shown[] => {
      const bodies = { ...reply.bodies, ...reply.exceptions[accountId] }
      const language = chooseLanguage(facts.data?.language ?? firm[0], Object.keys(bodies), firm)
      if (language === undefined || !facts.data) return []
      const { values } = facts.data
      const filled = fillBody(bodies[language]!, values[language] ?? values[language.split('-')[0]!] ?? values[firm[0]!] ?? {})
      return [{ reply, language, ...filled }]
    })
  const present = shown[Math.min(at, shown.length - 1)]
  useEffect(() => setAt(0), [query, folder])
  useEffect(() => {
    document.getElementById(`saved-reply-${present?.reply.id}`)?.scrollIntoView({ block: 'nearest' })
  }, [present?.reply.id])
  const pick = (one: Shown | undefined) => one && onPick({ replyId: one.reply.id, body: one.body })
  useImperativeHandle(keys, () => ({
    press(event) {
      if (event.key === 'Escape') onClose()
      else if (event.key === 'ArrowDown' && shown.length > 0) setAt(now => (Math.min(now, shown.length - 1) + 1) % shown.length)
      else if (event.key === 'ArrowUp' && shown.length > 0)
        setAt(now => (Math.min(now, shown.length - 1) + shown.length - 1) % shown.length)
      else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && present) pick(present)
      else return false
      event.preventDefault()
      event.stopPropagation()
      return true
    },
  }))
  const wanted = facts.data?.language
  const chips = [
    ...(folders.data?.value.folders ?? []),
    ...(list.data?.replies.some(one => one.mine) ? [{ id: 'mine', name: t('replies.mine') }] : []),
  ]
  return (
    <section className={classes.picker} aria-label={t('replies.pick')}>
      {chips.length > 0 && (
        <div className={classes.folders}>
          {[{ id: null, name: t('replies.all') }, ...chips].map(one => (
            <button
              key={one.id ?? ''}
              type="button"
              className={classes.folder}
              aria-pressed={folder === one.id}
              onMouseDown={event => event.preventDefault()}
              onClick={() => setFolder(one.id)}
            >
              {one.name}
            </button>
          ))}
        </div>
      )}
      {list.isError && <ProblemAlert problem={problemOf(list.error)} />}
      {list.data && facts.data && shown.length === 0 && (
        <p className={classes.empty} role="status">
          {list.data.replies.length === 0 ? t('replies.noRepliesYet') : t('replies.nothingFits', { query })}{' '}
          <Link to="/settings/saved-replies">{t('replies.toSettings')}</Link>
        </p>
      )}
      {shown.length > 0 && (
        <div className={classes.panes}>
          <div className={classes.list} role="listbox" id="saved-replies" aria-label={t('replies.pick')}>
            {shown.map(one => (
              // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus; it names the active option
              // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the field, which passes them on
              <div
                key={one.reply.id}
                id={`saved-reply-${one.reply.id}`}
                role="option"
                aria-selected={one === present}
                className={classes.option}
                onMouseDown={event => event.preventDefault()}
                onMouseMove={() => one !== present && setAt(shown.indexOf(one))}
                onClick={() => pick(one)}
              >
                <span className={classes.name}>{one.reply.name}</span>
                <span className={classes.shortcut}>/{one.reply.shortcut}</span>
                <span className={classes.words}>{plainText(one.body.content)}</span>
              </div>
            ))}
          </div>
          {present && (
            <div className={classes.preview} aria-live="polite">
              {wanted && present.language.split('-')[0] !== wanted.split('-')[0] && (
                <p className={classes.note}>
                  {t('replies.fallback', {
                    wanted: languageName(wanted, i18n.language),
                    language: languageName(present.language, i18n.language),
                  })}
                </p>
              )}
              <p className={classes.text} lang={present.language}>
                <FilledText text={plainText(present.body.content)} />
              </p>
              {mediaOf(present.body.content).length > 0 && (
                <p className={classes.note}>{t('replies.filesCount', { count: mediaOf(present.body.content).length })}</p>
              )}
            </div>
          )}
        </div>
      )}
      <p className={classes.help}>{t('replies.pickHelp')}</p>
    </section>
  )
}
