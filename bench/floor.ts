/**
 * The floor of every speed figure [mechanics 28]: one-row inserts of 1 KB `bytea` by node `pg`, prepared, 32 connections, synchronous_commit=on, the
 * generator in a process of its own. Run as a child: `node bench/floor.ts <url> <seconds>`; prints rows per second.
 */
import { randomBytes } from 'node:crypto'
import pg from 'pg'

const connections = 32

export async function measureFloor(url: string, seconds: number): Promise<number> {
  const clients = await Promise.all(
    Array.from({ length: connections }, async () => {
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      return client
    }),
  )
  await clients[0]!.query(
    'create table if not exists bench_floor (id bigint generated always as identity primary key, body bytea not null); truncate bench_floor',
  )
  const body = randomBytes(1_024)
  const until = performance.now() + seconds * 1_000
  let count = 0
  const startedAt = performance.now()
  await Promise.all(
    clients.map(async client => {
      while (performance.now() < until) {
        await client.query({ name: 'floor', text: 'insert into bench_floor (body) values ($1)', values: [body] })
        count++
      }
    }),
  )
  const rate = count / ((performance.now() - startedAt) / 1_000)
  await clients[0]!.query('drop table bench_floor')
  await Promise.all(clients.map(client => client.end()))
  return rate
}

if (process.argv[1]?.endsWith('floor.ts')) {
  const [url = '', seconds = '5'] = process.argv.slice(2)
  process.stdout.write(`${Math.round(await measureFloor(url, Number(seconds)))}\n`)
}
