/**
 * Rich text on the screen and under the fingers: entities follow the edits of a plain textarea, and a text falls apart into runs to draw.
 * Always holds: entities count UTF-16 units; only http(s), mailto and tel addresses ever become links.
 */
import type { Entity, EntityKind, RichText } from '@dragoman/api'

/** A stretch that is drawn apart: an entity, or a placeholder that still stands. */
export type Mark = Omit<Entity, 'kind'> & { kind: EntityKind | 'placeholder' }

export interface Run {
  text: string
  kinds: Mark['kind'][]
  href?: string
}

/** The entities after the text was edited: what stood before stays, what stood behind moves, what was inside grows or shrinks. */
export function shiftEntities(before: string, after: string, entities: readonly Entity[]): Entity[] {
  if (before === after) return [...entities]
  let head = 0
  const shortest = Math.min(before.length, after.length)
  while (head < shortest && before[head] === after[head]) head++
  let tail = 0
  while (tail < shortest - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++
  const removedEnd = before.length - tail
  const delta = after.length - before.length
  const move = (at: number, isEnd: boolean): number => {
    if (at < head || (at === head && !(isEnd && removedEnd === head))) return at
    if (at === head && isEnd) return at
    return at >= removedEnd ? at + delta : head
  }
  return entities
    .map(entity => {
      const start = entity.offset >= removedEnd ? entity.offset + delta : Math.min(entity.offset, head)
      const end = move(entity.offset + entity.length, true)
      return { ...entity, offset: start, length: end - start }
    })
    .filter(entity => entity.length > 0 && entity.offset >= 0 && entity.offset + entity.length <= after.length)
}

/** Sets or clears one kind on a range. Setting what the range has already, clears it there. */
export function toggleEntity(
  entities: readonly Entity[],
  kind: EntityKind,
  from: number,
  to: number,
  more: Partial<Entity> = {},
): Entity[] {
  if (to <= from) return [...entities]
  const covered = entities.some(entity => entity.kind === kind && entity.offset <= from && entity.offset + entity.length >= to)
  const rest: Entity[] = []
  let start = from
  let end = to
  for (const entity of entities) {
    const stop = entity.offset + entity.length
    if (entity.kind !== kind || stop < from || entity.offset > to) {
      rest.push(entity)
      continue
    }
    if (covered) {
      if (entity.offset < from) rest.push({ ...entity, length: from - entity.offset })
      if (stop > to) rest.push({ ...entity, offset: to, length: stop - to })
    } else {
      start = Math.min(start, entity.offset)
      end = Math.max(end, stop)
    }
  }
  if (!covered) rest.push({ ...more, kind, offset: start, length: end - start })
  return rest.filter(entity => entity.length > 0).sort((a, b) => a.offset - b.offset || b.length - a.length)
}

/** The same rich text without spaces at its ends. */
export function trimRichText(rich: RichText): RichText {
  const text = rich.text.trim()
  const cut = rich.text.length - rich.text.trimStart().length
  const entities = (rich.entities ?? [])
    .map(entity => {
      const start = Math.max(0, entity.offset - cut)
      const end = Math.min(text.length, entity.offset + entity.length - cut)
      return { ...entity, offset: start, length: end - start }
    })
    .filter(entity => entity.length > 0)
  return entities.length ? { text, entities } : { text }
}

/** An address that may be opened, or undefined: never a script, never a file. */
export function safeHref(url: string | undefined): string | undefined {
  if (!url) return undefined
  const trimmed = url.trim()
  if (/^(https?|mailto|tel):/i.test(trimmed)) return trimmed
  return /^[\w-]+(\.[\w-]+)+([/?#].*)?$/.test(trimmed) ? `https://${trimmed}` : undefined
}

export interface FoundLink {
  index: number
  lastIndex: number
  url: string
}

/** Cuts a text into runs with the kinds that hold in each. `links` are addresses found in the plain text. */
export function runsOf(rich: { text: string; entities?: readonly Mark[] }, links: readonly FoundLink[] = []): Run[] {
  const entities = (rich.entities ?? []).filter(entity => entity.offset < rich.text.length)
  const marked = (index: number, end: number) =>
    entities.some(
      entity =>
        (entity.kind === 'link' || entity.kind === 'url' || entity.kind === 'code' || entity.kind === 'pre') &&
        entity.offset < end &&
        entity.offset + entity.length > index,
    )
  const found = links.filter(link => !marked(link.index, link.lastIndex))
  const cuts = new Set<number>([0, rich.text.length])
  for (const entity of entities) {
    cuts.add(entity.offset)
    cuts.add(Math.min(rich.text.length, entity.offset + entity.length))
  }
  for (const link of found) {
    cuts.add(link.index)
    cuts.add(link.lastIndex)
  }
  const points = [...cuts].sort((a, b) => a - b)
  const runs: Run[] = []
  for (let index = 0; index + 1 < points.length; index++) {
    const from = points[index] ?? 0
    const to = points[index + 1] ?? 0
    const text = rich.text.slice(from, to)
    const holding = entities.filter(entity => entity.offset <= from && entity.offset + entity.length >= to)
    const link = found.find(one => one.index <= from && one.lastIndex >= to)
    runs.push({ text, kinds: holding.map(entity => entity.kind), href: hrefOf(holding, text) ?? safeHref(link?.url) })
  }
  return runs
}

function hrefOf(entities: readonly Mark[], text: string): string | undefined {
  for (const entity of entities) {
    if (entity.kind === 'link') return safeHref(entity.url)
    if (entity.kind === 'url') return safeHref(text)
    if (entity.kind === 'email') return safeHref(`mailto:${text}`)
    if (entity.kind === 'phone') return safeHref(`tel:${text.replace(/[^\d+]/g, '')}`)
  }
  return undefined
}
