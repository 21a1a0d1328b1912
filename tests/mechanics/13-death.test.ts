/** When a node counts as dead [mechanics 13, decision 0030]. */
import { newId, sweepNodes } from '@dragoman/hub'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestHub, type TestHub, until } from '../support/test-hub.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await startTestHub()
})
afterAll(async () => {
  await hub?.close()
})

test('who was killed is dead as soon as he may start nothing any more; who is only silent has his eight seconds', async () => {
  const [killed, silent] = [newId(), newId()]
  // A line of its own with the lock of a node, as the silent one has it.
  const line = new pg.Client({ connectionString: hub.database.url })
  await line.connect()
  await line.query('select pg_advisory_lock(hashtextextended($1, 0))', [`node ${silent}`])
  const nodes = async () =>
    (await hub.database.query<{ id: string }>('select id from node where id = any($1::uuid[])', [[killed, silent]])).map(row => row.id)
  // Before that the database may have been away itself.
  await until(() => hub.hub.bell.knownAliveMs() > 5_000, 'five seconds of our own line')
  const left = await until(async () => {
    const from = performance.now()
    await hub.database.query(
      `insert into node (id, role, heartbeat_at) select id, 'worker', now() - interval '6 s' from unnest($1::uuid[]) id on conflict (id) do update set heartbeat_at = excluded.heartbeat_at`,
      [[killed, silent]],
    )
    await sweepNodes(hub.hub)
    const found = await nodes()
    // Where that itself took two seconds, both are dead.
    return performance.now() - from < 1_900 && found
  }, 'a sweep in time')
  expect(left).toEqual([silent])
  await hub.database.query(`update node set heartbeat_at = now() - interval '9 s' where id = $1`, [silent])
  await sweepNodes(hub.hub)
  expect(await nodes()).not.toContain(silent)
  await line.end()
})
