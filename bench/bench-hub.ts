/**
 * A hub of a bench's own: a new home and embedded database in a temporary folder, an owner signed in, a way to the database as its owner.
 * Always holds: `stop` leaves nothing behind.
 */
import { spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ApiClient, createClient } from '@dragoman/api'
import { openKeyFile, rolePassword } from '@dragoman/hub'
import pg from 'pg'
import { pino } from 'pino'
import { readSettings } from '../server/src/settings.ts'
import { type RunningHub, startHub } from '../server/src/start.ts'
import type { GeneratorResult, GeneratorSettings } from './webhook-generator.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))

export interface BenchHub {
  running: RunningHub
  home: string
  /** `name=value` of the owner's session. */
  cookie: string
  client: ApiClient
  admin: pg.Client
  /** As the owner of the database, for a connection of one's own. */
  ownerUrl: string
  /** Connects a simulated account whose webhooks carry a signature over the body; what a generator needs to post to it. */
  connectSigned(customers: number): Promise<GeneratorBase>
  /** Until everything that was accepted is applied. */
  idle(): Promise<void>
  stop(): Promise<void>
}

export type GeneratorBase = Pick<GeneratorSettings, 'url' | 'appSecret' | 'wabaId' | 'phoneNumberId' | 'customers'>

export async function startBenchHub(environment: Record<string, string> = {}): Promise<BenchHub> {
  const home = await mkdtemp(join(tmpdir(), 'dragoman-bench-'))
  // Root's database server runs as another user, who must be able to reach the folder.
  await chmod(home, 0o755)
  const settings = readSettings({ DRAGOMAN_HOME: home, PORT: '0', DRAGOMAN_SIMULATOR: '1', LOG_LEVEL: 'error', ...environment })
  const running = await startHub({ settings, logger: pino({ level: 'error' }, pino.destination(2)) })
  const ownerUrl = environment.DATABASE_URL ?? (await ownerUrlOf(running, home))
  const admin = new pg.Client({ connectionString: ownerUrl })
  await admin.connect()
  const setup = await fetch(`${running.url}/v1/setup`, {
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
  const client = createClient({ origin: running.url, headers: { cookie } })
  return {
    running,
    home,
    cookie,
    client,
    admin,
    ownerUrl,
    async connectSigned(customers) {
      const account = await client.call('connectSimulated', { body: { channel: 'whatsapp' } })
      const platform = running.simulators!.simulators.get('whatsapp')!.simulator.accounts().at(-1)!.config
      return {
        url: account.webhookUrl!,
        appSecret: platform.appSecret!,
        wabaId: platform.wabaId!,
        phoneNumberId: platform.phoneNumberId!,
        customers,
      }
    },
    async idle() {
      for (;;) {
        const { rows } = await admin.query('select 1 from lane_item where applied_at is null limit 1')
        if (rows.length === 0) return
        await new Promise(resolve => setTimeout(resolve, 20))
      }
    },
    async stop() {
      await admin.end()
      await running.stop()
      await rm(home, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function ownerUrlOf(running: RunningHub, home: string): Promise<string> {
  const ring = await openKeyFile(join(home, 'keys', 'master.json'))
  const url = new URL(running.hub.pools.ownerUrl)
  url.password = rolePassword(ring.keys[ring.current]!, 'owner')
  return url.toString()
}

/** How many messages of customers were applied so far. */
export async function appliedCount(hub: BenchHub): Promise<number> {
  return (await hub.admin.query<{ n: number }>("select count(*)::int as n from message where direction = 'in'")).rows[0]!.n
}

/** Posts webhooks from a process of its own. */
export async function generateWebhooks(settings: GeneratorSettings): Promise<GeneratorResult> {
  return JSON.parse(await runBeside('webhook-generator.ts', [JSON.stringify(settings)])) as GeneratorResult
}

/** Runs a script of this folder and gives what it printed. Throws when it fails. */
export async function runBeside(script: string, parameters: string[]): Promise<string> {
  return await startBeside(script, parameters).ended
}

export interface Beside {
  /** Until it has printed this word. */
  says(word: string): Promise<void>
  /** A line to its input. */
  tell(line: string): void
  /** All that it printed. Rejects when it fails. */
  ended: Promise<string>
}

/** Starts a script of this folder in a process of its own. */
export function startBeside(script: string, parameters: string[]): Beside {
  const child = spawn(process.execPath, [join(folder, script), ...parameters], { stdio: ['pipe', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', chunk => (output += chunk))
  const ended = new Promise<string>((resolve, reject) => {
    child.on('close', code => (code === 0 ? resolve(output.trim()) : reject(new Error(`${script} ended with ${code}`))))
  })
  ended.catch(() => {})
  return {
    ended,
    tell: line => void child.stdin.write(`${line}\n`),
    async says(word) {
      while (!output.includes(word)) await Promise.race([ended, new Promise(resolve => child.stdout.once('data', resolve))])
    },
  }
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}

export function round(value: number, digits = 0): number {
  return Number(value.toFixed(digits))
}
