/**
 * Carries out a plan: kills and cuts at their moments, and measures after each kill how long it takes until new work is done, and until sends that a dead
 * process had under way are settled. Always holds: the next kill waits until the hub was back from the last one, so that each figure is of one kill.
 */
import type { ChaosDatabase } from './database.ts'
import type { HubProcess } from './hub-processes.ts'
import type { KillKind, Plan } from './plan.ts'
import type { FaultProxy } from './proxy.ts'

export interface KillRecord {
  what: KillKind
  /** ms since the epoch. */
  at: number
  /** Until a webhook posted after the kill was accepted and applied on every account, ms. */
  backMs: number
}

export interface KillReport {
  kills: KillRecord[]
  cuts: { what: string; at: number; connections: number }[]
  /** Of each kill of a worker that had sends under way: until they were settled, ms. */
  orphanSettleMs: number[]
  orphans: number
}

export interface KillContext {
  plan: Plan
  database: ChaosDatabase
  proxy: FaultProxy
  processes: readonly HubProcess[]
  /** How far the run is, 0 to 1. */
  progress(): number
  /** Posts a message on every account and resolves when all are applied. */
  probe(): Promise<void>
  isOver(): boolean
  say(line: string): void
}

export function startKills(context: KillContext): { report: KillReport; done: Promise<void> } {
  const report: KillReport = { kills: [], cuts: [], orphanSettleMs: [], orphans: 0 }
  const state: State = { isKilling: false, isSilent: false }
  const done = Promise.all([kill(context, report, state), cut(context, report, state)]).then(() => {})
  return { report, done }
}

/** A kill and a silence never come together: each figure is of one blow. */
interface State {
  isKilling: boolean
  isSilent: boolean
}

async function kill(
  { plan, database, processes, progress, probe, isOver, say }: KillContext,
  report: KillReport,
  state: State,
): Promise<void> {
  const watching: Promise<void>[] = []
  for (const { at, what, which, pauseMs } of plan.kills) {
    while (progress() < at && !isOver()) await pause(20)
    if (isOver()) return
    await pause(pauseMs)
    // A process that is starting has nothing to lose: it is waited for.
    // How long a silence lasts is no matter of the kill's.
    while (state.isSilent) await pause(20)
    while (processes.some(process_ => process_.pid() === undefined)) await pause(10)
    state.isKilling = true
    const startedAt = performance.now()
    const wallClock = Date.now()
    const victims = victimsOf(what, which, processes)
    for (const victim of victims) victim.kill('SIGKILL')
    if (victims.some(victim => victim.role === 'worker')) watching.push(watchOrphans(database, startedAt, wallClock, report))
    if (what === 'backend') await database.killBackend(which).catch(() => false)
    if (what === 'postmaster') await database.killPostmaster()
    await probe()
    state.isKilling = false
    const backMs = Math.round(performance.now() - startedAt)
    report.kills.push({ what, at: wallClock, backMs })
    say(`kill ${report.kills.length}/${plan.kills.length}: ${what}, back after ${backMs} ms`)
  }
  await Promise.all(watching)
}

function victimsOf(what: KillKind, which: number, processes: readonly HubProcess[]): HubProcess[] {
  const webs = processes.filter(({ role }) => role === 'web')
  const workers = processes.filter(({ role }) => role === 'worker')
  const one = (list: HubProcess[]) => list.slice(Math.floor(which * list.length)).slice(0, 1)
  switch (what) {
    case 'web':
      return one(webs)
    case 'worker':
      return one(workers)
    case 'webs':
      return webs
    case 'workers':
      return workers
    case 'hub':
      return [...processes]
    default:
      return []
  }
}

/** Sends that were under way on a node that no longer renews its lease: until none of them is. */
async function watchOrphans(database: ChaosDatabase, startedAt: number, wallClock: number, report: KillReport): Promise<void> {
  const orphans = await untilAnswered(() =>
    database.query<{ id: string; attempt_id: string; node_id: string }>(
      "select id::text, attempt_id::text, node_id::text from part where state = 'sending' and node_id is not null",
    ),
  )
  if (orphans.length === 0) return
  const alive = new Set<string>()
  for (;;) {
    await pause(100)
    const nodes = await untilAnswered(() =>
      database.query<{ id: string; beat: boolean }>(
        "select id::text, heartbeat_at > to_timestamp($1 / 1000.0) + interval '200 milliseconds' as beat from node",
        [wallClock],
      ),
    )
    for (const node of nodes) if (node.beat) alive.add(node.id)
    const mine = orphans.filter(orphan => !alive.has(orphan.node_id))
    if (mine.length === 0) return
    const left = await untilAnswered(() =>
      database.query<{ id: string }>(
        "select p.id::text from part p join unnest($1::uuid[], $2::uuid[]) as v(id, attempt_id) on p.id = v.id and p.attempt_id = v.attempt_id where p.state = 'sending'",
        [mine.map(({ id }) => id), mine.map(({ attempt_id }) => attempt_id)],
      ),
    )
    // A node that beats only every two seconds has not shown itself yet: nobody is dead before that.
    if (performance.now() - startedAt < 3_000) continue
    if (left.length === 0) {
      report.orphans += mine.length
      report.orphanSettleMs.push(Math.round(performance.now() - startedAt))
      return
    }
    if (performance.now() - startedAt > 120_000) {
      report.orphanSettleMs.push(120_000)
      return
    }
  }
}

async function cut({ plan, database, proxy, progress, isOver, say }: KillContext, report: KillReport, state: State): Promise<void> {
  for (const { at, what, which } of plan.cuts) {
    while (progress() < at && !isOver()) await pause(20)
    if (isOver()) return
    let connections = 0
    if (what === 'terminate' || what === 'terminate_all') {
      const rows = await database
        .query<{ done: boolean }>(
          "select pg_terminate_backend(pid) as done from pg_stat_activity where backend_type = 'client backend' and application_name <> 'chaos' and ($1 or pid % 3 = $2)",
          [what === 'terminate_all', Math.floor(which * 3)],
        )
        .catch(() => [])
      connections = rows.length
    } else if (what === 'silence') {
      while (state.isKilling) await pause(20)
      state.isSilent = true
      connections = proxy.setSilent(true)
      await pause(1_000 + which * 2_500)
      proxy.setSilent(false)
      state.isSilent = false
    } else connections = proxy.cut(0.5, () => (which * 7.3 + connections++ * 0.37) % 1)
    report.cuts.push({ what, at: Date.now(), connections })
    say(`cut ${report.cuts.length}/${plan.cuts.length}: ${what}, ${connections} connections`)
  }
}

/** The database may be away just now: asked until it answers. */
async function untilAnswered<Value>(ask: () => Promise<Value>): Promise<Value> {
  for (;;) {
    try {
      return await ask()
    } catch {
      await pause(50)
    }
  }
}

async function pause(ms: number): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, ms))
}
