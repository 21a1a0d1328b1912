/** Text with its entities. Always holds: nothing becomes markup but what an entity says; only http, mail and telephone addresses become links. */
import type { Entity, RichText } from '@dragoman/core'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'

/** A rich text as elements. */
export function Rich({ text }: { text: RichText }) {
  return <>{piecesOf(text, 0, text.text.length, text.entities ?? [])}</>
}

function piecesOf(rich: RichText, from: number, to: number, entities: readonly Entity[]): ComponentChildren[] {
  const pieces: ComponentChildren[] = []
  const inside = entities
    .filter(entity => entity.offset < to && entity.offset + entity.length > from)
    .toSorted((a, b) => a.offset - b.offset || b.length - a.length)
  let at = from
  for (const [index, entity] of inside.entries()) {
    const start = Math.max(entity.offset, at)
    const end = Math.min(entity.offset + entity.length, to)
    if (end <= start) continue
    if (start > at) pieces.push(rich.text.slice(at, start))
    pieces.push(wrap(entity, rich.text.slice(start, end), piecesOf(rich, start, end, inside.slice(index + 1))))
    at = end
  }
  if (at < to) pieces.push(rich.text.slice(at, to))
  return pieces
}

function wrap(entity: Entity, words: string, children: ComponentChildren[]): ComponentChildren {
  switch (entity.kind) {
    case 'bold':
      return <b>{children}</b>
    case 'italic':
      return <i>{children}</i>
    case 'underline':
      return <u>{children}</u>
    case 'strikethrough':
      return <s>{children}</s>
    case 'code':
      return <code>{children}</code>
    case 'pre':
      return <pre>{children}</pre>
    case 'quote':
      return <blockquote>{children}</blockquote>
    case 'spoiler':
      return <Spoiler>{children}</Spoiler>
    case 'link':
      return <Link url={entity.url}>{children}</Link>
    case 'url':
      return <Link url={/^[a-z]+:/i.test(words) ? words : `https://${words}`}>{children}</Link>
    case 'email':
      return <Link url={`mailto:${words}`}>{children}</Link>
    case 'phone':
      return <Link url={`tel:${words.replace(/[^+\d]/g, '')}`}>{children}</Link>
    case 'mention':
    case 'hashtag':
    case 'command':
      return <span class="looks-like-link">{children}</span>
    case 'custom_emoji':
      return <>{children}</>
  }
}

function Link({ url, children }: { url: string | undefined; children: ComponentChildren }) {
  if (!url || !/^(https?:|mailto:|tel:)/i.test(url)) return <>{children}</>
  return (
    <a href={url} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  )
}

function Spoiler({ children }: { children: ComponentChildren }) {
  const [shown, setShown] = useState(false)
  if (shown) return <span>{children}</span>
  return (
    <button type="button" class="spoiler" aria-expanded="false" aria-label="…" onClick={() => setShown(true)}>
      {children}
    </button>
  )
}
