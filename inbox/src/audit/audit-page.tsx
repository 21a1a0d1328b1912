/** The audit log: who did what, narrowed by person, kind and days; the filters stand in the address. */
import { Button, Select, TextInput } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call, problemOf } from '../client.ts'
import { IconDownload } from '../icons.ts'
import { EmptyState } from '../pieces/empty-state.tsx'
import { Person } from '../pieces/person.tsx'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { saveFile } from '../pieces/save-file.ts'
import { SettingsFrame } from '../settings/settings-frame.tsx'
import type { AuditSearch } from '../settings-routes.ts'
import { showToast } from '../shell/toasts.tsx'
import { useInbox } from '../store/desk.ts'
import { clock, dayName, exactTime } from '../text/time.ts'
import classes from './audit.module.css'
import { deedSentence } from './deed-sentence.ts'

const nouns = [
  'session',
  'second_factor',
  'member',
  'members',
  'invitation',
  'role',
  'team',
  'account',
  'contact',
  'conversations',
  'draft',
  'label',
  'macro',
  'view',
  'saved_reply',
  'setting',
  'retention',
  'api_key',
  'webhook',
  'live_card',
  'hub',
  'cutover',
] as const

export function AuditPage() {
  const { t, i18n } = useTranslation()
  const search = useSearch({ from: '/shell/settings/audit' })
  const navigate = useNavigate({ from: '/settings/audit' })
  const members = useInbox(state => state.members)
  const query = queryOf(search)
  const log = useInfiniteQuery({
    queryKey: ['audit', search],
    queryFn: ({ pageParam }) => call('audit', { query: { ...query, cursor: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.next ?? undefined,
    staleTime: 0,
  })
  const set = (part: Partial<AuditSearch>) => void navigate({ search: { ...search, ...part }, replace: true })
  const filtered = Object.values(search).some(value => value !== undefined)
  const entries = log.data?.pages.flatMap(page => page.entries) ?? []
  const take = () =>
    call('auditCsv', { query }).then(({ csv, more }) => {
      saveFile(`dragoman-audit-${new Date().toISOString().slice(0, 10)}.csv`, csv, 'text/csv')
      if (more) showToast(t('audit.exportMore'))
    }, tellProblem)
  const days = Map.groupBy(entries, entry => dayName(entry.at, Date.now(), i18n.language))
  return (
    <SettingsFrame
      section="audit"
      title={t('audit.title')}
      intro={t('audit.intro')}
      wide
      actions={
        <Button variant="default" leftSection={<IconDownload size={16} />} onClick={() => void take()}>
          {t('audit.export')}
        </Button>
      }
    >
      <div className={classes.filters}>
        <Select
          label={t('audit.who')}
          placeholder={t('audit.anybody')}
          clearable
          searchable
          value={search.who ?? null}
          onChange={who => set({ who: who ?? undefined })}
          data={[
            ...Object.values(members).map(member => ({ value: member.id, label: member.name })),
            { value: 'hub', label: t('audit.hub') },
          ]}
        />
        <Select
          label={t('audit.what')}
          placeholder={t('audit.anything')}
          clearable
          value={search.what ?? null}
          onChange={what => set({ what: what ?? undefined })}
          data={nouns.map(noun => ({ value: noun, label: t(`audit.nouns.${noun}`) }))}
        />
        {(['from', 'until'] as const).map(end => (
          <TextInput
            key={end}
            type="date"
            label={t(`audit.${end}`)}
            value={search[end] ?? ''}
            onChange={event => set({ [end]: event.currentTarget.value || undefined })}
          />
        ))}
      </div>
      <ProblemAlert problem={log.isError ? problemOf(log.error) : undefined} />
      {log.isSuccess && entries.length === 0 && (
        <EmptyState title={t(filtered ? 'audit.noneFiltered' : 'audit.none')} text={filtered ? undefined : t('audit.noneText')}>
          {filtered && (
            <Button variant="default" onClick={() => void navigate({ search: {}, replace: true })}>
              {t('audit.clear')}
            </Button>
          )}
        </EmptyState>
      )}
      {[...days].map(([day, list]) => (
        <section key={day} className={classes.day}>
          <h2 className={classes.dayName}>{day}</h2>
          <ul className={classes.list}>
            {list.map(entry => {
              const who = entry.memberName ?? t('audit.nobody')
              return (
                <li key={entry.id} className={classes.entry}>
                  <time className={classes.time} dateTime={new Date(entry.at).toISOString()} title={exactTime(entry.at, i18n.language)}>
                    {clock(entry.at, i18n.language)}
                  </time>
                  <Person name={who} size={28} />
                  <span className={classes.words}>
                    <strong>{who}</strong>
                    {t('audit.between')}
                    {deedSentence(entry, t)}
                    {(entry.accountName !== null || entry.ip !== null) && (
                      <small>
                        {[
                          entry.accountName !== null && t('audit.on', { account: entry.accountName }),
                          entry.ip !== null && t('audit.ip', { ip: entry.ip }),
                        ]
                          .filter(Boolean)
                          .join(' · ')}
                      </small>
                    )}
                  </span>
                </li>
              )
            })}
          </ul>
        </section>
      ))}
      {log.hasNextPage && (
        <Button variant="default" loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
          {t('audit.more')}
        </Button>
      )}
    </SettingsFrame>
  )
}

/** Days are whole days of the person's own zone. */
function queryOf(search: AuditSearch): { who?: string; what?: string; from?: number; until?: number } {
  const day = (text: string | undefined, add: number) => {
    const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? '')
    return match ? new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + add).getTime() : undefined
  }
  return {
    who: search.who,
    what: search.what === undefined ? undefined : `${search.what}.`,
    from: day(search.from, 0),
    until: day(search.until, 1),
  }
}
