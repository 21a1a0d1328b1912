/**
 * The one store of the page: the shared reducer's state and what only this page knows (connection, loaded ranges of threads, lists).
 * Always holds: `inbox` changes only by the functions of `@dragoman/api`; events are applied in order, at most once a frame.
 */
import {
  applyEvents,
  type ChannelView,
  type ConversationView,
  type EphemeralEvent,
  type InboxState,
  type MessageView,
  type Snapshot,
  type StoredEvent,
  stateFromSnapshot,
  withMessages,
  withPage,
} from '@dragoman/api'
import { create } from 'zustand'
import { call } from '../client.ts'
import { noteLooking } from './looking.ts'
import { startTyping, stopTyping } from './typing.ts'

export interface ThreadRange {
  hasOlder: boolean
  hasNewer: boolean
  loading: boolean
}
export interface ListRange {
  next: string | null
  /** The figure of the last row that the hub has given: beyond it this list knows nothing; null: it knows all. */
  edge: number | null
  loading: boolean
  failed?: boolean
}
export type Connection = 'live' | 'reconnecting' | 'offline'

export interface Desk {
  inbox: InboxState | null
  channels: Readonly<Record<string, ChannelView>>
  counts: Readonly<Record<string, number>>
  connection: Connection
  ranges: Readonly<Record<string, ThreadRange>>
  lists: Readonly<Record<string, ListRange>>
  online: readonly string[]
  /** What a screen reader hears once, politely. */
  announcement: string
}

export const useDesk = create<Desk>(() => ({
  inbox: null,
  channels: {},
  counts: {},
  connection: 'live',
  ranges: {},
  lists: {},
  online: [],
  announcement: '',
}))

export function desk(): Desk {
  return useDesk.getState()
}

export function inboxState(): InboxState {
  const { inbox } = desk()
  if (!inbox) throw new Error('The inbox has not started')
  return inbox
}

/** The state inside the shell, where it is always there. */
export function useInbox<Chosen>(choose: (state: InboxState) => Chosen): Chosen {
  return useDesk(state => choose(state.inbox as InboxState))
}

const snapshotListeners = new Set<() => void>()

/** Hears of every new snapshot: what is kept beside it may be old. */
export function onSnapshot(listener: () => void): () => void {
  snapshotListeners.add(listener)
  return () => snapshotListeners.delete(listener)
}

export function takeSnapshot(snapshot: Snapshot, channels: readonly ChannelView[], list: { key: string; edge: number | null }): void {
  for (const listener of snapshotListeners) listener()
  useDesk.setState({
    inbox: stateFromSnapshot(snapshot),
    channels: Object.fromEntries(channels.map(channel => [channel.id, channel])),
    counts: snapshot.counts,
    ranges: {},
    lists: { [list.key]: { next: snapshot.next, edge: list.edge, loading: false } },
  })
}

export function changeInbox(change: (state: InboxState) => InboxState): void {
  useDesk.setState(state => (state.inbox ? { inbox: change(state.inbox) } : state))
}

let waiting: StoredEvent[] = []
let waitingCursor = ''
let flushing = false
/** Not before this moment: a flood of events gets a third of the page's time at most, so that keys are answered at once. */
let nextFlushAt = 0
const longestWaitMs = 100
const listeners = new Set<(events: readonly StoredEvent[]) => void>()

/** Hears every batch of events after it was applied. */
export function onEvents(listener: (events: readonly StoredEvent[]) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function receiveEvents(events: readonly StoredEvent[], cursor: string): void {
  waiting.push(...events)
  waitingCursor = cursor
  if (flushing) return
  flushing = true
  const waitMs = document.hidden ? 30 : nextFlushAt - performance.now()
  if (document.hidden) setTimeout(flush, waitMs)
  else if (waitMs > 8) setTimeout(() => requestAnimationFrame(flush), waitMs)
  else requestAnimationFrame(flush)
}

function flush(): void {
  const startedAt = performance.now()
  flushing = false
  const events = waiting
  waiting = []
  const { ranges } = desk()
  changeInbox(state => {
    // A thread that was opened in the middle does not know what lies between: new messages wait until its end is loaded.
    const known = events.filter(event => !(event.kind === 'message.created' && ranges[event.message.conversationId]?.hasNewer))
    return { ...applyEvents(state, known), cursor: waitingCursor }
  })
  for (const event of events) {
    if (event.kind !== 'message.created') continue
    const { conversationId, direction, author } = event.message
    stopTyping(conversationId, direction === 'in' ? 'customer' : (author.id ?? ''))
  }
  for (const listener of listeners) listener(events)
  // After the screen's own work, which the change above has set going.
  queueMicrotask(() => {
    const now = performance.now()
    nextFlushAt = now + Math.min(longestWaitMs, 2 * (now - startedAt))
  })
}

export function receiveEphemeral(events: readonly EphemeralEvent[]): void {
  for (const event of events) {
    if (event.kind === 'presence') useDesk.setState({ online: event.online })
    else if (event.kind === 'looking') noteLooking(event)
    else startTyping(event.conversationId, event.by === 'customer' ? 'customer' : (event.memberId ?? ''))
  }
}

export function putMessage(message: MessageView): void {
  changeInbox(state => withMessages(state, message.conversationId, [message]))
}

export function putConversation(conversation: ConversationView): void {
  changeInbox(state => ({ ...state, conversations: { ...state.conversations, [conversation.id]: conversation } }))
}

export function setConnection(connection: Connection): void {
  useDesk.setState({ connection })
}

export function announce(text: string): void {
  useDesk.setState({ announcement: '' })
  setTimeout(() => useDesk.setState({ announcement: text }), 60)
}

let countsTimer: ReturnType<typeof setTimeout> | undefined
/** Asks for the counts of the views, at most every 1.5 s. */
export function refreshCounts(): void {
  countsTimer ??= setTimeout(() => {
    countsTimer = undefined
    call('counts').then(
      ({ counts }) => useDesk.setState({ counts }),
      () => undefined,
    )
  }, 1_500)
}

export { withPage }
