/** Where a conversation stands by what platforms tell [mechanics 16]: requests that nobody names, and conversations that another program holds. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'

let hub: ProbeHub
beforeAll(async () => {
  hub = await startProbeHub()
})
afterAll(async () => {
  await hub?.close()
})

const about = (thread: string) => ({ at: Date.now(), threadId: thread, identity: { externalIds: [`user:${thread}`], name: 'Mira' } })
const requested = (thread: string, id: string) => ({ ...about(thread), kind: 'conversation.requested', externalId: id, onlyNew: true })
const control = (thread: string, id: string, ours: boolean) => ({ ...about(thread), kind: 'control.changed', externalId: id, ours })
const echoed = (thread: string, id: string) => ({
  ...about(thread),
  kind: 'message.echoed',
  externalId: id,
  message: { content: { kind: 'text', text: { text: 'From the app' } } },
})
const standing = async (thread: string) => (await hub.conversation(thread)).standing

describe('requests of a platform that names none', () => {
  test('begin with somebody new and end with an answer in the vendor’s own app, for good', async () => {
    await hub.deliver([requested('new', 'r1'), received('n1', { thread: 'new' })])
    expect(await standing('new')).toBe('requested')
    await hub.deliver([requested('new', 'r2'), received('n2', { thread: 'new' })])
    expect(await standing('new')).toBe('requested')
    await hub.deliver([echoed('new', 'e1')])
    expect(await standing('new')).toBe('open')
    await hub.deliver([requested('new', 'r3'), received('n3', { thread: 'new' })])
    expect(await standing('new')).toBe('open')
  })

  test('whoever was known before is none', async () => {
    await hub.deliver([received('k1', { thread: 'known' })])
    await hub.deliver([requested('known', 'r4'), received('k2', { thread: 'known' })])
    expect(await standing('known')).toBe('open')
  })
})

test('that a conversation is ours takes it back from another program, and accepts no request', async () => {
  await hub.deliver([requested('turns', 'r5'), received('t1', { thread: 'turns' }), control('turns', 'c1', true)])
  expect(await standing('turns')).toBe('requested')
  await hub.deliver([control('turns', 'c2', false)])
  expect(await standing('turns')).toBe('elsewhere')
  await hub.deliver([control('turns', 'c3', true)])
  expect(await standing('turns')).toBe('open')
})
