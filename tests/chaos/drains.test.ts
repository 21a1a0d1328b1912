/** Several drains of one lane at once: a drain that lives is never taken for one that died [mechanics 3]. */
import { drainLane, type IngestEffects } from '@dragoman/hub'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'

let hub: ProbeHub
beforeAll(async () => {
  hub = await startProbeHub()
})
afterAll(async () => await hub?.close())

test('drains that wake together apply each body once and set none aside', async () => {
  const effects: IngestEffects = { acknowledge: () => {}, accountChanged: () => {} }
  let isOver = false
  // Beside the hub's own: as workers are that hear the same bell.
  const rivals = Array.from({ length: 6 }, async () => {
    while (!isOver) await drainLane(hub.hub, hub.workspaceId, hub.account.id, effects)
  })
  const names = Array.from({ length: 200 }, (_, index) => `drained-${index}`)
  for (let index = 0; index < names.length; index += 10)
    await Promise.all(names.slice(index, index + 10).map(name => hub.post([received(name, { thread: 'drained' })])))
  await hub.applied()
  isOver = true
  await Promise.all(rivals)
  expect((await hub.owner.call('setAside')).items).toEqual([])
  expect((await hub.thread('drained')).map(message => message.order.externalId).toSorted()).toEqual(names.toSorted())
})
