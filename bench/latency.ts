/**
 * `npm run bench -- latency [--seconds=10] [--rates=20,300,1000] [--json]`: from the sending of a webhook to its event at a connected inbox, at steady
 * rates. The floor is of the same run: a bare durable insert by one connection, one after the other, which every webhook must pay at least once.
 */
import pg from 'pg'
import { type BenchHub, generateWebhooks, percentile, round, startBenchHub, startBeside } from './bench-hub.ts'
import type { StreamClientSettings } from './stream-client.ts'

export async function latency(options: Map<string, string>): Promise<void> {
  const seconds = Number(options.get('seconds') ?? 10)
  const rates = (options.get('rates') ?? '20,300,1000').split(',').map(Number)
  const json = options.has('json')
  const say = (line: string) => {
    if (!json) process.stdout.write(`${line}\n`)
  }
  say('Starting a hub of its own …')
  const hub = await startBenchHub()
  try {
    const base = await hub.connectSigned(500)
    const floorMs = await insertMs(hub.ownerUrl)
    say('Warming up …')
    await generateWebhooks({ ...base, connections: 32, seconds: 3, rate: 0, tag: 'warm' })
    await hub.idle()
    await hub.admin.query('analyze')
    const runs = []
    for (const rate of rates) {
      say(`${rate}/s for ${seconds} s, one connected client …`)
      const { ms, missing, ack } = await eventLatency(hub, { ...base, connections: 64, seconds, rate, tag: `r${rate}` })
      await hub.idle()
      runs.push({
        rate,
        events: ms.length,
        missing,
        p50Ms: round(percentile(ms, 0.5), 1),
        p99Ms: round(percentile(ms, 0.99), 1),
        p999Ms: round(percentile(ms, 0.999), 1),
        ackP50Ms: round(percentile(ack, 0.5), 1),
        ackP99Ms: round(percentile(ack, 0.99), 1),
        ratio: round(percentile(ms, 0.5) / floorMs, 1),
      })
    }
    const at300 = runs.find(run => run.rate === 300) ?? runs[0]!
    const result = { floorMs: round(floorMs, 2), p50Ms: at300.p50Ms, p99Ms: at300.p99Ms, ratio: at300.ratio, seconds, runs }
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`)
    else {
      say('')
      for (const run of runs)
        say(
          `${String(run.rate).padStart(5)}/s   p50 ${run.p50Ms}, p99 ${run.p99Ms}, p99.9 ${run.p999Ms} ms to the inbox   acknowledged p50 ${run.ackP50Ms}, p99 ${run.ackP99Ms} ms   ${run.missing} of ${run.events + run.missing} missing   ${run.ratio} × floor`,
        )
      say(`floor     ${result.floorMs} ms for one durable insert`)
    }
  } finally {
    await hub.stop()
  }
}

/** Median time of a durable one-row insert, ms, by one connection. */
async function insertMs(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('create table if not exists bench_insert (id bigint generated always as identity primary key, body bytea not null)')
  const body = Buffer.alloc(1_024, 7)
  const times: number[] = []
  for (let count = 0; count < 1_000; count++) {
    const startedAt = performance.now()
    await client.query({ name: 'insert', text: 'insert into bench_insert (body) values ($1)', values: [body] })
    times.push(performance.now() - startedAt)
  }
  await client.query('drop table bench_insert')
  await client.end()
  return percentile(times, 0.5)
}

/** Times from the sending of a webhook (the clock is in its text) to its event at a client. */
async function eventLatency(
  hub: BenchHub,
  settings: Parameters<typeof generateWebhooks>[0],
): Promise<{ ms: number[]; missing: number; ack: number[] }> {
  const { cursor } = await hub.client.call('snapshot', { query: { limit: 1 } })
  const client = startBeside('stream-client.ts', [
    JSON.stringify({
      url: `${hub.running.url.replace('http', 'ws')}/v1/events`,
      cursor,
      cookie: hub.cookie,
    } satisfies StreamClientSettings),
  ])
  await client.says('ready')
  const { accepted, latenciesMs } = await generateWebhooks(settings)
  client.tell('end')
  const ms = JSON.parse((await client.ended).split('\n').at(-1)!) as number[]
  return { ms, missing: accepted - ms.length, ack: latenciesMs }
}
