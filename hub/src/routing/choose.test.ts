/** The decision of routing, as tables. Always holds: pure; the same queue and the same people give the same answer. */
import { type TeamSettings, teamSettings } from '@dragoman/api'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Candidate, decide, type Waiting } from './choose.ts'

const now = 1_000_000_000
const waiting = (id: string, more: Partial<Waiting> = {}): Waiting => ({
  id,
  accountId: 'account',
  teamId: 'team',
  since: now - 10_000,
  teamSince: now - 10_000,
  priority: 'normal',
  language: null,
  labelIds: [],
  pastAgentId: null,
  releasedFrom: null,
  ...more,
})
const agent = (id: string, more: Partial<Candidate> = {}): Candidate => ({
  id,
  isThere: true,
  accountIds: null,
  languages: [],
  skills: [],
  capacity: null,
  load: 0,
  lastRoutedAt: 0,
  ...more,
})
const team = (settings: Partial<TeamSettings>, memberIds: string[], id = 'team') => ({
  id,
  name: id,
  settings: { ...teamSettings.parse({}), ...settings },
  memberIds,
  version: 1,
})
const run = (queue: Waiting[], teams: ReturnType<typeof team>[], agents: Candidate[], routing: object = {}) =>
  Object.fromEntries(
    decide(queue, { rules: [], defaultTeamId: null, ...routing }, teams, new Map(agents.map(one => [one.id, one])), now).map(one => [
      one.id,
      one.memberId ?? `queue of ${one.teamId}`,
    ]),
  )

describe('who gets whom', () => {
  test('round robin goes round, whoever was longest without one first', () => {
    const teams = [team({ strategy: 'round_robin' }, ['a', 'b', 'c'])]
    const agents = [agent('a', { lastRoutedAt: 30 }), agent('b', { lastRoutedAt: 10 }), agent('c', { lastRoutedAt: 20 })]
    const queue = ['1', '2', '3', '4'].map((id, index) => waiting(id, { since: index }))
    expect(run(queue, teams, agents)).toEqual({ 1: 'b', 2: 'c', 3: 'a', 4: 'b' })
  })

  test('least loaded fills evenly, by share of what each can bear', () => {
    const teams = [team({ strategy: 'least_loaded', capacity: 10 }, ['a', 'b'])]
    const agents = [agent('a', { load: 5 }), agent('b', { load: 1, capacity: 2 })]
    expect(run([waiting('1', { since: 1 }), waiting('2', { since: 2 })], teams, agents)).toEqual({ 1: 'a', 2: 'b' })
  })

  test('nobody gets more than he can bear: the rest stays in the queue', () => {
    const teams = [team({ strategy: 'round_robin', capacity: 1 }, ['a', 'b'])]
    expect(Object.values(run([waiting('1'), waiting('2'), waiting('3')], teams, [agent('a'), agent('b', { load: 1 })]))).toEqual(['a'])
  })

  test('the urgent come before the long waiting', () => {
    const teams = [team({ strategy: 'round_robin', capacity: 1 }, ['a'])]
    expect(run([waiting('old', { since: 1 }), waiting('urgent', { since: 5, priority: 'urgent' })], teams, [agent('a')])).toEqual({
      urgent: 'a',
    })
  })

  test('whoever answered this person last gets him again, when there is room', () => {
    const teams = [team({ strategy: 'round_robin', capacity: 1 }, ['a', 'b'])]
    expect(run([waiting('1', { pastAgentId: 'b' })], teams, [agent('a'), agent('b', { lastRoutedAt: 99 })])).toEqual({ 1: 'b' })
    expect(run([waiting('1', { pastAgentId: 'b' })], teams, [agent('a'), agent('b', { load: 1 })])).toEqual({ 1: 'a' })
  })

  test('language counts where somebody speaks it, and leaves nobody alone where none does', () => {
    const teams = [team({ strategy: 'round_robin' }, ['a', 'b'])]
    const agents = () => [agent('a', { languages: ['en'] }), agent('b', { languages: ['ru', 'en'], lastRoutedAt: 99 })]
    expect(run([waiting('1', { language: 'ru-RU' })], teams, agents())).toEqual({ 1: 'b' })
    expect(run([waiting('1', { language: 'tr' })], teams, agents())).toEqual({ 1: 'a' })
    // Who speaks it is away: then it waits for him rather than being answered in the wrong language.
    expect(
      run([waiting('1', { language: 'ru' })], teams, [
        agent('a', { languages: ['en'] }),
        agent('b', { languages: ['ru'], isThere: false }),
      ]),
    ).toEqual({})
  })

  test('a rule sends to its team and asks for its skill; the first that fits decides', () => {
    const teams = [team({ strategy: 'round_robin' }, ['a']), team({ strategy: 'round_robin' }, ['b', 'c'], 'billing')]
    const rules = [
      { accountIds: [], languages: [], labelIds: ['invoice'], skill: 'billing', teamId: 'billing' },
      { accountIds: ['account'], languages: [], labelIds: [], skill: null, teamId: 'team' },
    ]
    const agents = [agent('a'), agent('b'), agent('c', { skills: ['Billing'], lastRoutedAt: 99 })]
    const queue = [waiting('1', { teamId: null, labelIds: ['invoice'] }), waiting('2', { teamId: null })]
    expect(run(queue, teams, agents, { rules })).toEqual({ 1: 'c', 2: 'a' })
  })

  test('after its time in one queue it goes over into the other', () => {
    const teams = [
      team({ strategy: 'round_robin', overflow: { teamId: 'second', afterSeconds: 60 } }, ['a']),
      team({ strategy: 'round_robin' }, ['b'], 'second'),
    ]
    const agents = () => [agent('a', { isThere: false }), agent('b')]
    expect(run([waiting('1', { teamSince: now - 59_000 })], teams, agents())).toEqual({})
    expect(run([waiting('1', { teamSince: now - 60_000 })], teams, agents())).toEqual({ 1: 'b' })
    expect(run([waiting('1', { teamSince: now - 60_000 })], teams, [agent('a', { isThere: false })])).toEqual({ 1: 'queue of second' })
  })

  test('from whom it was taken back is not the next one, unless he is the only one', () => {
    const teams = [team({ strategy: 'round_robin' }, ['a', 'b'])]
    expect(run([waiting('1', { releasedFrom: 'a' })], teams, [agent('a'), agent('b', { lastRoutedAt: 99 })])).toEqual({ 1: 'b' })
    expect(run([waiting('1', { releasedFrom: 'a' })], teams, [agent('a'), agent('b', { isThere: false })])).toEqual({ 1: 'a' })
  })

  test('without a team, or in a team that takes by hand, it waits to be taken', () => {
    expect(run([waiting('1', { teamId: null }), waiting('2')], [team({}, ['a'])], [agent('a')])).toEqual({})
  })

  test('whatever the queue and the people: no one over his capacity, no one who is away or may not see, each at most once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ account: fc.constantFrom('x', 'y'), since: fc.nat(1_000) }), { maxLength: 40 }),
        fc.array(
          fc.record({
            there: fc.boolean(),
            load: fc.nat(5),
            capacity: fc.integer({ min: 1, max: 4 }),
            sees: fc.constantFrom(null, ['x'], ['y']),
          }),
          { maxLength: 8 },
        ),
        fc.constantFrom('round_robin', 'least_loaded'),
        (queue, people, strategy) => {
          const agents = people.map((one, index) =>
            agent(`agent-${index}`, { isThere: one.there, load: one.load, capacity: one.capacity, accountIds: one.sees }),
          )
          const before = new Map(agents.map(one => [one.id, one.load]))
          const waits = queue.map((one, index) => waiting(`${index}`, { accountId: one.account, since: one.since }))
          const decisions = decide(
            waits,
            { rules: [], defaultTeamId: null },
            [
              team(
                { strategy },
                agents.map(one => one.id),
              ),
            ],
            new Map(agents.map(one => [one.id, one])),
            now,
          )
          expect(new Set(decisions.map(one => one.id)).size).toBe(decisions.length)
          for (const one of agents) {
            const got = decisions.filter(decision => decision.memberId === one.id)
            if (got.length === 0) continue
            expect(one.isThere).toBe(true)
            expect(before.get(one.id)! + got.length).toBeLessThanOrEqual(one.capacity!)
            for (const { id } of got) expect(one.accountIds?.includes(waits[Number(id)]!.accountId) ?? true).toBe(true)
          }
        },
      ),
    )
  })
})
