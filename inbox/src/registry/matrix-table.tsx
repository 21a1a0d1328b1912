/**
 * Messengers side by side: a row for each capability, a column for each messenger; a cell opens its fact. Always holds: names of rows and messengers stay
 * in sight while the table scrolls, and it scrolls inside its own frame.
 */
import type { RegistryCellView, RegistryRowView, RegistryView } from '@dragoman/api'
import { CloseButton, Popover } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconAlertTriangle, IconClock } from '../icons.ts'
import { ChannelBadge } from '../pieces/channel-badge.tsx'
import { StateIcon, toneOf } from '../pieces/state-mark.tsx'
import { useDesk, useInbox } from '../store/desk.ts'
import { todayKey } from '../text/day.ts'
import { FactCard } from './fact-card.tsx'
import classes from './registry.module.css'
import { businessName, groupOf, type RowGroup, rowGroups, rowName, shortValue, stateWord } from './words.ts'

interface Opened {
  row: RegistryRowView
  channel: string
  /** Where the cell is on the screen, and the cell itself, to give the focus back to. */
  at: { left: number; top: number; width: number; height: number }
  from: HTMLElement
}

export function MatrixTable({ view, rows }: { view: RegistryView; rows: readonly RegistryRowView[] }) {
  const { t, i18n } = useTranslation()
  const channels = useDesk(state => state.channels)
  const accounts = useInbox(state => state.accounts)
  // What a platform refuses now on an account of ours, against the registry: said in the very cell.
  const active = view.asOf === todayKey() ? Object.values(accounts).filter(one => one.status !== 'disconnected') : []
  const refusedOn = (channel: string, key: string) => active.filter(one => one.channel === channel && one.degraded.includes(key))
  const phone = useMediaQuery('(max-width: 760px)')
  const [opened, setOpened] = useState<Opened>()
  const groups = Map.groupBy(rows, row => groupOf(row.key))
  const open = (row: RegistryRowView, channel: string, from: HTMLElement) => {
    const { left, top, width, height } = from.getBoundingClientRect()
    // On a phone a card beside a cell would hang over the edge: it stands at the foot of the screen.
    const foot = { left: 12, top: window.innerHeight - 12, width: window.innerWidth - 24, height: 0 }
    setOpened({ row, channel, from, at: phone ? foot : { left, top, width, height } })
  }
  const close = () => {
    opened?.from.focus({ preventScroll: true })
    setOpened(undefined)
  }
  const groupName = (group: RowGroup) =>
    group === 'law'
      ? t('registry.lawFor', { business: businessName(view.business, t).toLocaleLowerCase(i18n.language) })
      : t(`registry.groups.${group}`)
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={classes.frame} tabIndex={0} aria-label={t('registry.table')} onScroll={() => opened && setOpened(undefined)}>
        <table className={classes.matrix}>
          <thead>
            <tr>
              <th scope="col" className={classes.corner}>
                {t('registry.capability')}
              </th>
              {view.channels.map(({ id, name }) => (
                <th scope="col" key={id}>
                  <span className={classes.channelHead}>
                    <ChannelBadge channel={channels[id]} size={18} label="none" />
                    {name}
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          {rowGroups.map(group => {
            const some = groups.get(group)
            if (!some) return null
            return (
              <tbody key={group}>
                <tr className={classes.groupRow}>
                  <th scope="rowgroup" colSpan={view.channels.length + 1}>
                    <span>{groupName(group)}</span>
                  </th>
                </tr>
                {some.map(row => (
                  <tr key={row.key}>
                    <th scope="row">{rowName(row, t, i18n.language)}</th>
                    {view.channels.map(({ id }) => {
                      const cell = row.cells[id]
                      return (
                        <td key={id} data-tone={cell && toneOf(cell.state)}>
                          {cell && (
                            <Cell
                              cell={cell}
                              group={row.group}
                              refused={refusedOn(id, row.key).length > 0}
                              onOpen={from => open(row, id, from)}
                            />
                          )}
                        </td>
                      )
                    })}
                  </tr>
                ))}
              </tbody>
            )
          })}
        </table>
      </section>
      {opened && (
        <Popover
          opened
          onChange={close}
          shadow="md"
          width={phone ? 'target' : 340}
          position={phone ? 'top' : 'bottom'}
          offset={phone ? 0 : 8}
          trapFocus
          returnFocus={false}
          withRoles={false}
          middlewares={{ shift: { padding: 12 }, flip: { padding: 12 } }}
        >
          <Popover.Target>
            <span className={classes.anchor} style={opened.at} />
          </Popover.Target>
          <Popover.Dropdown className={classes.card} role="dialog" aria-label={rowName(opened.row, t, i18n.language)}>
            <div className={classes.cardTop}>
              <div>
                <ChannelBadge channel={channels[opened.channel]} size={15} label="shown" />
                <h2 className={classes.cardTitle}>
                  {opened.row.group === 'reach' ? `${t('registry.groups.reach')}: ` : ''}
                  {rowName(opened.row, t, i18n.language)}
                </h2>
              </div>
              <CloseButton aria-label={t('common.close')} onClick={close} data-autofocus />
            </div>
            <FactCard
              cell={opened.row.cells[opened.channel]!}
              group={opened.row.group}
              staleAfterDays={view.staleAfterDays}
              refusedOn={refusedOn(opened.channel, opened.row.key)}
            />
          </Popover.Dropdown>
        </Popover>
      )}
    </>
  )
}

function Cell({
  cell,
  group,
  refused,
  onOpen,
}: {
  cell: RegistryCellView
  group: string
  refused: boolean
  onOpen(from: HTMLElement): void
}) {
  const { t, i18n } = useTranslation()
  const state = stateWord(cell.state, group, t)
  const isThere = cell.state !== 'unknown' && cell.state !== 'gone' && cell.state !== 'not_yet'
  const value = cell.fact && isThere ? shortValue(cell.fact, t, i18n.language) : ''
  // A fact without state or number is at least said to be there.
  const word = state === '' && value === '' ? t('registry.states.holds') : state
  // A yes with a number needs no word to be seen, only to be heard.
  const isPlainYes = value !== '' && cell.state === 'native'
  return (
    <button type="button" className={classes.cell} onClick={event => onOpen(event.currentTarget)} aria-haspopup="dialog">
      <StateIcon tone={toneOf(cell.state)} size={15} />
      <span className={classes.cellWords}>
        <span className={isPlainYes ? 'visually-hidden' : undefined}>{word} </span>
        {value !== '' && <span className={classes.value}>{value}</span>}
        {refused && (
          <span className={classes.staleMark} title={t('registry.refusedShort')}>
            <IconAlertTriangle size={13} aria-hidden="true" />
            <span className="visually-hidden">{t('registry.refusedShort')}</span>
          </span>
        )}
        {cell.stale && (
          <span className={classes.staleMark} title={t('registry.staleShort')}>
            <IconClock size={13} aria-hidden="true" />
            <span className="visually-hidden">{t('registry.staleShort')}</span>
          </span>
        )}
      </span>
    </button>
  )
}
