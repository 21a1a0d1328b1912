/** The state of a sent message: an icon, and its word for whoever cannot see or does not know the icon. */
import type { PartState } from '@dragoman/api'
import { useTranslation } from 'react-i18next'
import { IconAlertCircle, IconCheck, IconChecks, IconClock, IconQuestionMark, IconX } from '../icons.ts'

const marks = {
  pending: IconClock,
  sending: IconClock,
  uncertain: IconQuestionMark,
  sent: IconCheck,
  delivered: IconChecks,
  read: IconChecks,
  failed: IconAlertCircle,
  unknown: IconQuestionMark,
  cancelled: IconX,
} as const satisfies Record<PartState, unknown>

const colors: Partial<Record<PartState, string>> = {
  failed: 'var(--danger)',
  uncertain: 'var(--waiting-ink)',
  unknown: 'var(--waiting-ink)',
  read: 'var(--accent-deep)',
}

export function DeliveryMark({ state, size = 16, silent }: { state: PartState; size?: number; silent?: boolean }) {
  const { t } = useTranslation()
  const Icon = marks[state]
  return (
    <>
      <Icon size={size} stroke={1.8} style={{ color: colors[state] ?? 'var(--ink-faint)', flex: 'none' }} aria-hidden="true" />
      {!silent && <span className="visually-hidden">{t(`delivery.${state}`)}. </span>}
    </>
  )
}
