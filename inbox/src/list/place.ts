/** Where the address says we are: view, filters, conversation; and which row stands next. */
import { type InboxView, view as viewSchema } from '@dragoman/api'
import { desk } from '../store/desk.ts'
import { type ListFilters, listKey, rowsOf } from '../store/lists.ts'

interface Location {
  pathname: string
  search: unknown
}

export function placeOf(location: Location): { onInbox: boolean; view: InboxView; conversationId?: string } {
  const [, first, second, third] = location.pathname.split('/')
  const parsed = viewSchema.safeParse(second)
  return {
    onInbox: first === 'inbox',
    view: parsed.success ? parsed.data : 'all',
    conversationId: first === 'inbox' && third ? third : undefined,
  }
}

export function filtersFrom(location: Location): ListFilters {
  const search = location.search as Partial<Record<'account' | 'channel' | 'assignee', string>>
  return { view: placeOf(location).view, account: search.account, channel: search.channel, assignee: search.assignee }
}

/** The conversation next to the open one in the list; the first where none is open. */
export function stepFrom(filters: ListFilters, conversationId: string | undefined, by: 1 | -1): string | undefined {
  const { inbox, lists } = desk()
  if (!inbox) return undefined
  const rows = rowsOf(inbox, filters, lists[listKey(filters)]?.floor ?? 0, conversationId)
  const at = rows.findIndex(row => row.id === conversationId)
  if (at < 0) return rows[0]?.id
  return rows[at + by]?.id ?? conversationId
}
