/**
 * Fail-over as `docs/operations.md` describes it: the primary is gone in the middle of the work, the standby is promoted, and the hub goes on there by itself.
 * Always holds: what was acknowledged is there, once; what agents were told is sent went out, once; nobody had to restart a process.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../support/test-hub.ts'
import { type Desk, type HubProcess, type Load, makeDesk, startHubProcess, startLoad } from './hubs.ts'
import { customers, type Platform, startPlatform } from './platform.ts'
import { type Replicas, startReplicas } from './replicas.ts'

// PostgreSQL's processes are found through /proc, and its copy is made with a POSIX file system’s owners.
describe.skipIf(process.platform !== 'linux')('fail-over to a synchronous standby', () => {
  let replicas: Replicas
  let platform: Platform
  let desk: Desk
  let load: Load
  const hubs: HubProcess[] = []
  const before = { acknowledged: 0, taken: 0 }

  beforeAll(async () => {
    replicas = await startReplicas({ synchronous: true })
    platform = await startPlatform()
    desk = await makeDesk(replicas.url, replicas.home, platform)
    const common = { databaseUrl: replicas.url, home: replicas.home, platform, environment: { AFTER_PROMOTION: 'continue' } }
    hubs.push(await startHubProcess({ ...common, role: 'web' }), await startHubProcess({ ...common, role: 'worker' }))
    load = startLoad(desk, platform, () => [hubs[0]!.url])
    await until(() => platform.acknowledged.size >= 200 && load.taken.size >= 20, 'some work')
  })
  afterAll(async () => {
    await load?.stop()
    for (const hub of hubs) await hub.stop()
    await platform?.close()
    await replicas?.close()
  })

  test('without a primary nothing is acknowledged', async () => {
    await replicas.primary.crash()
    before.acknowledged = platform.acknowledged.size
    before.taken = load.taken.size
    const failures = () => [...platform.statuses].filter(([status]) => status !== 200).reduce((sum, [, count]) => sum + count, 0)
    const refused = failures()
    await until(() => failures() > refused + 10, 'webhooks that are refused')
    expect(platform.acknowledged.size).toBe(before.acknowledged)
    expect(load.taken.size).toBe(before.taken)
    expect([...platform.statuses.keys()].filter(status => ![200, 503, 0].includes(status))).toEqual([])
  })

  test('the standby is promoted, and the same processes go on', async () => {
    await replicas.standby.promote()
    await until(
      () => platform.acknowledged.size >= before.acknowledged + 200 && load.taken.size >= before.taken + 20,
      'work on the promoted server',
    )
    await load.stop()
    for (const hub of hubs) expect(hub.child.exitCode).toBe(null)
    await until(
      async () =>
        (
          await replicas.standby.query<{ n: number }>(
            `select (select count(*) from lane_item where applied_at is null)::int + (select count(*) from part where state in ('pending', 'sending'))::int as n`,
          )
        )[0]!.n === 0,
      'all that waited',
    )
  })

  test('all that was acknowledged is there, once', async () => {
    const rows = await replicas.standby.query<{ external_id: string }>(
      `select p.external_id from platform_message p join message m on m.workspace_id = p.workspace_id and m.id = p.message_id where m.direction = 'in'`,
    )
    const numbers = rows.map(row => Number(row.external_id.split(':').at(-1)))
    expect(new Set(numbers).size).toBe(numbers.length)
    expect([...platform.acknowledged].filter(number => !numbers.includes(number))).toEqual([])
    const [conversations] = await replicas.standby.query<{ n: number; messages: number }>(
      `select (select count(*) from conversation)::int as n, (select count(*) from message where direction = 'in')::int as messages`,
    )
    expect(conversations).toEqual({ n: customers, messages: numbers.length })
  })

  test('what agents sent has left, once', async () => {
    const texts = platform.sent.map(one => one.text)
    expect(texts.toSorted()).toEqual([...new Set(texts)].toSorted())
    expect([...load.taken].filter(text => !texts.includes(text))).toEqual([])
    const states = await replicas.standby.query(`select state, count(*)::int as n from part group by state`)
    expect(states).toEqual([{ state: 'sent', n: texts.length }])
  })
})
