/** A label as a chip: its colour and its name. */
import type { LabelView } from '@dragoman/api'
import classes from './order.module.css'

export function LabelChip({ label, small }: { label: Pick<LabelView, 'name' | 'color'>; small?: boolean }) {
  return (
    <span className={classes.label} data-color={label.color} data-small={small} title={label.name}>
      <bdi>{label.name}</bdi>
    </span>
  )
}
