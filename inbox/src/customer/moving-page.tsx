/** Who can be reached where, who nowhere else, who was invited to move and who has. Always holds: figures are counted from rows when the page is opened; nothing is estimated. */
import { Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { call, problemOf } from '../client.ts'
import { ChannelBadge } from '../pieces/channel-badge.tsx'
import { EmptyState } from '../pieces/empty-state.tsx'
import { Page } from '../pieces/page.tsx'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { ReachNote } from '../pieces/reach-note.tsx'
import { useDesk, useInbox } from '../store/desk.ts'
import { regional } from '../text/time.ts'
import classes from './person.module.css'

export function MovingPage() {
  const { t, i18n } = useTranslation()
  const channels = useDesk(state => state.channels)
  const accounts = useInbox(state => state.accounts)
  const { data, error } = useQuery({ queryKey: ['moving'], queryFn: () => call('moving'), staleTime: 0 })
  const number = new Intl.NumberFormat(regional(i18n.language))
  const rows = data?.accounts.filter(row => accounts[row.accountId]) ?? []
  return (
    <Page wide title={t('moving.title')} intro={t('moving.intro')}>
      {error && <ProblemAlert problem={problemOf(error)} />}
      {data && rows.length === 0 && <EmptyState title={t('moving.none')} text={t('moving.noneText')} />}
      {data && rows.length > 0 && (
        <>
          <p className={classes.text}>
            {t('moving.total', { people: number.format(data.people), reachable: number.format(data.reachable) })}
          </p>
          <div className={classes.tableRoom}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('moving.account')}</Table.Th>
                  <Table.Th className={classes.figure}>{t('moving.reachable')}</Table.Th>
                  <Table.Th className={classes.figure}>{t('moving.onlyHere')}</Table.Th>
                  <Table.Th className={classes.figure}>{t('moving.invited')}</Table.Th>
                  <Table.Th className={classes.figure}>{t('moving.moved')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map(row => {
                  const account = accounts[row.accountId]
                  const channel = channels[account?.channel ?? '']
                  return (
                    <Table.Tr key={row.accountId}>
                      <Table.Td>
                        <span className={classes.place}>
                          <ChannelBadge channel={channel} size={16} />
                          <span className={classes.placeText}>
                            <span>{account?.name}</span>
                            {account?.status === 'paused' && <small>{t('moving.paused')}</small>}
                            <ReachNote channel={channel} compact />
                          </span>
                        </span>
                      </Table.Td>
                      <Table.Td className={classes.figure}>{number.format(row.reachable)}</Table.Td>
                      <Table.Td className={classes.figure}>{number.format(row.onlyHere)}</Table.Td>
                      <Table.Td className={classes.figure}>{row.hasLink ? number.format(row.invited) : t('moving.noLink')}</Table.Td>
                      <Table.Td className={classes.figure}>{row.hasLink ? number.format(row.moved) : '–'}</Table.Td>
                    </Table.Tr>
                  )
                })}
              </Table.Tbody>
            </Table>
          </div>
          <p className={classes.faint}>{t('moving.how')}</p>
        </>
      )}
    </Page>
  )
}
