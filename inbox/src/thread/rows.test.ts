/** How a thread falls into rows. */
import type { MessageView } from '@dragoman/api'
import { describe, expect, it } from 'vitest'
import { firstUnread, threadRows } from './rows.ts'

const noon = new Date(2026, 4, 20, 12, 0).getTime()
let made = 0
function message(at: number, more: Partial<MessageView> = {}): MessageView {
  const id = `message-${++made}`
  return {
    id,
    conversationId: 'conversation',
    clientId: null,
    direction: 'in',
    author: { kind: 'customer', id: 'person', name: 'Person' },
    body: { content: { kind: 'text', text: { text: 'x' } } },
    replyTo: null,
    order: { at, tie: 0, externalId: id },
    at,
    editedAt: null,
    revisions: [],
    deletedAt: null,
    hiddenAt: null,
    forwarded: false,
    groupId: null,
    referral: null,
    reactions: [],
    state: 'sent',
    parts: [],
    files: {},
    system: null,
    mentions: [],
    ...more,
  }
}

describe('rows of a thread', () => {
  it('fold what the system tells three times in a row, and no less', () => {
    const told = (at: number) => message(at, { direction: 'system', system: { what: 'case.closed', params: {} } })
    const kinds = (messages: MessageView[]) => threadRows(messages).map(row => row.kind)
    expect(kinds([told(noon), told(noon + 1)])).toEqual(['start', 'day', 'message', 'message'])
    const rows = threadRows([told(noon), told(noon + 1), told(noon + 2), told(noon + 3), message(noon + 4), told(noon + 5)])
    expect(rows.map(row => row.kind)).toEqual(['start', 'day', 'trail', 'message', 'message'])
    expect(rows.flatMap(row => (row.kind === 'trail' ? row.messages : []))).toHaveLength(4)
  })

  it('start with the beginning and a day', () => {
    expect(threadRows([message(noon)]).map(row => row.kind)).toEqual(['start', 'day', 'message'])
    expect(threadRows([message(noon)], { hasOlder: true }).map(row => row.kind)).toEqual(['day', 'message'])
  })
  it('group one author within five minutes', () => {
    const rows = threadRows([message(noon), message(noon + 60_000), message(noon + 7 * 60_000)])
    expect(rows.flatMap(row => (row.kind === 'message' ? [[row.first, row.last]] : []))).toEqual([
      [true, false],
      [false, true],
      [true, true],
    ])
  })
  it('put the divider before the first unread and break the group there', () => {
    const messages = [message(noon), message(noon + 1_000), message(noon + 2_000)]
    const unread = firstUnread(messages, 2)
    expect(unread).toBe(messages[1]?.id)
    expect(threadRows(messages, { firstUnreadId: unread }).map(row => row.kind)).toEqual([
      'start',
      'day',
      'message',
      'new',
      'message',
      'message',
    ])
  })
  it('join an album that came in pieces', () => {
    const image = { content: { kind: 'image' as const, media: { ref: { from: 'link' as const, url: 'https://example.org/a.png' } } } }
    const rows = threadRows([message(noon, { body: image, groupId: 'g' }), message(noon, { body: image, groupId: 'g' })])
    expect(rows.filter(row => row.kind === 'message')).toHaveLength(1)
  })
  it('keep the key of an own message from the outbox to the answer, and show it once', () => {
    const entry = {
      clientId: 'client',
      conversationId: 'conversation',
      body: { content: { kind: 'text' as const, text: { text: 'x' } } },
      note: false,
      createdAt: noon,
      undoSeconds: 0,
      state: 'sending' as const,
      attempts: 1,
    }
    const before = threadRows([], { outbox: [entry] }).at(-1)
    const after = threadRows([message(noon, { clientId: 'client', direction: 'out' })], { outbox: [entry] })
    expect(after.filter(row => row.key === 'client')).toHaveLength(1)
    expect(after.at(-1)?.key).toBe(before?.key)
  })
  it('hide what was taken back before it left', () => {
    const part = {
      id: 'p',
      index: 0,
      state: 'cancelled' as const,
      notBefore: 0,
      attempt: 0,
      failure: null,
      sentAt: null,
      deliveredAt: null,
      readAt: null,
    }
    expect(threadRows([message(noon, { direction: 'out', state: 'cancelled', parts: [part] })]).map(row => row.kind)).toEqual(['start'])
  })
})
