/** Saved replies: folders at the side, the list with how often each was used, the editor. */
import { plainText, type SavedReplyView } from '@dragoman/api'
import { Button, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { scoreOf } from '../actions/palette-search.ts'
import { call, problemOf } from '../client.ts'
import { IconPlus, IconSearch } from '../icons.ts'
import { EmptyState } from '../pieces/empty-state.tsx'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { SettingsFrame } from '../settings/settings-frame.tsx'
import { useInbox } from '../store/desk.ts'
import { listTime } from '../text/time.ts'
import classes from './answers.module.css'
import { useNames } from './automatic-page.tsx'
import { FolderEditor } from './folder-editor.tsx'
import { ReplyEditor } from './reply-editor.tsx'
import { ReplyExchange } from './reply-exchange.tsx'
import { useSettingForm } from './setting-form.tsx'

type Chosen = 'all' | 'mine' | 'archived' | (string & {})

export function SavedRepliesPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const search = useSearch({ strict: false }) as { reply?: string }
  const canShare = useInbox(state => state.me.rights.includes('answers.manage'))
  const [chosen, setChosen] = useState<Chosen>('all')
  const [query, setQuery] = useState('')
  const archived = chosen === 'archived'
  const list = useQuery({
    queryKey: ['catalogue', 'saved_replies', archived],
    queryFn: () => call('savedReplies', { query: { archived: archived ? 'true' : 'false' } }),
  })
  const folders = useSettingForm('saved_reply_folders')
  const all = list.data?.replies ?? []
  const known = folders.value?.folders ?? []
  const go = (reply: string | undefined) => void navigate({ to: '/settings/saved-replies', search: { reply } })
  const opened = search.reply === 'new' ? undefined : all.find(one => one.id === search.reply)
  const inFolder = (one: SavedReplyView) => chosen === 'all' || archived || (chosen === 'mine' ? one.mine : one.folderId === chosen)
  const shown = all
    .filter(inFolder)
    .map(one => ({
      one,
      score: scoreOf(query, [one.shortcut, one.name, ...Object.values(one.bodies).map(body => plainText(body.content))]),
    }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => (query.trim() === '' ? 0 : b.score - a.score))
  const editing = search.reply === 'new' || opened !== undefined
  return (
    <SettingsFrame
      section="saved-replies"
      title={t('replies.title')}
      intro={t('replies.intro')}
      wide
      actions={
        !editing && (
          <Button leftSection={<IconPlus size={17} />} onClick={() => go('new')}>
            {t('replies.new')}
          </Button>
        )
      }
    >
      {list.isError && <ProblemAlert problem={problemOf(list.error)} />}
      {editing ? (
        <ReplyEditor key={search.reply} reply={opened} folders={known} canShare={canShare} onDone={() => go(undefined)} />
      ) : (
        <div className={classes.replies}>
          <nav aria-label={t('replies.folders')}>
            <ul className={classes.folders}>
              {(['all', 'mine'] as const).map(id => (
                <li key={id}>
                  <FolderButton
                    label={t(`replies.${id}`)}
                    count={archived ? undefined : all.filter(one => id === 'all' || one.mine).length}
                    pressed={chosen === id}
                    onPress={() => setChosen(id)}
                  />
                </li>
              ))}
              {known.map(folder => (
                <li key={folder.id}>
                  <FolderButton
                    label={folder.name}
                    count={archived ? undefined : all.filter(one => one.folderId === folder.id).length}
                    pressed={chosen === folder.id}
                    onPress={() => setChosen(folder.id)}
                  />
                </li>
              ))}
              <li>
                <FolderButton label={t('replies.archived')} pressed={archived} onPress={() => setChosen('archived')} />
              </li>
            </ul>
            {canShare && <FolderEditor form={folders} />}
          </nav>
          <div>
            <TextInput
              aria-label={t('replies.search')}
              placeholder={t('replies.search')}
              leftSection={<IconSearch size={16} />}
              value={query}
              onChange={event => setQuery(event.currentTarget.value)}
              mb="sm"
            />
            {list.data && shown.length === 0 && (
              <EmptyState
                title={t(all.length === 0 ? 'replies.none' : 'replies.noneFound')}
                text={all.length === 0 && !archived ? t('replies.noneText') : undefined}
              >
                {all.length === 0 && !archived ? (
                  <Button onClick={() => go('new')}>{t('replies.new')}</Button>
                ) : (
                  <Button
                    variant="default"
                    onClick={() => {
                      setQuery('')
                      setChosen('all')
                    }}
                  >
                    {t('replies.showAll')}
                  </Button>
                )}
              </EmptyState>
            )}
            {shown.map(({ one }) => (
              <ReplyRow key={one.id} reply={one} onOpen={() => go(one.id)} />
            ))}
            {canShare && <ReplyExchange />}
          </div>
        </div>
      )}
    </SettingsFrame>
  )
}

function FolderButton({ label, count, pressed, onPress }: { label: string; count?: number; pressed: boolean; onPress(): void }) {
  return (
    <button type="button" className={classes.folder} aria-pressed={pressed} onClick={onPress}>
      <span>{label}</span>
      {count !== undefined && <span className={classes.count}>{count}</span>}
    </button>
  )
}

function ReplyRow({ reply, onOpen }: { reply: SavedReplyView; onOpen(): void }) {
  const { t, i18n } = useTranslation()
  const names = useNames()
  const body = reply.bodies[i18n.language] ?? Object.values(reply.bodies)[0]
  return (
    <button type="button" className={classes.replyRow} onClick={onOpen}>
      <span>
        <span className={classes.replyName}>{reply.name}</span> <span className={classes.shortcut}>/{reply.shortcut}</span>
        {reply.mine && ` · ${t('replies.onlyMine')}`}
      </span>
      <span className={classes.count}>
        {t('replies.used', { count: reply.usedCount })}
        {reply.lastUsedAt !== null && ` · ${listTime(reply.lastUsedAt, Date.now(), i18n.language)}`}
      </span>
      <span className={classes.replyText}>{body ? plainText(body.content) || t('replies.onlyFiles') : ''}</span>
      {Object.keys(reply.exceptions).length > 0 && (
        <span className={classes.chips}>
          {Object.keys(reply.exceptions).map(id => (
            <span key={id} className={classes.mark} data-state="differs">
              {t('replies.differsOn', { name: names.account(id) })}
            </span>
          ))}
        </span>
      )}
    </button>
  )
}
