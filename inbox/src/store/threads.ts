/**
 * Loading of threads: the newest page, older and newer ones, a jump into the middle, prefetch of neighbours.
 * Always holds: the messages of a thread in the store have no hole inside; a jump that would make one replaces them.
 */
import { type MessageView, withMessages } from '@dragoman/api'
import { call, problemOf } from '../client.ts'
import { changeInbox, desk, putConversation, type ThreadRange, useDesk } from './desk.ts'

const pageSize = 60

function setRange(conversationId: string, range: Partial<ThreadRange>): void {
  useDesk.setState(state => ({
    ranges: {
      ...state.ranges,
      [conversationId]: { hasOlder: false, hasNewer: false, loading: false, ...state.ranges[conversationId], ...range },
    },
  }))
}

function replaceMessages(conversationId: string, messages: readonly MessageView[]): void {
  changeInbox(state => {
    const { [conversationId]: _old, ...rest } = state.messages
    return withMessages({ ...state, messages: rest }, conversationId, messages)
  })
}

const underWay = new Map<string, Promise<void>>()

/** Loads the end of a thread unless it is there. Resolves when messages can be shown. */
export function openThread(conversationId: string): Promise<void> {
  const { inbox, ranges } = desk()
  if (inbox?.messages[conversationId] && ranges[conversationId]) return Promise.resolve()
  const known = underWay.get(conversationId)
  if (known) return known
  const work = loadEnd(conversationId).finally(() => underWay.delete(conversationId))
  underWay.set(conversationId, work)
  return work
}

export async function loadEnd(conversationId: string): Promise<void> {
  // From now on events of this thread are kept: the page that comes may be older than they are.
  changeInbox(state => (state.messages[conversationId] ? state : { ...state, messages: { ...state.messages, [conversationId]: [] } }))
  setRange(conversationId, { loading: true, hasNewer: false })
  try {
    const page = await call('messages', { params: { conversationId }, query: { limit: pageSize } })
    changeInbox(state => withMessages(state, conversationId, keepNewest(page.messages, state.messages[conversationId] ?? [])))
    setRange(conversationId, { loading: false, hasOlder: page.hasOlder, hasNewer: false })
  } catch (error) {
    changeInbox(state => {
      const { [conversationId]: _gone, ...messages } = state.messages
      return { ...state, messages }
    })
    useDesk.setState(state => {
      const { [conversationId]: _gone, ...ranges } = state.ranges
      return { ranges }
    })
    throw error
  }
}

/** What events brought while a page was on its way is newer than the page. */
function keepNewest(loaded: readonly MessageView[], present: readonly MessageView[]): MessageView[] {
  const known = new Set(present.map(message => message.id))
  return loaded.filter(message => !known.has(message.id))
}

export async function loadOlder(conversationId: string): Promise<void> {
  const range = desk().ranges[conversationId]
  const first = desk().inbox?.messages[conversationId]?.[0]
  if (!range?.hasOlder || range.loading || !first) return
  setRange(conversationId, { loading: true })
  try {
    const page = await call('messages', { params: { conversationId }, query: { before: first.id, limit: pageSize } })
    changeInbox(state => withMessages(state, conversationId, page.messages))
    setRange(conversationId, { loading: false, hasOlder: page.hasOlder })
  } catch {
    setRange(conversationId, { loading: false })
  }
}

export async function loadNewer(conversationId: string): Promise<void> {
  const range = desk().ranges[conversationId]
  const last = desk().inbox?.messages[conversationId]?.at(-1)
  if (!range?.hasNewer || range.loading || !last) return
  setRange(conversationId, { loading: true })
  try {
    const page = await call('messages', { params: { conversationId }, query: { after: last.id, limit: pageSize } })
    changeInbox(state => withMessages(state, conversationId, page.messages))
    setRange(conversationId, { loading: false, hasNewer: page.hasNewer })
  } catch {
    setRange(conversationId, { loading: false })
  }
}

/** Makes sure that a message is among those loaded. */
export async function reachMessage(conversationId: string, messageId: string): Promise<boolean> {
  await openThread(conversationId)
  if (desk().inbox?.messages[conversationId]?.some(message => message.id === messageId)) return true
  try {
    const page = await call('messages', { params: { conversationId }, query: { around: messageId, limit: pageSize } })
    if (page.messages.length === 0) return false
    replaceMessages(conversationId, page.messages)
    setRange(conversationId, { loading: false, hasOlder: page.hasOlder, hasNewer: page.hasNewer })
    return page.messages.some(message => message.id === messageId)
  } catch {
    return false
  }
}

/** Goes to the day of `at`. Answers the id of the first message then. */
export async function reachDay(conversationId: string, at: number): Promise<string | undefined> {
  const page = await call('messages', { params: { conversationId }, query: { at, limit: pageSize } })
  if (page.messages.length === 0) return undefined
  replaceMessages(conversationId, page.messages)
  setRange(conversationId, { loading: false, hasOlder: page.hasOlder, hasNewer: page.hasNewer })
  return (page.messages.find(message => message.order.at >= at) ?? page.messages.at(-1))?.id
}

/** Back to the end after a jump. */
export async function returnToEnd(conversationId: string): Promise<void> {
  if (!desk().ranges[conversationId]?.hasNewer) return
  const page = await call('messages', { params: { conversationId }, query: { limit: pageSize } })
  replaceMessages(conversationId, page.messages)
  setRange(conversationId, { loading: false, hasOlder: page.hasOlder, hasNewer: false })
}

/** A pasted link may name a conversation that no loaded list holds. */
export async function ensureConversation(conversationId: string): Promise<'there' | 'missing' | 'unreachable'> {
  if (desk().inbox?.conversations[conversationId]) return 'there'
  try {
    const answer = await call('conversation', { params: { conversationId } })
    putConversation(answer.conversation)
    changeInbox(state => ({ ...state, reads: answer.read ? { ...state.reads, [conversationId]: answer.read } : state.reads }))
    return 'there'
  } catch (error) {
    return problemOf(error).status === 0 ? 'unreachable' : 'missing'
  }
}

/** Marks what is on the screen as read. The count only rises here. */
export function markRead(conversationId: string, readCount: number): void {
  const { inbox } = desk()
  if (!inbox || (inbox.reads[conversationId]?.readCount ?? 0) >= readCount) return
  const read = { conversationId, memberId: inbox.me.memberId, readCount }
  changeInbox(state => ({ ...state, reads: { ...state.reads, [conversationId]: read } }))
  call('markRead', { params: { conversationId }, body: { readCount } }).catch(() => undefined)
}

export function markUnread(conversationId: string): void {
  const { inbox } = desk()
  const conversation = inbox?.conversations[conversationId]
  if (!inbox || !conversation || conversation.inboundCount === 0) return
  const readCount = conversation.inboundCount - 1
  changeInbox(state => ({
    ...state,
    reads: { ...state.reads, [conversationId]: { conversationId, memberId: state.me.memberId, readCount } },
  }))
  call('markRead', { params: { conversationId }, body: { readCount } }).catch(() => undefined)
}
