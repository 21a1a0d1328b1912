/** What the platform refused although our registry says that it can be done: shown to who manages accounts, to be confirmed or dismissed. */
import { Alert, Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { IconAlertTriangle } from '../icons.ts'
import { rowName } from '../registry/words.ts'
import { useInbox } from '../store/desk.ts'
import { exactTime } from '../text/time.ts'
import classes from './accounts.module.css'

export function Contradictions({ accountId }: { accountId: string }) {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const degraded = useInbox(state => state.accounts[accountId]?.degraded.join())
  const queryKey = ['contradictions', degraded]
  const { data } = useQuery({ queryKey, queryFn: () => call('contradictions') })
  const rows = data?.contradictions.filter(row => row.accountId === accountId && row.state !== 'dismissed') ?? []
  if (rows.length === 0) return null
  const decide = (contradictionId: string, state: 'confirmed' | 'dismissed') =>
    call('decideContradiction', { params: { contradictionId }, body: { state } }).then(
      () => queries.invalidateQueries({ queryKey: ['contradictions'] }),
      tellProblem,
    )
  return (
    <Alert color="yellow" variant="light" icon={<IconAlertTriangle size={20} />} title={t('contradictions.title')} mb="lg">
      <p className={classes.said}>{t('contradictions.text')}</p>
      <ul className={classes.refused}>
        {rows.map(row => (
          <li key={row.id}>
            <strong>{rowName({ key: row.feature }, t, i18n.language)}</strong>
            <span>{row.detail}</span>
            <small>
              {t('contradictions.times', { count: row.occurrences, time: exactTime(row.lastAt, i18n.language) })} · {row.code}
            </small>
            <span className={classes.refusedActs}>
              {row.state === 'open' ? (
                <Button size="compact-sm" variant="default" onClick={() => void decide(row.id, 'confirmed')}>
                  {t('contradictions.confirm')}
                </Button>
              ) : (
                <small>{t('contradictions.confirmed')}</small>
              )}
              <Button size="compact-sm" variant="default" onClick={() => void decide(row.id, 'dismissed')}>
                {t('contradictions.dismiss')}
              </Button>
            </span>
          </li>
        ))}
      </ul>
    </Alert>
  )
}
