/** Why something is empty or failed: one sentence and one action. */
import type { ReactNode } from 'react'
import classes from './pieces.module.css'

export function EmptyState({ icon, title, text, children }: { icon?: ReactNode; title: string; text?: string; children?: ReactNode }) {
  return (
    <div className={classes.empty}>
      {icon && <div className={classes.emptyIcon}>{icon}</div>}
      <p className={classes.emptyTitle}>{title}</p>
      {text && <p className={classes.emptyText}>{text}</p>}
      {children && <div className={classes.emptyAction}>{children}</div>}
    </div>
  )
}
