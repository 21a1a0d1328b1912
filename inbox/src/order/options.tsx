/** A field to search in and the options below it, walked by keys: what the small windows choose from. */
import { TextInput } from '@mantine/core'
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import classes from './order.module.css'

export interface Option {
  id: string
  content: ReactNode
  aside?: ReactNode
  checked?: boolean
  perform(): void
}

interface Props {
  label: string
  query: string
  onQuery(query: string): void
  options: readonly Option[]
  /** Below the field, above the options. */
  children?: ReactNode
  /** What Enter does where nothing is marked. */
  onEnter?(): void
}

export function Options({ label, query, onQuery, options, children, onEnter }: Props) {
  const [active, setActive] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const at = Math.min(active, options.length - 1)
  useEffect(() => setActive(0), [query])
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' })
  }, [at])
  const pressed = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown') setActive(Math.min(options.length - 1, at + 1))
    else if (event.key === 'ArrowUp') setActive(Math.max(0, at - 1))
    else if (event.key === 'Enter') {
      const option = options[at]
      if (option) option.perform()
      else onEnter?.()
    } else return
    event.preventDefault()
  }
  return (
    <>
      <TextInput
        aria-label={label}
        placeholder={label}
        value={query}
        onChange={event => onQuery(event.currentTarget.value)}
        onKeyDown={pressed}
        data-autofocus
        autoComplete="off"
        role="combobox"
        aria-expanded={options.length > 0}
        aria-controls="asked-options"
        aria-activedescendant={options[at] ? `asked-${options[at].id}` : undefined}
      />
      {children}
      <div ref={list} id="asked-options" className={classes.options} role="listbox" aria-label={label}>
        {options.map((option, index) => (
          <button
            key={option.id}
            id={`asked-${option.id}`}
            type="button"
            role="option"
            tabIndex={-1}
            aria-selected={option.checked ?? index === at}
            data-active={index === at}
            className={classes.option}
            onMouseMove={() => setActive(index)}
            onClick={option.perform}
          >
            <span className={classes.optionMain}>{option.content}</span>
            {option.aside && <small>{option.aside}</small>}
          </button>
        ))}
      </div>
    </>
  )
}
