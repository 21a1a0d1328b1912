/**
 * A hub as it is run, `node server/src/main.ts` in a process of its own, so that its memory and its start can be measured from outside.
 * Always holds: `stop` ends what was started here and nothing else.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../server/src/main.ts', import.meta.url))
const forBench = fileURLToPath(new URL('hub-child.ts', import.meta.url))

export interface HubProcess {
  pid: number
  url: string
  /** From the start of the process to its word that it is ready. */
  readyMs: number
  /** The keys of the newest simulated account of a channel; only of a hub that was started for a bench. */
  keysOf(channel: string): Promise<Record<string, string>>
  stop(): Promise<void>
}

export interface Memory {
  /** Resident, all of it. */
  nodeMiB: number
  /** All processes of the database server, what they share counted once. */
  postgresMiB: number
}

/** Starts a hub. Throws with what it said when it ends before it is ready. */
export async function startHubProcess(home: string, environment: Record<string, string>, isForBench = false): Promise<HubProcess> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, [isForBench ? forBench : main], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, DRAGOMAN_HOME: home, LOG_LEVEL: 'error', ...environment },
  })
  const said: string[] = []
  const isReady = new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said.push(String(chunk))
      const text = said.join('')
      if (/^Dragoman (is ready|works)/m.test(text) && (/Inbox\s+\S+/.test(text) || environment.DRAGOMAN_ROLE === 'worker')) resolve(text)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('close', () => reject(new Error(`The hub ended before it was ready:\n${said.join('').split('\n').slice(-12).join('\n')}`)))
  })
  const text = await isReady
  const readyMs = performance.now() - startedAt
  return {
    pid: child.pid!,
    url: /Inbox\s+(\S+?)\/?\n/.exec(text)?.[1] ?? '',
    readyMs,
    keysOf: async channel => {
      const answer = new Promise<string>(resolve => child.stdout.once('data', chunk => resolve(String(chunk))))
      child.stdin.write(`${channel}\n`)
      return JSON.parse(await answer) as Record<string, string>
    },
    stop: () => end(child),
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = new Promise(resolve => child.once('close', resolve))
  child.kill('SIGTERM')
  await ended
}

/** What a hub's process and the embedded server of its home hold. Linux tells it; elsewhere both are 0. */
export async function memoryOf(pid: number, home: string): Promise<Memory> {
  const lines = (await readFile(join(home, 'postgres', 'data', 'postmaster.pid'), 'utf8').catch(async () => await findPidFile(home))).split(
    '\n',
  )
  const postmaster = Number(lines[0])
  const children = postmaster ? await childrenOf(postmaster) : []
  let postgres = 0
  for (const one of postmaster ? [postmaster, ...children] : []) postgres += await heldBy(one, 'Pss')
  return { nodeMiB: (await heldBy(pid, 'Rss')) / 1024, postgresMiB: postgres / 1024 }
}

async function findPidFile(home: string): Promise<string> {
  const found = (await readdir(home, { recursive: true }).catch(() => [])).find(name => name.endsWith('postmaster.pid'))
  return found ? await readFile(join(home, found), 'utf8').catch(() => '') : ''
}

async function childrenOf(pid: number): Promise<number[]> {
  const found: number[] = []
  for (const name of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(name)) continue
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    // After the name in brackets: state, parent.
    if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid) found.push(Number(name))
  }
  return found
}

/** KiB of one process: all that is resident, or of pages that several share its part. */
async function heldBy(pid: number, what: 'Rss' | 'Pss'): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
  return Number(new RegExp(`^${what}:\\s+(\\d+)`, 'm').exec(rollup)?.[1] ?? 0)
}
