/** The supervisor's figures: live counters that equal a recount of the rows, whatever happened and in whatever order. */

import { sumCounters } from '@dragoman/hub'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Agent, joinAgent } from '../support/agents.ts'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'
import { clientId, textBody } from '../support/test-hub.ts'

let hub: ProbeHub
const agents: Agent[] = []
beforeAll(async () => {
  hub = await startProbeHub()
  hub.probe.answer = () => ({ status: 200, body: { id: crypto.randomUUID() } })
  for (const name of ['Anna', 'Boris']) agents.push(await joinAgent(hub, name, { online: false }))
})
afterAll(async () => {
  await hub?.close()
})

/** What the rows themselves say. */
async function recount() {
  const [desk] = await hub.database.query(
    `select count(*) filter (where state = 'open')::int as open, count(*) filter (where state = 'open' and unanswered_since is not null)::int as waiting,
      count(queued_at)::int as queued from conversation where spam_at is null`,
  )
  const [cases] = await hub.database.query(
    `select count(*)::int as opened, count(closed_at)::int as closed, count(first_answer_at)::int as answered,
      percentile_cont(0.5) within group (order by extract(epoch from first_answer_at - opened_at) * 1000) as "medianMs",
      percentile_cont(0.9) within group (order by extract(epoch from first_answer_at - opened_at) * 1000) as "p90Ms"
      from conversation_case where not spam`,
  )
  const owners = await hub.database.query(
    `select assignee_id as id, count(*)::int as open, count(unanswered_since)::int as waiting from conversation
      where state = 'open' and spam_at is null group by 1 order by 1 nulls first`,
  )
  return { desk, cases, owners }
}

async function compare(): Promise<void> {
  const figures = await hub.owner.call('supervisor', { query: { since: Date.now() - 3_600_000 } })
  const { desk, cases, owners } = await recount()
  expect({ open: figures.open, waiting: figures.waiting, queued: figures.queued }).toEqual(desk)
  const { medianMs, p90Ms, ...counts } = cases as Record<string, number | null>
  expect({ opened: figures.opened, closed: figures.closed, answered: figures.answered }).toEqual(counts)
  if (medianMs !== null) {
    expect(figures.firstAnswer.medianMs).toBeCloseTo(Number(medianMs), 0)
    expect(figures.firstAnswer.p90Ms).toBeCloseTo(Number(p90Ms), 0)
  }
  const shown = figures.rows
    .filter(row => row.by === 'member' && (row.open > 0 || row.waiting > 0))
    .map(({ id, open, waiting }) => ({ id, open, waiting }))
    .sort((a, b) => ((a.id ?? '') < (b.id ?? '') ? -1 : 1))
  expect(shown).toEqual(owners)
}

type Step =
  | { do: 'write'; who: number }
  | { do: 'reply'; who: number; agent: number }
  | { do: 'assign'; who: number; agent: number | null }
  | { do: 'close' | 'reopen'; who: number }
  | { do: 'sum' }

const who = fc.nat(4)
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('write' as const), who }),
  fc.record({ do: fc.constant('reply' as const), who, agent: fc.nat(1) }),
  fc.record({ do: fc.constant('assign' as const), who, agent: fc.constantFrom(null, 0, 1) }),
  fc.record({ do: fc.constantFrom('close' as const, 'reopen' as const), who }),
  fc.record({ do: fc.constant('sum' as const) }),
)

describe('supervisor', () => {
  test('the counters equal a recount after any sequence of messages, answers, hand-overs, closings and sums', async () => {
    let number = 0
    const known = new Map<string, string>()
    const perform = async (run: number, step: Step): Promise<void> => {
      if (step.do === 'sum') return void (await sumCounters(hub.hub))
      const thread = `run-${run}-${step.who}`
      if (step.do === 'write') {
        await hub.deliver([received(`m${number++}`, { thread, from: [thread] })])
        if (!known.has(thread)) known.set(thread, (await hub.conversation(thread)).id)
        return
      }
      const conversationId = known.get(thread)
      if (!conversationId) return
      if (step.do === 'reply')
        await agents[step.agent]!.client.call('sendMessage', {
          params: { conversationId },
          body: { clientId: clientId(), body: textBody('answer') },
        })
      else if (step.do === 'assign')
        await hub.owner.call('assign', {
          params: { conversationId },
          body: { memberId: step.agent === null ? null : agents[step.agent]!.id },
        })
      else if (step.do === 'close') await hub.owner.call('close', { params: { conversationId }, body: {} })
      else await hub.owner.call('reopen', { params: { conversationId } })
    }
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 25 }), async list => {
        run++
        for (const step of list) await perform(run, step)
        await compare()
      }),
      { numRuns: 6 },
    )
  }, 60_000)

  test('the oldest who waits is named, and one who may see only some accounts sees only theirs', async () => {
    await hub.deliver([received('oldest', { thread: 'oldest', from: ['oldest'], at: Date.now() - 3 * 3_600_000 })])
    const { id } = await hub.conversation('oldest')
    const figures = await hub.owner.call('supervisor', { query: {} })
    expect(figures.oldestWaiting?.conversationId).toBe(id)
    expect(figures.members.find(member => member.id === agents[0]!.id)).toMatchObject({ connected: false, availability: 'available' })
    const manager = await joinAgent(hub, 'Manager', { role: 'manager', online: false })
    await hub.owner.call('updateMember', { params: { memberId: manager.id }, body: { accountIds: [crypto.randomUUID()] } })
    expect(await manager.client.call('supervisor', { query: {} })).toMatchObject({ open: 0, waiting: 0, oldestWaiting: null })
  })
})
