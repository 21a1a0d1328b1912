/** Importing: a file, what its columns and accounts are, a dry run, and then the work, with its progress, its errors and its undoing. */
import type { ImportView, importDeeds } from '@dragoman/api'
import { Alert, Button, Progress, Select } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { IconDownload, IconUpload } from '../icons.ts'
import { EmptyState } from '../pieces/empty-state.tsx'
import { Section } from '../pieces/page.tsx'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { saveFile } from '../pieces/save-file.ts'
import { SettingsFrame } from '../settings/settings-frame.tsx'
import { useInbox } from '../store/desk.ts'
import { duration, exactTime, fileSize } from '../text/time.ts'
import classes from './imports.module.css'

const kinds = ['csv', 'json', 'chatwoot'] as const
const fields = ['skip', 'id', 'name', 'first_name', 'last_name', 'phone', 'email', 'language', 'customer_id', 'labels', 'notes'] as const
const atWork: ImportView['state'][] = ['checking', 'running', 'undoing']
type Act = (typeof importDeeds)[number]

export function ImportPage() {
  const { t } = useTranslation()
  const imports = useQuery({
    queryKey: ['catalogue', 'imports'],
    queryFn: () => call('imports'),
    refetchInterval: query => (query.state.data?.imports.some(one => atWork.includes(one.state)) ? 1_000 : false),
  })
  const queries = useQueryClient()
  const [kind, setKind] = useState<(typeof kinds)[number]>('csv')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ProblemOf>()
  const upload = async (file: File | undefined) => {
    if (!file) return
    setBusy(true)
    setProblem(undefined)
    const body = new FormData()
    body.append('file', file)
    await call('createImport', { query: { kind }, body }).catch(error => setProblem(problemOf(error)))
    await queries.invalidateQueries({ queryKey: ['catalogue', 'imports'] })
    setBusy(false)
  }
  const list = imports.data?.imports ?? []
  return (
    <SettingsFrame section="import" title={t('settingsSections.import')} intro={t('imports.intro')}>
      <ProblemAlert problem={problem ?? (imports.isError ? problemOf(imports.error) : undefined)} />
      <div className={classes.upload}>
        <Select
          label={t('imports.kind')}
          data={kinds.map(one => ({ value: one, label: t(`imports.kinds.${one}`) }))}
          value={kind}
          onChange={value => setKind((value ?? 'csv') as (typeof kinds)[number])}
          allowDeselect={false}
        />
        <Button component="label" loading={busy} leftSection={<IconUpload size={17} />}>
          {t('imports.choose')}
          <input
            type="file"
            className="visually-hidden"
            accept=".csv,.txt,.json,.jsonl,.ndjson"
            aria-label={t('imports.choose')}
            onChange={event => void upload(event.currentTarget.files?.[0])}
          />
        </Button>
      </div>
      <p className={classes.hint}>{t(`imports.kindText.${kind}`)}</p>
      {imports.isSuccess && list.length === 0 && (
        <EmptyState icon={<IconUpload size={36} stroke={1.3} />} title={t('imports.none')} text={t('imports.noneText')} />
      )}
      {list.map(one => (
        <OneImport key={`${one.id} ${one.version}`} one={one} />
      ))}
    </SettingsFrame>
  )
}

function OneImport({ one }: { one: ImportView }) {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const [problem, setProblem] = useState<ProblemOf>()
  const again = () => queries.invalidateQueries({ queryKey: ['catalogue', 'imports'] })
  const act = async (deed: Act, acceptBroken = false) => {
    setProblem(undefined)
    await call('actOnImport', { params: { importId: one.id }, body: { deed, acceptBroken } }).catch(error => setProblem(problemOf(error)))
    await again()
  }
  const errors = () =>
    call('importErrors', { params: { importId: one.id } }).then(file => saveFile(file.name, file.csv, 'text/csv'), tellProblem)
  const undo = async () => {
    const would = await call('importUndo', { params: { importId: one.id } }).catch(tellProblem)
    if (would && window.confirm(t('imports.undoAsk', { ...would }))) await act('undo')
  }
  const share = one.sizeBytes === 0 ? 100 : (100 * one.bytesDone) / one.sizeBytes
  const spent = one.startedAt === null ? 0 : Date.now() - one.startedAt
  const asksAboutBroken = problem !== undefined && 'reason' in problem && problem.reason === 'many_broken'
  return (
    <Section
      title={one.name}
      text={`${t(`imports.kinds.${one.kind}`)} · ${fileSize(one.sizeBytes, i18n.language)} · ${one.by}, ${exactTime(one.createdAt, i18n.language)}`}
      aside={<span className={classes.state}>{t(`imports.state.${one.state}`)}</span>}
    >
      <div className={classes.stack}>
        {!asksAboutBroken && <ProblemAlert problem={problem} />}
        {asksAboutBroken && (
          <Alert color="yellow" variant="light" title={t('imports.manyBroken')}>
            <Button size="sm" variant="default" onClick={() => void act('start', true)}>
              {t('imports.startAnyway')}
            </Button>
          </Alert>
        )}
        {(one.state === 'uploaded' || one.state === 'checked') && <Mapping one={one} onChanged={again} />}
        {(one.state === 'running' || one.state === 'paused') && (
          <div role="status">
            <Progress value={share} aria-label={t('imports.progress')} />
            <p className={classes.hint}>
              {t('imports.running', { count: one.counts.records, percent: Math.floor(share) })}{' '}
              {one.state === 'running' && share > 2 && t('imports.left', { time: duration((spent * (100 - share)) / share) })}
            </p>
          </div>
        )}
        {one.findings && one.state === 'checked' && <Findings one={one} />}
        {['running', 'paused', 'done', 'cancelled'].includes(one.state) && (
          <p className={classes.hint}>{t('imports.made', { ...one.counts })}</p>
        )}
        <div className={classes.acts}>
          {(one.state === 'uploaded' || one.state === 'checked') && (
            <Button size="sm" variant={one.state === 'checked' ? 'default' : 'filled'} onClick={() => void act('check')}>
              {t('imports.check')}
            </Button>
          )}
          {one.state === 'checked' && (
            <Button size="sm" onClick={() => void act('start')}>
              {t('imports.start')}
            </Button>
          )}
          {one.state === 'running' && (
            <Button size="sm" variant="default" onClick={() => void act('pause')}>
              {t('imports.pause')}
            </Button>
          )}
          {one.state === 'paused' && (
            <Button size="sm" onClick={() => void act('resume')}>
              {t('imports.resume')}
            </Button>
          )}
          {['uploaded', 'checking', 'checked', 'running', 'paused'].includes(one.state) && (
            <Button size="sm" variant="default" onClick={() => void act('cancel')}>
              {t('imports.cancel')}
            </Button>
          )}
          {one.counts.failed > 0 && (
            <Button size="sm" variant="default" leftSection={<IconDownload size={16} />} onClick={() => void errors()}>
              {t('imports.errors', { count: one.counts.failed })}
            </Button>
          )}
          {(one.state === 'done' || one.state === 'cancelled') && (
            <Button size="sm" variant="default" onClick={() => void undo()}>
              {t('imports.undo')}
            </Button>
          )}
        </div>
      </div>
    </Section>
  )
}

function Findings({ one }: { one: ImportView }) {
  const { t } = useTranslation()
  if (!one.findings) return null
  return (
    <div role="status" className={classes.stack}>
      <p>{t('imports.would', { ...one.findings.counts })}</p>
      {one.findings.problems.length > 0 && (
        <details>
          <summary>{t('imports.problems', { count: one.findings.counts.failed })}</summary>
          <ul className={classes.problems}>
            {one.findings.problems.map(found => (
              <li key={`${found.line} ${found.reason}`}>{t('imports.problem', { line: found.line, reason: found.reason })}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}

function Mapping({ one, onChanged }: { one: ImportView; onChanged(): Promise<unknown> }) {
  const { t } = useTranslation()
  const accounts = useInbox(state => state.accounts)
  const ours = Object.values(accounts).filter(account => account.status !== 'disconnected')
  const save = (mapping: ImportView['mapping']) =>
    call('mapImport', { params: { importId: one.id }, body: { version: one.version, ...mapping } }).then(onChanged, error => {
      tellProblem(error)
      return onChanged()
    })
  const sources = Object.entries(one.findings?.accounts ?? {})
  if (one.headers) {
    const columns = one.mapping.columns ?? []
    return (
      <div className={classes.columns}>
        {one.headers.map((header, index) => (
          <Select
            key={index}
            label={header || t('imports.column', { number: index + 1 })}
            data={[
              ...fields.map(field => ({ value: field, label: t(`imports.fields.${field}`) })),
              { value: `attribute:${header}`, label: t('imports.fields.attribute') },
            ]}
            value={columns[index] ?? 'skip'}
            onChange={value => void save({ columns: columns.map((old, at) => (at === index ? (value ?? 'skip') : old)) })}
            allowDeselect={false}
          />
        ))}
      </div>
    )
  }
  if (sources.length === 0) return one.findings ? null : <p className={classes.hint}>{t('imports.checkFirst')}</p>
  return (
    <div className={classes.columns}>
      {sources.map(([id, name]) => (
        <Select
          key={id}
          label={t('imports.account', { name })}
          data={[{ value: '', label: t('imports.leaveOut') }, ...ours.map(account => ({ value: account.id, label: account.name }))]}
          value={one.mapping.accounts?.[id] === undefined ? null : (one.mapping.accounts[id] ?? '')}
          placeholder={t('imports.chooseAccount')}
          onChange={value => void save({ accounts: { ...one.mapping.accounts, [id]: value || null } })}
          allowDeselect={false}
        />
      ))}
    </div>
  )
}
