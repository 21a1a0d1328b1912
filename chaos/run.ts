/**
 * One chaos run, from an empty folder to the account of every message. Always holds: whatever happens, every process that was started is ended and (unless
 * it is to be kept) the folder is gone; a run that does not settle within its budget says where it stands and fails.
 */
import { fork } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createClient, type MessageView } from '@dragoman/api'
import { freePort } from '../server/src/embedded-postgres/embedded-server.ts'
import { account, type Findings } from './accounting.ts'
import { startDatabase } from './database.ts'
import { startDesk } from './desk.ts'
import { startFollower } from './follower.ts'
import { type HubProcesses, type HubProcessSpec, startProcesses } from './hub-processes.ts'
import { type KillReport, startKills } from './kills.ts'
import type { ChaosOptions } from './options.ts'
import { makePlan } from './plan.ts'
import type { FromPlatform, PlatformRecord, Progress, ToPlatform } from './platform/messages.ts'
import { accountSpecs } from './platform/words.ts'
import { startProxy } from './proxy.ts'
import { prepareHub } from './setup.ts'

export interface ChaosRun {
  options: ChaosOptions
  findings: Findings
  kills: KillReport
  record: PlatformRecord
  follower: { events: number; reconnects: number; everUncertain: number }
  desk: { statuses: Record<string, number>; retries: number }
  startupMs: number[]
  crashes: HubProcesses['crashes']
  /** Highest resident memory of this process and of each hub process at its end, MB. */
  memoryMb: Record<string, number>
  seconds: { load: number; settle: number; account: number; whole: number }
  /** Why it did not settle; undefined: it did. */
  unsettled: string | undefined
}

const whatsappAccounts = 6
const telegramAccounts = 2
const seatCount = 16
/** So many messages may wait to be shown: what a kill interrupts is under way, and what is measured after it is not a queue of minutes. */
const backlog = 400
/** So long should the load last for each kill, s. */
const secondsPerKill = 2.2

/** Runs it. `signal` ends it early: everything is stopped then, and the promise rejects. */
export async function runChaos(options: ChaosOptions, say: (line: string) => void, signal?: AbortSignal): Promise<ChaosRun> {
  const startedAt = performance.now()
  const deadline = startedAt + options.budgetSeconds * 1_000
  const stops: (() => Promise<unknown> | unknown)[] = []
  const folder = await mkdtemp(join(tmpdir(), 'dragoman-chaos-'))
  try {
    // Root's database server runs as another user, who must be able to reach the folder.
    await chmod(folder, 0o755)
    const home = join(folder, 'home')
    const logs = join(folder, 'logs')
    await mkdir(home)
    await mkdir(logs)
    say(`seed ${options.seed}: ${options.messages} messages, ${options.kills} kills, at most ${options.budgetSeconds} s; logs in ${logs}`)
    const aborted = new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(new Error('ended early'))))
    return await Promise.race([within(home, logs), aborted])
  } finally {
    for (const stop of stops.reverse()) await Promise.resolve(stop()).catch(error => say(`stopping: ${error}`))
    if (!options.keep) await rm(folder, { recursive: true, force: true, maxRetries: 5 }).catch(() => {})
  }

  async function within(home: string, logs: string): Promise<ChaosRun> {
    const platform = startPlatform()
    stops.push(() => platform.close())
    const [platformPort, database] = await Promise.all([platform.listening, startDatabase(home)])
    stops.push(() => database.close())
    const proxy = await startProxy(() => database.port)
    stops.push(() => proxy.close())
    const accounts = accountSpecs(whatsappAccounts, telegramAccounts)
    const prepared = await prepareHub({ databaseUrl: database.url, home, platformPort, accounts, seats: seatCount })

    const webPorts = [await freePort(), await freePort()]
    const common = { DRAGOMAN_HOME: home, HOST: '127.0.0.1', OUTGOING_ALLOW: `http://127.0.0.1:${platformPort}` }
    // One of each reaches the database through the proxy.
    const specs: HubProcessSpec[] = [
      { name: 'web-1', role: 'web', environment: { ...common, PORT: String(webPorts[0]), DATABASE_URL: database.url } },
      { name: 'web-2', role: 'web', environment: { ...common, PORT: String(webPorts[1]), DATABASE_URL: database.urlVia(proxy.port) } },
      { name: 'worker-1', role: 'worker', environment: { ...common, DATABASE_URL: database.url } },
      { name: 'worker-2', role: 'worker', environment: { ...common, DATABASE_URL: database.urlVia(proxy.port) } },
    ]
    const processes = startProcesses(specs, logs)
    stops.push(() => processes.close())
    await within_(processes.ready(), 120_000, 'The hub did not start')

    const answers = Math.round(options.messages * options.answers)
    const inbound = options.messages - answers
    const conversations = Math.ceil(Math.min(20_000, Math.max(64, inbound / 40)) / accounts.length) * accounts.length
    const desk = startDesk({
      seed: options.seed,
      ports: webPorts,
      seats: prepared.cookies.map(cookie => ({ cookie })),
      answers,
      share: answers / inbound,
    })
    stops.push(() => desk.close())
    const follower = startFollower(webPorts, prepared.cookies[0]!, prepared.cursor, (message, told) => {
      if (told.direction === 'in' && told.conversation < conversations) desk.see(told.conversation, told.number, message.conversationId)
    })
    stops.push(() => follower.close())
    platform.tell({
      kind: 'settings',
      settings: {
        seed: options.seed,
        accounts,
        webPorts,
        conversations,
        messages: inbound,
        rate: options.kills === 0 ? 1e9 : inbound / (options.kills * secondsPerKill),
        backlog,
        connections: 32,
      },
    })
    const loadStartedAt = performance.now()
    platform.tell({ kind: 'go' })

    const telling = setInterval(() => platform.tell({ kind: 'shown', count: follower.shown().ins }), 50)
    stops.push(() => clearInterval(telling))

    let isOver = false
    const progress = () => (platform.progress.acknowledged + desk.taken()) / options.messages
    const kills = startKills({
      plan: makePlan(options.seed, options.kills),
      database,
      proxy,
      processes: processes.all,
      progress,
      probe: () => probe(),
      isOver: () => isOver || performance.now() > deadline,
      say,
    })

    async function probe(): Promise<void> {
      const messages = await platform.probe()
      for (;;) {
        const rows = await database
          .query<{ n: number }>(
            'select count(*)::int as n from platform_message p join unnest($2::uuid[], $3::text[]) as v(a, e) on p.account_id = v.a and p.external_id = v.e where p.workspace_id = $1',
            [prepared.workspaceId, messages.map(one => prepared.accountIds[one.account]), messages.map(one => one.externalId)],
          )
          .catch(() => [])
        if (rows[0]?.n === messages.length || performance.now() > deadline) return
        await new Promise(resolve => setTimeout(resolve, 15))
      }
    }

    const memoryMb: Record<string, number> = {}
    const ticker = setInterval(() => {
      for (const { name, pid } of processes.all) void noteMemory(memoryMb, name, pid())
      const { made, acknowledged, sends, outstanding } = platform.progress
      say(
        `${Math.round((performance.now() - loadStartedAt) / 1_000)} s: ${acknowledged}/${inbound} in (${made - acknowledged} under way), ${desk.taken()}/${answers} answered, ${sends} sends, ${follower.shown().ins} shown, ${outstanding} outstanding, ${Math.round(process.memoryUsage.rss() / 1e6)} MB`,
      )
    }, 5_000)
    stops.push(() => clearInterval(ticker))

    /** Until nothing is under way any more; the reason why not, at the deadline. */
    async function settle(): Promise<string | undefined> {
      let quietSince = 0
      for (;;) {
        await new Promise(resolve => setTimeout(resolve, 200))
        if (platform.progress.made >= inbound && platform.progress.acknowledged >= inbound) desk.finish()
        const open = await openWork()
        if (open === undefined) {
          quietSince ||= performance.now()
          // Receipts, repeats and their events have had time to come.
          if (performance.now() - quietSince > 2_500) return undefined
        } else quietSince = 0
        if (performance.now() > deadline) return open ?? 'not quiet for long enough'
      }
    }

    async function openWork(): Promise<string | undefined> {
      const { acknowledged, outstanding } = platform.progress
      if (acknowledged < inbound) return `${inbound - acknowledged} customers' messages not acknowledged`
      if (!desk.idle()) return `${answers - desk.taken()} answers not taken`
      if (outstanding > 0) return `${outstanding} webhooks outstanding`
      const [row] = await database
        .query<{ parts: number; head: number }>(
          "select (select count(*)::int from part where state in ('pending', 'sending')) as parts, (select position from log_head where workspace_id = $1) as head",
          [prepared.workspaceId],
        )
        .catch(() => [])
      if (!row) return 'the database is away'
      if (row.parts > 0) return `${row.parts} parts not sent`
      if (follower.position() < Number(row.head)) return `the client is ${Number(row.head) - follower.position()} events behind`
      const probes = kills.report.kills.length * accounts.length
      if (follower.shown().ins < inbound + probes) return `${inbound + probes - follower.shown().ins} messages not shown`
      return undefined
    }

    await Promise.race([kills.done, new Promise(resolve => setTimeout(resolve, deadline - performance.now()).unref())])
    const loadEndedAt = performance.now()
    say('kills are over: settling')
    const unsettled = await settle()
    isOver = true
    const settledAt = performance.now()
    say(unsettled ? `NOT settled: ${unsettled}` : `settled after ${Math.round((settledAt - loadEndedAt) / 1_000)} s: accounting`)
    const record = await platform.record()
    const clients = prepared.cookies.flatMap(cookie =>
      webPorts.map(port => createClient({ origin: `http://127.0.0.1:${port}`, headers: { cookie } })),
    )
    const findings = await account({
      record,
      desk: desk.report,
      follower,
      kills: kills.report,
      database,
      workspaceId: prepared.workspaceId,
      lanes: 8,
      messagesOf: async (conversationId, lane) => {
        const messages: MessageView[] = []
        for (let page = 0; ; page++) {
          const client = clients[(lane + page) % clients.length]!
          const before = messages[0]?.id
          const answer = await patiently(() =>
            client.call('messages', { params: { conversationId }, query: { limit: 200, ...(before === undefined ? {} : { before }) } }),
          )
          messages.unshift(...answer.messages)
          if (!answer.hasOlder) return messages
        }
      },
      say,
    })
    memoryMb.chaos = Math.round(process.resourceUsage().maxRSS / 1_024)
    const doneAt = performance.now()
    return {
      options,
      findings,
      kills: kills.report,
      record,
      follower: follower.report,
      desk: desk.report,
      startupMs: processes.startupMs,
      crashes: processes.crashes,
      memoryMb,
      seconds: {
        load: seconds(loadStartedAt, loadEndedAt),
        settle: seconds(loadEndedAt, settledAt),
        account: seconds(settledAt, doneAt),
        whole: seconds(startedAt, doneAt),
      },
      unsettled,
    }
  }
}

/** The most that a process has had, where the system tells. */
async function noteMemory(most: Record<string, number>, name: string, pid: number | undefined): Promise<void> {
  const status = pid === undefined ? '' : await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kilobytes = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0)
  most[name] = Math.max(most[name] ?? 0, Math.round(kilobytes / 1_024))
}

const seconds = (from: number, to: number) => Math.round((to - from) / 100) / 10

async function within_<Value>(work: Promise<Value>, ms: number, otherwise: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new Error(`${otherwise} within ${ms} ms`)), ms)))
  return await Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** The hub is well now; a limit or a restart may still refuse one request. */
async function patiently<Value>(ask: () => Promise<Value>): Promise<Value> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask()
    } catch (error) {
      if (tries >= 40) throw error
      await new Promise(resolve => setTimeout(resolve, 250))
    }
  }
}

type Probe = Extract<FromPlatform, { kind: 'probing' }>['messages']

/** The platform's process and what it tells. */
function startPlatform() {
  const child = fork(fileURLToPath(new URL('platform/main.ts', import.meta.url)), [], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [],
  })
  const state: { progress: Progress } = { progress: { kind: 'progress', made: 0, acknowledged: 0, sends: 0, outstanding: 0 } }
  const probes = new Map<number, (messages: Probe) => void>()
  let listening: (port: number) => void
  let recorded: (record: PlatformRecord) => void = () => {}
  let nextProbe = 1
  child.on('message', (message: FromPlatform) => {
    if (message.kind === 'progress') state.progress = message
    else if (message.kind === 'listening') listening(message.port)
    else if (message.kind === 'record') recorded(message.record)
    else probes.get(message.id)?.(message.messages)
  })
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const tell = (message: ToPlatform) => child.send(message)
  return {
    listening: new Promise<number>(resolve => (listening = resolve)),
    tell,
    get progress() {
      return state.progress
    },
    async probe(): Promise<Probe> {
      const id = nextProbe++
      return await new Promise<Probe>(resolve => {
        probes.set(id, resolve)
        tell({ kind: 'probe', id })
      }).finally(() => probes.delete(id))
    },
    async record(): Promise<PlatformRecord> {
      return await new Promise(resolve => {
        recorded = resolve
        tell({ kind: 'record' })
      })
    },
    async close() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
