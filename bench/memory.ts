/**
 * `npm run bench -- memory [--seconds=8] [--json]`: how long a start takes (first, again; one process for all, or a web and a worker), and what node and
 * PostgreSQL hold idle and under each load, as a table. Floor of the same run: a bare node process. Linux tells memory; elsewhere it is 0.
 */
import { spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@dragoman/api'
import { openKeyFile, rolePassword } from '@dragoman/hub'
import { buildFrontEnds } from '../server/src/front-ends.ts'
import { generateWebhooks, round } from './bench-hub.ts'
import { type HubProcess, type Memory, memoryOf, startHubProcess } from './hub-process.ts'

export async function memory(options: Map<string, string>): Promise<void> {
  const seconds = Number(options.get('seconds') ?? 8)
  const json = options.has('json')
  const say = (line: string) => {
    if (!json) process.stdout.write(`${line}\n`)
  }
  await buildFrontEnds(say)
  const floor = await bareNode()
  say(`floor      a bare node process: ready after ${floor.readyMs} ms, ${floor.nodeMiB} MiB`)
  const home = await mkdtemp(join(tmpdir(), 'dragoman-bench-'))
  // Root's database server runs as another user, who must be able to reach the folder.
  await chmod(home, 0o755)
  const hubs: HubProcess[] = []
  try {
    const starts: Record<string, number> = {}
    const environment = { PORT: '0', DRAGOMAN_SIMULATOR: '1' }
    const begin = async (name: string, more: Record<string, string> = {}, isForBench = false) => {
      const hub = await startHubProcess(home, { ...environment, ...more }, isForBench)
      hubs.push(hub)
      starts[name] = round(hub.readyMs)
      say(`start      ${name}: ready after ${starts[name]} ms`)
      return hub
    }
    await (await begin('all, first (makes the database)')).stop()
    await (await begin('all, again')).stop()
    const hub = await begin('all, again, under a bench', {}, true)
    const databaseUrl = await embeddedUrl(home)
    if (databaseUrl) {
      for (const role of ['web', 'worker'])
        await (await begin(`${role}, beside it`, { DRAGOMAN_ROLE: role, DATABASE_URL: databaseUrl, DRAGOMAN_SIMULATOR: '0' })).stop()
    }

    const rows: Record<string, Memory> = {}
    const note = async (name: string) => {
      const seen = await memoryOf(hub.pid, home)
      rows[name] = { nodeMiB: round(seen.nodeMiB), postgresMiB: round(seen.postgresMiB) }
      say(
        `memory     ${name.padEnd(34)} node ${String(rows[name]!.nodeMiB).padStart(4)} MiB, PostgreSQL ${String(rows[name]!.postgresMiB).padStart(4)} MiB`,
      )
    }
    const base = await prepare(hub)
    await pause(3_000)
    await note('idle')
    const load = async (name: string, rate: number, connections: number) => {
      const under = generateWebhooks({ ...base, connections, seconds, rate, tag: `${name.replace(/\W/g, '')}${Date.now()}` })
      await pause(seconds * 900)
      await note(name)
      await under
    }
    await load('300 webhooks/s', 300, 64)
    await load('as many webhooks as go in', 0, 64)
    const reading = readLists(hub.url, base.cookie, seconds)
    await pause(seconds * 900)
    await note('32 people reading lists')
    await reading
    await pause(20_000)
    await note('idle again, after 20 s')
    if (json) process.stdout.write(`${JSON.stringify({ floor, starts, memory: rows })}\n`)
  } finally {
    for (const hub of hubs) await hub.stop()
    await rm(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function prepare(hub: HubProcess) {
  const setup = await fetch(`${hub.url}/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-dragoman': '1' },
    body: JSON.stringify({
      name: 'Bench',
      email: 'bench@example.com',
      password: 'bench bench bench',
      workspaceName: 'Bench',
      language: 'en',
      demo: false,
    }),
  })
  if (!setup.ok) throw new Error(await setup.text())
  const cookie = setup.headers.get('set-cookie')!.split(';')[0]!
  const client = createClient({ origin: hub.url, headers: { cookie } })
  const account = await client.call('connectSimulated', { body: { channel: 'whatsapp' } })
  const { appSecret = '', wabaId = '', phoneNumberId = '' } = await hub.keysOf('whatsapp')
  return { url: account.webhookUrl!, appSecret, wabaId, phoneNumberId, customers: 500, cookie }
}

/** Thirty-two who open the list and a conversation again and again. */
async function readLists(url: string, cookie: string, seconds: number): Promise<void> {
  const client = createClient({ origin: url, headers: { cookie } })
  const end = Date.now() + seconds * 1_000
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      while (Date.now() < end) {
        const { conversations } = await client.call('conversations', { query: {} })
        const one = conversations[Math.floor(Math.random() * conversations.length)]
        if (one) await client.call('messages', { params: { conversationId: one.id }, query: { limit: 60 } })
      }
    }),
  )
}

/** The address of the database server that the hub of this home has started. */
async function embeddedUrl(home: string): Promise<string | undefined> {
  const { readFile, readdir } = await import('node:fs/promises')
  const found = (await readdir(home, { recursive: true })).find(name => name.endsWith('postmaster.pid'))
  if (!found) return undefined
  const port = (await readFile(join(home, found), 'utf8')).split('\n')[3]
  const ring = await openKeyFile(join(home, 'keys', 'master.json'))
  return `postgres://dragoman_owner:${rolePassword(ring.keys[ring.current]!, 'owner')}@127.0.0.1:${port}/dragoman`
}

async function bareNode(): Promise<{ readyMs: number; nodeMiB: number }> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, ['-e', "process.stdout.write('ready'); setInterval(() => {}, 1e6)"], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise(resolve => child.stdout.once('data', resolve))
  const readyMs = performance.now() - startedAt
  const { nodeMiB } = await memoryOf(child.pid!, '')
  child.kill('SIGTERM')
  return { readyMs: round(readyMs), nodeMiB: round(nodeMiB) }
}

async function pause(ms: number): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, ms))
}
