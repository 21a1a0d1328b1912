/**
 * Two web and two worker processes on machines of their own (network namespaces) against one database; a web and a worker machine lose their link to the
 * database while they still reach the platform, and get it back. Always holds: nothing lost, nothing twice; who cannot renew his lease begins nothing.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../support/test-hub.ts'
import { type Desk, type HubProcess, type Load, makeDesk, startHubProcess, startLoad } from './hubs.ts'
import { type Machine, makeNetworks, type Networks, whyNoNamespaces } from './namespaces.ts'
import { type Platform, startPlatform } from './platform.ts'
import { startDatabase } from './replicas.ts'

const reason = whyNoNamespaces()

describe.skipIf(reason)(`several nodes${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let networks: Networks
  let database: Awaited<ReturnType<typeof startDatabase>>
  let platform: Platform
  let desk: Desk
  let load: Load
  const machines: Record<string, Machine> = {}
  const processes: Record<string, HubProcess> = {}
  let nodeOfCutWorker = ''
  const cutOff = { from: 0, swept: 0, until: 0 }

  const sentBy = (name: string, from: number, before = Number.POSITIVE_INFINITY) =>
    platform.sent.filter(one => one.from === machines[name]!.address && one.at > from && one.at < before)

  beforeAll(async () => {
    networks = makeNetworks()
    database = await startDatabase({ address: networks.database, network: networks.databaseNetwork })
    // Slow enough that some sendings are under way when the link is cut.
    platform = await startPlatform(networks.world, 150)
    desk = await makeDesk(database.url, database.home, platform)
    const start = async (name: string, role: 'web' | 'worker') => {
      const machine = networks.machine(name)
      machines[name] = machine
      processes[name] = await startHubProcess({
        databaseUrl: database.url,
        home: database.home,
        platform,
        role,
        within: machine.within,
        environment: { HOST: '0.0.0.0', PORT: '3000' },
      })
    }
    await start('worker-1', 'worker')
    nodeOfCutWorker = (await database.query<{ id: string }>(`select id from node where role = 'worker'`))[0]!.id
    await Promise.all([start('worker-2', 'worker'), start('web-1', 'web'), start('web-2', 'web')])
    load = startLoad(desk, platform, () => ['web-2', 'web-1'].map(name => `http://${machines[name]!.address}:3000`))
    await until(
      () => platform.acknowledged.size > 60 && sentBy('worker-1', 0).length > 0 && sentBy('worker-2', 0).length > 0,
      'work by both workers',
    )
  })
  afterAll(async () => {
    await load?.stop()
    for (const one of Object.values(processes)) await one.stop()
    await platform?.close()
    await database?.close()
    networks?.close()
  })

  test('who is cut off from the database is swept, and the others go on', async () => {
    cutOff.from = Date.now()
    for (const name of ['web-1', 'worker-1']) machines[name]!.cut()
    const acknowledged = platform.acknowledged.size
    await until(
      async () => (await database.query('select 1 from node where id = $1', [nodeOfCutWorker])).length === 0,
      'the lease of the worker that was cut off to be swept',
    )
    cutOff.swept = Date.now()
    await until(
      async () => (await database.query(`select 1 from part where state = 'sending' and node_id = $1`, [nodeOfCutWorker])).length === 0,
      'what it held to be settled',
    )
    await until(
      () => platform.acknowledged.size > acknowledged + 60 && sentBy('worker-2', cutOff.swept).length > 5,
      'work by those that are left',
    )
  })

  test('it comes back by itself, and works again', async () => {
    cutOff.until = Date.now()
    for (const name of ['web-1', 'worker-1']) machines[name]!.mend()
    await until(async () => (await database.query('select 1 from node where id = $1', [nodeOfCutWorker])).length > 0, 'its lease')
    await until(() => sentBy('worker-1', cutOff.until).length > 0, 'work by the worker that came back')
    await until(
      async () => (await fetch(`http://${machines['web-1']!.address}:3000/health/ready`).catch(() => undefined))?.status === 200,
      'the web process that came back',
    )
    for (const one of Object.values(processes)) expect(one.child.exitCode).toBe(null)
  })

  test('while others might have taken over what it held, it began nothing', () => {
    // It reached the platform all the time: only its lease kept it still.
    expect(sentBy('worker-1', cutOff.swept, cutOff.until)).toEqual([])
  })

  test('nothing lost, nothing twice', async () => {
    await load.stop()
    await until(
      async () =>
        (
          await database.query<{ n: number }>(
            `select (select count(*) from lane_item where applied_at is null)::int + (select count(*) from part where state in ('pending', 'sending'))::int as n`,
          )
        )[0]!.n === 0,
      'all that waited',
    )
    const numbers = (
      await database.query<{ external_id: string }>(
        `select p.external_id from platform_message p join message m on m.workspace_id = p.workspace_id and m.id = p.message_id where m.direction = 'in'`,
      )
    ).map(row => Number(row.external_id.split(':').at(-1)))
    expect(new Set(numbers).size).toBe(numbers.length)
    expect([...platform.acknowledged].filter(number => !numbers.includes(number))).toEqual([])

    const texts = platform.sent.map(one => one.text)
    expect(texts.toSorted()).toEqual([...new Set(texts)].toSorted())
    const states = Object.fromEntries(
      (await database.query<{ state: string; n: number }>('select state, count(*)::int as n from part group by state')).map(row => [
        row.state,
        row.n,
      ]),
    )
    // Claimed in the very moment of the cut, so that the answer to the claim was lost: it may have left for all that the database knows.
    const { uncertain = 0, ...settled } = states
    expect(settled).toEqual({ sent: texts.length })
    const justified = await database.query(`select 1 from part where state = 'uncertain' and failure->>'code' = 'node_lost'`)
    expect(justified.length).toBe(uncertain)
    expect([...load.taken].filter(text => !texts.includes(text)).length).toBeLessThanOrEqual(uncertain)
  })
})
