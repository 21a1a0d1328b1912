/** The queue and routing over a whole hub: an owner or a place within two seconds, nobody twice, nobody forgotten. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Agent, joinAgent } from '../support/agents.ts'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'
import { clientId, startTestHub, textBody, until } from '../support/test-hub.ts'

let hub: ProbeHub
const agents: Agent[] = []
let teamId: string
let version: number

beforeAll(async () => {
  hub = await startProbeHub()
  for (const name of ['Anna', 'Boris', 'Clara']) agents.push(await joinAgent(hub, name))
})
afterAll(async () => {
  for (const agent of agents) agent.leave()
  await hub?.close()
})

async function setTeam(settings: object, memberIds = agents.map(agent => agent.id)): Promise<void> {
  if (teamId) version = (await hub.owner.call('updateTeam', { params: { teamId }, body: { version, settings, memberIds } })).version
  else {
    const made = await hub.owner.call('createTeam', { body: { name: 'Support', settings, memberIds } })
    teamId = made.id
    version = made.version
    const present = await hub.owner.call('setting', { params: { name: 'routing' } })
    await hub.owner.call('saveSetting', {
      params: { name: 'routing' },
      body: { version: present.version, value: { rules: [], defaultTeamId: teamId } },
    })
  }
}

/** Answers and closes everything, so that the next test begins with idle agents. */
async function settle(): Promise<void> {
  for (const { id } of (await hub.owner.call('conversations', { query: { limit: 100 } })).conversations)
    await hub.owner.call('close', { params: { conversationId: id }, body: {} })
}

const linesOf = async (thread: string) => (await hub.thread(thread)).flatMap(message => (message.system ? [message.system] : []))

describe('routing', () => {
  test('who writes has an owner within two seconds, in turn, and the thread says why', async () => {
    await setTeam({ strategy: 'round_robin', capacity: 10 })
    const at = Date.now()
    await hub.deliver(['r1', 'r2', 'r3'].map((id, index) => received(id, { thread: `turn-${id}`, at: at + index })))
    const rows = await Promise.all(
      ['r1', 'r2', 'r3'].map(id =>
        until(async () => {
          const row = await hub.conversation(`turn-${id}`)
          return row.assigneeId ? row : undefined
        }, `an owner of ${id}`),
      ),
    )
    expect(Date.now() - at).toBeLessThan(2_000 + 3_000)
    expect(new Set(rows.map(row => row.assigneeId))).toEqual(new Set(agents.map(agent => agent.id)))
    expect(rows.every(row => row.queue === null && row.teamId === teamId)).toBe(true)
    expect((await linesOf('turn-r1'))[0]).toMatchObject({ what: 'case.routed', params: { team: 'Support', why: 'round_robin' } })
    await settle()
  })

  test('nobody gets more than he can bear; the rest has a place, and the next in line comes when one is answered', async () => {
    await setTeam({ strategy: 'least_loaded', capacity: 1 })
    await hub.deliver(['c1', 'c2', 'c3', 'c4'].map((id, index) => received(id, { thread: id, at: Date.now() - 1_000 + index })))
    await until(async () => {
      const rows = await Promise.all(['c1', 'c2', 'c3'].map(id => hub.conversation(id)))
      return rows.every(row => row.assigneeId !== null)
    }, 'three owners')
    const last = await hub.conversation('c4')
    expect(last).toMatchObject({ assigneeId: null, teamId })
    expect(last.queue).not.toBeNull()
    const first = await hub.conversation('c1')
    const owner = agents.find(agent => agent.id === first.assigneeId)!
    await owner.client.call('sendMessage', {
      params: { conversationId: first.id },
      body: { clientId: clientId(), body: textBody('Hello'), lastOutId: null },
    })
    await until(async () => (await hub.conversation('c4')).assigneeId === owner.id, 'the next in line')
    await settle()
  })

  test('two workers at work on one queue give nobody to two agents, and say so once', async () => {
    const second = await startTestHub({ database: hub.database, home: hub.home, role: 'worker', channels: hub.hub.channels })
    await setTeam({ strategy: 'round_robin', capacity: 50 })
    await hub.deliver(Array.from({ length: 40 }, (_, index) => received(`w${index}`, { thread: `w${index}`, from: [`w-user-${index}`] })))
    await until(async () => (await hub.owner.call('counts')).counts.unassigned === 0, 'an owner for all')
    const lines = await hub.database.query<{ n: number }>(
      `select count(*)::int as n from message where system->>'what' = 'case.routed' group by conversation_id order by 1 desc limit 1`,
    )
    expect(lines[0]!.n).toBe(1)
    await second.stop()
    await settle()
  })

  test('who goes away gives back what waits for him, and it goes to somebody else', async () => {
    await setTeam({ strategy: 'round_robin', capacity: 10 }, [agents[0]!.id, agents[1]!.id])
    await hub.deliver([received('away-1', { thread: 'away' })])
    const owner = await until(async () => {
      const row = await hub.conversation('away')
      return agents.find(agent => agent.id === row.assigneeId)
    }, 'an owner')
    const answer = await owner.client.call('setAvailability', { body: { availability: 'away', handBack: true } })
    expect(answer.handedBack).toBeGreaterThanOrEqual(1)
    await until(async () => {
      const { assigneeId } = await hub.conversation('away')
      return assigneeId !== null && assigneeId !== owner.id
    }, 'another owner')
    expect((await linesOf('away')).map(line => line.what)).toEqual(['case.routed', 'case.requeued', 'case.routed'])
    await owner.client.call('setAvailability', { body: { availability: 'available' } })
    await settle()
  })

  test('an agent who lets a customer wait too long loses him to the queue', async () => {
    await setTeam({ strategy: 'round_robin', capacity: 10, silentAfterSeconds: 30 }, [agents[0]!.id, agents[1]!.id])
    await hub.deliver([received('silent-1', { thread: 'silent' })])
    const before = await until(async () => (await hub.conversation('silent')).assigneeId, 'an owner')
    await hub.database.query(
      `update conversation set assigned_at = now() - interval '40 seconds', unanswered_since = now() - interval '40 seconds' where thread_id = 'silent'`,
    )
    await until(async () => {
      const { assigneeId } = await hub.conversation('silent')
      return assigneeId !== null && assigneeId !== before
    }, 'another owner')
    expect((await linesOf('silent'))[1]).toMatchObject({ what: 'case.requeued', params: { why: 'silent' } })
    await settle()
  })

  test('being idle sends away and brings back, and never overrides what one chose', async () => {
    const [anna] = agents
    await anna!.client.call('setAvailability', { body: { availability: 'away', by: 'idle' } })
    expect((await anna!.client.call('session')).me.availability).toBe('away')
    await anna!.client.call('setAvailability', { body: { availability: 'available', by: 'idle' } })
    expect((await anna!.client.call('session')).me.availability).toBe('available')
    await anna!.client.call('setAvailability', { body: { availability: 'away' } })
    expect(await anna!.client.call('setAvailability', { body: { availability: 'available', by: 'idle' } })).toMatchObject({
      availability: 'away',
    })
    await anna!.client.call('setAvailability', { body: { availability: 'available' } })
  })

  test('the customer is told his place once, whoever else works the queue', async () => {
    await setTeam(
      {
        strategy: 'round_robin',
        capacity: 10,
        silentAfterSeconds: null,
        tellPlace: { afterSeconds: 0, text: { en: 'You are number {place}.' } },
      },
      [],
    )
    hub.probe.answer = () => ({ status: 200, body: { id: crypto.randomUUID() } })
    await hub.deliver([received('place-1', { thread: 'place-a', at: Date.now() - 5_000, from: ['place-a'] })])
    await hub.deliver([received('place-2', { thread: 'place-b', at: Date.now() - 4_000, from: ['place-b'] })])
    const told = async (thread: string) =>
      (await hub.thread(thread)).flatMap(message =>
        message.direction === 'out' && message.body.content.kind === 'text' ? [message.body.content.text.text] : [],
      )
    await until(async () => (await told('place-b')).length > 0, 'the place to be told')
    await hub.deliver([received('place-3', { thread: 'place-b', from: ['place-b'] })])
    // Two more rounds of routing have gone by when this one has an answer.
    await hub.deliver([received('place-4', { thread: 'place-c', from: ['place-c'] })])
    await until(async () => (await told('place-c')).length > 0, 'the third place')
    expect(await told('place-a')).toEqual(['You are number 1.'])
    expect(await told('place-b')).toEqual(['You are number 2.'])
    expect((await hub.conversation('place-b')).unansweredSince).not.toBeNull()
    await settle()
  })

  test('whoever is switched off owns nobody who waits, in a team that takes by hand too', async () => {
    await setTeam({ strategy: 'manual', tellPlace: null }, [])
    const leaver = await joinAgent(hub, 'Leaver', { online: false })
    await hub.deliver([received('off-1', { thread: 'off', from: ['off'] })])
    const { id } = await hub.conversation('off')
    await hub.owner.call('assign', { params: { conversationId: id }, body: { memberId: leaver.id } })
    await hub.owner.call('updateMember', { params: { memberId: leaver.id }, body: { active: false } })
    await until(async () => (await hub.conversation('off')).queue !== null, 'back in the queue')
    await settle()
  })

  test('two who take from the queue in the same moment get two different people', async () => {
    await setTeam(
      { strategy: 'manual', tellPlace: null },
      agents.map(agent => agent.id),
    )
    await hub.deliver(
      ['t1', 't2', 't3'].map((id, index) => received(id, { thread: `take-${id}`, from: [`take-${id}`], at: Date.now() - 3_000 + index })),
    )
    const taken = await Promise.all(agents.map(agent => agent.client.call('takeNext')))
    expect(new Set(taken.map(one => one.conversation?.threadId))).toEqual(new Set(['take-t1', 'take-t2', 'take-t3']))
    expect((await agents[0]!.client.call('takeNext')).conversation).toBeNull()
    await settle()
  })
})

describe('teams', () => {
  test('two managers who edit one team: the second is told, nothing is overwritten', async () => {
    const team = await hub.owner.call('createTeam', { body: { name: 'Sales' } })
    await hub.owner.call('updateTeam', { params: { teamId: team.id }, body: { version: team.version, name: 'Sales North' } })
    await expect(
      hub.owner.call('updateTeam', { params: { teamId: team.id }, body: { version: team.version, name: 'Sales South' } }),
    ).rejects.toMatchObject({ problem: { code: 'stale_version', current: { name: 'Sales North' } } })
  })

  test('teams cannot overflow into each other in a ring', async () => {
    const first = await hub.owner.call('createTeam', { body: { name: 'One' } })
    const second = await hub.owner.call('createTeam', {
      body: { name: 'Two', settings: { overflow: { teamId: first.id, afterSeconds: 60 } } },
    })
    await expect(
      hub.owner.call('updateTeam', {
        params: { teamId: first.id },
        body: { version: first.version, settings: { overflow: { teamId: second.id, afterSeconds: 60 } } },
      }),
    ).rejects.toMatchObject({ problem: { code: 'invalid_request' } })
  })

  test('agents do not shape teams, settings or see the supervisor’s page', async () => {
    const { client } = agents[0]!
    await expect(client.call('createTeam', { body: { name: 'Mine' } })).rejects.toMatchObject({ problem: { code: 'not_allowed' } })
    await expect(client.call('saveSetting', { params: { name: 'routing' }, body: { version: 1, value: {} } })).rejects.toMatchObject({
      problem: { code: 'not_allowed' },
    })
    await expect(client.call('supervisor', { query: {} })).rejects.toMatchObject({ problem: { code: 'not_allowed' } })
  })
})
