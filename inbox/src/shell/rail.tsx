/** The rail: where one can go. On a phone it lies at the bottom. */
import { Menu, UnstyledButton } from '@mantine/core'
import { Link, useLocation } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { setLanguage } from '../actions/conversation-acts.ts'
import { setTheme } from '../actions/theme-act.ts'
import { currentLanguage } from '../i18n.ts'
import {
  IconActivity,
  IconAddressBook,
  IconAlertTriangle,
  IconDeviceDesktop,
  IconDeviceMobile,
  IconHistory,
  IconInbox,
  IconKeyboard,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconPlug,
  IconSettings,
  IconSun,
  IconUsers,
} from '../icons.ts'
import type { Icon as IconType } from '../pieces/icon-type.ts'
import { Person } from '../pieces/person.tsx'
import { useMyAvailability } from '../presence/availability.ts'
import { StatusDot, StatusItems } from '../presence/status-items.tsx'
import { useDesk, useInbox } from '../store/desk.ts'
import { signOut } from '../store/start.ts'
import classes from './shell.module.css'
import { useUi } from './ui.ts'

export function Rail() {
  const { t } = useTranslation()
  const { pathname } = useLocation()
  const me = useInbox(state => state.me)
  const simulator = useInbox(state => state.workspace.simulator)
  const setAside = useInbox(state => state.setAsideOpen)
  const troubled = useInbox(
    state => Object.values(state.accounts).filter(account => account.problem !== null && account.status !== 'disconnected').length,
  )
  const supervises = useInbox(state => state.me.rights.includes('reports.see'))
  const availability = useMyAvailability()
  const pausedWebhooks = useUi(state => state.pausedWebhooks)
  const unread = useDesk(state => state.counts.unread ?? 0)
  const at = (path: string) => pathname === path || pathname.startsWith(`${path}/`)
  return (
    <nav className={classes.rail} aria-label={t('rail.name')}>
      <Link to="/inbox/$view" params={{ view: 'all' }} className={classes.logo} aria-label={t('rail.home')}>
        <img src="/favicon.svg" width={32} height={32} alt="" />
      </Link>
      <Item
        to="/inbox/all"
        icon={IconInbox}
        label={t('rail.inbox')}
        current={at('/inbox')}
        count={unread}
        countLabel={t('rail.unread', { count: unread })}
      />
      <Item
        to="/accounts"
        icon={IconPlug}
        label={t('rail.accounts')}
        current={at('/accounts')}
        count={troubled}
        tone="danger"
        countLabel={t('rail.troubled', { count: troubled })}
      />
      <Link to="/contacts" className={classes.item} data-wide-only="true" aria-current={at('/contacts') ? 'page' : undefined}>
        <IconAddressBook size={22} stroke={1.6} aria-hidden="true" />
        <span className={classes.itemLabel}>{t('rail.contacts')}</span>
      </Link>
      <Item to="/members" icon={IconUsers} label={t('rail.members')} current={at('/members')} />
      {me.rights.includes('accounts.manage') && (
        <Item
          to="/set-aside"
          icon={IconAlertTriangle}
          label={t('rail.setAside')}
          current={at('/set-aside')}
          count={setAside}
          tone="waiting"
          countLabel={t('rail.setAsideCount', { count: setAside })}
        />
      )}
      {supervises && <Item to="/supervisor" icon={IconActivity} label={t('actions.goSupervisor.label')} current={at('/supervisor')} />}
      <Item
        to="/settings"
        icon={IconSettings}
        label={t('rail.settings')}
        current={at('/settings')}
        count={pausedWebhooks}
        tone="danger"
        countLabel={t('machines.webhooksPaused', { count: pausedWebhooks })}
      />
      {simulator && (
        <a className={classes.item} href="/simulator" target="_blank" rel="noopener" data-wide-only="true">
          <IconDeviceMobile size={22} stroke={1.6} aria-hidden="true" />
          <span className={classes.itemLabel}>{t('rail.simulator')}</span>
        </a>
      )}
      <div className={classes.railGap} />
      <Menu position="right-end" width={240}>
        <Menu.Target>
          <UnstyledButton
            className={classes.me}
            aria-label={`${t('rail.me', { name: me.name })}. ${t('presence.nowIs', { status: t(`presence.${availability}`) })}`}
          >
            <Person name={me.name} size={34} />
            <span className={classes.meStatus}>
              <StatusDot availability={availability} />
            </span>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <StatusItems />
          <Menu.Label>{me.email}</Menu.Label>
          <Menu.Item leftSection={<IconSun size={16} />} onClick={() => setTheme('light')}>
            {t('settings.themes.light')}
          </Menu.Item>
          <Menu.Item leftSection={<IconMoon size={16} />} onClick={() => setTheme('dark')}>
            {t('settings.themes.dark')}
          </Menu.Item>
          <Menu.Item leftSection={<IconDeviceDesktop size={16} />} onClick={() => setTheme('auto')}>
            {t('settings.themes.auto')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconLanguage size={16} />}
            lang={currentLanguage() === 'ru' ? 'en' : 'ru'}
            onClick={() => setLanguage(currentLanguage() === 'ru' ? 'en' : 'ru')}
          >
            {currentLanguage() === 'ru' ? 'English' : 'Русский'}
          </Menu.Item>
          <Menu.Item leftSection={<IconHistory size={16} />} onClick={() => useUi.setState({ recentOpen: true })}>
            {t('order.recent')}
          </Menu.Item>
          <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={() => useUi.setState({ helpOpen: true })}>
            {t('actions.help.label')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
            {t('actions.signOut.label')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </nav>
  )
}

interface ItemProps {
  to: string
  icon: IconType
  label: string
  current: boolean
  count?: number
  countLabel?: ReactNode
  tone?: 'danger' | 'waiting'
}

function Item({ to, icon: Icon, label, current, count = 0, countLabel, tone }: ItemProps) {
  return (
    <Link to={to} className={classes.item} aria-current={current ? 'page' : undefined}>
      <span className={classes.itemIcon}>
        <Icon size={22} stroke={1.6} />
        {count > 0 && (
          <span className={classes.itemCount} data-tone={tone}>
            <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
            <span className="visually-hidden">{countLabel}</span>
          </span>
        )}
      </span>
      <span className={classes.itemLabel}>{label}</span>
    </Link>
  )
}
