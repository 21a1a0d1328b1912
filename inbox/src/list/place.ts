/** Where the address says we are: view, filters, conversation; and which row stands next. */
import { knownViews } from '../store/catalogues.ts'
import { desk } from '../store/desk.ts'
import { type ListFilters, listKey, listOf, rowsOf } from '../store/lists.ts'

interface Location {
  pathname: string
  search: unknown
}

export function placeOf(location: Location): { onInbox: boolean; view: string; conversationId?: string } {
  const [, first, second, third] = location.pathname.split('/')
  return { onInbox: first === 'inbox', view: second || 'all', conversationId: first === 'inbox' && third ? third : undefined }
}

export function filtersFrom(location: Location): ListFilters {
  return listOf(placeOf(location).view, location.search as object, knownViews())
}

/** The conversation next to the open one in the list; the first where none is open. */
export function stepFrom(filters: ListFilters, conversationId: string | undefined, by: 1 | -1): string | undefined {
  const { inbox, lists } = desk()
  if (!inbox) return undefined
  const rows = rowsOf(inbox, filters, lists[listKey(filters)]?.edge ?? null, conversationId)
  const at = rows.findIndex(row => row.id === conversationId)
  if (at < 0) return rows[0]?.id
  return rows[at + by]?.id ?? conversationId
}
