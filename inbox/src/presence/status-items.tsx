/** My status in the rail's menu: one of three, with a word on what it means. */
import type { Availability } from '@dragoman/api'
import { Menu } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { chooseAvailability, useMyAvailability } from './availability.ts'
import classes from './presence.module.css'

export function StatusItems() {
  const { t } = useTranslation()
  const mine = useMyAvailability()
  return (
    <>
      <Menu.Label>{t('presence.mine')}</Menu.Label>
      <Menu.RadioGroup value={mine} onChange={availability => chooseAvailability(availability as Availability)}>
        {(['available', 'busy', 'away'] as const).map(availability => (
          <Menu.RadioItem key={availability} value={availability} closeMenuOnClick>
            <span className={classes.status}>
              <StatusDot availability={availability} />
              <span>
                <span className={classes.word}>{t(`presence.${availability}`)}</span>
                <span className={classes.text}>{t(`presence.${availability}Text`)}</span>
              </span>
            </span>
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
      <Menu.Divider />
    </>
  )
}

/** A sign of a status: each has a form of its own, so that colour is never the only one. */
export function StatusDot({ availability }: { availability: Availability | 'offline' }) {
  return <span className={classes.dot} data-status={availability} aria-hidden="true" />
}
