/**
 * The rows of a list from one moment to the next: where thousands of conversations are loaded and a few of them change in each frame, only those few
 * are judged and put in place. Always holds: the same rows as `rowsOf` gives (a test holds them against each other).
 */
import { type ConversationView, compareRows } from '@dragoman/api'
import { isInRows, type Known, type ListFilters, rowsOf } from './lists.ts'

interface Before {
  state: Known
  filters: ListFilters
  edge: number | null
  keep: string | undefined
  teamIds: string
  rows: ConversationView[]
}

/** More changes than this are cheaper judged together. */
const mostChanges = 300

/** A reader of one list at a time; it remembers what it gave last. */
export function createRowsReader(): (
  state: Known,
  filters: ListFilters,
  edge: number | null,
  keep: string | undefined,
  teamIds: readonly string[],
) => ConversationView[] {
  let before: Before | undefined
  return (state, filters, edge, keep, teamIds) => {
    const teams = teamIds.join()
    const isSameList =
      before !== undefined &&
      before.filters === filters &&
      before.edge === edge &&
      before.keep === keep &&
      before.teamIds === teams &&
      before.state.me === state.me &&
      // What is late becomes so by the clock alone.
      filters.filter.due === undefined
    const changed = isSameList && before ? changedIds(before.state, state) : undefined
    const rows =
      before && changed && changed.size <= mostChanges
        ? mended(before.rows, changed, state, filters, edge, keep, teamIds)
        : rowsOf(state, filters, edge, keep, teamIds)
    before = { state, filters, edge, keep, teamIds: teams, rows }
    return rows
  }
}

function mended(
  rows: ConversationView[],
  changed: ReadonlySet<string>,
  state: Known,
  filters: ListFilters,
  edge: number | null,
  keep: string | undefined,
  teamIds: readonly string[],
): ConversationView[] {
  if (changed.size === 0) return rows
  const compare = compareRows(filters.sort)
  const next = rows.filter(row => !changed.has(row.id))
  for (const id of changed) {
    const conversation = state.conversations[id]
    if (!conversation || !isInRows(state, conversation, filters, edge, keep, teamIds)) continue
    let from = 0
    let to = next.length
    while (from < to) {
      const middle = (from + to) >> 1
      if (compare(next[middle]!, conversation) < 0) from = middle + 1
      else to = middle
    }
    next.splice(from, 0, conversation)
  }
  return next
}

/** Conversations of which anything that a list looks at is another thing than before. */
function changedIds(before: Known, now: Known): Set<string> {
  const ids = new Set<string>()
  const compare = <Value>(a: Readonly<Record<string, Value>>, b: Readonly<Record<string, Value>>, idOf: (key: string) => string) => {
    if (a === b) return
    for (const key in b) if (a[key] !== b[key]) ids.add(idOf(key))
    for (const key in a) if (!(key in b)) ids.add(idOf(key))
  }
  const same = (key: string) => key
  compare(before.conversations, now.conversations, same)
  compare(before.reads, now.reads, same)
  compare(before.mentions, now.mentions, same)
  compare(before.drafts, now.drafts, key => key.slice(0, key.indexOf(':')))
  return ids
}
