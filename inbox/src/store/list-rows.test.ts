/** The rows of a list, mended change by change, are the rows judged anew; and events applied together give what they give one by one. */
import {
  applyEvent,
  applyEvents,
  type ConversationView,
  type InboxState,
  type MessageView,
  type StoredEvent,
  withMessages,
} from '@dragoman/api'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import type { ListFilters } from './lists.ts'

vi.stubGlobal('location', { protocol: 'http:', host: 'localhost' })
const { createRowsReader } = await import('./list-rows.ts')
const { rowsOf } = await import('./lists.ts')

const idOf = (index: number) => `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`
const conversation = (index: number, changes: Partial<ConversationView>): ConversationView =>
  ({
    id: idOf(index),
    state: 'open',
    spam: false,
    snoozedUntil: null,
    assigneeId: null,
    teamId: null,
    labelIds: [],
    priority: 'normal',
    unansweredSince: null,
    inboundCount: 0,
    dueAt: null,
    lastActivityAt: 0,
    place: null,
    contact: {},
    lastMessage: { id: idOf(1_000 + index), state: 'pending' },
    ...changes,
  }) as unknown as ConversationView
const message = (thread: number, index: number, at: number): MessageView =>
  ({ id: idOf(1_000 + index), conversationId: idOf(thread), order: { at, tie: 0, externalId: String(index) } }) as unknown as MessageView

const anEvent: fc.Arbitrary<StoredEvent> = fc.oneof(
  fc
    .record({ index: fc.nat(40), at: fc.nat(30), closed: fc.boolean(), spam: fc.boolean(), mine: fc.boolean(), count: fc.nat(3) })
    .map(({ index, at, closed, spam, mine, count }) => ({
      kind: 'conversation.changed' as const,
      conversation: conversation(index, {
        lastActivityAt: at,
        state: closed ? 'closed' : 'open',
        spam,
        assigneeId: mine ? 'me' : null,
        inboundCount: count,
      }),
    })),
  fc.nat(40).map(index => ({ kind: 'conversation.left' as const, conversationId: idOf(index) })),
  fc.record({ index: fc.nat(40), count: fc.nat(3) }).map(({ index, count }) => ({
    kind: 'read.changed' as const,
    read: { conversationId: idOf(index), memberId: 'me', readCount: count },
  })),
  fc.record({ index: fc.nat(40), version: fc.nat(5), body: fc.boolean() }).map(
    ({ index, version, body }) =>
      ({
        kind: 'draft.changed',
        draft: { conversationId: idOf(index), mode: 'reply', version, body: body ? { content: {} } : null },
      }) as unknown as StoredEvent,
  ),
  fc.record({ thread: fc.nat(3), index: fc.nat(60), at: fc.nat(50), isNew: fc.boolean() }).map(({ thread, index, at, isNew }) => ({
    kind: isNew ? ('message.created' as const) : ('message.changed' as const),
    message: message(thread, index * 4 + thread, at),
  })),
  fc.record({ thread: fc.nat(3), index: fc.nat(60), isRead: fc.boolean() }).map(
    ({ thread, index, isRead }): StoredEvent => ({
      kind: 'state.changed',
      conversationId: idOf(thread),
      messageId: idOf(1_000 + index * 4 + thread),
      state: isRead ? 'read' : 'sent',
      parts: [],
    }),
  ),
)
const batches = fc.array(fc.array(anEvent, { maxLength: 30 }), { maxLength: 12 })
const start = () =>
  ({
    cursor: '',
    me: { memberId: 'me' },
    members: {},
    accounts: {},
    conversations: Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [idOf(index), conversation(index, { lastActivityAt: index })]),
    ),
    reads: {},
    drafts: {},
    mentions: {},
    messages: { [idOf(0)]: [], [idOf(1)]: Array.from({ length: 40 }, (_, index) => message(1, index * 4 + 1, index)) },
    ahead: {},
    setAsideOpen: 0,
  }) as unknown as InboxState

test('rows mended change by change are the rows judged anew', () => {
  const lists: ListFilters[] = [
    { view: 'all', extra: {}, filter: { state: 'open' }, sort: 'newest' },
    { view: 'mine', extra: {}, filter: { state: 'open', assignee: 'me' }, sort: 'oldest' },
    { view: 'unread', extra: {}, filter: { state: 'open', unread: 'yes' }, sort: 'newest' },
    { view: 'drafts', extra: {}, filter: { state: 'any', draft: 'yes' }, sort: 'newest' },
  ]
  fc.assert(
    fc.property(batches, fc.option(fc.nat(30), { nil: null }), fc.nat(40), (given, edge, keep) => {
      for (const list of lists) {
        const read = createRowsReader()
        let state = start()
        for (const events of given) {
          state = applyEvents(state, events)
          expect(read(state, list, edge, idOf(keep), [])).toEqual(rowsOf(state, list, edge, idOf(keep), []))
        }
      }
    }),
    { numRuns: 300 },
  )
})

test('events applied together give what they give one by one, and the state before stays as it was', () => {
  fc.assert(
    fc.property(batches, given => {
      let together = start()
      let oneByOne = start()
      for (const events of given) {
        const before = structuredClone(together)
        const next = applyEvents(together, events)
        expect(together).toEqual(before)
        together = next
        oneByOne = events.reduce(applyEvent, oneByOne)
        expect(together).toEqual(oneByOne)
      }
    }),
    { numRuns: 300 },
  )
})

test('how far a message has come reaches the thread and, where it is the last one, the list; what is not loaded stays away', () => {
  const told = (messageId: string): StoredEvent => ({
    kind: 'state.changed',
    conversationId: idOf(1),
    messageId,
    state: 'read',
    parts: [],
  })
  const before = start()
  const after = applyEvents(before, [told(idOf(1_001)), told(idOf(1_009)), told(idOf(9_997))])
  expect(after.conversations[idOf(1)]?.lastMessage).toEqual({ id: idOf(1_001), state: 'read' })
  expect(after.messages[idOf(1)]?.map(one => one.state)).toEqual(
    before.messages[idOf(1)]?.map(one => ([idOf(1_001), idOf(1_009)].includes(one.id) ? 'read' : undefined)),
  )
  // A page that was read before the event, and comes after it.
  const late = withMessages(after, idOf(1), [{ ...message(1, 8_997, 3), state: 'pending' }])
  expect(late.messages[idOf(1)]?.find(one => one.id === idOf(9_997))?.state).toBe('read')
  expect(late.ahead).toEqual({})
})
