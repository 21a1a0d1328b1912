/** Where a conversation stands, whatever order its facts came in. */
import { expect, test } from 'vitest'
import { factsOf, type StandingFacts, standingFrom, withFacts } from './standing.ts'

test.each<[string, StandingFacts, number | null, string]>([
  ['nothing was told', {}, null, 'open'],
  ['blocked after the last word', { blocked: 2_000 }, 1_000, 'blocked'],
  ['wrote after it', { blocked: 1_000 }, 2_000, 'open'],
  ['a word that is a refusal itself', { blocked: 1_000 }, 1_000, 'blocked'],
  ['began again in the same second', { blocked: 1_000, begun: 1_000 }, 1_000, 'open'],
  ['blocked again after that', { blocked: 2_000, begun: 1_000 }, 1_000, 'blocked'],
  ['never began', { notStarted: 0 }, null, 'not_started'],
  ['another program has it', { elsewhere: 2_000, ours: 1_000 }, 3_000, 'elsewhere'],
  ['it came back', { elsewhere: 1_000, ours: 2_000 }, null, 'open'],
  ['asks to be let in', { requested: 1_000 }, 2_000, 'requested'],
  ['was let in', { requested: 1_000, accepted: 1_000 }, 2_000, 'open'],
])('%s', (_what, facts, heardAt, standing) => {
  expect(standingFrom(facts, heardAt)).toBe(standing)
})

test('of each fact the latest moment counts', () => {
  expect(withFacts(withFacts(factsOf('blocked'), { begun: 5 }), { begun: 3, blocked: 4 })).toEqual({ blocked: 4, begun: 5 })
})
