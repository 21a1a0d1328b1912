/** How a batch is divided among the transactions that apply it. */
import { describe, expect, test } from 'vitest'
import type { Sourced } from './rows.ts'
import { splitApart } from './split.ts'

const message = (externalId: string, threadId: string, person: string, replyTo?: string): Sourced => ({
  event: {
    kind: 'message.received',
    externalId,
    at: 1,
    threadId,
    identity: { externalIds: [person] },
    message: { content: { kind: 'text', text: { text: externalId } }, replyTo },
  },
  position: 1,
  index: 0,
  receivedAt: 1,
})
const idsOf = (parts: Sourced[][]) => parts.map(part => part.map(({ event }) => event.externalId))

describe('splitting a batch', () => {
  test('threads that know nothing of each other are spread evenly, each in its order', () => {
    const events = ['a', 'b', 'c', 'd'].flatMap(thread => [message(`${thread}1`, thread, thread), message(`${thread}2`, thread, thread)])
    const parts = splitApart(events, 2)
    expect(parts.map(part => part.length)).toEqual([4, 4])
    for (const part of idsOf(parts))
      for (const id of part.filter(one => one.endsWith('2'))) expect(part.indexOf(id.replace('2', '1'))).toBeLessThan(part.indexOf(id))
  })
  test('what shares a person, a thread or a message stays together, also by way of a third', () => {
    const chain = [message('m1', 't1', 'p1'), message('m2', 't2', 'p2', 'm1'), message('m3', 't3', 'p2'), message('m4', 't4', 'p4')]
    const parts = idsOf(splitApart(chain, 2))
    expect(parts.map(part => part.toSorted())).toContainEqual(['m1', 'm2', 'm3'])
    expect(parts).toContainEqual(['m4'])
  })
  test('one thread is one part', () => {
    expect(splitApart([message('m1', 't', 'p'), message('m2', 't', 'p')], 2)).toHaveLength(1)
    expect(splitApart([], 2)).toEqual([])
  })
})
