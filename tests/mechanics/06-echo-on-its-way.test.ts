/** Echoes that carry no reference of ours [mechanics 6]: whichever comes first, the echo or the platform's answer, the message is there once. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Event, type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'
import { until } from '../support/test-hub.ts'

let hub: ProbeHub
beforeAll(async () => {
  hub = await startProbeHub()
})
afterAll(async () => {
  await hub?.close()
})

const echo = (externalId: string, thread: string, text: string): Event => ({
  kind: 'message.echoed',
  externalId,
  at: Date.now(),
  threadId: thread,
  identity: { externalIds: [`user:${thread}`] },
  message: { content: { kind: 'text', text: { text } } },
})
const outgoing = async (thread: string) => (await hub.thread(thread)).filter(message => message.direction === 'out')

test('an echo that overtakes the answer is ours, and not told twice', async () => {
  await hub.deliver([received('e1', { thread: 'overtaking' })])
  hub.probe.answer = async request => {
    if (request.body.text === 'Coming') await hub.deliver([echo('p-77', 'overtaking', 'Coming ')])
    return { status: 200, body: { id: 'p-77' } }
  }
  await hub.say('overtaking', 'Coming')
  await until(async () => (await outgoing('overtaking'))[0]?.state === 'sent', 'the sent message')
  expect(await outgoing('overtaking')).toHaveLength(1)
})

test('an echo after a cut line settles what nobody knew; other words are somebody else’s', async () => {
  await hub.deliver([received('e2', { thread: 'cut' })])
  hub.probe.answer = () => ({ status: 200, cut: true })
  await hub.say('cut', 'Is it there?')
  await until(async () => (await outgoing('cut'))[0]?.state === 'uncertain', 'the doubt')
  await hub.deliver([echo('p-88', 'cut', 'Written in the app')])
  expect((await outgoing('cut')).map(message => message.state)).toContain('uncertain')
  await hub.deliver([echo('p-89', 'cut', 'Is it there?')])
  const all = await outgoing('cut')
  expect(all).toHaveLength(2)
  expect(all.map(message => message.state)).not.toContain('uncertain')
})
