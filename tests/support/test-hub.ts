/** A whole hub for a test: its own database (cloned from the migrated template), its own port, real simulators. Always holds: everything goes over real HTTP and real SQL. */
import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ApiClient, createClient } from '@dragoman/api'
import type { CustomerAction, PhoneView } from '@dragoman/channel-kit/simulator'
import type { Channels } from '@dragoman/core'
import pg from 'pg'
import { type Logger, pino } from 'pino'
import { inject } from 'vitest'
import { readSettings } from '../../server/src/settings.ts'
import { type RunningHub, startHub } from '../../server/src/start.ts'

export interface TestDatabase {
  url: string
  keyFile: string
  /** A statement as the owner. */
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  drop(): Promise<void>
}

/** A database of this test's own, migrated. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const ownerUrl = inject('ownerUrl')
  const name = `test_${randomUUID().replaceAll('-', '').slice(0, 20)}`
  await asAdmin(ownerUrl, client => client.query(`create database ${name} template ${inject('templateDatabase')}`))
  const url = databaseUrl(ownerUrl, name)
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  pool.on('error', () => {})
  return {
    url,
    keyFile: inject('keyFile'),
    query: async (text, values) => (await pool.query(text, values)).rows,
    drop: async () => {
      await pool.end()
      await asAdmin(ownerUrl, client => client.query(`drop database if exists ${name} with (force)`))
    },
  }
}

async function asAdmin(ownerUrl: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl(ownerUrl, 'postgres') })
  await client.connect()
  // Cloning needs a template that nobody else clones at this moment.
  await client.query('select pg_advisory_lock(1)')
  await work(client).finally(() => client.end())
}

function databaseUrl(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.toString()
}

export interface TestHub extends RunningHub {
  database: TestDatabase
  home: string
  /** As the owner, signed in. */
  owner: ApiClient
  cookie: string
  workspaceId: string
  /** Connects a simulated account and gives its first phone. */
  connect(channel: string): Promise<{ accountId: string; phone: Phone }>
  newPhone(channel: string, platformAccountId: string, person?: { name?: string; language?: string; withoutPhone?: boolean }): Phone
  close(): Promise<void>
}

export interface Phone {
  customerId: string
  platformAccountId: string
  act(action: CustomerAction): Promise<string | undefined>
  view(): PhoneView
}

export interface TestHubOptions {
  database?: TestDatabase
  home?: string
  role?: 'all' | 'web' | 'worker'
  environment?: Record<string, string>
  channels?: Channels
  /** A log of the test’s own. */
  logger?: Logger
  /** Sign in as the owner made by an earlier hub on this database. */
  again?: boolean
  /** Leave the hub as a first start finds it: no owner, nobody signed in. */
  empty?: boolean
}

const person = { name: 'Owner', email: 'owner@example.com', password: 'correct horse battery' }

/** Starts a hub and makes its owner. */
export async function startTestHub(options: TestHubOptions = {}): Promise<TestHub> {
  const database = options.database ?? (await createTestDatabase())
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'dragoman-hub-')))
  await mkdir(join(home, 'keys'), { recursive: true })
  await copyFile(database.keyFile, join(home, 'keys', 'master.json'))
  const settings = readSettings({
    DATABASE_URL: database.url,
    DRAGOMAN_HOME: home,
    PORT: '0',
    DRAGOMAN_ROLE: options.role ?? 'all',
    DRAGOMAN_SIMULATOR: options.role === 'worker' ? '0' : '1',
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'silent',
    ...options.environment,
  })
  const running = await startHub({
    settings,
    channels: options.channels,
    logger: options.logger ?? pino({ level: settings.logLevel }, pino.destination(2)),
    // Nobody is refused because the machine is slow; tests of that give their own load.
    load: () => ({ lagMs: 0, poolWaiting: 0 }),
  })
  const { owner, cookie } =
    options.role === 'worker' || options.empty ? { owner: createClient(), cookie: '' } : await signIn(running.url, options.again ?? false)
  const phoneOf = (channel: string, view: PhoneView): Phone => ({
    customerId: view.customerId,
    platformAccountId: view.accountId,
    async act(action) {
      const result = await running.simulators!.simulators.get(channel)!.simulator.act(view.customerId, action)
      if (!result.ok) throw new Error(result.reason)
      return result.messageId
    },
    view: () =>
      running
        .simulators!.simulators.get(channel)!
        .simulator.phones()
        .find(phone => phone.customerId === view.customerId)!,
  })
  return {
    ...running,
    database,
    home,
    owner,
    cookie,
    workspaceId: cookie ? (await owner.call('session')).workspace.id : '',
    async connect(channel) {
      const account = await owner.call('connectSimulated', { body: { channel } })
      return { accountId: account.id, phone: phoneOf(channel, running.simulators!.simulators.get(channel)!.simulator.phones().at(-1)!) }
    },
    newPhone: (channel, platformAccountId, { name = 'Leo', language = 'en', withoutPhone } = {}) =>
      phoneOf(
        channel,
        running.simulators!.simulators.get(channel)!.simulator.newCustomer(platformAccountId, { name, language, withoutPhone }),
      ),
    async close() {
      await running.stop()
      if (!options.database) await database.drop()
      if (!options.home) await rm(home, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function signIn(url: string, again: boolean): Promise<{ owner: ApiClient; cookie: string }> {
  const body = again
    ? { email: person.email, password: person.password }
    : { ...person, workspaceName: 'Test', language: 'en', countries: ['RU'], demo: false }
  const response = await fetch(`${url}/v1/${again ? 'session' : 'setup'}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-dragoman': '1' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(await response.text())
  const cookie = response.headers.get('set-cookie')!.split(';')[0]!
  return { owner: clientWith(url, cookie), cookie }
}

/** A client that carries a session cookie. */
export function clientWith(url: string, cookie: string): ApiClient {
  return createClient({ origin: url, headers: { cookie } })
}

/** Waits until `look` gives something, and gives that; fails after a while with the last thing seen. */
export async function until<Value>(
  look: () => Value | undefined | false | Promise<Value | undefined | false>,
  what = 'the expected',
  patienceMs = 90_000,
): Promise<Value> {
  const end = Date.now() + patienceMs
  for (;;) {
    const value = await look()
    if (value) return value
    if (Date.now() > end) throw new Error(`Waited ${patienceMs} ms in vain for ${what}`)
    await new Promise(resolve => setTimeout(resolve, 15))
  }
}

let ids = 0
/** A client id, new each time. */
export function clientId(): string {
  return `test-${process.pid}-${Date.now()}-${ids++}`
}

/** A text body. */
export function textBody(text: string) {
  return { content: { kind: 'text' as const, text: { text } } }
}
