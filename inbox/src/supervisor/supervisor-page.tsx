/** The desk at this moment: who waits, how long, who is there; and today so far by team, agent and account. Live. */
import type { OperationResponse } from '@dragoman/api'
import { Button, Skeleton, Table, Tooltip } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../client.ts'
import { EmptyState } from '../pieces/empty-state.tsx'
import { Later } from '../pieces/later.tsx'
import { Page, Section } from '../pieces/page.tsx'
import { onEvents, useInbox } from '../store/desk.ts'
import { useNow } from '../store/now.ts'
import { clock } from '../text/time.ts'
import { FiguresTable } from './figures-table.tsx'
import { spanText } from './spans.ts'
import classes from './supervisor.module.css'

type Figures = OperationResponse<'supervisor'>

/** While nothing happens it is asked again so often: being connected is no event. */
const refetchMs = 5_000
/** After events, at most so often. */
const soonMs = 800

function midnight(): number {
  const day = new Date()
  day.setHours(0, 0, 0, 0)
  return day.getTime()
}

export function SupervisorPage() {
  const { t } = useTranslation()
  const figures = useQuery({
    queryKey: ['supervisor'],
    queryFn: () => call('supervisor', { query: { since: midnight() } }),
    refetchInterval: refetchMs,
    staleTime: 0,
  })
  const { refetch } = figures
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = onEvents(() => {
      timer ??= setTimeout(() => {
        timer = undefined
        void refetch()
      }, soonMs)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [refetch])
  return (
    <Page title={t('supervisor.title')} intro={t('supervisor.intro')} wide>
      {figures.data ? (
        <Figures figures={figures.data} />
      ) : figures.isError ? (
        <EmptyState title={t('supervisor.failed')}>
          <Button variant="default" onClick={() => void refetch()}>
            {t('common.tryAgain')}
          </Button>
        </EmptyState>
      ) : (
        <Later>
          <div className={classes.tiles} aria-hidden="true">
            {['waiting', 'oldest', 'answer', 'open'].map(key => (
              <Skeleton key={key} height={104} radius="md" />
            ))}
          </div>
        </Later>
      )}
    </Page>
  )
}

function Figures({ figures }: { figures: Figures }) {
  const { t, i18n } = useTranslation()
  const now = useNow()
  const { oldestWaiting: oldest, firstAnswer } = figures
  const name = useInbox(state => (oldest ? state.conversations[oldest.conversationId]?.contact.name : undefined))
  return (
    <>
      <div className={classes.tiles}>
        <Tile label={t('supervisor.waiting')} help={t('supervisor.definition.waiting')} tone={figures.waiting > 0 ? 'waiting' : undefined}>
          <strong data-figure="waiting">{figures.waiting}</strong>
          <span>{t('supervisor.queued', { count: figures.queued })}</span>
        </Tile>
        <Tile label={t('supervisor.oldest')} tone={oldest ? 'waiting' : undefined}>
          <strong>{oldest ? spanText(now - oldest.since, i18n.language) : '—'}</strong>
          {oldest ? (
            <Link to="/inbox/$view/$conversationId" params={{ view: 'unanswered', conversationId: oldest.conversationId }}>
              <bdi>{name ?? t('queue.open')}</bdi>
            </Link>
          ) : (
            <span>{t('supervisor.nobodyWaits')}</span>
          )}
        </Tile>
        <Tile label={t('supervisor.firstAnswer')} help={t('supervisor.definition.firstAnswer')}>
          <strong>{firstAnswer.medianMs === null ? '—' : spanText(firstAnswer.medianMs, i18n.language)}</strong>
          <span>
            {firstAnswer.p90Ms === null
              ? t('supervisor.noAnswers')
              : t('supervisor.p90', { time: spanText(firstAnswer.p90Ms, i18n.language) })}
          </span>
        </Tile>
        <Tile label={t('supervisor.open')} help={t('supervisor.definition.open')}>
          <strong data-figure="open">{figures.open}</strong>
          <span>{t('supervisor.today', { opened: figures.opened, closed: figures.closed })}</span>
        </Tile>
      </div>
      {(['team', 'member', 'account'] as const).map(by => (
        <FiguresTable key={by} by={by} rows={figures.rows.filter(row => row.by === by)} now={now} />
      ))}
      <Agents members={figures.members} />
    </>
  )
}

function Tile({ label, help, tone, children }: { label: string; help?: string; tone?: 'waiting'; children: React.ReactNode }) {
  return (
    <div className={classes.tile} data-tone={tone}>
      {help ? (
        <Tooltip label={help} multiline w={260}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the definition is reached by the keyboard too */}
          <span className={classes.tileLabel} tabIndex={0}>
            {label}
          </span>
        </Tooltip>
      ) : (
        <span className={classes.tileLabel}>{label}</span>
      )}
      {children}
    </div>
  )
}

function Agents({ members }: { members: Figures['members'] }) {
  const { t, i18n } = useTranslation()
  const known = useInbox(state => state.members)
  const rows = members
    .flatMap(member => (known[member.id] ? [{ ...member, name: known[member.id]!.name }] : []))
    .sort((a, b) => Number(b.connected) - Number(a.connected) || b.load - a.load || a.name.localeCompare(b.name))
  return (
    <Section title={t('supervisor.agents')}>
      <div className={classes.scroll}>
        <Table className={`${classes.table} ${classes.narrow}`}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('supervisor.agent')}</Table.Th>
              <Table.Th scope="col">{t('supervisor.state')}</Table.Th>
              <Table.Th scope="col">{t('supervisor.load')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(row => (
              <Table.Tr key={row.id}>
                <Table.Th scope="row">
                  <bdi>{row.name}</bdi>
                </Table.Th>
                <Table.Td>
                  <span className={classes.state} data-connected={row.connected} data-availability={row.availability}>
                    {row.connected ? t(`supervisor.availability.${row.availability}`) : t('supervisor.gone')}
                  </span>{' '}
                  {row.connected && row.availability !== 'available' && (
                    <span className={classes.faint}>{t('supervisor.since', { time: clock(row.availabilitySince, i18n.language) })}</span>
                  )}
                </Table.Td>
                <Table.Td className="number">
                  {row.load}
                  {row.capacity > 0 && <span className={classes.faint}> / {row.capacity}</span>}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </Section>
  )
}
