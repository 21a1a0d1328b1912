/** Which conversations a view holds, and loading more of them. Always holds: rows stand by newest activity. */
import { type ConversationView, draftKey, type InboxState, type InboxView, unreadCount } from '@dragoman/api'
import { call } from '../client.ts'
import { changeInbox, desk, floorOf, useDesk, withPage } from './desk.ts'

export interface ListFilters {
  view: InboxView
  account?: string
  channel?: string
  assignee?: string
}

export const inboxViews: readonly InboxView[] = ['all', 'mine', 'unassigned', 'unanswered', 'unread', 'drafts', 'closed']

export function listKey(filters: ListFilters): string {
  return [filters.view, filters.account ?? '', filters.channel ?? '', filters.assignee ?? ''].join('|')
}

export function hasDraft(state: Pick<InboxState, 'drafts'>, conversationId: string): boolean {
  return Boolean(
    state.drafts[draftKey({ conversationId, mode: 'reply' })]?.body ?? state.drafts[draftKey({ conversationId, mode: 'note' })]?.body,
  )
}

export function belongs(state: InboxState, conversation: ConversationView, filters: ListFilters): boolean {
  if (filters.account && conversation.accountId !== filters.account) return false
  if (filters.channel && conversation.channel !== filters.channel) return false
  if (filters.assignee && conversation.assigneeId !== filters.assignee) return false
  switch (filters.view) {
    case 'all':
      return conversation.state === 'open'
    case 'mine':
      return conversation.state === 'open' && conversation.assigneeId === state.me.memberId
    case 'unassigned':
      return conversation.state === 'open' && conversation.assigneeId === null
    case 'unanswered':
      return conversation.state === 'open' && conversation.unansweredSince !== null
    case 'unread':
      return conversation.state === 'open' && unreadCount(conversation, state.reads[conversation.id]) > 0
    case 'drafts':
      return hasDraft(state, conversation.id)
    case 'closed':
      return conversation.state === 'closed'
  }
}

/** The rows of a view. `keep` stays in it although it no longer belongs (the open one must not vanish under the reader). */
export function rowsOf(state: InboxState, filters: ListFilters, floor: number, keep?: string): ConversationView[] {
  const rows: ConversationView[] = []
  for (const conversation of Object.values(state.conversations)) {
    const kept = conversation.id === keep && filters.view !== 'all' && filters.view !== 'closed'
    if ((belongs(state, conversation, filters) && (conversation.lastActivityAt >= floor || filters.view === 'drafts')) || kept)
      rows.push(conversation)
  }
  return rows.sort((a, b) => b.lastActivityAt - a.lastActivityAt || (a.id < b.id ? 1 : -1))
}

/** Loads the first page of a list, or the next one. */
export async function loadList(filters: ListFilters, more = false): Promise<void> {
  const key = listKey(filters)
  const known = desk().lists[key]
  if (known?.loading || (known && !known.failed && !more) || (more && known?.next === null)) return
  const put = (range: Partial<NonNullable<typeof known>>) =>
    useDesk.setState(state => ({
      lists: { ...state.lists, [key]: { next: null, floor: Number.POSITIVE_INFINITY, loading: false, ...state.lists[key], ...range } },
    }))
  put({ loading: true, failed: false })
  try {
    const page = await call('conversations', {
      query: {
        view: filters.view,
        accountId: filters.account,
        channel: filters.channel,
        assigneeId: filters.assignee,
        cursor: more ? (known?.next ?? undefined) : undefined,
      },
    })
    changeInbox(state => withPage(state, page))
    put({ loading: false, next: page.next, floor: floorOf(page.conversations, page.next) })
  } catch {
    put({ loading: false, failed: true })
  }
}
