/** The frame of every screen beside the inbox: a heading, what may be done, and a column of readable width that scrolls by itself. */
import type { ReactNode } from 'react'
import classes from './pieces.module.css'

export function Page({
  title,
  intro,
  actions,
  children,
  wide,
}: {
  title: string
  intro?: ReactNode
  actions?: ReactNode
  children: ReactNode
  /** `full`: a table that wants all the width there is. */
  wide?: boolean | 'full'
}) {
  return (
    <main className={classes.page} id="main" tabIndex={-1}>
      <div className={classes.pageColumn} data-wide={wide}>
        <header className={classes.pageHead}>
          <div>
            <h1 className={classes.pageTitle}>{title}</h1>
            {intro && <p className={classes.pageIntro}>{intro}</p>}
          </div>
          {actions && <div className={classes.pageActions}>{actions}</div>}
        </header>
        {children}
      </div>
    </main>
  )
}

export function Section({ title, text, children, aside }: { title: string; text?: ReactNode; children: ReactNode; aside?: ReactNode }) {
  return (
    <section className={classes.section}>
      <div className={classes.sectionHead}>
        <h2 className={classes.sectionTitle}>{title}</h2>
        {aside}
      </div>
      {text && <p className={classes.sectionText}>{text}</p>}
      {children}
    </section>
  )
}
