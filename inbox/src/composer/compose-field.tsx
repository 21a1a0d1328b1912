/**
 * The field itself: a plain textarea, and behind it the same text drawn with its entities. Always holds: the marks never change a letter's width,
 * so caret and picture agree; what is typed is never interpreted as markup.
 */
import { type Entity, placeholdersIn } from '@dragoman/api'
import { forwardRef, useImperativeHandle, useLayoutEffect, useRef } from 'react'
import { runsOf, shiftEntities } from '../text/entities.ts'
import classes from './composer.module.css'

interface Props {
  id?: string
  /** What opens above the field and is moved in by its keys: the id of its list. */
  controls?: string
  text: string
  entities: readonly Entity[]
  placeholder: string
  label: string
  describedBy?: string
  disabled?: boolean
  onChange(text: string, entities: Entity[]): void
  onKeyDown(event: React.KeyboardEvent<HTMLTextAreaElement>): void
  onPaste(event: React.ClipboardEvent<HTMLTextAreaElement>): void
  onCaret?(caret: number): void
}

export const ComposeField = forwardRef<HTMLTextAreaElement, Props>(function ComposeField(
  { id = 'composer', controls, text, entities, placeholder, label, describedBy, disabled, onChange, onKeyDown, onPaste, onCaret },
  outer,
) {
  const area = useRef<HTMLTextAreaElement>(null)
  const picture = useRef<HTMLDivElement>(null)
  useImperativeHandle(outer, () => area.current as HTMLTextAreaElement)
  useLayoutEffect(() => {
    const element = area.current
    if (!element) return
    element.style.height = 'auto'
    element.style.height = `${Math.min(element.scrollHeight, Math.max(120, window.innerHeight * 0.34))}px`
    if (picture.current) picture.current.scrollTop = element.scrollTop
  }, [text])
  let place = 0
  // A placeholder that still stands is marked: it would hold the sending.
  const marked = placeholdersIn(text).map(found => ({ kind: 'placeholder' as const, offset: found.offset, length: found.length }))
  return (
    <div className={classes.fieldFrame}>
      <div ref={picture} className={classes.picture} aria-hidden="true">
        {runsOf({ text, entities: [...entities, ...marked] }).map(run => {
          place += run.text.length
          return run.kinds.length === 0 ? (
            run.text
          ) : (
            <span key={place} data-marks={run.kinds.join(' ')}>
              {run.text}
            </span>
          )
        })}
        {'\u200b'}
      </div>
      <textarea
        ref={area}
        id={id}
        aria-controls={controls}
        aria-autocomplete={controls ? 'list' : undefined}
        className={classes.field}
        value={text}
        rows={1}
        placeholder={placeholder}
        aria-label={label}
        aria-describedby={describedBy}
        disabled={disabled}
        dir="auto"
        autoComplete="off"
        spellCheck
        onChange={event => {
          const { value, selectionStart } = event.currentTarget
          onChange(value, shiftEntities(text, value, entities))
          // Keyboards on phones and input methods change the text without a key that would tell of the caret.
          onCaret?.(selectionStart)
        }}
        onSelect={event => onCaret?.(event.currentTarget.selectionStart)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        onScroll={event => {
          if (picture.current) picture.current.scrollTop = event.currentTarget.scrollTop
        }}
      />
    </div>
  )
})
