/**
 * Text of people, drawn as text. Always holds: nothing from outside is ever HTML: entities become elements of ours, links lead only to http, https,
 * mail and telephone, and open without telling the other side anything of this page.
 */
import type { Entity, RichText as Rich } from '@dragoman/api'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../words.ts'

export function RichText({ text: { text, entities = [] } }: { text: Rich }) {
  return <span class="words">{pieces(text, 0, text.length, outermost(entities, text.length))}</span>
}

/** Entities that lie inside the text, longest first where they begin together. */
function outermost(entities: readonly Entity[], end: number): Entity[] {
  return entities
    .filter(one => one.offset >= 0 && one.length > 0 && one.offset + one.length <= end)
    .sort((a, b) => a.offset - b.offset || b.length - a.length)
}

function pieces(text: string, from: number, to: number, entities: readonly Entity[]): ComponentChildren[] {
  const drawn: ComponentChildren[] = []
  let at = from
  for (let index = 0; index < entities.length; index++) {
    const entity = entities[index]!
    const end = entity.offset + entity.length
    if (entity.offset < at || end > to) continue
    drawn.push(...plain(text.slice(at, entity.offset)))
    const inner = entities.slice(index + 1).filter(one => one.offset >= entity.offset && one.offset + one.length <= end)
    drawn.push(wrapped(entity, text.slice(entity.offset, end), pieces(text, entity.offset, end, inner)))
    at = end
  }
  drawn.push(...plain(text.slice(at, to)))
  return drawn
}

function wrapped(entity: Entity, text: string, inner: ComponentChildren): ComponentChildren {
  switch (entity.kind) {
    case 'bold':
      return <strong>{inner}</strong>
    case 'italic':
      return <em>{inner}</em>
    case 'underline':
      return <u>{inner}</u>
    case 'strikethrough':
      return <s>{inner}</s>
    case 'code':
      return <code>{text}</code>
    case 'pre':
      return <pre>{text}</pre>
    case 'quote':
      return <blockquote>{inner}</blockquote>
    case 'spoiler':
      return <Spoiler>{inner}</Spoiler>
    case 'link':
      return <Link to={entity.url ?? ''}>{text}</Link>
    case 'url':
      return <Link to={/^https?:/i.test(text) ? text : `https://${text}`}>{text}</Link>
    case 'email':
      return <Link to={`mailto:${text}`}>{text}</Link>
    case 'phone':
      return <Link to={`tel:${text.replace(/[^\d+]/g, '')}`}>{text}</Link>
    default:
      return inner
  }
}

const found = /(https?:\/\/[^\s<>"']+[^\s<>"'.,:;!?)\]}»”])|([\w.+-]+@[\w-]+(?:\.[\w-]+)+)/gi

/** Addresses that nobody has marked. */
function plain(text: string): ComponentChildren[] {
  const drawn: ComponentChildren[] = []
  let at = 0
  for (const match of text.matchAll(found)) {
    drawn.push(text.slice(at, match.index), <Link to={match[1] ?? `mailto:${match[0]}`}>{match[0]}</Link>)
    at = match.index + match[0].length
  }
  drawn.push(text.slice(at))
  return drawn
}

export function safeAddress(to: string): string | undefined {
  try {
    return ['http:', 'https:', 'mailto:', 'tel:'].includes(new URL(to).protocol) ? to : undefined
  } catch {
    return undefined
  }
}

export function Link({ to, children, class: name }: { to: string; children: ComponentChildren; class?: string }) {
  const href = safeAddress(to)
  if (!href) return <>{children}</>
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" class={name}>
      {children}
    </a>
  )
}

function Spoiler({ children }: { children: ComponentChildren }) {
  const [shown, setShown] = useState(false)
  if (shown) return <span>{children}</span>
  return (
    <button type="button" class="spoiler" aria-label={t('hidden')} onClick={() => setShown(true)}>
      <span aria-hidden="true">{children}</span>
    </button>
  )
}
