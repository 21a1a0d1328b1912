/** Which conversations a view holds, and loading more of them. Always holds: rows stand in the order of the view, and only as far as the hub has given them. */
import {
  type ConversationFilter,
  type ConversationView,
  combined,
  compareRows,
  conversationFilter,
  draftKey,
  filterNames,
  fits,
  type InboxState,
  presetSort,
  presets,
  type SavedView,
  type SortOrder,
  sortKey,
  view as viewSchema,
} from '@dragoman/api'
import { call } from '../client.ts'
import { myTeamIds } from './catalogues.ts'
import { changeInbox, desk, useDesk, withPage } from './desk.ts'

export interface ListFilters {
  /** A built-in view by name, or a saved one by id. */
  view: string
  /** Filters of the address alone, beside those of the view. */
  extra: ConversationFilter
  /** Both together. */
  filter: ConversationFilter
  sort: SortOrder
}

export const inboxViews = viewSchema.options

/** The filters that an address names; what is not one of ours is left out. */
export function filtersOfSearch(search: object): ConversationFilter {
  const given = Object.entries(search).filter(([name, value]) => filterNames.includes(name as never) && value !== undefined)
  const kept = given.flatMap(([name, value]) => {
    const parsed = conversationFilter.safeParse({ [name]: value })
    return parsed.success ? Object.entries(parsed.data) : []
  })
  return Object.fromEntries(kept)
}

/** The list that a view and an address describe. An unknown view is that of all. */
export function listOf(view: string, search: object, saved: readonly SavedView[]): ListFilters {
  const extra = filtersOfSearch(search)
  const own = saved.find(one => one.id === view)
  if (own) return { view, extra, filter: combined(own.filter, extra), sort: own.sort }
  const parsed = viewSchema.safeParse(view)
  const name = parsed.success ? parsed.data : 'all'
  return { view: name, extra, filter: combined(presets[name], extra), sort: presetSort(name) }
}

export function listKey({ filter, sort }: Pick<ListFilters, 'filter' | 'sort'>): string {
  return JSON.stringify([sort, ...filterNames.map(name => filter[name] ?? null)])
}

export function hasDraft(state: Pick<InboxState, 'drafts'>, conversationId: string): boolean {
  return Boolean(
    state.drafts[draftKey({ conversationId, mode: 'reply' })]?.body ?? state.drafts[draftKey({ conversationId, mode: 'note' })]?.body,
  )
}

export type Known = Pick<InboxState, 'conversations' | 'reads' | 'drafts' | 'mentions' | 'me'>

export function belongs(state: Known, conversation: ConversationView, filter: ConversationFilter, teamIds: readonly string[]): boolean {
  const { id } = conversation
  return fits(filter, conversation, {
    memberId: state.me.memberId,
    teamIds,
    readCount: state.reads[id]?.readCount ?? 0,
    hasDraft: hasDraft(state, id),
    mentions: state.mentions[id] ?? { unread: 0, total: 0 },
    now: Date.now(),
  })
}

/** Views in which the open row stays although it no longer belongs: reading it must not take it away under the reader. */
const leavesByReading = (filter: ConversationFilter) =>
  filter.unread !== undefined ||
  filter.mentioned !== undefined ||
  filter.waiting !== undefined ||
  filter.draft !== undefined ||
  filter.assignee !== undefined

/** Whether a conversation is among the rows of a view. `edge` is the figure of the last row that the hub has given; `keep` stays. */
export function isInRows(
  state: Known,
  conversation: ConversationView,
  { filter, sort }: ListFilters,
  edge: number | null,
  keep: string | undefined,
  teamIds: readonly string[],
): boolean {
  if (conversation.id === keep && leavesByReading(filter) && !conversation.spam) return true
  const isWithin = edge === null || (sort === 'newest' ? sortKey(conversation, sort) >= edge : sortKey(conversation, sort) <= edge)
  return isWithin && belongs(state, conversation, filter, teamIds)
}

/** The teams that a view asks about. */
export function teamsFor({ filter }: ListFilters): readonly string[] {
  return filter.team === 'mine' ? myTeamIds() : []
}

/** The rows of a view. */
export function rowsOf(
  state: Known,
  filters: ListFilters,
  edge: number | null,
  keep?: string,
  teamIds: readonly string[] = teamsFor(filters),
): ConversationView[] {
  return Object.values(state.conversations)
    .filter(conversation => isInRows(state, conversation, filters, edge, keep, teamIds))
    .sort(compareRows(filters.sort))
}

/** The query of a list, as an address says it. */
export function queryOf(filter: ConversationFilter): Record<string, string> {
  return Object.fromEntries(Object.entries(filter).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value)]))
}

/** Loads the first page of a list, or the next one. */
export async function loadList(filters: ListFilters, more = false): Promise<void> {
  const key = listKey(filters)
  const known = desk().lists[key]
  if (known?.loading || (known && !known.failed && !more) || (more && known?.next === null)) return
  const put = (range: Partial<NonNullable<typeof known>>) =>
    useDesk.setState(state => ({
      lists: { ...state.lists, [key]: { next: null, edge: null, loading: false, ...state.lists[key], ...range } },
    }))
  put({ loading: true, failed: false })
  try {
    const page = await call('conversations', {
      query: { ...queryOf(filters.filter), sort: filters.sort, cursor: more ? (known?.next ?? undefined) : undefined },
    })
    changeInbox(state => withPage(state, page))
    put({ loading: false, next: page.next, edge: edgeOf(page, filters.sort) })
  } catch {
    put({ loading: false, failed: true })
  }
}

/** Beyond this figure the list knows nothing; null: it knows all. */
export function edgeOf(
  { conversations, next }: { conversations: readonly ConversationView[]; next: string | null },
  sort: SortOrder,
): number | null {
  const last = conversations.at(-1)
  return next === null || !last ? null : sortKey(last, sort)
}
