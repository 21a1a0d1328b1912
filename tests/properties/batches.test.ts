/** Batches as Meta sends them, and clocks that are wrong [R4, R14]: all of a body is stored, a poisoned element holds up nobody, and order is by our own key. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Event, type ProbeHub, receiptOf, received, startProbeHub } from '../support/probe-hub.ts'

let hub: ProbeHub
beforeAll(async () => {
  hub = await startProbeHub()
})
afterAll(async () => {
  await hub?.close()
})

const idsOf = async (thread: string) => {
  const rows = await hub.database.query<{ id: string }>(
    `select m.order_external as id from message m join conversation c on c.id = m.conversation_id where c.thread_id = $1 and m.direction = 'in' order by m.order_at, m.order_tie, m.order_external`,
    [thread],
  )
  return rows.map(row => row.id)
}
const dayMs = 86_400_000

describe('one POST', () => {
  test.each([1, 10, 1_000])('of %d updates, with repeats and receipts among them, is stored whole and once', async count => {
    const thread = `batch-${count}`
    const at = Date.now() - 10_000_000
    const events: Event[] = []
    for (let index = 0; index < count; index++) {
      const message = received(`${thread}:${String(index).padStart(4, '0')}`, { thread, at: at + index * 1_000 + 1 })
      events.push(message)
      if (index % 7 === 0) events.push(message)
      if (index % 5 === 0) events.push(receiptOf([`nobody:${thread}:${index}`], 'delivered'))
    }
    await hub.deliver(events)
    const expected = Array.from({ length: count }, (_, index) => `${thread}:${String(index).padStart(4, '0')}`)
    expect(await idsOf(thread)).toEqual(expected)
    await hub.deliver(events)
    expect(await idsOf(thread)).toEqual(expected)
    expect((await hub.conversation(thread)).inboundCount).toBe(count)
  })

  test('of 3 MB is taken', async () => {
    const thread = 'batch-large'
    const events = Array.from({ length: 1_000 }, (_, index) =>
      received(`${thread}:${index}`, { thread, text: `${index} ${'ы'.repeat(1_400)}`, at: Date.now() - 2_000_000 + index * 1_000 + 1 }),
    )
    expect(Buffer.byteLength(JSON.stringify(events))).toBeGreaterThan(3_000_000)
    await hub.deliver(events)
    expect(await idsOf(thread)).toHaveLength(1_000)
  })

  test('with poisoned elements stores all the others; the bad ones are set aside, each with its reason', async () => {
    const thread = 'batch-poisoned'
    // No index can hold such an id.
    const impossible = Array.from({ length: 9_000 }, () => Math.random().toString(36).slice(2, 3)).join('')
    const poisoned = new Set([3, 250, 499])
    const events = Array.from({ length: 500 }, (_, index) =>
      received(`${thread}:${String(index).padStart(3, '0')}`, {
        thread,
        at: Date.now() - 2_000_000 + index * 1_000 + 1,
        ...(poisoned.has(index) ? { from: [impossible + index] } : {}),
      }),
    )
    await hub.deliver(events)
    const stored = await idsOf(thread)
    expect(stored).toHaveLength(497)
    const [row] = await hub.database.query<{ n: number }>(
      `select count(*)::int as n from set_aside where resolved_at is null and kind = 'message.received'`,
    )
    expect(row!.n).toBe(3)
  })
})

describe('clocks', () => {
  test('a platform a day ahead, and one a day behind: order is by receipt at the latest, and nothing lies in the future', async () => {
    const thread = 'clock-wrong'
    await hub.deliver([received(`${thread}:ahead`, { thread, at: Date.now() + dayMs })])
    await hub.deliver([received(`${thread}:behind`, { thread, at: Date.now() - dayMs })])
    await hub.deliver([received(`${thread}:right`, { thread, at: Date.now() })])
    expect(await idsOf(thread)).toEqual([`${thread}:behind`, `${thread}:ahead`, `${thread}:right`])
    const view = await hub.conversation(thread)
    expect(view.lastActivityAt).toBeLessThanOrEqual(Date.now())
    expect(view.lastMessage?.preview).toBe(`text of ${thread}:right`)
    expect(view.unansweredSince).toBeLessThan(Date.now() - dayMs + 60_000)
    const [opened] = await hub.database.query<{ ahead: boolean }>(
      'select k.opened_at > now() as ahead from conversation_case k join conversation c on c.case_id = k.id where c.thread_id = $1',
      [thread],
    )
    expect(opened!.ahead).toBe(false)
  })

  test('the hour that a summer time repeats is no hour twice: moments have no zone', async () => {
    const thread = 'clock-summer'
    // 02:30 in Berlin, before and after the clocks go back on 25 October 2026.
    const first = Date.parse('2026-10-25T00:30:00.007Z')
    const second = Date.parse('2026-10-25T01:30:00.007Z')
    await hub.deliver([received(`${thread}:2`, { thread, at: second }), received(`${thread}:1`, { thread, at: first })])
    expect(await idsOf(thread)).toEqual([`${thread}:1`, `${thread}:2`])
    expect((await hub.conversation(thread)).unansweredSince).toBe(first)
  })
})
