/** Agents from a CSV list: choose or paste, look at every row, then invite. Always holds: nothing happens before the second press. */
import type { ImportRow, OperationResponse } from '@dragoman/api'
import { Alert, Button, Checkbox, FileButton, Modal, Textarea } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { IconDownload, IconUpload } from '../icons.ts'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { saveFile } from '../pieces/save-file.ts'
import classes from './members.module.css'

type Looked = OperationResponse<'importMembers'>

export function ImportMembers({ onClose }: { onClose(): void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const invitations = useQuery({ queryKey: ['catalogue', 'invitations'], queryFn: () => call('invitations') })
  const canMail = invitations.data?.canMail ?? false
  const [csv, setCsv] = useState('')
  const [looked, setLooked] = useState<Looked>()
  const [done, setDone] = useState(false)
  const [send, setSend] = useState(true)
  const [problem, setProblem] = useState<ProblemOf>()
  const [busy, setBusy] = useState(false)
  const run = async (text: string, dryRun: boolean) => {
    setBusy(true)
    setProblem(undefined)
    try {
      const answer = await call('importMembers', { body: { csv: text, dryRun, send: !dryRun && canMail && send } })
      setLooked(answer)
      setDone(!dryRun)
      if (!dryRun) void queries.invalidateQueries({ queryKey: ['catalogue', 'invitations'] })
    } catch (error) {
      setLooked(undefined)
      setProblem(problemOf(error))
    }
    setBusy(false)
  }
  const take = async (file: File | null) => {
    if (!file) return
    const text = await file.text()
    setCsv(text)
    await run(text, true)
  }
  const good = looked?.rows.filter(row => row.result === 'invite').length ?? 0
  const broken = looked?.rows.filter(row => row.result === 'error').length ?? 0
  return (
    <Modal opened onClose={onClose} title={t('importMembers.title')} size="xl" closeButtonProps={{ 'aria-label': t('common.close') }}>
      <div className={classes.editor}>
        {!looked && (
          <>
            <p className={classes.words}>{t('importMembers.intro')}</p>
            <div>
              <FileButton accept=".csv,text/csv,text/plain" onChange={file => void take(file)}>
                {props => (
                  <Button {...props} variant="default" leftSection={<IconUpload size={16} />}>
                    {t('importMembers.file')}
                  </Button>
                )}
              </FileButton>
            </div>
            <Textarea
              label={t('importMembers.paste')}
              placeholder={t('importMembers.example')}
              value={csv}
              onChange={event => setCsv(event.currentTarget.value)}
              rows={7}
              styles={{ input: { fontFamily: 'var(--mono)', fontSize: 13 } }}
            />
            <FileProblem problem={problem} />
            <div>
              <Button loading={busy} disabled={csv.trim() === ''} onClick={() => void run(csv, true)}>
                {t('importMembers.look')}
              </Button>
            </div>
          </>
        )}
        {looked && (
          <>
            {done && (
              <Alert color="teal" variant="light" role="status" title={t('importMembers.invited', { count: looked.invited.length })}>
                {looked.invited.length > 0 && (canMail && send ? t('importMembers.mailsLeave') : t('importMembers.linksOnce'))}
                {looked.invited.length > 0 && !(canMail && send) && (
                  <div>
                    <Button
                      mt="sm"
                      size="sm"
                      variant="default"
                      leftSection={<IconDownload size={16} />}
                      onClick={() => saveFile('dragoman-invitations.csv', linksCsv(looked), 'text/csv')}
                    >
                      {t('importMembers.downloadLinks')}
                    </Button>
                  </div>
                )}
              </Alert>
            )}
            {looked.ignored.length > 0 && (
              <p className={classes.words}>{t('importMembers.ignored', { columns: looked.ignored.join(', ') })}</p>
            )}
            <RowTable rows={looked.rows} done={done} />
            {broken > 0 && looked.rejected !== null && (
              <div className={classes.invite}>
                <span className={classes.trouble}>{t('importMembers.broken', { count: broken })}</span>
                <Button
                  size="compact-sm"
                  variant="default"
                  leftSection={<IconDownload size={15} />}
                  onClick={() => saveFile('dragoman-import-errors.csv', looked.rejected ?? '', 'text/csv')}
                >
                  {t('importMembers.downloadBroken')}
                </Button>
              </div>
            )}
            <FileProblem problem={problem} />
            {!done && good === 0 && <p className={classes.words}>{t('importMembers.nobody')}</p>}
            {!done && good > 0 && canMail && (
              <Checkbox label={t('importMembers.sendMail')} checked={send} onChange={event => setSend(event.currentTarget.checked)} />
            )}
            <div className={classes.editorActions}>
              {!done && good > 0 && (
                <Button loading={busy} onClick={() => void run(csv, false)} data-autofocus>
                  {t('importMembers.invite', { count: good })}
                </Button>
              )}
              {done ? (
                <Button onClick={onClose}>{t('common.close')}</Button>
              ) : (
                <Button variant="default" onClick={() => setLooked(undefined)}>
                  {t('importMembers.again')}
                </Button>
              )}
            </div>
          </>
        )}
      </div>
    </Modal>
  )
}

function RowTable({ rows, done }: { rows: readonly ImportRow[]; done: boolean }) {
  const { t } = useTranslation()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <section className={classes.tableScroll} tabIndex={0} aria-label={t('importMembers.result')}>
      <table className={classes.table}>
        <thead>
          <tr>
            {(['line', 'name', 'email', 'role', 'result'] as const).map(column => (
              <th key={column} scope="col">
                {t(`importMembers.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={row.line} data-result={row.result}>
              <td className="number">{row.line}</td>
              <td>{row.name}</td>
              <td>{row.email}</td>
              <td>{row.role}</td>
              <td>
                {row.result === 'error'
                  ? t(`importMembers.problems.${row.problem?.code}`, { value: row.problem?.value ?? '' })
                  : row.result === 'invite' && done
                    ? t('importMembers.done')
                    : t(`importMembers.results.${row.result}`)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** What is wrong with the whole list has words of its own. */
function FileProblem({ problem }: { problem: ProblemOf | undefined }) {
  const { t } = useTranslation()
  const more = problem as { errors?: { path: string; message: string }[]; line?: number } | undefined
  const known = more?.errors?.find(error => error.path === 'csv')?.message
  if (!known || !['broken', 'empty', 'no_email', 'too_long'].includes(known)) return <ProblemAlert problem={problem} />
  return (
    <Alert color="red" variant="light" role="alert">
      {known === 'broken' && more?.line ? t('importMembers.files.brokenLine', { line: more.line }) : t(`importMembers.files.${known}`)}
    </Alert>
  )
}

/** Names come from people: what a spreadsheet would take for a formula is told to be text. */
function linksCsv(looked: Looked): string {
  const cell = (text: string) => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
  return `\uFEFF${[['name', 'email', 'link'], ...looked.invited.map(one => [one.name, one.email, new URL(one.url, location.origin).href])]
    .map(row => row.map(cell).join(','))
    .join('\r\n')}`
}
