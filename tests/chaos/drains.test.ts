/** Several drains of one lane at once: a drain that lives is never taken for one that died [mechanics 3]. */
import { randomUUID } from 'node:crypto'
import { drainLane, type IngestEffects } from '@dragoman/hub'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'

let hub: ProbeHub
beforeAll(async () => {
  hub = await startProbeHub()
})
afterAll(async () => await hub?.close())

test('drains that wake together apply each body once and set none aside', async () => {
  const effects: IngestEffects = { acknowledge: () => {} }
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

test('where the last drains died, several that live and take the lane from each other count no death', async () => {
  const effects: IngestEffects = { acknowledge: () => {} }
  const nodes = [randomUUID(), randomUUID()]
  const lives = new pg.Client({ connectionString: hub.database.url })
  await lives.connect()
  for (const id of nodes) {
    // As a node that lives: it beats, and its lock is held.
    await lives.query('select pg_advisory_lock(hashtextextended($1, 0))', [`node ${id}`])
    await hub.database.query("insert into node (id, role, heartbeat_at) values ($1, 'worker', now() + interval '1 hour')", [id])
  }
  await hub.database.query('update lane set crashes = 3, in_hand_to = 1000000000')
  let isOver = false
  const rivals = nodes.map(async nodeId => {
    while (!isOver) await drainLane({ ...hub.hub, nodeId }, hub.workspaceId, hub.account.id, effects)
  })
  const names = Array.from({ length: 300 }, (_, index) => `contended-${index}`)
  for (let index = 0; index < names.length; index += 20)
    await Promise.all(names.slice(index, index + 20).map(name => hub.post([received(name, { thread: 'contended' })])))
  await hub.applied()
  isOver = true
  await Promise.all(rivals)
  await lives.end()
  expect((await hub.owner.call('setAside')).items).toEqual([])
  expect((await hub.conversation('contended')).inboundCount).toBe(names.length)
})

test('an error of the moment is no death: a body that was suspected is tried again by the same process and counted once', async () => {
  const [lane] = await hub.database.query<{ drained_by: string }>(
    'update lane set crashes = 3, in_hand_to = 1000000000 returning drained_by',
  )
  expect(lane!.drained_by).toBeTruthy()
  // The database refuses four times, as it does to one of two transactions that wait for each other.
  await hub.database.query(`create sequence refusals`)
  await hub.database.query(`create function refuse() returns trigger language plpgsql as $$ begin
      if nextval('refusals') <= 4 then raise exception 'could not serialize access' using errcode = '40001'; end if;
      return new;
    end $$`)
  await hub.database.query('grant usage on sequence refusals to public')
  await hub.database.query('create trigger refusing before insert on message for each row execute function refuse()')
  await hub.post([received('refused-0', { thread: 'refused' })])
  await hub.applied()
  expect((await hub.database.query<{ last_value: number }>('select last_value::int from refusals'))[0]!.last_value).toBeGreaterThan(4)
  await hub.database.query('drop trigger refusing on message')
  expect((await hub.owner.call('setAside')).items).toEqual([])
  expect((await hub.thread('refused')).map(message => message.order.externalId)).toEqual(['refused-0'])
})
