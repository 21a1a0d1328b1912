/**
 * What may happen in one conversation, as fast-check values: customers' messages, edits, deletions, reactions, votes, presses, echoes, receipts, watermarks,
 * changes of contact and standing. Always holds: every event has a time and an id of its own, so that one order is the true one, whatever order they come in.
 */
import type { InboundEvent } from '@dragoman/core'
import fc from 'fast-check'

/** One thing that happens; numbers choose among what is there (the n-th message, the n-th emoji), so that shrinking keeps scenarios valid. */
export type Happening =
  | { do: 'write'; quote: number | null }
  | { do: 'edit'; of: number }
  | { do: 'delete'; of: number }
  | { do: 'react'; of: number; emojis: string[] }
  | { do: 'press'; of: number | null }
  | { do: 'poll' }
  | { do: 'vote'; of: number; options: number[] }
  | { do: 'echo' }
  | { do: 'receipt'; receipt: 'sent' | 'delivered' | 'read' | 'failed' }
  | { do: 'watermark'; receipt: 'delivered' | 'read'; covers: boolean }
  | { do: 'rename'; name: string }
  | { do: 'block' }
  | { do: 'subscribe' }
  | { do: 'control'; ours: boolean }

export interface Scenario {
  /** Whether we have sent something into the conversation; what is told of it needs it. */
  ours: boolean
  happenings: readonly Happening[]
}

/** The order in which a scenario's events come: a permutation, some of them again, cut into bodies, and drained now and then. */
export interface Arrival {
  order: readonly number[]
  again: readonly number[]
  bodies: readonly number[]
  drains: readonly boolean[]
  /** Before which body the platform answers our sending. */
  answered: number
}

const small = fc.nat({ max: 5 })

/** Kinds of happenings by name, so that a test can say which it tries. */
export const happenings: Record<Happening['do'], fc.Arbitrary<Happening>> = {
  write: fc.record({ do: fc.constant('write' as const), quote: fc.option(small, { nil: null }) }),
  edit: fc.record({ do: fc.constant('edit' as const), of: small }),
  delete: fc.record({ do: fc.constant('delete' as const), of: small }),
  react: fc.record({
    do: fc.constant('react' as const),
    of: small,
    emojis: fc.uniqueArray(fc.constantFrom('👍', '❤️', '😂'), { maxLength: 2 }),
  }),
  press: fc.record({ do: fc.constant('press' as const), of: fc.option(small, { nil: null }) }),
  poll: fc.record({ do: fc.constant('poll' as const) }),
  vote: fc.record({ do: fc.constant('vote' as const), of: small, options: fc.uniqueArray(fc.nat({ max: 2 }), { maxLength: 2 }) }),
  echo: fc.record({ do: fc.constant('echo' as const) }),
  receipt: fc.record({
    do: fc.constant('receipt' as const),
    receipt: fc.constantFrom('sent' as const, 'delivered' as const, 'read' as const, 'failed' as const),
  }),
  watermark: fc.record({
    do: fc.constant('watermark' as const),
    receipt: fc.constantFrom('delivered' as const, 'read' as const),
    covers: fc.boolean(),
  }),
  rename: fc.record({ do: fc.constant('rename' as const), name: fc.constantFrom('Olivia', 'Olivia B.', 'Liv') }),
  block: fc.record({ do: fc.constant('block' as const) }),
  subscribe: fc.record({ do: fc.constant('subscribe' as const) }),
  control: fc.record({ do: fc.constant('control' as const), ours: fc.boolean() }),
}

/** Scenarios of these kinds; the first event is always a customer's message. */
export function scenarios(kinds: readonly Happening['do'][], maxLength = 10): fc.Arbitrary<Scenario> {
  return fc.record({
    ours: fc.boolean(),
    happenings: fc
      .array(fc.oneof(...kinds.map(kind => happenings[kind])), { minLength: 1, maxLength })
      .map(list => [{ do: 'write' as const, quote: null }, ...(list.some(isWatermark) ? list.filter(one => !isFailure(one)) : list)]),
  })
}

function isWatermark(happening: Happening): boolean {
  return happening.do === 'watermark'
}

/** A platform that tells by watermark reports no failures afterwards: the two would contradict each other in any order. */
function isFailure(happening: Happening): boolean {
  return happening.do === 'receipt' && happening.receipt === 'failed'
}

/** How `count` events may arrive. */
export function arrivals(count: number): fc.Arbitrary<Arrival> {
  const all = Array.from({ length: count }, (_, index) => index)
  return fc.record({
    order: fc.shuffledSubarray(all, { minLength: count }),
    again: fc.array(fc.nat({ max: count - 1 }), { maxLength: 4 }),
    bodies: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 }),
    drains: fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }),
    answered: fc.nat({ max: 6 }),
  })
}

/** A scenario and one way in which it arrives. */
export function arrivedScenarios(
  kinds: readonly Happening['do'][],
  maxLength?: number,
): fc.Arbitrary<{ scenario: Scenario; arrival: Arrival }> {
  return scenarios(kinds, maxLength).chain(scenario => arrivals(scenario.happenings.length).map(arrival => ({ scenario, arrival })))
}

/** As it truly was: one event a body, each drained, our sending answered at once. */
export function inOrder(count: number): Arrival {
  return { order: Array.from({ length: count }, (_, index) => index), again: [], bodies: [1], drains: [true], answered: 0 }
}

/** A moment of no whole second, so that the platform counts milliseconds. */
export function momentOf(base: number, index: number): number {
  return base + index * 1_000 + 7
}

/** The scenario's events in true order. `own` is the platform's id of what we sent. */
export function eventsOf(scenario: Scenario, thread: string, base: number, own: string): InboundEvent[] {
  const messages: string[] = []
  const polls: string[] = []
  const targets: string[] = []
  // Whatever is referred to may come later in the scenario too: a fact before its message is a case of its own.
  for (const [index, happening] of scenario.happenings.entries()) {
    const id = `${thread}:${index}`
    if (happening.do === 'write') messages.push(id)
    if (happening.do === 'poll') polls.push(id)
    if (happening.do === 'write' || happening.do === 'echo') targets.push(id)
  }
  const pick = (list: readonly string[], index: number) => list[index % list.length]
  const text = (value: string) => ({ content: { kind: 'text' as const, text: { text: value } } })
  const eventOf = (happening: Happening, index: number): InboundEvent => {
    const common = {
      externalId: `${thread}:${index}`,
      at: momentOf(base, index),
      threadId: thread,
      identity: { externalIds: [`user:${thread}`], name: nameAt(scenario, index) },
    }
    switch (happening.do) {
      case 'write':
        return {
          ...common,
          kind: 'message.received',
          opens: [{ window: 'service', until: common.at + 86_400_000 }],
          message: { ...text(`said ${index}`), replyTo: happening.quote === null ? undefined : pick(targets, happening.quote) },
        }
      case 'edit':
        return { ...common, kind: 'message.edited', of: pick(targets, happening.of)!, message: text(`changed ${index}`) }
      case 'delete':
        return { ...common, kind: 'message.deleted', of: [pick(targets, happening.of)!] }
      case 'react':
        return { ...common, kind: 'reaction.changed', of: pick(targets, happening.of)!, emojis: happening.emojis }
      case 'press':
        return {
          ...common,
          kind: 'action.chosen',
          title: `button ${index}`,
          payload: 'yes',
          of: happening.of === null ? undefined : pick(targets, happening.of),
        }
      case 'poll':
        return {
          ...common,
          kind: 'message.echoed',
          message: { content: { kind: 'poll', question: 'Which?', options: [{ text: 'red' }, { text: 'blue' }, { text: 'green' }] } },
        } as InboundEvent
      case 'vote':
        return { ...common, kind: 'poll.voted', of: pick(polls, happening.of) ?? messages[0]!, options: happening.options }
      case 'echo':
        return { ...common, kind: 'message.echoed', message: text(`elsewhere ${index}`) }
      case 'receipt':
        return { ...common, kind: 'delivery.updated', receipt: happening.receipt, of: { externalIds: [own] } }
      case 'watermark':
        return {
          ...common,
          kind: 'delivery.updated',
          receipt: happening.receipt,
          // Our own is sent by our clock, between the two.
          of: { watermark: happening.covers ? base + 10_000_000 : momentOf(base, index) },
        }
      case 'rename':
        return { ...common, kind: 'contact.updated' }
      case 'block':
        return { ...common, kind: 'contact.opted_out', scope: 'all' }
      case 'subscribe':
        return { ...common, kind: 'contact.subscribed' }
      case 'control':
        return { ...common, kind: 'control.changed', ours: happening.ours, app: 'other' }
    }
  }
  return scenario.happenings.map(eventOf)
}

/** What the person is called at that moment. */
function nameAt(scenario: Scenario, index: number): string {
  const renamed = scenario.happenings.slice(0, index + 1).findLast(happening => happening.do === 'rename')
  return renamed?.do === 'rename' ? renamed.name : 'Olivia'
}
