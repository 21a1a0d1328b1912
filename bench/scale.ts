/**
 * `npm run bench -- scale [--sizes=100000,1000000] [--times=60] [--json] [--keep]`: what it costs to read when the history grows. Seeds a database of each
 * size in turn, asks every kind of question through the API's use cases, and prints p50, p95 and p99 beside the floor of the same run (one round trip, and
 * one row by its key, under the same role), the pages that the server looked at, and how much each has grown from the smallest size to the largest. `--only=search` asks only those.
 */

import { randomUUID } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ApiClient } from '@dragoman/api'
import { type Actor, acceptInvitation, actorOf, type Hub, inWorkspace } from '@dragoman/hub'
import type pg from 'pg'
import { startEmbeddedServer } from '../server/src/embedded-postgres/embedded-server.ts'
import { type BenchHub, percentile, round, startBenchHub } from './bench-hub.ts'
import { type Asking, type Question, questions } from './scale/queries.ts'
import { idOf, type Seeded, seed } from './scale/seed.ts'

const channels = ['whatsapp', 'telegram', 'viber', 'vk', 'messenger']
const agents = 50

interface Figures {
  p50Ms: number
  p95Ms: number
  p99Ms: number
  found: number
  toFloor: number
  /** Pages of tables and indexes that the server looked at, for one asking: the cost that no other work on the machine moves. */
  pages: number
}
interface SizeResult {
  size: number
  messages: number
  conversations: number
  seededPerSecond: number
  databaseMiB: number
  floor: { roundTripMs: number; keyMs: number }
  questions: Record<string, Figures>
}

export async function scale(options: Map<string, string>): Promise<void> {
  const sizes = (options.get('sizes') ?? '100000,1000000').split(',').map(Number)
  const times = Number(options.get('times') ?? 60)
  const json = options.has('json')
  const say = (line: string) => {
    if (!json) process.stdout.write(`${line}\n`)
  }
  const results: SizeResult[] = []
  for (const size of sizes) {
    say(`${size.toLocaleString('en')} messages`)
    const database = await startDatabase()
    try {
      // Without workers: what loops read is not what is measured, and they would scan tables whose indexes are not made yet.
      const bench = await startBenchHub({ DRAGOMAN_ROLE: 'web', DATABASE_URL: database.url })
      try {
        results.push(await measure(bench, size, times, options.get('only'), say))
      } finally {
        await bench.stop()
      }
    } finally {
      await database.stop()
    }
  }
  if (json) process.stdout.write(`${JSON.stringify({ sizes: results, growth: growth(results) })}\n`)
  else if (results.length > 1) {
    say(`\ngrown from ${results[0]!.size.toLocaleString('en')} to ${results.at(-1)!.size.toLocaleString('en')} messages: p50, pages`)
    for (const [name, factor] of Object.entries(growth(results)))
      say(`${name.padEnd(44)} × ${String(factor.p50).padStart(6)}  × ${factor.pages}`)
  }
}

/** The database server that a laptop has, by itself. */
async function startDatabase(): Promise<{ url: string; stop(): Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'dragoman-scale-'))
  // Root's database server runs as another user, who must be able to reach the folder.
  await chmod(home, 0o755)
  const server = await startEmbeddedServer({ home, password: randomUUID(), progress: () => {} })
  return {
    url: server.url,
    async stop() {
      await server.stop()
      await rm(home, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function measure(
  bench: BenchHub,
  size: number,
  times: number,
  only: string | undefined,
  say: (line: string) => void,
): Promise<SizeResult> {
  const { hub } = bench.running
  const asking = await prepare(
    { hub, client: bench.client, token: bench.cookie.split('=')[1]!, url: bench.ownerUrl, admin: bench.admin },
    size,
    say,
  )
  const { seeded } = asking
  const { rows } = await bench.admin.query<{ bytes: number }>('select pg_database_size(current_database()) as bytes')
  const floor = await floorOf(hub, asking.owner, seeded, times)
  const result: SizeResult = {
    size,
    messages: seeded.messages,
    conversations: seeded.conversations,
    seededPerSecond: Math.round(seeded.messages / (seeded.tookMs / 1_000)),
    databaseMiB: Math.round(Number(rows[0]!.bytes) / 2 ** 20),
    floor,
    questions: {},
  }
  say(
    `seeded ${result.seededPerSecond.toLocaleString('en')} messages/s, ${result.databaseMiB.toLocaleString('en')} MiB; floor: round trip ${floor.roundTripMs} ms, one row by its key ${floor.keyMs} ms`,
  )
  result.questions = await askAll(await questions(asking), times, floor.keyMs, only, say, pagesOf(bench))
  return result
}

export interface Place {
  hub: Hub
  client: ApiClient
  /** Of the owner's session. */
  token: string
  /** As the owner of the database. */
  url: string
  admin: Pick<pg.Client, 'query'>
}

/** Accounts, people, teams and labels, and so many messages of theirs. */
export async function prepare(place: Place, size: number, say: (line: string) => void): Promise<Asking> {
  const { hub, client, admin } = place
  const owner = (await actorOf(hub, place.token))!
  await admin.query(`update workspace set countries = '{RU}'`)
  const accountIds: string[] = []
  for (const channel of channels) accountIds.push((await client.call('connectSimulated', { body: { channel } })).id)
  const agent = await joinAgent(place, accountIds)
  const agentIds = [agent.memberId, ...(await addAgents(admin, owner.workspaceId))]
  const teamIds: string[] = []
  for (let index = 0; index < 5; index++) {
    const memberIds = agentIds.filter((_, number) => number % 5 === index)
    teamIds.push((await client.call('createTeam', { body: { name: `Team ${index + 1}`, settings: { strategy: 'manual' }, memberIds } })).id)
  }
  const labelIds: string[] = []
  for (let index = 0; index < 11; index++)
    labelIds.push((await client.call('createLabel', { body: { name: `Label ${index + 1}`, color: 'blue' } })).id)
  const seeded = await seed(place.url, hub, { workspaceId: owner.workspaceId, accountIds, agentIds, teamIds, labelIds }, size, say)
  return { hub, owner, agent, client, seeded, labelIds, teamIds }
}

/** Asks each question so many times. `only`: those whose names begin so. */
export async function askAll(
  list: readonly Question[],
  times: number,
  floorMs: number,
  only: string | undefined,
  say: (line: string) => void,
  pages: () => Promise<number>,
): Promise<Record<string, Figures>> {
  const result: Record<string, Figures> = {}
  for (const question of list) {
    if (only && !question.name.startsWith(only)) continue
    const before = await pages()
    const timing = await ask(question, times, floorMs)
    const figures = { ...timing, pages: Math.round(((await pages()) - before) / (times + warmUps)) }
    result[question.name] = figures
    const of = (value: number) => String(value).padStart(7)
    say(
      `${question.name.padEnd(44)} p50 ${of(figures.p50Ms)}  p95 ${of(figures.p95Ms)}  p99 ${of(figures.p99Ms)} ms ${of(figures.pages)} pages ${of(figures.found)} found  ${figures.toFloor} × floor`,
    )
  }
  return result
}

/** Counts the pages that were looked at so far. Connections tell when they are asked to. */
function pagesOf({ running, admin }: BenchHub): () => Promise<number> {
  return async () => {
    for (const pool of [running.hub.pools.app, running.hub.pools.system]) {
      const clients = await Promise.all(Array.from({ length: pool.totalCount }, () => pool.connect()))
      for (const client of clients) await client.query('select pg_stat_force_next_flush()')
      for (const client of clients) client.release()
    }
    const { rows } = await admin.query<{ pages: number }>(
      `select sum(heap_blks_hit + heap_blks_read + coalesce(idx_blks_hit + idx_blks_read, 0) + coalesce(toast_blks_hit + toast_blks_read, 0))::float8 as pages from pg_statio_user_tables`,
    )
    return rows[0]!.pages
  }
}

/** The first few are not counted: plans and pages come into memory. */
const warmUps = 5

async function ask({ name, ask: once }: Question, times: number, floorMs: number): Promise<Omit<Figures, 'pages'>> {
  const ms: number[] = []
  let found = 0
  for (let index = -warmUps; index < times; index++) {
    const startedAt = performance.now()
    const count = await once(index + warmUps).catch(cause => {
      throw new Error(`${name}: ${cause instanceof Error ? cause.message : cause}`, { cause })
    })
    if (index < 0) continue
    ms.push(performance.now() - startedAt)
    found += count
  }
  const p50Ms = percentile(ms, 0.5)
  return {
    p50Ms: round(p50Ms, 2),
    p95Ms: round(percentile(ms, 0.95), 2),
    p99Ms: round(percentile(ms, 0.99), 2),
    found: Math.round(found / times),
    toFloor: round(p50Ms / floorMs, 1),
  }
}

async function floorOf(hub: Hub, owner: Actor, seeded: Seeded, times: number): Promise<SizeResult['floor']> {
  const roundTrip: Question = {
    name: 'floor',
    ask: async () => (await hub.pools.app.query({ name: 'floor_one', text: 'select 1' })).rowCount ?? 0,
  }
  const key: Question = {
    name: 'floor by key',
    ask: index =>
      inWorkspace(
        hub,
        owner.workspaceId,
        async tx =>
          (
            await tx.client.query({
              name: 'floor_key',
              text: 'select id from message where workspace_id = $1 and id = $2',
              values: [owner.workspaceId, idOf(5, (index * 7_919) % (seeded.messages - 10_000))],
            })
          ).rowCount ?? 0,
      ),
  }
  return { roundTripMs: (await ask(roundTrip, times * 5, 1)).p50Ms, keyMs: (await ask(key, times * 5, 1)).p50Ms }
}

interface Growth {
  p50: number
  pages: number
}

function growth(results: readonly SizeResult[]): Record<string, Growth> {
  const [first, last] = [results[0]!, results.at(-1)!]
  return Object.fromEntries(
    Object.entries(last.questions).map(([name, figures]) => {
      const before = first.questions[name] ?? figures
      return [name, { p50: round(figures.p50Ms / before.p50Ms, 2), pages: round(figures.pages / Math.max(1, before.pages), 2) }]
    }),
  )
}

/** One agent who can sign in and sees the first two accounts. */
async function joinAgent({ hub, client }: Place, accountIds: readonly string[]): Promise<Actor> {
  const { url } = await client.call('invite', { body: { role: 'agent' } })
  const person = { name: 'Agent 1', email: 'agent1@example.com', password: 'bench bench bench', language: 'en' as const }
  const { token } = await acceptInvitation(hub, url.split('/').at(-1)!, person, 'bench')
  const { memberId } = (await actorOf(hub, token))!
  await client.call('updateMember', { params: { memberId }, body: { accountIds: accountIds.slice(0, 2) } })
  return (await actorOf(hub, token))!
}

/** Colleagues who only have to be there. */
async function addAgents(admin: Pick<pg.Client, 'query'>, workspaceId: string): Promise<string[]> {
  const ids = Array.from({ length: agents - 1 }, (_, index) => idOf(9, index))
  await admin.query(
    `insert into app_user (id, email, name, password_hash) select id, 'colleague' || n || '@example.com', 'Colleague ' || n, '' from unnest($1::uuid[]) with ordinality as v(id, n)`,
    [ids],
  )
  await admin.query(`insert into member (workspace_id, id, user_id, role) select $1, id, id, 'agent' from unnest($2::uuid[]) as v(id)`, [
    workspaceId,
    ids,
  ])
  return ids
}
