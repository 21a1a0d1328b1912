/** My status in the rail's menu: one of three, with a word on what it means. */
import type { Availability } from '@dragoman/api'
import { Menu } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { IconCheck } from '../icons.ts'
import { chooseAvailability, useMyAvailability } from './availability.ts'
import classes from './presence.module.css'

export function StatusItems() {
  const { t } = useTranslation()
  const mine = useMyAvailability()
  return (
    <>
      <Menu.Label>{t('presence.mine')}</Menu.Label>
      {(['available', 'busy', 'away'] as const).map(availability => (
        <Menu.Item
          key={availability}
          role="menuitemradio"
          aria-checked={mine === availability}
          leftSection={<StatusDot availability={availability} />}
          rightSection={mine === availability ? <IconCheck size={16} aria-hidden="true" /> : undefined}
          onClick={() => chooseAvailability(availability)}
        >
          <span className={classes.word}>{t(`presence.${availability}`)}</span>
          <span className={classes.text}>{t(`presence.${availability}Text`)}</span>
        </Menu.Item>
      ))}
      <Menu.Divider />
    </>
  )
}

/** A sign of a status: each has a form of its own, so that colour is never the only one. */
export function StatusDot({ availability }: { availability: Availability | 'offline' }) {
  return <span className={classes.dot} data-status={availability} aria-hidden="true" />
}
