/** Connected accounts: state in words, what is wrong and what to do; a new one by the wizard or, simulated, by one press. */
import { Badge, Button, Menu } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { localizedText } from '../i18n.ts'
import { IconChevronRight, IconDeviceMobile, IconPlug, IconPlus } from '../icons.ts'
import { ChannelBadge } from '../pieces/channel-badge.tsx'
import { EmptyState } from '../pieces/empty-state.tsx'
import { Page } from '../pieces/page.tsx'
import { ReachNote } from '../pieces/reach-note.tsx'
import { changeInbox, useDesk, useInbox } from '../store/desk.ts'
import { useNow } from '../store/now.ts'
import { exactTime, listTime } from '../text/time.ts'
import classes from './accounts.module.css'

export function AccountsPage() {
  const { t, i18n } = useTranslation()
  const accounts = useInbox(state => state.accounts)
  const channels = useDesk(state => state.channels)
  const manages = useInbox(state => state.me.rights.includes('accounts.manage'))
  const now = useNow()
  const rows = Object.values(accounts).sort(
    (a, b) => Number(a.status === 'disconnected') - Number(b.status === 'disconnected') || a.createdAt - b.createdAt,
  )
  const actions = manages && (
    <>
      <SimulatedMenu />
      <Button component={Link} to="/accounts/new" leftSection={<IconPlus size={17} />}>
        {t('actions.connect.label')}
      </Button>
    </>
  )
  return (
    <Page title={t('accounts.title')} intro={t('accounts.intro')} actions={actions}>
      {rows.length === 0 ? (
        <EmptyState icon={<IconPlug size={36} stroke={1.3} />} title={t('accounts.none')} text={t('accounts.noneText')} />
      ) : (
        <ul className={classes.accounts}>
          {rows.map(account => (
            <li key={account.id}>
              <Link to="/accounts/$accountId" params={{ accountId: account.id }} className={classes.account}>
                <ChannelBadge channel={channels[account.channel]} size={26} label="hidden" />
                <span className={classes.accountMain}>
                  <span className={classes.accountName}>
                    {account.name}{' '}
                    {account.simulated && (
                      <Badge size="sm" variant="light" color="gray" tt="none">
                        {t('accounts.simulated')}
                      </Badge>
                    )}
                  </span>
                  <span className={classes.accountSub}>
                    {channels[account.channel]?.badge.name} · {t(`ways.${account.way}`)}
                    {account.lastInboundAt !== null && (
                      <>
                        {' '}
                        ·{' '}
                        <span title={exactTime(account.lastInboundAt, i18n.language)}>
                          {t('accounts.lastInbound', { time: listTime(account.lastInboundAt, now, i18n.language) })}
                        </span>
                      </>
                    )}
                  </span>
                  {account.status !== 'disconnected' && <ReachNote channel={channels[account.channel]} compact />}
                  {account.degraded.length > 0 && (
                    <span className={classes.accountProblem}>{t('contradictions.short', { count: account.degraded.length })}</span>
                  )}
                  {account.problem && (
                    <span className={classes.accountProblem}>
                      {account.problem.advice ? localizedText(account.problem.advice) : account.problem.detail}
                    </span>
                  )}
                </span>
                <AccountState status={account.status} problem={account.problem !== null} observing={account.mode === 'observe'} />
                <IconChevronRight size={18} aria-hidden="true" />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Page>
  )
}

export function AccountState({
  status,
  problem,
  observing,
}: {
  status: 'active' | 'paused' | 'disconnected'
  problem: boolean
  observing: boolean
}) {
  const { t } = useTranslation()
  return (
    <span className={classes.state} data-status={problem ? 'problem' : observing ? 'observing' : status}>
      {t(
        problem && status !== 'disconnected'
          ? 'accounts.status.problem'
          : observing && status === 'active'
            ? 'accounts.status.observing'
            : `accounts.status.${status}`,
      )}
    </span>
  )
}

export function SimulatedMenu() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const channels = useDesk(state => state.channels)
  const simulator = useInbox(state => state.workspace.simulator)
  const [busy, setBusy] = useState(false)
  const choices = Object.values(channels).filter(channel => channel.canSimulate)
  if (!simulator || choices.length === 0) return null
  const connect = async (channel: string) => {
    setBusy(true)
    try {
      const account = await call('connectSimulated', { body: { channel } })
      changeInbox(state => ({ ...state, accounts: { ...state.accounts, [account.id]: account } }))
      await navigate({ to: '/accounts/$accountId', params: { accountId: account.id } })
    } catch (error) {
      tellProblem(error)
    }
    setBusy(false)
  }
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <Button variant="default" loading={busy} leftSection={<IconDeviceMobile size={17} />}>
          {t('accounts.addSimulated')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {choices.map(channel => (
          <Menu.Item key={channel.id} onClick={() => void connect(channel.id)}>
            <ChannelBadge channel={channel} size={18} />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
