/**
 * Any interleaving, repetition and order of a conversation's events ends in the same state [mechanics 4-6], tried through the journal, the lanes and the
 * database: what truly happened, one event a body, is compared with the same events shuffled, repeated, cut into other bodies and drained at other moments.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LaneHub, startLaneHub } from './lane-hub.ts'
import { propertyRuns } from './runs.ts'
import { type Arrival, arrivedScenarios, type Happening, inOrder, type Scenario } from './scenario.ts'

let hub: LaneHub
beforeAll(async () => {
  hub = await startLaneHub()
})
afterAll(async () => {
  await hub?.close()
})

const write: Happening = { do: 'write', quote: null }
const arriving = (order: number[]): Arrival => ({ order, again: [], bodies: [1], drains: [true], answered: 0 })
type Case = { scenario: Scenario; arrival: Arrival }

/** Once gone wrong; tried first, always. */
const examples: Record<string, Case> = {
  'an earlier edit that came last stood last in the history': {
    scenario: { ours: false, happenings: [write, { do: 'edit', of: 0 }, { do: 'edit', of: 0 }, { do: 'edit', of: 0 }] },
    arrival: arriving([3, 2, 0, 1]),
  },
  'who waited was counted from the message that came first': {
    scenario: { ours: false, happenings: [write, write, write] },
    arrival: arriving([2, 1, 0]),
  },
  'an answer from elsewhere that came before its question was no answer': {
    scenario: { ours: false, happenings: [write, { do: 'echo' }] },
    arrival: arriving([1, 0]),
  },
  'a reaction that was taken back came back': {
    scenario: {
      ours: false,
      happenings: [write, { do: 'react', of: 0, emojis: ['👍'] }, { do: 'react', of: 0, emojis: [] }],
    },
    arrival: arriving([0, 2, 1]),
  },
  'a vote that came before its poll had no words': {
    scenario: { ours: false, happenings: [write, { do: 'poll' }, { do: 'vote', of: 0, options: [1] }] },
    arrival: arriving([0, 2, 1]),
  },
  'a failure was forgotten when “sent” came after it': {
    scenario: {
      ours: true,
      happenings: [write, { do: 'receipt', receipt: 'sent' }, { do: 'receipt', receipt: 'failed' }],
    },
    arrival: arriving([0, 2, 1]),
  },
  'whoever wrote after he had blocked us stood as blocked': {
    scenario: { ours: false, happenings: [write, { do: 'block' }, write] },
    arrival: arriving([0, 2, 1]),
  },
  'a conversation that came back to us stood with another program': {
    scenario: { ours: false, happenings: [write, { do: 'control', ours: false }, { do: 'control', ours: true }] },
    arrival: arriving([0, 2, 1]),
  },
  'an old name came back': {
    scenario: { ours: false, happenings: [write, { do: 'rename', name: 'Liv' }, write] },
    arrival: arriving([1, 0, 2]),
  },
}

const kinds = (process.env.PROPERTY_KINDS?.split(',') as Happening['do'][] | undefined) ?? [
  'write',
  'edit',
  'delete',
  'react',
  'press',
  'poll',
  'vote',
  'echo',
  'receipt',
  'watermark',
  'rename',
  'block',
  'subscribe',
  'control',
]

async function holds({ scenario, arrival }: Case): Promise<void> {
  const truth = await hub.play(scenario, inOrder(scenario.happenings.length))
  expect(await hub.play(scenario, arrival)).toEqual(truth)
}

describe('a conversation’s events', () => {
  test.each(Object.entries(examples))('once wrong: %s', async (_name, example) => {
    await holds(example)
  })

  test('end in the same state in whatever order and company they come', async () => {
    await fc.assert(fc.asyncProperty(arrivedScenarios(kinds), holds), propertyRuns(25))
  })
})
