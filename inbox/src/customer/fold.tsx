/** A section that folds, and stays as it was left in this browser. */
import type { ReactNode } from 'react'
import { IconChevronDown } from '../icons.ts'
import { usePreferences } from '../store/preferences.ts'
import classes from './person.module.css'

export function Fold({ id, title, count, children }: { id: string; title: string; count?: number; children: ReactNode }) {
  const open = usePreferences(state => !state.folded.includes(id))
  return (
    <details
      className={classes.fold}
      open={open}
      onToggle={event => {
        const isOpen = event.currentTarget.open
        if (isOpen !== open)
          usePreferences.setState(state => ({ folded: [...state.folded.filter(other => other !== id), ...(isOpen ? [] : [id])] }))
      }}
    >
      <summary className={classes.summary}>
        <h3 className={classes.title}>{title}</h3>
        {count !== undefined && count > 0 && <span className="number">{count}</span>}
        <IconChevronDown size={16} aria-hidden="true" />
      </summary>
      {open && <div className={classes.inside}>{children}</div>}
    </details>
  )
}
