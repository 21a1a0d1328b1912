/** Today's figures by team, agent or account: numbers in a table that can be read aloud. */
import type { OperationResponse } from '@dragoman/api'
import { Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { call } from '../client.ts'
import { ChannelBadge } from '../pieces/channel-badge.tsx'
import { Section } from '../pieces/page.tsx'
import { useDesk, useInbox } from '../store/desk.ts'
import { spanText } from './spans.ts'
import classes from './supervisor.module.css'

type Row = OperationResponse<'supervisor'>['rows'][number]

export function FiguresTable({ by, rows, now }: { by: Row['by']; rows: readonly Row[]; now: number }) {
  const { t, i18n } = useTranslation()
  const members = useInbox(state => state.members)
  const accounts = useInbox(state => state.accounts)
  const channels = useDesk(state => state.channels)
  const teams = useQuery({ queryKey: ['catalogue', 'teams'], queryFn: () => call('teams'), enabled: by === 'team' })
  const nameOf = (id: string | null): string | undefined =>
    id === null
      ? t(`supervisor.nobody.${by}`)
      : by === 'member'
        ? members[id]?.name
        : by === 'account'
          ? accounts[id]?.name
          : teams.data?.teams.find(team => team.id === id)?.name
  const shown = rows
    .map(row => ({ ...row, name: nameOf(row.id) ?? '—' }))
    .sort((a, b) => b.waiting - a.waiting || b.open - a.open || a.name.localeCompare(b.name))
  if (shown.length === 0 || (by === 'team' && shown.every(row => row.id === null))) return null
  const span = (ms: number | null) => (ms === null ? '—' : spanText(ms, i18n.language))
  return (
    <Section title={t(`supervisor.by.${by}`)}>
      <div className={classes.scroll}>
        <Table className={classes.table}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col" />
              {(
                [
                  'waitingHead',
                  'queuedHead',
                  'oldestHead',
                  'open',
                  'openedHead',
                  'closedHead',
                  'answeredHead',
                  'median',
                  'p90Head',
                ] as const
              ).map(head => (
                <Table.Th key={head} scope="col" className={classes.numberHead}>
                  {t(`supervisor.${head}`)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map(row => (
              <Table.Tr key={row.id ?? 'none'}>
                <Table.Th scope="row">
                  <span className={classes.rowName}>
                    {by === 'account' && (
                      <ChannelBadge channel={channels[accounts[row.id ?? '']?.channel ?? '']} size={14} label="hidden" />
                    )}
                    <bdi>{row.name}</bdi>
                  </span>
                </Table.Th>
                <Table.Td data-tone={row.waiting > 0 ? 'waiting' : undefined}>{row.waiting}</Table.Td>
                <Table.Td>{row.queued}</Table.Td>
                <Table.Td>{row.oldestWaitingSince === null ? '—' : span(now - row.oldestWaitingSince)}</Table.Td>
                <Table.Td>{row.open}</Table.Td>
                <Table.Td>{row.opened}</Table.Td>
                <Table.Td>{row.closed}</Table.Td>
                <Table.Td>{row.answered}</Table.Td>
                <Table.Td>{span(row.medianMs)}</Table.Td>
                <Table.Td>{span(row.p90Ms)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </Section>
  )
}
