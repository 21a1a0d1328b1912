/** Reports: figures of days and hours that equal a recount of the rows, whatever happened, in whatever order and zone. */
import { figureDifferences, spread, sumFigures } from '@dragoman/hub'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Agent, joinAgent } from '../support/agents.ts'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'
import { clientId, textBody, until } from '../support/test-hub.ts'

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

type Step =
  | { do: 'write'; who: number; hoursAgo: number }
  | { do: 'reply'; who: number; agent: number }
  | { do: 'assign'; who: number; agent: number | null }
  | { do: 'close' | 'reopen' | 'spam' | 'notSpam'; who: number }
  | { do: 'zone'; zone: string }
  | { do: 'sum' }

const who = fc.nat(4)
const zones = ['UTC', 'Europe/Moscow', 'Asia/Kathmandu', 'America/New_York']
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('write' as const), who, hoursAgo: fc.nat(60) }),
  fc.record({ do: fc.constant('reply' as const), who, agent: fc.nat(1) }),
  fc.record({ do: fc.constant('assign' as const), who, agent: fc.constantFrom(null, 0, 1) }),
  fc.record({ do: fc.constantFrom('close' as const, 'reopen' as const, 'spam' as const, 'notSpam' as const), who }),
  fc.record({ do: fc.constant('zone' as const), zone: fc.constantFrom(...zones) }),
  fc.record({ do: fc.constant('sum' as const) }),
)

async function setZone(zone: string): Promise<void> {
  const present = await hub.owner.call('setting', { params: { name: 'hours' } })
  await hub.owner.call('saveSetting', {
    params: { name: 'hours' },
    body: { version: present.version, value: { ...(present.value as object), zone } },
  })
}

/** What the rows say of the last week, in the zone that the report is in. */
async function recount(zone: string) {
  const [messages] = await hub.database.query(
    `select count(*) filter (where m.direction = 'in')::int as incoming, count(*) filter (where m.direction = 'out' and m.author_kind = 'member')::int as "byPeople"
      from message m join conversation c on c.id = m.conversation_id where c.spam_at is null`,
  )
  const [cases] = await hub.database.query(
    `select count(*)::int as opened, count(closed_at)::int as closed, count(first_answer_at)::int as answered from conversation_case where not spam`,
  )
  const days = await hub.database.query(
    `select (m.order_at at time zone $1)::date::text as day, count(*)::int as incoming from message m join conversation c on c.id = m.conversation_id
      where c.spam_at is null and m.direction = 'in' group by 1 order by 1`,
    [zone],
  )
  return { total: { ...messages, ...cases }, days }
}

async function compare(): Promise<void> {
  const found = await hub.owner.call('report', { query: {} })
  const { total, days } = await recount(found.zone)
  expect(found.total).toMatchObject(total)
  expect(found.days.filter(day => day.incoming > 0).map(({ day, incoming }) => ({ day, incoming }))).toEqual(days)
  expect(found.hours.reduce((sum, hour) => sum + hour.incoming, 0)).toBe(total.incoming)
  for (const by of ['account', 'member', 'team'] as const)
    expect(found.rows.filter(row => row.by === by).reduce((sum, row) => sum + row.answered, 0)).toBe(total.answered)
  expect(found.total.firstAnswer.count).toBe(total.answered)
  expect(await figureDifferences(hub.hub, hub.workspaceId)).toBe(0)
}

describe('report', () => {
  test('figures equal a recount after any sequence of messages, answers, hand-overs, closings, spam, zones and sums', async () => {
    let number = 0
    const known = new Map<string, string>()
    const perform = async (run: number, step: Step): Promise<void> => {
      if (step.do === 'sum') return void (await sumFigures(hub.hub))
      if (step.do === 'zone') return await setZone(step.zone)
      const thread = `run-${run}-${step.who}`
      if (step.do === 'write') {
        await hub.deliver([received(`m${number++}`, { thread, from: [thread], at: Date.now() - step.hoursAgo * 3_600_000 })])
        if (!known.has(thread)) known.set(thread, (await hub.conversation(thread)).id)
        return
      }
      const conversationId = known.get(thread)
      if (!conversationId) return
      const change = async (kind: 'spam' | 'notSpam') =>
        await hub.owner.call('changeConversations', { body: { conversationIds: [conversationId], actions: [{ kind }] } })
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
      else if (step.do === 'reopen') await hub.owner.call('reopen', { params: { conversationId } })
      else await change(step.do)
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
  }, 90_000)

  test('a figure that is wrong is noticed, and a recount mends it', async () => {
    await hub.deliver([received('noticed', { thread: 'noticed', from: ['noticed'] })])
    await until(async () => (await hub.database.query<{ n: number }>('select count(*)::int as n from figure_day'))[0]!.n > 0, 'a sum')
    await hub.database.query('update figure_day set incoming = incoming + 1 where ctid = (select ctid from figure_day limit 1)')
    expect(await figureDifferences(hub.hub, hub.workspaceId)).toBe(1)
    await hub.database.query(`delete from figure_zone`)
    await sumFigures(hub.hub)
    await until(async () => (await figureDifferences(hub.hub, hub.workspaceId)) === 0, 'figures that are right')
  })

  test('customers are people whose cases began in these days, each once; only accounts that one may see are counted', async () => {
    for (const at of [0, 1, 2]) await hub.deliver([received(`again-${at}`, { thread: 'again', from: ['again'] })])
    const { customers } = await hub.owner.call('report', { query: {} })
    const [rows] = await hub.database.query<{ n: number }>(
      `select count(distinct conversation_id)::int as n from conversation_case where not spam`,
    )
    expect(customers).toBe(rows!.n)
    const manager = await joinAgent(hub, 'Manager', { role: 'manager', online: false })
    expect((await manager.client.call('report', { query: {} })).customers).toBe(customers)
    await hub.owner.call('updateMember', { params: { memberId: manager.id }, body: { accountIds: [crypto.randomUUID()] } })
    expect(await manager.client.call('report', { query: {} })).toMatchObject({
      customers: 0,
      total: { incoming: 0, opened: 0, firstAnswer: { count: 0 } },
      days: [],
    })
    await expect(agents[0]!.client.call('report', { query: {} })).rejects.toMatchObject({ problem: { code: 'not_allowed' } })
  })

  test('days are said whole: the first not after the last, and no more than a year', async () => {
    expect(await hub.owner.call('report', { query: { from: '2026-02-01', to: '2026-02-28' } })).toMatchObject({
      from: '2026-02-01',
      to: '2026-02-28',
    })
    for (const query of [
      { from: '2026-02-02', to: '2026-02-01' },
      { from: '2024-01-01', to: '2026-01-01' },
      { from: '2026-02-31' },
      { to: 'x' },
    ])
      await expect(hub.owner.call('report', { query })).rejects.toMatchObject({ problem: { code: 'invalid_request' } })
  })

  test('percentiles from steps are never further than a tenth from the exact ones', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 80_000 }), { minLength: 30, maxLength: 300 }), seconds => {
        const steps = new Map<number, number>()
        for (const one of seconds) {
          const took = Math.floor(Math.log(one) / Math.log(1.1) + 1e-9)
          steps.set(took, (steps.get(took) ?? 0) + 1)
        }
        const sorted = seconds.toSorted((a, b) => a - b)
        const { medianMs, p90Ms } = spread([...steps])
        for (const [found, share] of [
          [medianMs, 0.5],
          [p90Ms, 0.9],
        ] as const) {
          const exact = sorted[Math.ceil(sorted.length * share) - 1]! * 1_000
          expect(Math.abs(found! - exact) / exact).toBeLessThan(0.1 + 1e-9)
        }
      }),
    )
  })
})
