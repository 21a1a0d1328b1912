/**
 * Events that have nothing to do with each other may be applied side by side: while the database works for one half, the process prepares the other.
 * Always holds: events that share a thread, a person's id or a message are in the same part, in the order in which they came.
 */
import { referredTo } from './referred-to.ts'
import type { Sourced } from './rows.ts'

/** Parts of about the same size, at most so many; fewer where all belong together. */
export function splitApart(events: readonly Sourced[], most: number): Sourced[][] {
  const groupOf = joinByKeys(events)
  const groups = new Map<number, Sourced[]>()
  for (const [index, sourced] of events.entries()) {
    const group = groupOf(index)
    const list = groups.get(group)
    if (list) list.push(sourced)
    else groups.set(group, [sourced])
  }
  const parts: Sourced[][] = Array.from({ length: most }, () => [])
  for (const group of [...groups.values()].toSorted((a, b) => b.length - a.length)) {
    const smallest = parts.reduce((least, part) => (part.length < least.length ? part : least))
    smallest.push(...group)
  }
  return parts.filter(part => part.length > 0)
}

/** Union-find over what events name; returns which group an event is of. */
function joinByKeys(events: readonly Sourced[]): (index: number) => number {
  const parent = Array.from(events, (_event, index) => index)
  const rootOf = (index: number): number => {
    let root = index
    while (parent[root] !== root) root = parent[root]!
    parent[index] = root
    return root
  }
  const firstOf = new Map<string, number>()
  for (const [index, { event }] of events.entries()) {
    for (const key of keysOf(event)) {
      const first = firstOf.get(key)
      if (first === undefined) firstOf.set(key, index)
      else parent[rootOf(index)] = rootOf(first)
    }
  }
  return rootOf
}

function keysOf(event: Sourced['event']): string[] {
  const keys = referredTo(event).map(id => `message ${id}`)
  if (event.threadId !== undefined) keys.push(`thread ${event.threadId}`)
  for (const id of event.identity?.externalIds ?? []) keys.push(`person ${id}`)
  if (event.kind === 'contact.updated') for (const id of event.replaces ?? []) keys.push(`person ${id}`)
  if (event.ref !== undefined) keys.push(`part ${event.ref}`)
  return keys
}
