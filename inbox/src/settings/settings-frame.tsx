/** The frame of every screen of settings: the list of sections at the side (a menu on a phone), and the section's page. */
import { Menu, UnstyledButton } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { IconChevronDown } from '../icons.ts'
import { Page } from '../pieces/page.tsx'
import { useUi } from '../shell/ui.ts'
import { useInbox } from '../store/desk.ts'
import { type SettingsSection, settingsSections } from './sections.ts'
import classes from './settings.module.css'

export function SettingsFrame({
  section,
  title,
  intro,
  actions,
  children,
  wide,
}: {
  /** The id in `sections.ts`. */
  section: string
  title: string
  intro?: ReactNode
  actions?: ReactNode
  children: ReactNode
  wide?: boolean | 'full'
}) {
  const { t } = useTranslation()
  const rights = useInbox(state => state.me.rights)
  const pausedWebhooks = useUi(state => state.pausedWebhooks)
  const shown = settingsSections.filter(one => one.right === undefined || rights.includes(one.right))
  const groups = [...new Set(shown.map(one => one.group))]
  const troubleOf = (one: SettingsSection) =>
    one.id === 'webhooks' &&
    pausedWebhooks > 0 && (
      <span className={classes.sectionTrouble}>
        <span aria-hidden="true">{pausedWebhooks}</span>
        <span className="visually-hidden">{t('machines.webhooksPaused', { count: pausedWebhooks })}</span>
      </span>
    )
  const link = (one: SettingsSection) => (
    <Link
      key={one.id}
      to={one.path}
      className={classes.sectionLink}
      activeOptions={{ exact: true }}
      aria-current={one.id === section ? 'page' : undefined}
    >
      {t(`settingsSections.${one.id}`)}
      {troubleOf(one)}
    </Link>
  )
  return (
    <div className={classes.frame}>
      <nav className={classes.sections} aria-label={t('settings.sections')}>
        {groups.map(group => (
          <div key={group} className={classes.sectionGroup}>
            <span className={classes.sectionGroupName}>{t(`settingsGroups.${group}`)}</span>
            {shown.filter(one => one.group === group).map(link)}
          </div>
        ))}
      </nav>
      <div className={classes.sectionMenu}>
        <Menu width="target" position="bottom-start">
          <Menu.Target>
            <UnstyledButton className={classes.sectionMenuButton}>
              <span>{t(`settingsSections.${section}`)}</span>
              <span className="visually-hidden">{t('settings.otherSection')}</span>
              <IconChevronDown size={18} aria-hidden="true" />
            </UnstyledButton>
          </Menu.Target>
          <Menu.Dropdown mah={480} style={{ overflowY: 'auto' }}>
            {shown.map(one => (
              <Menu.Item key={one.id} component={Link} to={one.path} aria-current={one.id === section ? 'page' : undefined}>
                {t(`settingsSections.${one.id}`)}
                {troubleOf(one)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </div>
      <div className={classes.framePage}>
        <Page title={title} intro={intro} actions={actions} wide={wide}>
          {children}
        </Page>
      </div>
    </div>
  )
}
