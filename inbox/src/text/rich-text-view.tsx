/** Rich text drawn: entities as elements, addresses as links that open elsewhere. No markup is ever interpreted. */
import type { RichText } from '@dragoman/api'
import { LinkifyIt } from 'linkify-it'
import { memo, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Run, runsOf } from './entities.ts'
import classes from './text.module.css'

const linkify = new LinkifyIt()

export const RichTextView = memo(function RichTextView({ text }: { text: RichText }) {
  const links = text.text.length < 20_000 ? (linkify.match(text.text) ?? []) : []
  let place = 0
  return (
    <span className={classes.text} dir="auto">
      {runsOf(text, links).map(run => {
        place += run.text.length
        return <RunView key={place} run={run} />
      })}
    </span>
  )
})

function RunView({ run }: { run: Run }) {
  let shown: ReactNode = run.text
  const has = (kind: Run['kinds'][number]) => run.kinds.includes(kind)
  if (has('code')) shown = <code className={classes.code}>{shown}</code>
  if (has('pre')) shown = <code className={classes.pre}>{shown}</code>
  if (has('bold')) shown = <strong>{shown}</strong>
  if (has('italic')) shown = <em>{shown}</em>
  if (has('underline')) shown = <u>{shown}</u>
  if (has('strikethrough')) shown = <s>{shown}</s>
  if (has('quote')) shown = <span className={classes.quote}>{shown}</span>
  if (has('spoiler')) shown = <Spoiler>{shown}</Spoiler>
  if (run.href) {
    return (
      <a className={classes.link} href={run.href} target="_blank" rel="noopener noreferrer nofollow" title={run.href}>
        {shown}
      </a>
    )
  }
  if (has('mention') || has('hashtag') || has('command')) return <span className={classes.mention}>{shown}</span>
  return shown
}

function Spoiler({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <button
      type="button"
      className={classes.spoiler}
      data-open={open}
      aria-label={open ? undefined : t('thread.spoiler')}
      onClick={() => setOpen(true)}
    >
      <span aria-hidden={!open}>{children}</span>
    </button>
  )
}
