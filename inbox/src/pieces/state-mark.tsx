/**
 * The state of a fact about a messenger: an icon and a word, with a colour that only repeats them. Always holds: only a recorded yes is green; what is
 * not known is grey with a question mark.
 */
import type { ReactNode } from 'react'
import { IconAlertTriangle, IconCheck, IconCircleHalf, IconMinus, IconQuestionMark, IconSpam } from '../icons.ts'
import classes from './state-mark.module.css'

export type StateTone = 'good' | 'otherwise' | 'partly' | 'bad' | 'none' | 'unknown' | 'plain'

const tones: Readonly<Record<string, StateTone>> = {
  native: 'good',
  always: 'good',
  anytime: 'good',
  reachable: 'good',
  allowed: 'good',
  converted: 'otherwise',
  user_may_hide: 'otherwise',
  within_window: 'otherwise',
  degraded: 'partly',
  restricted: 'partly',
  blocked: 'bad',
  closed: 'bad',
  forbidden: 'bad',
  none: 'none',
  never: 'none',
  not_yet: 'none',
  gone: 'none',
  holds: 'plain',
}

export function toneOf(state: string): StateTone {
  return tones[state] ?? 'unknown'
}

const icons = {
  good: IconCheck,
  otherwise: IconCircleHalf,
  partly: IconAlertTriangle,
  bad: IconSpam,
  none: IconMinus,
  unknown: IconQuestionMark,
} as const

export function StateIcon({ tone, size = 16 }: { tone: StateTone; size?: number }) {
  if (tone === 'plain') return null
  const Icon = icons[tone]
  return (
    <span className={classes.icon} data-tone={tone} aria-hidden="true">
      <Icon size={size} stroke={2} />
    </span>
  )
}

export function StateMark({ state, children }: { state: string; children: ReactNode }) {
  const tone = toneOf(state)
  return (
    <span className={classes.mark} data-tone={tone}>
      <StateIcon tone={tone} />
      <span>{children}</span>
    </span>
  )
}
