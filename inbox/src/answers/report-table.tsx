/** What differs between accounts and teams: one source, and beside it what departs from it, side by side. */
import type { ReportRow } from '@dragoman/api'
import { Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, problemOf } from '../client.ts'
import { languageName } from '../customer/locale-facts.ts'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import classes from './answers.module.css'
import { useNames } from './automatic-page.tsx'

export function AnswersReport() {
  const { t, i18n } = useTranslation()
  const names = useNames()
  const [all, setAll] = useState(false)
  const report = useQuery({
    queryKey: ['catalogue', 'setting:automatic_answers', 'report'],
    queryFn: () => call('answersReport'),
    staleTime: 0,
  })
  if (report.isError) return <ProblemAlert problem={problemOf(report.error)} />
  if (!report.data) return null
  const rows = report.data.rows.filter(row => all || row.state !== 'same')
  const place = (row: ReportRow) => (row.accountId ? names.account(row.accountId) : row.teamId ? names.team(row.teamId) : '')
  return (
    <div>
      <Switch label={t('automatic.showEqual')} checked={all} onChange={event => setAll(event.currentTarget.checked)} mb="sm" />
      {rows.length === 0 ? (
        <p className={classes.faint} role="status">
          {t('automatic.nothingDiffers')}
        </p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reached by the keyboard
        <section className={classes.tableFrame} tabIndex={0} aria-label={t('automatic.report')}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">{t('automatic.where')}</th>
                <th scope="col">{t('automatic.what')}</th>
                <th scope="col">{t('automatic.state')}</th>
                <th scope="col">{t('automatic.sourceText')}</th>
                <th scope="col">{t('automatic.here')}</th>
                <th scope="col">
                  <span className="visually-hidden">{t('automatic.toEditor')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(row => (
                <tr key={`${row.subject}|${row.accountId}|${row.teamId}|${row.replyId}|${row.language}`}>
                  <td>{place(row)}</td>
                  <td>
                    {row.subject === 'saved_reply' ? row.name : t(`automatic.subjects.${row.subject}`)}
                    {row.language && ` · ${languageName(row.language, i18n.language)}`}
                  </td>
                  <td>
                    <span className={classes.mark} data-state={row.state}>
                      {t(`automatic.states.${row.state}`)}
                    </span>
                  </td>
                  <td className={classes.cellText}>{row.sourceText}</td>
                  <td className={classes.cellText}>{row.text}</td>
                  <td>
                    <EditLink row={row} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </div>
  )
}

function EditLink({ row }: { row: ReportRow }) {
  const { t } = useTranslation()
  if (row.subject === 'hours')
    return (
      <Link to="/settings/hours" className={classes.link}>
        {t('automatic.edit')}
      </Link>
    )
  if (row.subject === 'saved_reply')
    return (
      <Link className={classes.link} to="/settings/saved-replies" search={{ reply: row.replyId ?? undefined }}>
        {t('automatic.edit')}
      </Link>
    )
  if (row.subject === 'channel_greeting' && row.accountId)
    return (
      <Link className={classes.link} to="/accounts/$accountId" params={{ accountId: row.accountId }}>
        {t('automatic.edit')}
      </Link>
    )
  return (
    <a className={classes.link} href={`#automatic-${row.subject}`}>
      {t('automatic.edit')}
    </a>
  )
}
