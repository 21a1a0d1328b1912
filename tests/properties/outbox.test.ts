/**
 * What we send, against a model [mechanics 11-14]: people write into several conversations, press twice, and the platform accepts, refuses, asks to wait,
 * fails, and loses answers after it has accepted, as a plan says that fast-check makes. Always holds: every text is asked for as often as the plan lets it
 * and never once more, in each conversation in the order in which it was written, and ends in the one state that the plan allows.
 */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { ProbeAnswer } from '../support/probe.ts'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'
import { textBody, until } from '../support/test-hub.ts'
import { propertyRuns } from './runs.ts'

vi.setConfig({ testTimeout: 180_000 })

type End = 'accepted' | 'refused' | 'lost' | 'nobody_knows'
interface Writing {
  /** Which conversation. */
  place: number
  /** Pressed again with the same mark before the first press was answered. */
  twice: boolean
  /** What the platform says before its last word. */
  before: readonly ('wait' | 'later')[]
  end: End
}

const plans = fc.array(
  fc.record<Writing>({
    place: fc.nat({ max: 2 }),
    twice: fc.boolean(),
    before: fc.array(fc.constantFrom('wait' as const, 'later' as const), { maxLength: 2 }),
    end: fc.constantFrom<End>('accepted', 'accepted', 'accepted', 'refused', 'lost', 'nobody_knows'),
  }),
  { minLength: 1, maxLength: 9 },
)

const stateOf: Record<End, string> = { accepted: 'sent', refused: 'failed', lost: 'uncertain', nobody_knows: 'uncertain' }
const answers: Record<End | 'wait' | 'later', (text: string) => ProbeAnswer> = {
  accepted: text => ({ status: 200, body: { id: `id of ${text}` } }),
  refused: () => ({ status: 400 }),
  lost: () => ({ status: 200, cut: true }),
  nobody_knows: () => ({ status: 502 }),
  wait: () => ({ status: 429, body: { retryAfterMs: 40, scope: 'chat' } }),
  later: () => ({ status: 503 }),
}

let hub: ProbeHub
let count = 0
beforeAll(async () => {
  hub = await startProbeHub()
  await hub.owner.call('updateMe', { body: { undoSeconds: 0 } })
})
afterAll(() => hub?.close())

async function holds(plan: readonly Writing[]): Promise<void> {
  const run = count++
  const threads = [0, 1, 2].map(place => `outbox-${run}-${place}`)
  await hub.deliver(threads.map(thread => received(`${thread}:first`, { thread })))
  const conversations = await Promise.all(threads.map(thread => hub.conversation(thread)))
  const textOf = (index: number) => `text ${run} ${index}`
  const tries = new Map<string, number>()
  hub.probe.answer = request => {
    const index = Number(request.body.text?.split(' ')[2])
    const writing = plan[index]!
    const turn = tries.get(request.body.text!) ?? 0
    tries.set(request.body.text!, turn + 1)
    return answers[writing.before[turn] ?? writing.end](request.body.text!)
  }
  const from = hub.probe.requests.length
  const ids: string[] = []
  for (const [index, writing] of plan.entries()) {
    const press = () =>
      hub.owner.call('sendMessage', {
        params: { conversationId: conversations[writing.place]!.id },
        body: { clientId, body: textBody(textOf(index)) },
      })
    const clientId = randomUUID()
    const pressed = await Promise.all(writing.twice ? [press(), press()] : [press()])
    expect(new Set(pressed.map(answer => answer.message.id)).size).toBe(1)
    ids.push(pressed[0]!.message.id)
  }
  const states = async () => {
    const rows = await hub.database.query<{ message_id: string; state: string }>(
      'select message_id, state from part where message_id = any($1::uuid[])',
      [ids],
    )
    return ids.map(id => rows.find(row => row.message_id === id)!.state)
  }
  await until(async () => !(await states()).some(state => state === 'pending' || state === 'sending'), 'an end of everything', 60_000)

  expect(await states()).toEqual(plan.map(writing => stateOf[writing.end]))
  const requests = hub.probe.requests.slice(from)
  for (const [index, writing] of plan.entries())
    expect(requests.filter(request => request.body.text === textOf(index))).toHaveLength(writing.before.length + 1)
  for (const place of [0, 1, 2]) {
    const asked = requests.filter(request => request.body.to === threads[place]).map(request => Number(request.body.text!.split(' ')[2]))
    // One after the other: none begins before the one written earlier has come to its end.
    expect(asked).toEqual(asked.toSorted((a, b) => a - b))
  }
}

test('every text is sent as often as the platform lets it, in order, and ends as the model says', async () => {
  await fc.assert(fc.asyncProperty(plans, holds), propertyRuns(6))
})
