/**
 * A new version without a pause, as `docs/operations.md` describes it: beside each process a new one is started, the traffic goes there, the old one is told to
 * stop. Always holds: no request fails for it, nothing is lost or sent twice, and every agent's stream goes on where it stood, each message once and in order.
 */
import { createClient, type EventStream, openStream } from '@dragoman/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { until } from '../support/test-hub.ts'
import { type Desk, type HubProcess, type Load, makeDesk, startHubProcess, startLoad } from './hubs.ts'
import { type Platform, startPlatform, textOf } from './platform.ts'
import { startDatabase } from './replicas.ts'

const agents = 20

interface Agent {
  stream: EventStream
  /** Customers' texts, in the order in which they were told. */
  told: string[]
  resyncs: number
}

// The server's processes are found through /proc when it is ended.
describe.skipIf(process.platform !== 'linux')('a rolling restart', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let platform: Platform
  let desk: Desk
  let load: Load
  let watching: Agent[] = []
  const processes: HubProcess[] = []
  const stopped: HubProcess[] = []

  const webs = () => processes.filter(one => one.role === 'web').map(one => one.url)
  const start = async (role: 'web' | 'worker') =>
    void processes.push(await startHubProcess({ databaseUrl: database.url, home: database.home, platform, role }))

  /** Opens a stream that comes back to whichever web process takes traffic then. */
  function watch(cursor: string, turn: number): Agent {
    class Line extends WebSocket {
      constructor(address: string, protocols?: string[]) {
        const { pathname, search } = new URL(address)
        super(`${webs()[turn++ % webs().length]!.replace('http', 'ws')}${pathname}${search}`, protocols, {
          headers: { cookie: desk.cookie },
        })
      }
    }
    const agent: Agent = {
      told: [],
      resyncs: 0,
      stream: openStream(
        'ws://whichever/v1/events',
        cursor,
        {
          onEvents: events => {
            for (const event of events)
              if (event.kind === 'message.created' && event.message.direction === 'in' && event.message.body.content.kind === 'text')
                agent.told.push(event.message.body.content.text.text)
          },
          onEphemeral: () => {},
          onResync: () => agent.resyncs++,
          onState: () => {},
        },
        { WebSocket: Line, soonestBackMs: 20, spreadMs: 500 },
      ),
    }
    return agent
  }

  beforeAll(async () => {
    database = await startDatabase()
    platform = await startPlatform('127.0.0.1', 50)
    desk = await makeDesk(database.url, database.home, platform)
    for (const role of ['web', 'web', 'worker', 'worker'] as const) await start(role)
    const { cursor } = await createClient({ origin: webs()[0]!, headers: { cookie: desk.cookie } }).call('snapshot', {
      query: { limit: 1 },
    })
    watching = Array.from({ length: agents }, (_, index) => watch(cursor, index))
    load = startLoad(desk, platform, webs, 4)
    await until(() => platform.acknowledged.size > 50 && load.taken.size > 5, 'some work')
  })
  afterAll(async () => {
    await load?.stop()
    for (const agent of watching) agent.stream.close()
    for (const one of processes) await one.stop()
    await platform?.close()
    await database?.close()
  })

  test('replaces one process after the other under load, and each ends by itself when its work is done', async () => {
    for (const old of [...processes]) {
      await start(old.role)
      // From here on no new request comes to it; what is under way is finished.
      processes.splice(processes.indexOf(old), 1)
      stopped.push(old)
      await old.stop()
      const before = { acknowledged: platform.acknowledged.size, sent: platform.sent.length }
      await until(
        () => platform.acknowledged.size > before.acknowledged + 20 && platform.sent.length > before.sent,
        'work after a process was replaced',
      )
    }
    expect(stopped.map(one => one.child.exitCode)).toEqual([0, 0, 0, 0])
    await load.stop()
  })

  test('no request was answered with an error', () => {
    // 0: a line that was kept open and ended in the moment in which it was used again; it was repeated.
    expect([...platform.statuses.keys()].filter(status => status !== 200 && status !== 0)).toEqual([])
    expect(platform.statuses.get(0) ?? 0).toBeLessThanOrEqual(20)
  })

  test('what was acknowledged was told to every agent once, to all in the same order', async () => {
    const all = [...platform.acknowledged].map(textOf)
    await until(() => watching.every(agent => agent.told.length >= all.length), 'all messages at all agents')
    for (const agent of watching) {
      expect(agent.resyncs).toBe(0)
      expect(agent.told.toSorted()).toEqual(all.toSorted())
    }
    for (const agent of watching) expect(agent.told).toEqual(watching[0]!.told)
  })

  test('what agents sent has left, once', async () => {
    await until(
      async () => (await database.query(`select 1 from part where state in ('pending', 'sending') limit 1`)).length === 0,
      'all that waited',
    )
    const texts = platform.sent.map(one => one.text)
    expect(texts.toSorted()).toEqual([...new Set(texts)].toSorted())
    expect([...load.taken].filter(text => !texts.includes(text))).toEqual([])
    expect(await database.query(`select distinct state from part`)).toEqual([{ state: 'sent' }])
  })
})
