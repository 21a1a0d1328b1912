/** The border between two panes: drag it, or focus it and press the arrows. A double click or Home gives the first width back. */
import { useRef } from 'react'
import classes from './pane-divider.module.css'

interface Props {
  label: string
  value: number
  least: number
  most: number
  /** True where the pane lies to the right of the border. */
  reversed?: boolean
  onChange(value: number): void
}

export function PaneDivider({ label, value, least, most, reversed, onChange }: Props) {
  const from = useRef<{ x: number; value: number } | null>(null)
  const clamp = (width: number) => Math.round(Math.min(most, Math.max(least, width)))
  const sign = reversed ? -1 : 1
  return (
    // biome-ignore lint/a11y/useSemanticElements: a focusable separator is the pattern for a splitter; <hr> takes no keys
    <div
      className={classes.divider}
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      onPointerDown={event => {
        event.currentTarget.setPointerCapture(event.pointerId)
        from.current = { x: event.clientX, value }
      }}
      onPointerMove={event => {
        if (from.current) onChange(clamp(from.current.value + sign * (event.clientX - from.current.x)))
      }}
      onPointerUp={() => {
        from.current = null
      }}
      onDoubleClick={() => onChange(clamp(reversed ? 300 : 340))}
      onKeyDown={event => {
        const step = event.shiftKey ? 40 : 10
        if (event.key === 'ArrowLeft') onChange(clamp(value - sign * step))
        else if (event.key === 'ArrowRight') onChange(clamp(value + sign * step))
        else if (event.key === 'Home') onChange(clamp(reversed ? 300 : 340))
        else return
        event.preventDefault()
      }}
    />
  )
}
