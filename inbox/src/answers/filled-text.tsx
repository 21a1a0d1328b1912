/** A text in which the placeholders that have no value are marked. */
import { placeholdersIn } from '@dragoman/api'
import { Fragment } from 'react'

export function FilledText({ text }: { text: string }) {
  let read = 0
  const pieces = placeholdersIn(text).map(found => {
    const before = text.slice(read, found.offset)
    read = found.offset + found.length
    return (
      <Fragment key={found.offset}>
        {before}
        <mark>{text.slice(found.offset, read)}</mark>
      </Fragment>
    )
  })
  return (
    <>
      {pieces}
      {text.slice(read)}
    </>
  )
}
