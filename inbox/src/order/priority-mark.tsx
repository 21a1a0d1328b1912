/** A priority: an icon and its word. */
import type { Priority } from '@dragoman/api'
import { useTranslation } from 'react-i18next'
import { IconArrowNarrowDown, IconArrowNarrowUp, IconFlag, IconFlame } from '../icons.ts'
import classes from './order.module.css'

const icons = { urgent: IconFlame, high: IconArrowNarrowUp, normal: IconFlag, low: IconArrowNarrowDown }

export function PriorityMark({ priority, small }: { priority: Priority; small?: boolean }) {
  const { t } = useTranslation()
  const Icon = icons[priority]
  return (
    <span className={classes.priority} data-priority={priority} data-small={small}>
      <Icon size={small ? 12 : 16} aria-hidden="true" /> {t(`order.priorities.${priority}`)}
    </span>
  )
}
