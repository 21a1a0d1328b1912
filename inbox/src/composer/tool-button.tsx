/** A button of the composer. What the messenger cannot do stays in its place, greyed, and tells the reason on hover, focus and press. */
import { ActionIcon, Tooltip } from '@mantine/core'
import type { Icon } from '../pieces/icon-type.ts'
import { showToast } from '../shell/toasts.tsx'

interface Props {
  icon: Icon
  label: string
  keys?: string
  reason?: string
  pressed?: boolean
  onClick(): void
}

export function ToolButton({ icon: Icon, label, keys, reason, pressed, onClick }: Props) {
  const button = (
    <ActionIcon
      variant={pressed ? 'light' : 'subtle'}
      color={pressed ? 'teal' : 'gray'}
      size={34}
      title={reason === undefined ? (keys ? `${label} (${keys})` : label) : undefined}
      aria-label={reason ? `${label}. ${reason}` : label}
      aria-disabled={reason !== undefined}
      aria-pressed={pressed}
      style={reason === undefined ? undefined : { opacity: 0.45, cursor: 'not-allowed' }}
      onMouseDown={event => event.preventDefault()}
      onClick={() => (reason === undefined ? onClick() : showToast(`${label}: ${reason}`))}
    >
      <Icon size={19} stroke={1.7} />
    </ActionIcon>
  )
  return reason === undefined ? button : <Tooltip label={`${label}: ${reason}`}>{button}</Tooltip>
}
