/** A messenger's small badge: its icon in its colour, its name always beside it as text or for a screen reader. Drawn from the channel's data. */
import type { ChannelView } from '@dragoman/api'
import classes from './pieces.module.css'

export function ChannelBadge({
  channel,
  size = 16,
  label = 'shown',
}: {
  channel: ChannelView | undefined
  size?: number
  label?: 'shown' | 'hidden' | 'none'
}) {
  if (!channel) return null
  return (
    <span className={classes.badge}>
      <svg
        width={size}
        height={size}
        viewBox="0 0 24 24"
        aria-hidden="true"
        className={classes.badgeIcon}
        style={{ color: channel.badge.color }}
      >
        <path d={channel.badge.iconPath} fill="currentColor" />
      </svg>
      {label !== 'none' && <span className={label === 'shown' ? classes.badgeName : 'visually-hidden'}>{channel.badge.name}</span>}
    </span>
  )
}
