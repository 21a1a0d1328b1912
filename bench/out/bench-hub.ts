/**
 * What the benches of the way out share: a hub of its own, the platform in another process, accounts that send there, and as many people as are
 * wanted to write to. Always holds: everything is taken down again, also after an error.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ApiClient, createClient } from '@dragoman/api'
import { inWorkspace, mostAtOnce, newId, openKeyFile, rolePassword, sendMany } from '@dragoman/hub'
import pg from 'pg'
import { pino } from 'pino'
import { channels } from '../../server/src/channels.ts'
import { readSettings } from '../../server/src/settings.ts'
import { type RunningHub, startHub } from '../../server/src/start.ts'
import type { PlatformReport, PlatformSettings } from './platform.ts'

export interface BenchAccount {
  id: string
  workspaceId: string
  channel: string
  webhookUrl: string
  /** Its settings at the simulator, secrets included. */
  config: Readonly<Record<string, string>>
  /** By which the platform knows it. */
  key: string
}

export interface BenchHub {
  running: RunningHub
  client: ApiClient
  cookie: string
  admin: pg.Client
  ownerUrl: string
  platform: Platform
  /** `config`: settings beside those that the simulator gives. */
  connect(channel: string, config?: Record<string, string>): Promise<BenchAccount>
  /** Makes people of an account, each with an open conversation; gives the conversations' ids. */
  people(account: BenchAccount, count: number): Promise<string[]>
  /** Writes a message to each, in bulk. */
  write(account: BenchAccount, conversationIds: readonly string[], kind: string, firstNumber?: number): Promise<void>
  memory(): Promise<{ nodeMiB: number; postgresMiB: number }>
  /** Processor time so far, ms: of this process (the hub and the bench) and of the database server. What other programs do does not show in it. */
  cpuMs(): Promise<{ node: number; postgres: number }>
  close(): Promise<void>
}

export interface Platform {
  origin: string
  order(order: object): void
  report(): Promise<PlatformReport>
  /** Resolves when the replies that were ordered have all come or been given up. */
  replied(): Promise<void>
}

/** Starts platform and hub. `unlimited`: accounts with the setting `unlimited` have no pace, so that the hub's own speed shows. */
export async function startBenchHub(latencyMs: number, slots: string | undefined): Promise<BenchHub> {
  const closers: (() => Promise<unknown> | unknown)[] = []
  const close = async () => {
    for (const step of closers.splice(0).reverse()) await step()
  }
  try {
    const platform = await startPlatform({ latencyMs, accounts: {} }, closers)
    const home = await mkdtemp(join(tmpdir(), 'dragoman-bench-'))
    closers.push(() => rm(home, { recursive: true, force: true, maxRetries: 5 }))
    // Root's database server runs as another user, who must be able to reach the folder.
    await chmod(home, 0o755)
    const settings = readSettings({
      DRAGOMAN_HOME: home,
      PORT: '0',
      DRAGOMAN_SIMULATOR: '1',
      LOG_LEVEL: 'error',
      OUTGOING_ALLOW: platform.origin,
      DELIVERY_SLOTS: slots,
    })
    const withUnlimited = new Map(
      [...channels].map(([id, channel]) => [
        id,
        {
          ...channel,
          capabilities: (config: Readonly<Record<string, string>>) => {
            const known = channel.capabilities(config)
            return config.unlimited ? { ...known, pace: [] } : known
          },
        },
      ]),
    )
    const running = await startHub({ settings, channels: withUnlimited, logger: pino({ level: 'error' }, pino.destination(2)) })
    closers.push(() => running.stop())
    const ring = await openKeyFile(join(home, 'keys', 'master.json'))
    const url = new URL(running.hub.pools.ownerUrl)
    url.password = rolePassword(ring.keys[ring.current]!, 'owner')
    const admin = new pg.Client({ connectionString: url.toString() })
    await admin.connect()
    closers.push(() => admin.end())
    const { client, cookie } = await setUp(running.url)
    // What the simulator set up at its own platform from now on goes to ours.
    const simulated = running.hub.simulatorOrigins
    const bench: BenchHub = {
      running,
      client,
      cookie,
      admin,
      ownerUrl: url.toString(),
      platform,
      connect: async (channel, config = {}) => {
        running.hub.simulatorOrigins = simulated
        const view = await client.call('connectSimulated', { body: { channel } })
        const made = running.simulators!.simulators.get(channel)!.simulator.accounts().at(-1)!
        running.hub.simulatorOrigins = () => undefined
        const { rows } = await admin.query<{ workspace_id: string }>(
          `update account set config = config || $2::jsonb, origins = (select jsonb_object_agg(name, $3::text) from unnest($4::text[]) name) where id = $1 returning workspace_id`,
          [view.id, JSON.stringify(config), platform.origin, Object.keys(channels.get(channel)!.origins)],
        )
        const key = made.config.phoneNumberId ?? made.config.token!
        return { id: view.id, workspaceId: rows[0]!.workspace_id, channel, webhookUrl: view.webhookUrl!, config: made.config, key }
      },
      people: (account, count) => makePeople(admin, account, count),
      write: async (account, conversationIds, kind, firstNumber = 1) => {
        for (let from = 0; from < conversationIds.length; from += mostAtOnce) {
          const messages = conversationIds.slice(from, from + mostAtOnce).map((conversationId, index) => ({
            id: newId(),
            conversationId,
            body: {
              content: { kind: 'text' as const, text: { text: `${kind} ${firstNumber + from + index} Our shop opens at ten on Monday.` } },
            },
          }))
          await inWorkspace(running.hub, account.workspaceId, async tx => {
            const { refused } = await sendMany(running.hub, tx, { accountId: account.id, messages, label: 'bench' })
            if (refused.length > 0) throw new Error(`Refused: ${JSON.stringify(refused[0])}`)
          })
        }
      },
      memory: async () => ({ nodeMiB: Math.round(process.memoryUsage.rss() / 1_048_576), postgresMiB: await postgresMiB(admin) }),
      cpuMs: async () => {
        const { user, system } = process.cpuUsage()
        return { node: (user + system) / 1_000, postgres: await postgresCpuMs(admin) }
      },
      close,
    }
    return bench
  } catch (error) {
    await close()
    throw error
  }
}

/** Starts the platform's process; it ends with `closers`. */
export async function startPlatform(settings: PlatformSettings, closers: (() => unknown)[]): Promise<Platform> {
  const child: ChildProcess = fork(fileURLToPath(new URL('./platform.ts', import.meta.url)), [JSON.stringify(settings)])
  child.setMaxListeners(0)
  closers.push(() => child.kill())
  const heard = (name: string) =>
    new Promise<never>((resolve, reject) => {
      const listener = (message: Record<string, unknown>) => {
        if (!(name in message)) return
        child.off('message', listener)
        resolve(message[name] as never)
      }
      child.on('message', listener)
      child.once('exit', code => reject(new Error(`The platform ended with ${code}`)))
    })
  const port: number = await heard('port')
  return {
    origin: `http://127.0.0.1:${port}`,
    order: order => void child.send(order),
    report: async () => {
      const answer = heard('report')
      child.send({ ask: 'report' })
      return await answer
    },
    replied: async () => await heard('replied'),
  }
}

async function setUp(origin: string): Promise<{ client: ApiClient; cookie: string }> {
  const setup = await fetch(`${origin}/v1/setup`, {
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
  const cookie = setup.headers.get('set-cookie')!.split(';')[0]!
  return { client: createClient({ origin, headers: { cookie } }), cookie }
}

/** As if each had written today: contact, identity, alias, conversation with an open window. */
export async function makePeople(
  admin: Pick<pg.Client, 'query'>,
  account: Pick<BenchAccount, 'id' | 'workspaceId' | 'channel'>,
  count: number,
): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId())
  const prefix = account.channel === 'whatsapp' ? '49157' : '7'
  const kind = account.channel === 'whatsapp' ? 'phone:' : ''
  await admin.query(
    `with people as (select id, n, $5 || (1000000 + n)::text as external from unnest($3::uuid[]) with ordinality as v(id, n)),
        contacts as (insert into contact (workspace_id, id, name) select $1, id, 'Customer ' || n from people),
        identities as (insert into identity (workspace_id, id, account_id, contact_id, name) select $1, id, $2, id, 'Customer ' || n from people),
        aliases as (insert into identity_alias (workspace_id, account_id, external_id, identity_id) select $1, $2, $6 || external, id from people)
      insert into conversation (workspace_id, id, account_id, thread_id, identity_id, contact_id, state, windows)
        select $1, id, $2, $6 || external, id, id, 'closed', jsonb_build_array(jsonb_build_object('window', 'service', 'until', $4::bigint)) from people`,
    [account.workspaceId, account.id, ids, Date.now() + 86_000_000, prefix, kind],
  )
  await admin.query('analyze contact, identity, identity_alias, conversation')
  return ids
}

/** The server and all its backends, by the folders of their processes; empty where the system does not tell. */
async function serverPids(admin: pg.Client): Promise<string[]> {
  const { rows } = await admin.query<{ pid: number }>('select pg_backend_pid() as pid')
  const parentOf = async (pid: string | number) =>
    /^PPid:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''))?.[1]
  const server = await parentOf(rows[0]!.pid)
  const pids: string[] = []
  for (const pid of server === undefined ? [] : await readdir('/proc').catch(() => [] as string[]))
    if (/^\d+$/.test(pid) && (pid === server || (await parentOf(pid)) === server)) pids.push(pid)
  return pids
}

/** The proportional share of memory of the server and all its backends. */
async function postgresMiB(admin: pg.Client): Promise<number> {
  let kilobytes = 0
  for (const pid of await serverPids(admin)) {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
    kilobytes += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0)
  }
  return Math.round(kilobytes / 1_024)
}

/** Processor time of the server and all its backends so far, in ms; those that have ended count too. */
async function postgresCpuMs(admin: pg.Client): Promise<number> {
  let ticks = 0
  for (const pid of await serverPids(admin)) {
    const fields = (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')).replace(/^.*\) /, '').split(' ')
    // utime and stime; the server itself also has those of children that ended.
    ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0)
  }
  return ticks * 10
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}

export function round(value: number, digits = 0): number {
  return Number(value.toFixed(digits))
}

export async function measureFloorApart(ownerUrl: string, seconds: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const child = fork(fileURLToPath(new URL('../floor.ts', import.meta.url)), [ownerUrl, String(seconds)], { silent: true })
  let output = ''
  child.stdout!.on('data', chunk => (output += chunk))
  child.on('close', code => (code === 0 ? resolve(Number(output.trim())) : reject(new Error(`The floor ended with ${code}`))))
  return await promise
}
